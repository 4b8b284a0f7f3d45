"""The projector on a real broker: rows as of a single fold, whatever dies in between."""

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

import psycopg
import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from psycopg import Connection

from projections.feed import FeedRecord, Held
from projections.projector import Projector
from schemas.codec import encode_batch
from schemas.inbound import InboundEvent
from schemas.instants import MINUTE
from sla.migrations import migrate
from sla.projector_role import make_room
from streams.core.partition import Effects, Record
from streams.kafka.cluster import Cluster
from streams.kafka.routing import partition_of
from streams.kafka.topics import Topics
from streams.postgres.server import Server
from tests.bench.embedded import publish_passkit
from tests.bench.traffic import BEGIN, events
from tests.cluster.broker import Broker
from tests.cluster.fixtures import PARTITIONS
from tests.cluster.roles import Role, role
from tests.cluster.stand_in import abandon, feed_records, folded, publish
from tests.cluster.waiting import sockets_may_be_lost, until
from tests.servers import home

pytestmark = pytest.mark.slow

TABLES = (
    "tickets",
    "timers",
    "outcomes",
    "alerts",
    "sources",
    "agreements",
    "calendars",
    "calendar_spans",
    "dead_letters",
)


def desk(tickets: int = 200, each: int = 8) -> list[Record]:
    """A journal of interleaved tickets; the agreement stands first in every partition."""
    records = [
        Record(number, 1, BEGIN, encode_batch([publish_passkit()]), BEGIN)
        for number in range(PARTITIONS)
    ]
    positions = dict.fromkeys(range(PARTITIONS), 1)
    told = list(events(tickets, each))
    for start in range(0, len(told), 100):
        of: dict[int, list[InboundEvent]] = {number: [] for number in range(PARTITIONS)}
        for event in told[start : start + 100]:
            of[partition_of(f"{event.source} {event.subject}", PARTITIONS)].append(event)
        for number, some in of.items():
            positions[number] += 1
            stamp = BEGIN + (start // tickets + 1) * MINUTE
            records.append(Record(number, positions[number], stamp, encode_batch(some)))
    return records


class Given:
    """A feed that is all there: what a single process would project."""

    def __init__(self, records: Sequence[FeedRecord]) -> None:
        self._records = records

    def read(self, held: Mapping[int, Held], limit: int) -> Sequence[FeedRecord]:
        beyond = [one for one in self._records if one.position > held[one.partition].position]
        return beyond[:limit]

    def wait(self, seconds: float) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """There is nothing to let go of."""


def project_given(dsn: str, effects: dict[int, list[Effects]]) -> None:
    """Projects `effects` in this process."""
    make_room(dsn, PARTITIONS)
    records = feed_records(effects)
    projector = Projector(dsn, lambda connection: Given(records), partitions=PARTITIONS)
    while projector.project_once():
        pass
    projector.close()


def rows(dsn: str) -> dict[str, list[str]]:
    """All rows as text, and how far they go."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = {
            name: sorted(x[0] for x in connection.execute(f"SELECT t::text FROM sla.{name} t"))
            for name in TABLES
        }
        found["positions"] = [
            row[0]
            for row in connection.execute(
                "SELECT (partition, position, stamped_at)::text FROM sla.positions"
                " ORDER BY partition"
            )
        ]
    return found


def projected_to(dsn: str) -> int:
    """The sum of the positions."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute("SELECT sum(position)::bigint FROM sla.positions").fetchone()
    assert row is not None
    return int(row[0])


def everything(effects: dict[int, list[Effects]]) -> int:
    """The sum of the positions when all is projected."""
    return sum(some[-1].position for some in effects.values())


@pytest.fixture(autouse=True)
def _broker_may_go() -> Iterator[None]:
    with sockets_may_be_lost():
        yield


def test_killed_as_often_as_it_likes_it_leaves_the_rows_of_a_single_fold(
    cluster: Cluster, database: str, empty_database: str
) -> None:
    effects = folded(desk(), PARTITIONS)
    migrate(empty_database)
    project_given(empty_database, effects)
    one = Role(cluster, "projector", dsn=database)
    kills = 0
    try:
        for step, _ in enumerate(publish(cluster, effects, 1)):
            if step % 4 == 1:
                one.wait_until_ok()
                one.wait_for("sla_projected_batches_total")
                one.kill()
                kills += 1
                one = Role(cluster, "projector", dsn=database)
        until(lambda: projected_to(database), lambda n: n == everything(effects), 60)
        one.wait_until_ok()
        assert one.stop() == 0
        assert "rows stand at journal positions" in one.log[-1]
    finally:
        if one.process.poll() is None:
            one.kill()
    assert kills >= 2
    assert rows(database) == rows(empty_database)


def test_it_rides_out_a_database_and_a_broker_that_die(
    cluster: Cluster, kafka: Broker, database: str
) -> None:
    """The server loses all its connections by a crash of one; the broker is killed."""
    effects = folded(desk(), PARTITIONS)
    project_given(database, effects)
    with home() as place:
        server = Server.ensure(place / "postgres")
        migrate(server.dsn)
        with role(cluster, "projector", dsn=server.dsn) as one:
            steps = publish(cluster, effects)
            next(steps)
            until(lambda: projected_to(server.dsn), lambda n: n > PARTITIONS)
            crash(server)
            next(steps)
            next(steps)
            steps.close()
            until(lambda: projecting(server.dsn), lambda found: found)
            kafka.kill()
            crash(server)  # both at once: it is connected anew to one before the other
            until(lambda: "feed away" in "\n".join(one.log), lambda told: told)
            kafka.start()
            until(lambda: projecting(server.dsn), lambda found: found)
            for _ in publish(cluster, {n: some[15:] for n, some in effects.items()}):
                pass
            until(lambda: projected_to(server.dsn), lambda n: n == everything(effects), 60)
            told = "\n".join(one.log)
            assert one.stop() == 0
        assert "database away" in told
        assert rows(server.dsn) == rows(database)


def projecting(dsn: str) -> bool:
    """Whether a projector is connected; no, while the database recovers."""
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sla projector'"
            ).fetchone()
    except psycopg.OperationalError:
        return False
    assert row is not None
    return bool(row[0])


