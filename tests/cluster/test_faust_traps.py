"""What Faust does by default and must not do to us: each trap beside its protection.

Where a protection is taken away the first of each pair fails; where Faust mends it, the second.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import mode
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from sla.clock import now_instant
from streams.kafka import app as ours
from streams.kafka.app import Membership, make_app
from streams.kafka.cluster import Cluster
from streams.kafka.inbox import Received
from streams.kafka.owner import Owner
from streams.kafka.topics import Topics, init
from tests.cluster.saying import voice

pytestmark = pytest.mark.slow

RECORDS: Final = 20


@dataclass(slots=True)
class Listener(Owner):
    """Takes records without judging them; `fails_at` a position, acknowledges where told."""

    fails_at: int | None = None
    acknowledges: bool = True
    loading: float = 0.0
    got: list[int] = field(default_factory=list)
    before_loaded: list[int] = field(default_factory=list)
    loaded: bool = False

    async def put(self, number: int, received: Received) -> None:
        """Takes one."""
        position = received.record.position
        if position == self.fails_at:
            raise ArithmeticError("a fault of ours")
        (self.got if self.loaded else self.before_loaded).append(position)
        if self.acknowledges:
            received.acknowledge()

    async def assigned(
        self, partitions: Iterable[int], generation: int, current: Callable[[], int]
    ) -> None:
        """Loads for a while."""
        await asyncio.sleep(self.loading)
        self.loaded = True

    async def revoked(self) -> None:
        """Nothing to finish."""


async def no_tick(partition: int) -> None:
    """None is due."""


def listener(cluster: Cluster, **how: Any) -> Listener:
    return Listener(
        cluster, now_instant, no_tick, lambda number, effects: None, lambda error: None, **how
    )


@pytest.fixture
def spoken(bare_cluster: Cluster) -> Cluster:
    """A journal of one partition and twenty records."""
    init(bare_cluster, 1)
    with voice(bare_cluster, 1) as said:
        for _ in range(RECORDS):
            said.tick()
    return bare_cluster


@asynccontextmanager
async def started(cluster: Cluster, owner: Listener) -> AsyncIterator[Any]:
    """The app at work; stopped afterwards, in time."""
    app = make_app(cluster, Membership(session=3), owner)
    await app.start()
    try:
        yield app
    finally:
        async with asyncio.timeout(20):
            await app.stop()


async def seen(look: Callable[[], bool]) -> None:
    """Returns once it is so."""
    async with asyncio.timeout(20):
        while not look():
            await asyncio.sleep(0.02)


async def committed(cluster: Cluster) -> int | None:
    """Where another worker would go on reading."""
    consumer = AIOKafkaConsumer(
        group_id=f"{cluster.prefix}{ours.GROUP}", enable_auto_commit=False, **cluster.for_aiokafka()
    )
    async with consumer:
        place = TopicPartition(Topics(cluster.prefix).journal, 0)
        consumer.assign([place])
        offset: int | None = await consumer.committed(place)
        return offset


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Takes a setting of ours away: Faust's own holds."""
    settings = ours._settings

    def take(**instead: Any) -> None:
        monkeypatch.setattr(ours, "_settings", lambda *place: settings(*place) | instead)

    return take


def test_an_agent_that_fails_ends_the_worker(spoken: Cluster) -> None:
    async def scenario() -> int | None:
        owner = listener(spoken, fails_at=6)
        async with started(spoken, owner) as app:
            async with asyncio.timeout(20):
                await app.wait_until_stopped()
            assert isinstance(app.crash_reason, ArithmeticError)
            assert owner.got == [1, 2, 3, 4, 5]
        return await committed(spoken)

    assert asyncio.run(scenario()) in (None, 5)


