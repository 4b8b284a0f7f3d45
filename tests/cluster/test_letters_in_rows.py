"""What the intake of a cluster refused is among the dead letters that analysts read."""

from contextlib import closing
from typing import Any

import psycopg
import pytest
from kafka import KafkaProducer

from streams.kafka.cluster import Cluster
from streams.kafka.topics import Topics
from tests.cluster.roles import role
from tests.cluster.waiting import until

pytestmark = pytest.mark.slow

JSON = [("content-type", b"application/cloudevents+json")]
NAIVE = b"""{"specversion": "1.0", "id": "e-9", "source": "/helpdesks/mine", "subject": "T-1",
 "type": "ticket.opened.v1", "time": "2026-04-02T10:00:00", "data": {}}"""


def letters(dsn: str) -> list[Any]:
    """The rows, in order."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT refused_by, reason, source, subject, event, detail, body"
            " FROM sla_v1.dead_letters ORDER BY door_id"
        ).fetchall()


def say(cluster: Cluster, topic: str, value: bytes) -> None:
    """One record, taken by the brokers."""
    with closing(KafkaProducer(**cluster.for_kafka_python())) as producer:
        producer.send(topic, value, headers=JSON).get(30)


def test_what_was_refused_is_there_once(cluster: Cluster, database: str) -> None:
    topics = Topics(cluster.prefix)
    say(cluster, topics.inbound, b"{" * 9)
    say(cluster, topics.inbound, NAIVE)
    with role(cluster, "intake"), role(cluster, "projector", dsn=database) as projector:
        found = until(lambda: letters(database), lambda rows: len(rows) == 2)
        assert projector.stop() == 0
    by_event = {row[4]: row for row in found}
    assert {row[0] for row in found} == {"door"}
    assert by_event["e-9"][2:4] == ("/helpdesks/mine", "T-1")
    assert "helpdesk.events" in by_event["e-9"][5]
    assert "field `time`" in by_event["e-9"][5]
    assert by_event[None][6] == "{{{{{{{{{"


def test_a_restart_goes_on_and_a_letter_that_is_written_twice_is_one_row(
    cluster: Cluster, database: str
) -> None:
    topics = Topics(cluster.prefix)
    letter = (
        b'{"topic": "helpdesk.events", "partition": 0, "offset": %d, "place": "event",'
        b' "event": null, "source": null, "subject": null, "reason": "not_json", "field": "",'
        b' "detail": "expected JSON", "body": "x\\u0000y"}'
    )
    say(cluster, topics.dead_letters, letter % 1)
    say(cluster, topics.dead_letters, letter % 1)
    with role(cluster, "projector", dsn=database) as projector:
        until(lambda: letters(database), lambda rows: len(rows) == 1)
        assert projector.stop() == 0
    say(cluster, topics.dead_letters, letter % 2)
    say(cluster, topics.dead_letters, b"a stranger's note")
    with role(cluster, "projector", dsn=database) as projector:
        rows = until(lambda: letters(database), lambda rows: len(rows) == 3)
        assert projector.stop() == 0
    assert [row[1] for row in rows] == ["not_json", "not_json", "unreadable"]
    assert [row[6] for row in rows] == ["x\\u0000y", "x\\u0000y", "a stranger's note"]
