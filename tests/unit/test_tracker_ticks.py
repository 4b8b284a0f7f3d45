"""Where the log's clock is behind ours, a tick that came too early is followed after the rest."""

import asyncio

from schemas.codec import encode_batch
from streams.tracker import Tracker
from tests.builders import agreement, hk, story
from tests.doubles import MemoryJournal, MemoryStore

DUE = hk("2026-03-31 10:00:00.000001")
BEHIND = 400_000
OPENED = "2026-03-30 10:00 opened plan=silver severity=2"


def test_it_tries_again_after_the_difference() -> None:
    now = hk("2026-03-30 10:00:01")
    journal = MemoryJournal(lambda: now - BEHIND)

    async def scenario() -> None:
        nonlocal now
        tracker = Tracker(journal, MemoryStore(), lambda: now)
        await tracker.load()
        tracker.partition.book.agreements = [agreement()]
        journal.append(encode_batch(story(OPENED)))
        assert len(await tracker.step(0)) == 1
        now = DUE
        (early,) = await tracker.step(0)  # of a tick that is stamped before it is due
        assert early.messages == []
        assert await tracker.step(0) == []
        assert await journal.read(2, 10, 0) == []  # no other until the difference has passed
        now += BEHIND
        (effects,) = await tracker.step(0)
        assert b"sla.timer_breached.v1" in b"".join(effects.messages)

    asyncio.run(scenario())


def test_a_tick_goes_with_what_was_said_before_it() -> None:
    """One commit, not two, lies between what is due and what is told."""
    now = hk("2026-03-30 10:00:01")
    journal, store = MemoryJournal(lambda: now), MemoryStore()

    async def scenario() -> None:
        nonlocal now
        tracker = Tracker(journal, store, lambda: now)
        await tracker.load()
        tracker.partition.book.agreements = [agreement()]
        journal.append(encode_batch(story(OPENED)))
        await tracker.step(0)
        journal.append(encode_batch(story(OPENED, ticket="T-2")))
        now = DUE
        _, told = await tracker.step(0)
        assert b"sla.timer_breached.v1" in b"".join(told.messages)
        assert store.position == 3

    asyncio.run(scenario())


def test_there_is_no_tick_where_what_is_read_is_late_enough() -> None:
    now = hk("2026-03-30 10:00:01")
    journal = MemoryJournal(lambda: now)

    async def scenario() -> None:
        nonlocal now
        tracker = Tracker(journal, MemoryStore(), lambda: now)
        await tracker.load()
        tracker.partition.book.agreements = [agreement()]
        journal.append(encode_batch(story(OPENED)))
        await tracker.step(0)
        now = DUE
        journal.append(encode_batch(story(OPENED, ticket="T-2")))
        (effects,) = await tracker.step(0)
        assert b"sla.timer_breached.v1" in b"".join(effects.messages)
        assert await journal.read(2, 10, 0) == []

    asyncio.run(scenario())
