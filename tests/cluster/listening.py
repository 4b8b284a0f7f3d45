"""Our Faust app with an owner that only listens, for what Faust itself does; and what it left."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from sla.clock import now_instant
from streams.kafka import app as ours
from streams.kafka.app import Membership
from streams.kafka.cluster import Cluster
from streams.kafka.inbox import Received
from streams.kafka.owner import Owner
from streams.kafka.topics import Topics

RECORDS: Final = 20
"""In the journal of `spoken`."""
WITH_AND_WITHOUT: Final = pytest.mark.parametrize(
    "protected", [pytest.param(True, id="with"), pytest.param(False, id="without")]
)
"""The same scenario with a protection of ours and without it."""


@dataclass(slots=True)
class Listener(Owner):
    """Takes records without judging them; `fails_at` a position, acknowledges where told."""

    fails_at: int | None = None
    acknowledges: bool = True
    loading: float = 0.0
    """Seconds."""
    slow: dict[int, float] = field(default_factory=dict)
    """Seconds that it takes for a position."""
    got: list[int] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    """When, by the loop's clock."""
    received: list[Received] = field(default_factory=list)
    before_loaded: list[int] = field(default_factory=list)
    loaded: bool = False
    generation: int = 0

    async def put(self, number: int, received: Received) -> None:
        """Takes one."""
        position = received.record.position
        if position == self.fails_at:
            raise ArithmeticError("a fault of ours")
        if position in self.slow:
            await asyncio.sleep(self.slow[position])
        (self.got if self.loaded else self.before_loaded).append(position)
        self.at.append(asyncio.get_running_loop().time())
        self.received.append(received)
        if self.acknowledges:
            received.acknowledge()

    async def assigned(
        self, partitions: Iterable[int], generation: int, current: Callable[[], int]
    ) -> None:
        """Loads for a while."""
        await asyncio.sleep(self.loading)
        self.generation = generation
        self.loaded = True

    async def revoked(self) -> None:
        """Nothing to finish."""


async def no_tick(partition: int) -> None:
    """None is due."""


def listener(cluster: Cluster, **how: Any) -> Listener:
    """One that has nobody to tell."""
    return Listener(
        cluster, now_instant, no_tick, lambda number, effects: None, lambda error: None, **how
    )


@asynccontextmanager
async def started(cluster: Cluster, owner: Owner, session: float = 3) -> AsyncIterator[Any]:
    """The app at work; stopped afterwards, in time."""
    app = ours.make_app(cluster, Membership(session=session), owner)
    await app.start()
    try:
        yield app
    finally:
        async with asyncio.timeout(20):
            await app.stop()


async def ends_within(seconds: float, app: Any, release: Callable[[], object]) -> bool:
    """Whether `app` stops in so many seconds; if not, `release` is to let it."""
    ending = asyncio.ensure_future(app.stop())
    done, _ = await asyncio.wait((ending,), timeout=seconds)
    if not done:
        release()
    async with asyncio.timeout(20):
        await ending
    return bool(done)


async def seen(look: Callable[[], bool], seconds: float = 20) -> None:
    """Returns once it is so. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
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
