"""Partitions dealt out anew: what Faust hands in again, goes on with, and lets two have at once.

`with` and `without` as in `test_faust_traps.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from sla.clock import now_instant
from streams.core.partition import Effects, Record
from streams.kafka import app as ours
from streams.kafka.app import Membership, make_app
from streams.kafka.cluster import Cluster
from streams.kafka.inbox import Received
from streams.kafka.journal import Appended, KafkaJournal
from streams.kafka.owner import Owner
from streams.kafka.publishing import Outgoing
from streams.kafka.store import KafkaStore
from streams.kafka.topics import Topics, init
from streams.kafka.transactions import Transactions
from streams.kafka.watching import NothingRead
from streams.tracker import NotOwner
from tests.cluster.listening import RECORDS, WITH_AND_WITHOUT, Listener, listener, seen, started
from tests.cluster.reading import committed
from tests.cluster.saying import voice
from tests.cluster.servers import AnyBroker

pytestmark = pytest.mark.slow


async def never(partition: int) -> Appended | None:
    """No tick is due."""
    return None


def test_what_is_not_acknowledged_comes_again_and_is_passed_over(spoken: Cluster) -> None:
    """Faust goes back to what is acknowledged each time, also for partitions that stay."""

    async def scenario() -> tuple[list[int], list[int]]:
        owner = listener(spoken, acknowledges=False)
        async with started(spoken, owner):
            await seen(lambda: RECORDS in owner.got)
            before = owner.generation
            async with started(spoken, listener(spoken, acknowledges=False)):
                await seen(lambda: owner.generation > before)
            await seen(lambda: owner.got.count(RECORDS) > 1)
        journal = KafkaJournal(0, never)
        taken: list[int] = []
        for received in owner.received:
            await journal.inbox.put(received)
            taken += [one.position for one in await journal.read(len(taken), 100, 0)]
        return owner.got, taken

    got, taken = asyncio.run(scenario())
    assert got.count(1) > 1, "Without: it comes again."
    assert taken == list(range(1, RECORDS + 1)), "With: it is passed over."


@WITH_AND_WITHOUT
def test_it_goes_back_also_where_nothing_is_acknowledged(
    spoken: Cluster, monkeypatch: pytest.MonkeyPatch, protected: bool
) -> None:
    """Faust throws away what it fetched while partitions are loaded, then goes back; without, it
    stays behind that where nothing is acknowledged, and what it threw away is never read.
    """
    if not protected:
        monkeypatch.delattr(ours.Consumer, "seek_to_committed")

    async def scenario() -> list[int]:
        owner = listener(spoken, acknowledges=False)
        async with started(spoken, owner) as app:
            await seen(lambda: RECORDS in owner.got)
            owner.got.clear()
            await app.consumer.perform_seek()
            with voice(spoken, 1) as said:
                said.tick()
            await seen(lambda: RECORDS + 1 in owner.got)
        return owner.got

    assert asyncio.run(scenario()) == list(range(1 if protected else RECORDS + 1, RECORDS + 2))


@dataclass(slots=True)
class Interrupted(Listener):
    """Loads, and then its brokers are away for some seconds."""

    brokers: AnyBroker | None = None
    away: bool = False

    async def assigned(
        self, partitions: Iterable[int], generation: int, current: Callable[[], int]
    ) -> None:
        """Freezes them."""
        assert self.brokers is not None
        self.brokers.freeze()
        asyncio.get_running_loop().call_later(6, self._thaw, self.brokers)
        self.away = True

    def _thaw(self, brokers: AnyBroker) -> None:
        brokers.thaw()
        self.away = False


@WITH_AND_WITHOUT
def test_a_take_over_given_up_ends_the_worker(
    spoken: Cluster,
    kafka: AnyBroker,
    without: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    protected: bool,
) -> None:
    """Faust waits for brokers as long as for a request, then takes over nothing any more."""
    without(broker_request_timeout=3.5)
    if not protected:
        monkeypatch.delattr(ours.Consumer, "perform_seek")

    async def scenario() -> BaseException | None:
        owner = Interrupted(
            spoken, now_instant, never, lambda number, effects: None, print, brokers=kafka
        )
        app = make_app(spoken, Membership(session=3), owner)
        starting = asyncio.ensure_future(app.start())
        try:
            await seen(lambda: owner.away)
            taking_over = list(app.tables.recovery._futures)
            await seen(lambda: any(one.done() for one in taking_over))
            await seen(lambda: not owner.away)
            assert starting.done() is protected
        finally:
            kafka.thaw()
            async with asyncio.timeout(20):
                await app.stop()
                await asyncio.gather(starting, return_exceptions=True)
        crash: BaseException | None = app.crash_reason
        return crash

    ended = asyncio.run(scenario())
    assert isinstance(ended, NothingRead) if protected else ended is None


@dataclass(slots=True)
class Late(Listener):
    """Is still loading when partitions are dealt out anew."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[Callable[[], bool]] = field(default_factory=list)
    """Of each load: whether it is for nothing by now."""
    revocations: int = 0
    """While it was loading."""
    for_nothing: list[bool] = field(default_factory=list)
    """As each load ended."""

    async def assigned(
        self, partitions: Iterable[int], generation: int, current: Callable[[], int]
    ) -> None:
        """Loads until told."""

        def for_nothing() -> bool:
            return current() != generation

        self.asked.append(for_nothing)
        await self.go.wait()
        self.for_nothing.append(for_nothing())
        self.loaded = True

    async def revoked(self) -> None:
        """Counts."""
        self.revocations += len(self.asked) - len(self.for_nothing)


