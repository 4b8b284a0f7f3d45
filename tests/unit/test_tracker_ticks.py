"""When a tick is appended, and what goes with it."""

import asyncio
from collections.abc import Awaitable, Callable

from schemas.codec import encode_batch
from streams.core.partition import Effects
from streams.tracker import Tracker
from tests.builders import agreement, hk, story
from tests.doubles import MemoryJournal, MemoryStore

DUE = hk("2026-03-31 10:00:00.000001")
BEHIND = 400_000
OPENED = "2026-03-30 10:00 opened plan=silver severity=2"


class Desk:
    """A tracker, its journal and its store; the log's clock is `behind` ours."""

    def __init__(self, behind: int = 0) -> None:
        self.now = hk("2026-03-30 10:00:01")
        self.journal = MemoryJournal(lambda: self.now - behind)
        self.store = MemoryStore()
        self.tracker = Tracker(self.journal, self.store, lambda: self.now)

    def open(self, ticket: str) -> None:
        """What is promised for it is due a day later."""
        self.journal.append(encode_batch(story(OPENED, ticket=ticket)))

    async def step(self) -> list[Effects]:
        """What is committed at one step."""
        return await self.tracker.step(0)


def live(scenario: Callable[[Desk], Awaitable[None]], behind: int = 0) -> None:
    """A desk on which one ticket has been opened and judged."""

    async def begin() -> None:
        desk = Desk(behind)
        await desk.tracker.load()
        desk.tracker.partition.book.agreements = [agreement()]
        desk.open("T-1")
        assert len(await desk.step()) == 1
        await scenario(desk)

    asyncio.run(begin())


def breached(effects: Effects) -> bool:
    """Whether a breach is told."""
    return b"sla.timer_breached.v1" in b"".join(effects.messages)


def test_where_the_logs_clock_is_behind_it_tries_again_after_the_difference() -> None:
    async def scenario(desk: Desk) -> None:
        desk.now = DUE
        (early,) = await desk.step()  # of a tick that is stamped before it is due
        assert early.messages == []
        assert await desk.step() == []
        assert await desk.journal.read(2, 10, 0) == []  # no other until the difference has passed
        desk.now += BEHIND
        (effects,) = await desk.step()
        assert breached(effects)

    live(scenario, BEHIND)


def test_a_tick_goes_with_what_was_said_before_it() -> None:
    """One commit, not two, lies between what is due and what is told."""

    async def scenario(desk: Desk) -> None:
        desk.open("T-2")
        desk.now = DUE
        said, told = await desk.step()
        assert not breached(said)
        assert breached(told)
        assert desk.store.position == 3

    live(scenario)


def test_there_is_no_tick_where_what_is_read_is_late_enough() -> None:
    async def scenario(desk: Desk) -> None:
        desk.now = DUE
        desk.open("T-2")
        (effects,) = await desk.step()
        assert breached(effects)
        assert await desk.journal.read(2, 10, 0) == []

    live(scenario)
