"""`sla worker` as it is started: what comes due is found by ticks, alerts come and go."""

import time
from itertools import islice

import pytest

from schemas.instants import SECOND, parse
from sla.clock import now_instant
from streams.kafka.cluster import Cluster
from streams.kafka.topics import Topics, init
from tests.cluster.desk import PROMISED, answered, folded, names, opened, promises
from tests.cluster.fixtures import PARTITIONS
from tests.cluster.hurry import Hurry
from tests.cluster.reading import alerts, committed, digest, nothing_twice
from tests.cluster.saying import voice
from tests.cluster.waiting import until
from tests.cluster.workers import live, running, told_the_time

pytestmark = pytest.mark.slow


def test_what_comes_due_is_told_at_once_and_settles(cluster: Cluster) -> None:
    tickets = list(islice(names("T"), 20))
    with running(*live(cluster)) as worker, voice(cluster, PARTITIONS) as said:
        worker.wait_until("tracking")
        said.say([promises()], now_instant())
        said.say(opened(tickets))
        fired = until(lambda: alerts(cluster), lambda found: len(found) == 40)
        assert {(a["kind"], a["state"]) for a in fired.values()} == {
            ("breach", "firing"),
            ("escalation", "firing"),
        }
        assert {a["ticket"] for a in fired.values()} == set(tickets)
        for alert in fired.values():
            noticed = parse(alert["detected_at"]) - parse(alert["effective_at"])
            assert 0 <= noticed < SECOND, alert
        said.say(answered(tickets))
        until(
            lambda: alerts(cluster),
            lambda found: {a["state"] for a in found.values()} == {"settled"},
        )
        assert "sla_tracker_position{" in worker.metrics()
        begun = time.monotonic()
        assert worker.stop() == 0, worker.log
        assert time.monotonic() - begun < 10
    nothing_twice(cluster)
    assert digest(cluster) == folded(cluster)


def test_the_ticker_sleeps_while_nothing_is_due(cluster: Cluster) -> None:
    """One tick for what comes due together, none before: the journal is kept for ever."""
    with running(*live(cluster)) as worker, voice(cluster, PARTITIONS) as said:
        worker.wait_until("tracking")
        said.say([promises()], now_instant())
        said.say(opened(islice(names("T"), 8), now_instant()))
        until(lambda: alerts(cluster), lambda found: len(found) == 16)
        assert worker.stop() == 0
    records = list(committed(cluster, Topics(cluster.prefix).journal))
    ticks = [record for record in records if not record.value]
    opening = min(record.timestamp for record in records if record.value)
    assert ticks
    assert all(tick.timestamp >= opening + PROMISED // 1000 - 100 for tick in ticks)
    # A tick that came a moment too early by the brokers' clock is followed by another.
    assert len(ticks) <= 4 * PARTITIONS


def test_a_stamp_ahead_of_time_stops_it(bare_cluster: Cluster) -> None:
    """Design 3: time that has passed in the log cannot be taken back."""
    init(bare_cluster, 1, stamps="CreateTime")
    now = now_instant()
    with running(*told_the_time(bare_cluster, Hurry.still(now))) as worker:
        worker.wait_until("tracking")
        with voice(bare_cluster, 1) as said:
            said.tick(now + 61 * SECOND)
        assert worker.ended(20) == 1
        assert any("more than a minute ahead" in line for line in worker.log)


def test_topics_that_are_not_right_are_told_at_start(bare_cluster: Cluster) -> None:
    with running(*live(bare_cluster)) as worker:
        assert worker.ended(20) == 1
        told = "\n".join(worker.log)
        assert "the topics are not as they must be" in told
        assert f"{bare_cluster.prefix}sla.journal is missing" in told