def test_a_load_goes_on_though_it_is_for_nothing(bare_cluster: Cluster) -> None:
    """Faust ends no handler when partitions are dealt out anew meanwhile, but calls the others."""
    init(bare_cluster, 2)

    async def scenario() -> Late:
        owner = Late(bare_cluster, now_instant, never, lambda number, effects: None, print)
        app = make_app(bare_cluster, Membership(session=3), owner)
        starting = asyncio.ensure_future(app.start())
        try:
            await seen(lambda: owner.asked != [])
            async with started(bare_cluster, listener(bare_cluster)):
                await seen(owner.asked[0])
                owner.go.set()
                await seen(lambda: len(owner.for_nothing) > 1)
        finally:
            owner.go.set()
            async with asyncio.timeout(20):
                await starting
                await app.stop()
        return owner

    owner = asyncio.run(scenario())
    assert owner.for_nothing[0]
    assert owner.revocations > 0


@WITH_AND_WITHOUT
def test_what_was_loaded_for_nothing_is_not_followed(spoken: Cluster, protected: bool) -> None:
    """Two would follow the partition."""

    async def scenario() -> list[int]:
        owner = Owner(spoken, now_instant, never, lambda number, effects: None, print)
        now = 2 if protected else 1
        await owner.assigned([0], 1, lambda: now)
        followed = list(owner.holdings)
        await owner.revoked()
        owner.close()
        return followed

    assert asyncio.run(scenario()) == ([] if protected else [0])


@WITH_AND_WITHOUT
def test_what_others_may_have_owned_is_loaded_anew(spoken: Cluster, protected: bool) -> None:
    """A woken worker is given its partitions back, and told nothing of having lost them."""

    async def scenario() -> BaseException | int | None:
        failed: list[BaseException] = []
        owner = Owner(spoken, now_instant, never, lambda number, effects: None, failed.append)
        await owner.assigned([0], 5, lambda: 5)
        other = KafkaStore(spoken, 0, now_instant)
        assert (await other.load()).position == 0
        await other.commit(0, [Effects(10, now_instant())])
        # Without: the generation that it has missed is not noticed.
        generation = 7 if protected else 6
        await owner.assigned([0], generation, lambda: generation)
        for position in range(1, RECORDS + 1):
            record = Record(0, position, now_instant(), b"")
            await owner.put(0, Received(record, lambda: None))
        await seen(lambda: failed != [] or owner.holdings[0].position == RECORDS)
        position_then = owner.holdings[0].position
        await owner.revoked()
        owner.close()
        other.close()
        return failed[0] if failed else position_then

    told = asyncio.run(scenario())
    assert told == RECORDS if protected else isinstance(told, NotOwner)


@WITH_AND_WITHOUT
def test_who_has_lost_a_partition_commits_nothing(bare_cluster: Cluster, protected: bool) -> None:
    """Faust tells a frozen worker nothing: only one identity for a partition keeps it out."""
    init(bare_cluster, 1)
    topic = Topics(bare_cluster.prefix).events
    zombie = Transactions(bare_cluster, f"{bare_cluster.prefix}sla-0", 0, Event())
    zombie.take_over()
    name = "sla-0" if protected else "sla-0-of-another"
    owner = Transactions(bare_cluster, f"{bare_cluster.prefix}{name}", 0, Event())
    owner.take_over()
    owner.commit([Outgoing(topic, None, b"owner", [])])
    if protected:
        with pytest.raises(NotOwner):
            zombie.commit([Outgoing(topic, None, b"zombie", [])])
    else:
        zombie.commit([Outgoing(topic, None, b"zombie", [])])
    zombie.close()
    owner.close()
    told = {record.value for record in committed(bare_cluster, topic)}
    assert told == ({b"owner"} if protected else {b"owner", b"zombie"})


@pytest.mark.parametrize(("generation", "taken"), [(3, [1]), (2, [])])
def test_what_was_fetched_before_is_not_taken(generation: int, taken: list[int]) -> None:
    """A second lock: the streams of Faust 0.15.3 pass it over by themselves."""

    class Stream:
        def noack(self) -> "Stream":
            return self

        async def events(self) -> AsyncIterator[Any]:
            message = SimpleNamespace(
                partition=0,
                offset=0,
                timestamp=1.0,
                headers=[],
                value=b"",
                generation_id=generation,
            )
            yield SimpleNamespace(message=message, ack=lambda: None)

    async def scenario() -> list[int]:
        owner = listener(Cluster("127.0.0.1:9"), loaded=True)
        app = make_app(owner.cluster, Membership(), owner)
        app.consumer_generation_id = 3
        (agent,) = app.agents.values()
        await agent.fun(Stream())
        return owner.got

    assert asyncio.run(scenario()) == taken
