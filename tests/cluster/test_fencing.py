"""A partition has one writer: whoever was taken over from can write nothing any more."""

import asyncio
from contextlib import suppress
from itertools import islice
from threading import Event

import pytest

from schemas.instants import SECOND
from sla.clock import now_instant
from streams.core.partition import Effects
from streams.kafka.cluster import Cluster
from streams.kafka.publishing import Outgoing
from streams.kafka.store import KafkaStore
from streams.kafka.topics import Topics
from streams.kafka.transactions import Transactions
from streams.tracker import NotOwner
from tests.cluster.desk import answered, folded, names, opened, promises
from tests.cluster.fixtures import PARTITIONS
from tests.cluster.reading import alerts, committed, digest, nothing_twice, states
from tests.cluster.saying import voice
from tests.cluster.waiting import until
from tests.cluster.workers import live, running

pytestmark = pytest.mark.slow


def test_the_previous_owner_can_commit_nothing(cluster: Cluster) -> None:
    async def scenario() -> None:
        first = KafkaStore(cluster, 2, now_instant)
        second = KafkaStore(cluster, 2, now_instant)
        await first.load()
        await first.commit(0, [Effects(1, 10, {"a": b"1"})])
        assert (await second.load()).position == 1
        with pytest.raises(NotOwner, match="hold partition 2 for another"):
            await first.commit(1, [Effects(2, 20, {"a": b"2"}, messages=[b'{"n":"zombie"}'])])
        await second.commit(1, [Effects(2, 21, {"a": b"3"}, messages=[b'{"n":"owner"}'])])
        first.close()
        second.close()

    asyncio.run(scenario())
    saved = states(cluster)[2]
    assert (saved.position, saved.clock, dict(saved.states)) == (2, 21, {"a": b"3"})
    told = [r.value for r in committed(cluster, Topics(cluster.prefix).events) if r.value]
    assert told == [b'{"n":"owner"}']


def test_what_the_previous_owner_had_under_way_is_rolled_back(cluster: Cluster) -> None:
    """It does not hold committed readers back, either."""
    topic = Topics(cluster.prefix).events
    first = Transactions(cluster, f"{cluster.prefix}sla-1", 1, Event())
    first.take_over()
    producer = first._producer
    producer.begin_transaction()
    producer.produce(topic, b"under way", partition=1)
    producer.flush()
    second = Transactions(cluster, f"{cluster.prefix}sla-1", 1, Event())
    second.take_over()
    second.commit([Outgoing(topic, None, b"right", [])])
    assert [record.value for record in committed(cluster, topic)] == [b"right"]
    first.close()
    second.close()


def test_a_woken_zombie_is_fenced(cluster: Cluster) -> None:
    """SIGSTOP past its session, then CONT, with traffic all along: it stops or joins anew."""
    tickets = names("Z")
    with running(*live(cluster, "--session", "2")) as zombie, voice(cluster, PARTITIONS) as said:

        def speak() -> None:
            some = list(islice(tickets, 40))
            said.say(opened(some))
            said.say(answered(some[::2]))
            said.producer.flush()

        zombie.wait_until("tracking")
        said.say([promises()], now_instant())
        speak()
        until(lambda: sum(zombie.positions.values()), lambda n: n >= 2 * PARTITIONS)
        speak()
        zombie.freeze()
        speak()
        with running(*live(cluster, "--session", "2")) as heir:
            until(lambda: heir.positions, lambda p: len(p) == PARTITIONS, 40)
            speak()
            zombie.thaw()
            speak()
            # What is due of all that was said, by whoever has the partition then.
            until(lambda: len(alerts(cluster)), lambda n: n >= 5 * 40, 40)
            with suppress(AssertionError):  # it may have ended, which is well
                zombie.wait_until("tracking")
            if zombie.process.poll() is None:
                assert zombie.stop() == 0, zombie.log
            else:
                assert any("this one stops" in line for line in zombie.log), zombie.log
            until(
                lambda: sum(heir.positions.values()),
                lambda n: n >= sum(said.said),
            )
            assert heir.stop() == 0
    nothing_twice(cluster)
    assert digest(cluster) == folded(cluster)
    clocks = [one.clock for one in states(cluster).values()]
    assert max(clocks) < now_instant() + SECOND