def crash(server: Server) -> None:
    """SIGKILL to one of the server's processes: it throws all out and recovers."""
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'sla projector'"
        ).fetchone()
    assert row is not None
    os.kill(row[0], signal.SIGKILL)


def test_what_a_tracker_took_back_is_in_no_row(cluster: Cluster, database: str) -> None:
    effects = folded(desk(40), PARTITIONS)
    for number, some in effects.items():
        abandon(cluster, number, some[:6])
    for _ in publish(cluster, effects):
        pass
    with role(cluster, "projector", dsn=database) as one:
        until(lambda: projected_to(database), lambda n: n == everything(effects))
        assert one.stop() == 0
    with psycopg.connect(database) as connection:
        found = connection.execute("SELECT count(*), count(DISTINCT ticket) FROM sla.tickets")
        assert found.fetchone() == (40, 40)


def test_of_two_one_is_at_work_and_the_other_takes_over(cluster: Cluster, database: str) -> None:
    effects = folded(desk(), PARTITIONS)
    with (
        role(cluster, "projector", dsn=database) as first,
        role(cluster, "projector", dsn=database) as second,
    ):
        assert second.health()["state"] == "standing by"
        steps = publish(cluster, effects)
        next(steps)
        until(lambda: projected_to(database), lambda n: n > PARTITIONS)
        first.kill()
        for _ in steps:
            pass
        until(lambda: projected_to(database), lambda n: n == everything(effects))
        assert second.health()["state"] == "projecting"
        assert second.stop() == 0


def test_silence_moves_the_partitions_time(cluster: Cluster, database: str) -> None:
    """A mark without outcomes: the rows are as of its stamp."""
    stamp = BEGIN + 90 * MINUTE
    ticks = {number: [Effects(7, stamp)] for number in range(PARTITIONS)}
    with role(cluster, "projector", dsn=database) as one:
        for _ in publish(cluster, ticks):
            pass
        until(lambda: projected_to(database), lambda n: n == 7 * PARTITIONS)
        assert one.stop() == 0
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT projected_to = sla.at(%s) FROM sla_v1.completeness", (stamp,)
        )
        assert found.fetchone() == (True,)


def test_a_strangers_record_stops_it_with_a_word(cluster: Cluster, database: str) -> None:
    with closing(KafkaProducer(**cluster.for_kafka_python())) as stranger:
        stranger.send(Topics(cluster.prefix).events, b"hello", partition=1)
    one = Role(cluster, "projector", dsn=database)
    assert one.ended(20) == 1
    assert any("partition 1, offset 0: headers without position" in line for line in one.log)


def test_outcomes_that_are_gone_from_the_topic_stop_it_with_a_word(
    cluster: Cluster, database: str
) -> None:
    """Rows that go on after a gap would be wrong without a sign of it."""
    for _ in publish(cluster, folded(desk(40), PARTITIONS)):
        pass
    place = TopicPartition(Topics(cluster.prefix).events, 2)
    with closing(KafkaAdminClient(**cluster.for_kafka_python())) as admin:
        admin.delete_records({place: 5})
    one = Role(cluster, "projector", dsn=database)
    assert one.ended(20) == 1
    assert any("partition 2 begins at offset 5; the rows go on at 0" in line for line in one.log)
    assert projected_to(database) == 0


def test_a_database_with_the_rows_of_a_journal_of_its_own_is_refused(
    cluster: Cluster, database: str
) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        _embedded_rows(connection)
    one = Role(cluster, "projector", dsn=database)
    assert one.ended(20) == 1
    assert any("has the rows of 1 partitions, not of 4" in line for line in one.log)


def _embedded_rows(connection: Connection[Any]) -> None:
    connection.execute("UPDATE sla.positions SET position = 3")
