"""Brokers that are away: a worker waits for them, and ends when told to even so."""

import time
from itertools import islice

import pytest

from sla.clock import now_instant
from streams.kafka.cluster import Cluster
from tests.cluster.desk import folded, names, opened, promises
from tests.cluster.fixtures import PARTITIONS
from tests.cluster.reading import alerts, digest, nothing_twice
from tests.cluster.saying import voice
from tests.cluster.servers import AnyBroker
from tests.cluster.waiting import until
from tests.cluster.workers import live, running

pytestmark = pytest.mark.slow


def test_a_broker_that_was_killed_is_waited_for(kafka: AnyBroker, cluster: Cluster) -> None:
    """What was under way is committed afterwards, once; what came due meanwhile is found then."""
    tickets = names("K")
    with running(*live(cluster)) as worker:
        worker.wait_until("tracking")
        with voice(cluster, PARTITIONS) as said:
            said.say([promises()], now_instant())
            for _ in range(20):
                said.say(opened(islice(tickets, 50)))
        kafka.kill()
        kafka.start()
        until(lambda: len(alerts(cluster)), lambda count: count == 2 * 20 * 50, 60)
        assert worker.stop() == 0, worker.log
    nothing_twice(cluster)
    assert digest(cluster) == folded(cluster)


def test_it_ends_in_time_though_no_broker_answers(kafka: AnyBroker, cluster: Cluster) -> None:
    with running(*live(cluster)) as worker:
        worker.wait_until("tracking")
        with voice(cluster, PARTITIONS) as said:
            said.say([promises()], now_instant())
            said.say(opened(islice(names("F"), 200)))
        kafka.freeze()
        try:
            begun = time.monotonic()
            worker.stop()
            assert time.monotonic() - begun < 11
        finally:
            kafka.thaw()
    # Whoever comes next goes on from what was committed.
    with running(*live(cluster)) as heir:
        until(lambda: len(alerts(cluster)), lambda count: count == 2 * 200, 60)
        assert heir.stop() == 0
    nothing_twice(cluster)
    assert digest(cluster) == folded(cluster)
