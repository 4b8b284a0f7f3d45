"""Broker and database by testcontainers: what other people's machines run the tests on."""

from contextlib import closing
from typing import Any

import psycopg
import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient
from testcontainers.community.postgres import PostgresContainer

from tests.containers.apache_kafka import ApacheKafkaContainer

pytestmark = pytest.mark.containers


def test_the_broker_takes_and_gives() -> None:
    with ApacheKafkaContainer() as broker:
        servers: dict[str, Any] = {"bootstrap_servers": broker.bootstrap}
        with closing(KafkaAdminClient(**servers)) as admin:
            admin.create_topics({"said": {"num_partitions": 2, "replication_factor": 1}})
        with closing(KafkaProducer(acks="all", **servers)) as producer:
            for number in range(20):
                producer.send("said", b"%d" % number, key=b"%d" % number)
            producer.flush(timeout=30)
        with closing(
            KafkaConsumer(
                "said",
                group_id="readers",
                auto_offset_reset="earliest",
                consumer_timeout_ms=20_000,
                **servers,
            )
        ) as consumer:
            heard = [int(next(consumer).value) for _ in range(20)]
    assert sorted(heard) == list(range(20))


def test_the_database_answers() -> None:
    with (
        PostgresContainer("postgres:18", driver=None) as server,
        psycopg.connect(server.get_connection_url()) as connection,
    ):
        row = connection.execute("SHOW server_version").fetchone()
    assert row is not None
    assert row[0].startswith("18")
