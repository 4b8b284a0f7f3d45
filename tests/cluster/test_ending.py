"""Told to end while what it needs does not answer: a role ends in time and says what it left."""

import threading
import time
from collections.abc import Iterator
from itertools import islice

import psycopg
import pytest

from schemas.inbound import InboundEvent
from sla.roles import DRAIN
from streams.kafka.cluster import Cluster
from streams.kafka.helpdesk import Helpdesk
from tests.bench.traffic import events
from tests.cluster.broker import Broker
from tests.cluster.contents import journal_events
from tests.cluster.fixtures import PARTITIONS
from tests.cluster.roles import Role, role
from tests.cluster.stand_in import folded, publish
from tests.cluster.test_intake import wait_until_read
from tests.cluster.test_projector_on_kafka import desk, everything, projected_to
from tests.cluster.waiting import sockets_may_be_lost, until

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _sockets() -> Iterator[None]:
    with sockets_may_be_lost():
        yield


def ended(one: Role) -> tuple[int, float]:
    """SIGTERM: the exit code, and the seconds that it took."""
    started = time.monotonic()
    one.process.terminate()
    code = one.ended(DRAIN + 10)
    return code, time.monotonic() - started


def test_an_intake_whose_broker_is_frozen_says_what_it_leaves(
    cluster: Cluster, kafka: Broker
) -> None:
    said: list[InboundEvent] = []
    enough = threading.Event()
    more = iter(events(100_000, 1))

    def talk() -> None:
        with Helpdesk(cluster) as helpdesk:
            while not enough.is_set():
                some = list(islice(more, 200))
                said.extend(some)
                helpdesk.say_checked(some)
                helpdesk.flush()

    talking = threading.Thread(target=talk)
    with role(cluster, "intake", "--instance", "one") as one:
        talking.start()
        one.wait_for("sla_intake_events_total")
        try:
            # Now and then it has just acknowledged everything, or what does so is on its way.
            while True:
                kafka.freeze()
                time.sleep(0.5)
                if one.metric("sla_intake_in_hand"):
                    break
                kafka.thaw()
                time.sleep(0.02)
            code, took = ended(one)
        finally:
            enough.set()
            kafka.thaw()
            talking.join()
    assert code == 1
    assert DRAIN - 1 < took < DRAIN + 4
    assert any("not ended in time" in line and "not acknowledged" in line for line in one.log)
    with role(cluster, "intake", "--instance", "one") as one:
        wait_until_read(cluster)
        assert one.stop() == 0
    assert {event.id for event in journal_events(cluster)} == {event.id for event in said}


def test_a_projector_whose_database_hangs_says_how_far_it_is(
    cluster: Cluster, database: str
) -> None:
    effects = folded(desk(), PARTITIONS)
    with (
        psycopg.connect(database) as other,
        role(cluster, "projector", dsn=database) as one,
    ):
        other.execute("LOCK TABLE sla.positions IN SHARE MODE")
        for _ in publish(cluster, effects):
            pass
        until(lambda: blocked(database), lambda n: n > 0)
        code, took = ended(one)
        assert code == 1
        assert DRAIN - 1 < took < DRAIN + 4
        assert any("not ended in time" in line and "rows stand at" in line for line in one.log)
    with role(cluster, "projector", dsn=database) as one:
        until(lambda: projected_to(database), lambda n: n == everything(effects))
        assert one.stop() == 0


def blocked(dsn: str) -> int:
    """Sessions that wait for a lock."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        ).fetchone()
    assert row is not None
    return int(row[0])
