"""Faust's reading stands still, as it once did after a wake-up: the worker says so and ends."""

import signal
from itertools import islice

import pytest

from sla.clock import now_instant
from streams.kafka.cluster import Cluster
from tests.cluster.desk import folded, names, opened, promises
from tests.cluster.fixtures import PARTITIONS
from tests.cluster.reading import alerts, digest, nothing_twice
from tests.cluster.saying import voice
from tests.cluster.waiting import until
from tests.cluster.workers import WorkerProcess, live, running

pytestmark = pytest.mark.slow


def ends_with_a_word(worker: WorkerProcess) -> None:
    """Returns once it has."""
    assert worker.ended(30) == 1
    last = worker.log[-1]
    assert "its brokers answer and it holds more, but nothing of it is read" in last, worker.log


@pytest.mark.parametrize("how", ["paused", "lost"])
def test_it_says_so_and_ends_and_whoever_comes_next_goes_on(cluster: Cluster, how: str) -> None:
    """What is due then, as it was opened before, lets it append a tick that it never reads."""
    tickets = names("S")
    _, command, *arguments = live(cluster)
    with running("tests.cluster.standing", how, command, *arguments) as worker:
        worker.wait_until("tracking")
        with voice(cluster, PARTITIONS) as said:
            said.say([promises()], now_instant())
            said.say(opened(islice(tickets, 40)))
            said.producer.flush()
            until(lambda: sum(worker.positions.values()), lambda n: n >= sum(said.said))
            worker.process.send_signal(signal.SIGUSR1)
            said.say(opened(islice(tickets, 40)))
        ends_with_a_word(worker)
    with running(*live(cluster)) as heir:
        until(lambda: len(alerts(cluster)), lambda count: count == 2 * 80, 60)
        assert heir.stop() == 0
    nothing_twice(cluster)
    assert digest(cluster) == folded(cluster)


def test_it_says_so_too_where_it_never_begins_to_read(cluster: Cluster) -> None:
    """Faust gives up its first take-over without a word, where brokers are away in its midst."""
    with voice(cluster, PARTITIONS) as said:
        said.say([promises()], now_instant())
    _, command, *arguments = live(cluster)
    with running("tests.cluster.standing", "unbegun", command, *arguments) as worker:
        worker.wait_until("tracking")
        ends_with_a_word(worker)
