"""The demo's desk, lived through on one machine, then through Kafka by two workers: same truth."""

import time
from collections import ChainMap

import psycopg
import pytest

from schemas.codec import decode_batch
from schemas.inbound import InboundEvent
from schemas.instants import SECOND
from sla.demo.desk import DeskPlan, desk
from sla.demo.run import live as live_through
from streams.core.state import truth_digest
from streams.kafka.cluster import Cluster
from streams.kafka.topics import init
from tests.cluster.desk import folded
from tests.cluster.hurry import Hurry
from tests.cluster.reading import digest, nothing_twice, states
from tests.cluster.saying import voice
from tests.cluster.waiting import until
from tests.cluster.workers import WorkerProcess, running, told_the_time

pytestmark = pytest.mark.slow

PLAN = DeskPlan(days=17)
PARTITIONS = 4


def lived_through(dsn: str) -> tuple[list[tuple[int, list[InboundEvent]]], str]:
    """(the records of the embedded journal that hold events, with their stamps; its digest)."""
    live_through(dsn, PLAN, desk(PLAN), lambda shown: None)
    with psycopg.connect(dsn) as connection:
        records = connection.execute(
            "SELECT stamp_us, events FROM sla.journal ORDER BY position", binary=True
        ).fetchall()
        kept = connection.execute("SELECT ticket, state FROM sla.ticket_states", binary=True)
        truth = truth_digest(kept.fetchall())
    return [(stamp, decode_batch(events)) for stamp, events in records if events], truth


def all_followed(workers: list[WorkerProcess], ends: list[int]) -> None:
    """Returns once every partition is judged up to its end, each of them having its share."""
    share = len(ends) // len(workers)

    def positions() -> tuple[dict[int, int], set[int]]:
        found = [worker.positions for worker in workers]
        return dict(ChainMap(*found)), {len(own) for own in found}

    until(positions, lambda found: found == (dict(enumerate(ends)), {share}), 60)


def test_two_workers_find_the_truth_of_the_embedded_run(
    database: str, bare_cluster: Cluster
) -> None:
    records, truth = lived_through(database)
    init(bare_cluster, PARTITIONS, stamps="CreateTime")
    with voice(bare_cluster, PARTITIONS) as said:
        for stamp, events in records:
            said.say(events, stamp)
        said.tick(PLAN.end)
    # Their clock shows the end: had they any part of the journal still to read, and yet let time
    # pass by a tick, that would end all waiting at once.
    end = Hurry.still(PLAN.end)
    with (
        running(*told_the_time(bare_cluster, end)) as one,
        running(*told_the_time(bare_cluster, end)) as other,
    ):
        all_followed([one, other], said.said)
        assert (one.stop(), other.stop()) == (0, 0)
    assert digest(bare_cluster) == truth


def test_two_workers_find_it_live_with_ticks_armed(database: str, bare_cluster: Cluster) -> None:
    """Seventeen days in half a minute: what comes due is found by the workers' own ticks."""
    records, truth = lived_through(database)
    init(bare_cluster, PARTITIONS, stamps="CreateTime")
    # It begins once both have begun to work, a while from now.
    begins = time.monotonic_ns() // 1000 + 15 * SECOND
    clock = Hurry(PLAN.start, PLAN.end, begins, (PLAN.end - PLAN.start) // (30 * SECOND))
    with (
        running(*told_the_time(bare_cluster, clock)) as one,
        running(*told_the_time(bare_cluster, clock)) as other,
        voice(bare_cluster, PARTITIONS) as said,
    ):
        until(
            lambda: [one.health(), other.health()],
            lambda told: all(len(t.get("positions", ())) == PARTITIONS // 2 for t in told),
            40,
        )
        assert clock() == PLAN.start, "The workers took too long to begin."
        for stamp, events in records:
            while clock() < stamp:
                time.sleep(0.001)
            said.say(events, clock())
        while clock() < PLAN.end:
            time.sleep(0.01)
        said.tick(PLAN.end)
        said.producer.flush()
        until(
            lambda: {p: saved.clock for p, saved in states(bare_cluster).items()},
            lambda clocks: clocks == dict.fromkeys(range(PARTITIONS), PLAN.end),
            40,
        )
        ticks = sum(one.positions.values()) + sum(other.positions.values()) - sum(said.said)
        assert (one.stop(), other.stop()) == (0, 0)
    assert ticks > 0
    nothing_twice(bare_cluster)
    assert digest(bare_cluster) == folded(bare_cluster) == truth
