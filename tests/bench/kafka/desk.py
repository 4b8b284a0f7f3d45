"""A broker, a database and processes for a measurement; each stage has topics of its own."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import psycopg
from kafka import KafkaConsumer, TopicPartition
from psycopg.conninfo import make_conninfo

from sla.migrations import migrate
from streams.kafka.cluster import Cluster
from streams.kafka.topics import Topics, init
from streams.postgres.server import Server
from tests.cluster.broker import Broker, broker
from tests.drill.roles import Role

PARTITIONS: Final = 8
_TICK: Final = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Desk:
    """Where measurements are taken."""

    broker: Broker
    place: Path
    server: Server
    _stages: Iterator[int] = field(default_factory=lambda: count(1))

    def stage(self) -> Cluster:
        """A cluster with topics, and an empty database, that nobody has used."""
        number = next(self._stages)
        cluster = Cluster(self.broker.bootstrap, f"stage{number}.")
        init(cluster, PARTITIONS)
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE stage{number}")
        migrate(self.dsn(cluster))
        return cluster

    def dsn(self, cluster: Cluster) -> str:
        """The connection string of the stage's database."""
        name = cluster.prefix.rstrip(".")
        return make_conninfo(self.server.dsn, dbname=name)

    @contextmanager
    def running(self, cluster: Cluster, *commands: str) -> Iterator[list[Role]]:
        """Processes of `sla`, killed when the block ends; each command is split into words."""
        environment = {
            "SLA_KAFKA": cluster.bootstrap,
            "SLA_KAFKA_PREFIX": cluster.prefix,
            "SLA_DSN": self.dsn(cluster),
            "SLA_HOME": str(self.place / "home"),
        }
        roles = []
        for command in commands:
            words = [*command.split(), "--listen", "127.0.0.1:0"]
            roles.append(Role(f"{cluster.prefix}{words[0]}", words, environment, self.place))
        try:
            for role in roles:
                role.start()
            yield roles
        finally:
            for role in roles:
                role.kill()


@contextmanager
def desk(cache: Path, place: Path) -> Iterator[Desk]:
    """Broker and database (which keeps its data safe: fsync on), gone with the block."""
    server = Server.ensure(place / "postgres")
    try:
        with broker(cache) as running:
            yield Desk(running, place, server)
    finally:
        server.stop()


def ends(cluster: Cluster, topic: str) -> dict[int, int]:
    """The offset at which each partition ends."""
    consumer: Any = KafkaConsumer(group_id=None, **cluster.for_kafka_python())
    try:
        parts = [TopicPartition(topic, n) for n in sorted(consumer.partitions_for_topic(topic))]
        return {one.partition: offset for one, offset in consumer.end_offsets(parts).items()}
    finally:
        consumer.close()


def wait_still(cluster: Cluster, topic: str, roles: list[Role], seconds: float = 3.0) -> None:
    """Returns once `topic` has something and has not grown for that long."""
    before, since = ends(cluster, topic), time.monotonic()
    until = since + 600
    while time.monotonic() < since + seconds or not sum(before.values()):
        time.sleep(0.3)
        now = ends(cluster, topic)
        if now != before:
            before, since = now, time.monotonic()
        for role in roles:
            assert not role.ended, f"{role.name} has ended: {role.last_lines()}"
        assert time.monotonic() < until, f"{topic} does not fill: {roles[0].last_lines()}"


def wait_for_rows(cluster: Cluster, dsn: str, roles: list[Role]) -> None:
    """Returns once the read models are as far as the journal."""
    until = time.monotonic() + 600
    journal = Topics(cluster.prefix).journal
    while True:
        with psycopg.connect(dsn) as connection:
            held = connection.execute("SELECT partition, position FROM sla.positions").fetchall()
        found: dict[int, int] = dict(held)
        if all(found.get(number, 0) >= end for number, end in ends(cluster, journal).items()):
            return
        assert time.monotonic() < until, "\n".join(role.last_lines() for role in roles)
        time.sleep(0.3)


def cpu_seconds(role: Role) -> float:
    """Processor time that a process has taken so far."""
    fields = Path(f"/proc/{role.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def resident_mb(role: Role) -> float:
    """Memory of a process, megabytes."""
    for line in Path(f"/proc/{role.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"{role.name} does not run.")
