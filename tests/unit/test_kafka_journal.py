"""The journal of a partition on Kafka: what is acknowledged, what is refused, when it ticks."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from streams.core.partition import Record
from streams.kafka.inbox import RECORDS_MAX, Inbox, Received
from streams.kafka.journal import READ_BYTES, Appended, KafkaJournal, RecordsMissing


class Partition:
    """A journal, what was acknowledged of it, and the ticks that were appended."""

    def __init__(
        self, until: int = 0, stamp: int = 1_000, held_up: Callable[[], bool] = lambda: False
    ) -> None:
        self.acknowledged: list[int] = []
        self.ticks = 0
        self.end = until
        self.away = False
        self._stamp = stamp
        self.journal = KafkaJournal(3, self._append, until, held_up)

    async def _append(self, partition: int) -> Appended | None:
        assert partition == 3
        if self.away:
            return None
        self.ticks += 1
        self.end += 1
        return Appended(self.end, self._stamp)

    async def put(self, *positions: int, size: int = 0) -> None:
        """Hands in records."""
        for position in positions:
            record = Record(3, position, position * 10, b"x" * size)
            said = partial(self.acknowledged.append, position)
            await self.journal.inbox.put(Received(record, said))

    async def read(self, after: int, limit: int = 10, wait: float = 0) -> list[int]:
        """The positions read."""
        return [record.position for record in await self.journal.read(after, limit, wait)]


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    """Runs it."""

    async def live() -> None:
        await scenario()

    asyncio.run(live())


def test_what_is_committed_is_acknowledged_in_order_and_no_more() -> None:
    async def scenario() -> None:
        here = Partition()
        await here.put(1, 2, 3)
        assert await here.read(0, limit=2) == [1, 2]
        assert here.acknowledged == []
        assert await here.read(2) == [3]
        assert here.acknowledged == [1, 2]
        here.journal.acknowledge(3)
        assert here.acknowledged == [1, 2, 3]

    run(scenario)


def test_what_is_read_again_after_a_rebalance_is_passed_over() -> None:
    async def scenario() -> None:
        here = Partition()
        await here.put(4, 5, 6)
        assert await here.read(5) == [6]
        assert here.acknowledged == [4, 5]

    run(scenario)


def test_lost_records_are_told() -> None:
    async def scenario() -> None:
        here = Partition()
        await here.put(1, 3)
        with pytest.raises(RecordsMissing, match="record 3 follows on 1"):
            await here.read(0)

    run(scenario)


def test_much_is_read_in_parts_so_that_others_have_their_turn() -> None:
    async def scenario() -> None:
        here = Partition()
        await here.put(1, 2, 3, size=READ_BYTES // 2)
        assert await here.read(0) == [1]
        assert await here.read(1) == [2]
        # One that is larger by itself is read alone.
        await here.put(4, size=2 * READ_BYTES)
        assert await here.read(2) == [3]
        assert await here.read(3) == [4]

    run(scenario)


def test_it_does_not_tick_before_it_has_read_what_was_there() -> None:
    """What is due may have been answered in a record that was not read yet."""

    async def scenario() -> None:
        here = Partition(until=2)
        assert await here.journal.append_tick() is None
        await here.put(1)
        assert await here.read(0) == [1]
        assert await here.journal.append_tick() is None
        await here.put(2)
        assert await here.read(1) == [2]
        assert await here.journal.append_tick() is None  # it is read, not judged
        assert await here.read(2) == []
        assert await here.journal.append_tick() == 1_000
        assert here.ticks == 1

    run(scenario)


def test_it_does_not_tick_again_before_it_has_read_its_tick() -> None:
    async def scenario() -> None:
        here = Partition()
        assert await here.journal.append_tick() == 1_000
        assert await here.journal.append_tick() is None
        await here.put(1)
        assert await here.read(0) == [1]
        assert await here.read(1) == []
        assert await here.journal.append_tick() == 1_000
        assert here.ticks == 2

    run(scenario)


def test_what_came_before_a_tick_is_read_with_it() -> None:
    """One transaction less lies between what is due and what is told."""

    async def scenario() -> None:
        here = Partition()
        here.end = 1
        assert await here.journal.append_tick() == 1_000
        await here.put(1)
        reading = asyncio.create_task(here.read(0))
        await asyncio.sleep(0)
        assert not reading.done()
        await here.put(2)
        assert await reading == [1, 2]

    run(scenario)


@pytest.mark.parametrize(("size", "wait"), [(0, 0.01), (READ_BYTES, 3600)])
def test_little_is_read_together_while_nothing_is_due(
    monkeypatch: pytest.MonkeyPatch, size: int, wait: float
) -> None:
    """A reading begins some time after the last one, or when what is due comes, or with much."""
    monkeypatch.setattr("streams.kafka.journal.PACE", 3600)

    async def scenario() -> None:
        here = Partition()
        await here.put(1)
        assert await here.read(0, wait=3600) == [1]  # at once, where none was before it
        await here.put(2)
        reading = asyncio.create_task(here.read(1, wait=wait))
        await asyncio.sleep(0)
        assert not reading.done()
        await here.put(3, size=size)
        assert (await reading)[0] == 2

    run(scenario)


def test_it_tries_again_where_the_brokers_did_not_take_its_tick() -> None:
    async def scenario() -> None:
        here = Partition()
        here.away = True
        assert await here.journal.append_tick() is None
        here.away = False
        assert await here.journal.append_tick() == 1_000

    run(scenario)


def test_it_does_not_tick_once_it_is_given_away() -> None:
    async def scenario() -> None:
        here = Partition()
        here.journal.inbox.close()
        assert await here.journal.append_tick() is None
        assert await here.read(0, wait=5) == []
        assert here.ticks == 0

    run(scenario)


def test_whoever_hands_in_waits_for_room() -> None:
    async def scenario() -> None:
        inbox = Inbox()
        one = Received(Record(0, 1, 1, b""), lambda: None)
        for _ in range(RECORDS_MAX):
            await inbox.put(one)
        waiting = asyncio.create_task(inbox.put(one))
        await asyncio.sleep(0)
        assert not waiting.done()
        inbox.take()
        await waiting
        # Closed, it lets go whoever waits, and takes nothing.
        waiting = asyncio.create_task(inbox.put(one))
        await asyncio.sleep(0)
        inbox.close()
        await waiting
        assert len(inbox) == 0

    run(scenario)
