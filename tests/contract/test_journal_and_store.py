"""What the loop may rely on, held by every home: PostgreSQL, Kafka, memory (design 3)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from psycopg import AsyncConnection

from schemas.codec import encode_batch
from streams.core.partition import Effects
from streams.kafka.cluster import Cluster
from streams.kafka.inbox import Received
from streams.kafka.journal import Appended, KafkaJournal
from streams.kafka.journal_format import to_record
from streams.kafka.loading import committed
from streams.kafka.store import KafkaStore
from streams.kafka.topics import Topics, init
from streams.postgres.journal import PostgresJournal, append_events
from streams.postgres.store import PostgresStore
from streams.tracker import Journal, NotOwner, Store, Tracker
from tests.builders import agreement, hk, story
from tests.doubles import MemoryJournal, MemoryStore

PARTITIONS = 2
PARTITION = 1
OPENED = "2026-03-30 10:00 opened plan=silver severity=2"
NOW = hk("2026-03-30 10:00:01")


@dataclass(slots=True)
class Home:
    """A journal and a store of one kind, and how events get in."""

    journal: Journal
    store: Store
    append: Callable[..., Awaitable[None]]
    published: Callable[[], Awaitable[bytes]]


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@asynccontextmanager
async def memory(clock: Clock, dsn: str) -> AsyncIterator[Home]:
    journal, store = MemoryJournal(clock), MemoryStore()

    async def append(*lines: str) -> None:
        journal.append(encode_batch(story(*lines)))

    async def published() -> bytes:
        return b",".join(store.published)

    yield Home(journal, store, append, published)


@asynccontextmanager
async def postgres(clock: Clock, dsn: str) -> AsyncIterator[Home]:
    async with await AsyncConnection.connect(dsn, autocommit=True) as connection:

        async def append(*lines: str) -> None:
            with psycopg.connect(dsn) as door:
                append_events(door, story(*lines), clock())

        async def published() -> bytes:
            cursor = await connection.execute(
                "SELECT messages FROM sla.outbox ORDER BY position", binary=True
            )
            return b",".join([row[0][1:-1] async for row in cursor])

        journal = PostgresJournal(connection, clock)
        yield Home(journal, PostgresStore(connection), append, published)


@asynccontextmanager
async def on_kafka(clock: Clock, place: str) -> AsyncIterator[Home]:
    """A partition of a cluster; its journal keeps the sender's stamps, for tests set the clock."""
    bootstrap, prefix = place.split()
    cluster = Cluster(bootstrap, prefix)
    init(cluster, PARTITIONS, stamps="CreateTime")
    topics = Topics(cluster.prefix)
    latest = 0

    async def stamped(value: bytes) -> Appended:
        # As the brokers do: never going back.
        nonlocal latest
        latest = max(latest, clock() // 1000)
        told = await producer.send_and_wait(
            topics.journal, value, partition=PARTITION, timestamp_ms=latest
        )
        return Appended(told.offset + 1, told.timestamp * 1000)

    async def append(*lines: str) -> None:
        await stamped(encode_batch(story(*lines)))
        await read_back()

    async def read_back() -> None:
        """As Faust would: everything that is there, into the inbox."""
        end = (await consumer.end_offsets([journal_partition]))[journal_partition]
        while await consumer.position(journal_partition) < end:
            for found in (await consumer.getmany(timeout_ms=1000)).values():
                for one in found:
                    record = to_record(PARTITION, one.offset, one.timestamp, one.headers, one.value)
                    await journal.inbox.put(Received(record, lambda: None))

    async def tick(partition: int) -> Appended:
        appended = await stamped(b"")
        await read_back()
        return appended

    async def published() -> bytes:
        read = committed(cluster, topics.events, PARTITION)
        return b",".join(await asyncio.to_thread(lambda: [value for _, value in read if value]))

    journal_partition = TopicPartition(topics.journal, PARTITION)
    journal = KafkaJournal(PARTITION, tick)
    store = KafkaStore(cluster, PARTITION, clock)
    async with (
        AIOKafkaProducer(acks="all", **cluster.for_aiokafka()) as producer,
        AIOKafkaConsumer(auto_offset_reset="earliest", **cluster.for_aiokafka()) as consumer,
    ):
        consumer.assign([journal_partition])
        await store.load()
        yield Home(journal, store, append, published)
        store.close()


HOMES = [
    pytest.param(memory, id="memory"),
    pytest.param(postgres, id="postgres", marks=pytest.mark.slow),
    pytest.param(on_kafka, id="kafka", marks=pytest.mark.slow),
]


@pytest.fixture
def dsn(request: pytest.FixtureRequest) -> str:
    """A database where the home needs one; of a cluster, its address and prefix."""
    if "kafka" in request.node.callspec.id:
        cluster: Cluster = request.getfixturevalue("bare_cluster")
        return f"{cluster.bootstrap} {cluster.prefix}"
    if "postgres" in request.node.callspec.id:
        made: str = request.getfixturevalue("database")
        return made
    return ""


def run(home: Any, dsn: str, scenario: Callable[[Home, Clock], Awaitable[None]]) -> None:
    """Runs a scenario on a home."""

    async def live() -> None:
        clock = Clock()
        async with home(clock, dsn) as made:
            await scenario(made, clock)

    asyncio.run(live())


@pytest.mark.parametrize("home", HOMES)
def test_positions_have_no_gaps_and_stamps_do_not_go_back(home: Any, dsn: str) -> None:
    """1.2: recorded_at never goes back within a partition, even when the clock does."""

    async def scenario(home: Home, clock: Clock) -> None:
        await home.append(OPENED)
        clock.now -= 5_000_000
        await home.append(OPENED)
        await home.journal.append_tick()
        records = await home.journal.read(0, 10, 0)
        assert [r.position for r in records] == [1, 2, 3]
        assert [r.stamp for r in records] == [NOW] * 3
        assert [bool(r.events) for r in records] == [True, True, False]
        assert [r.position for r in await home.journal.read(1, 1, 0)] == [2]

    run(home, dsn, scenario)


@pytest.mark.parametrize("home", HOMES)
def test_what_was_committed_is_loaded(home: Any, dsn: str) -> None:
    async def scenario(home: Home, clock: Clock) -> None:
        first = Effects(3, NOW, {"a": b"1", "b": b"2"}, {"k": b"v"}, [b'{"n":1}'])
        await home.store.commit(0, [first])
        second = Effects(4, NOW + 1, {"a": b"3", "b": None}, {"k": b"w"}, [b'{"n":2}'])
        third = Effects(5, NOW + 2, {"c": b"4"}, {}, [])
        await home.store.commit(3, [second, third])
        saved = await home.store.load()
        assert (saved.position, saved.clock) == (5, NOW + 2)
        assert dict(saved.states) == {"a": b"3", "c": b"4"}
        assert dict(saved.book) == {"k": b"w"}
        assert await home.published() == b'{"n":1},{"n":2}'

    run(home, dsn, scenario)


@pytest.mark.parametrize("home", HOMES)
def test_a_second_owner_is_refused_and_changes_nothing(home: Any, dsn: str) -> None:
    """Design 4.2: a partition has one writer."""

    async def scenario(home: Home, clock: Clock) -> None:
        await home.store.commit(0, [Effects(1, NOW, {"a": b"1"}, {}, [b"{}"])])
        with pytest.raises(NotOwner):
            await home.store.commit(0, [Effects(1, NOW, {"a": b"2"}, {}, [b"{}"])])
        saved = await home.store.load()
        assert dict(saved.states) == {"a": b"1"}
        assert await home.published() == b"{}"

    run(home, dsn, scenario)


@pytest.mark.parametrize("home", HOMES)
def test_the_loop_judges_and_ticks(home: Any, dsn: str) -> None:
    """What comes due in silence is found by a tick, read back in its place."""

    async def scenario(home: Home, clock: Clock) -> None:
        tracker = Tracker(home.journal, home.store, clock)
        await tracker.load()
        tracker.partition.book.agreements = [agreement()]
        await home.append(OPENED)
        assert len(await tracker.step(0)) == 1
        assert await tracker.step(0) == []
        clock.now = hk("2026-03-31 10:00:00.001")
        (effects,) = await tracker.step(0)  # of the tick that it appended
        assert b"sla.timer_breached.v1" in b"".join(effects.messages)
        assert b"sla.timer_breached.v1" in await home.published()

    run(home, dsn, scenario)