def test_by_default_it_goes_on_and_the_record_is_lost(
    spoken: Cluster, without: Callable[..., None]
) -> None:
    without(agent_supervisor=mode.OneForOneSupervisor)

    async def scenario() -> int | None:
        owner = listener(spoken, fails_at=6)
        async with started(spoken, owner):
            await seen(lambda: RECORDS in owner.got)
            assert 6 not in owner.got
        return await committed(spoken)

    assert asyncio.run(scenario()) == RECORDS


def test_what_is_not_committed_is_not_acknowledged(spoken: Cluster) -> None:
    async def scenario() -> int | None:
        owner = listener(spoken, acknowledges=False)
        async with started(spoken, owner):
            await seen(lambda: RECORDS in owner.got)
        return await committed(spoken)

    assert asyncio.run(scenario()) is None


def test_a_plain_stream_acknowledges_by_itself(
    spoken: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plain(app: Any, journal: Any, owner: Owner) -> None:
        @app.agent(journal)  # type: ignore[untyped-decorator]
        async def read_journal(stream: Any) -> None:
            async for event in stream.events():
                await owner.put(0, ours.received(event))

    monkeypatch.setattr(ours, "bind_owner", plain)

    async def scenario() -> int | None:
        owner = listener(spoken, acknowledges=False)
        owner.loaded = True
        async with started(spoken, owner):
            await seen(lambda: RECORDS in owner.got)
        return await committed(spoken)

    assert asyncio.run(scenario()) == RECORDS


def test_no_record_comes_before_all_is_loaded(spoken: Cluster) -> None:
    async def scenario() -> Listener:
        owner = listener(spoken, loading=1.5)
        async with started(spoken, owner):
            await seen(lambda: RECORDS in owner.got)
        return owner

    assert asyncio.run(scenario()).before_loaded == []


def test_on_partitions_assigned_is_no_gate(
    spoken: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_early(app: Any, journal: Any, owner: Owner) -> None:
        @app.agent(journal)  # type: ignore[untyped-decorator]
        async def read_journal(stream: Any) -> None:
            async for event in stream.noack().events():
                await owner.put(0, ours.received(event))

        @app.on_partitions_assigned.connect(weak=False)  # type: ignore[untyped-decorator]
        async def on_assigned(app: Any, assigned: Any, **kwargs: Any) -> None:
            await owner.assigned([0], 1, lambda: 1)

    monkeypatch.setattr(ours, "bind_owner", too_early)

    async def scenario() -> Listener:
        owner = listener(spoken, loading=1.5)
        async with started(spoken, owner):
            await seen(lambda: RECORDS in owner.got + owner.before_loaded)
        return owner

    assert asyncio.run(scenario()).before_loaded != []


def test_what_is_not_acknowledged_does_not_hold_up_the_end(spoken: Cluster) -> None:
    async def scenario() -> float:
        owner = listener(spoken, acknowledges=False)
        async with started(spoken, owner):
            await seen(lambda: RECORDS in owner.got)
            began = asyncio.get_running_loop().time()
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(scenario()) < 5


def test_nothing_is_kept_in_tables_or_sent_by_faust(spoken: Cluster) -> None:
    """Its producer once held up the acknowledgements for seconds; its tables load twenty times
    slower than we do, and a table would be written outside our transaction.
    """

    async def scenario() -> None:
        owner = listener(spoken)
        async with started(spoken, owner) as app:
            await seen(lambda: RECORDS in owner.got)
            assert not app.tables
            assert app.conf.table_standby_replicas == 0
            assert app.conf.processing_guarantee.value == "at_least_once"
            assert app.producer._producer is None or not app.producer.buffer.size

    asyncio.run(scenario())


def test_a_full_buffer_does_not_stop_the_reading(spoken: Cluster) -> None:
    """Faust would take the partition out, and look again only after a second."""

    async def scenario() -> None:
        owner = listener(spoken)
        async with started(spoken, owner) as app:
            await seen(lambda: RECORDS in owner.got)
            (place,) = app.consumer.assignment()
            app.consumer.on_buffer_full(place)
            assert place in app.consumer._get_active_partitions()

    asyncio.run(scenario())
