"""Where the log's clock is behind ours, a tick that came too early is followed after the rest."""

import asyncio

from schemas.codec import encode_batch
from streams.tracker import Tracker
from tests.builders import agreement, hk, story
from tests.doubles import MemoryJournal, MemoryStore

DUE = hk("2026-03-31 10:00:00.000001")
BEHIND = 400_000


def test_it_tries_again_after_the_difference() -> None:
    now = hk("2026-03-30 10:00:01")
    journal = MemoryJournal(lambda: now - BEHIND)

    async def scenario() -> None:
        nonlocal now
        tracker = Tracker(journal, MemoryStore(), lambda: now)
        await tracker.load()
        tracker.partition.book.agreements = [agreement()]
        journal.append(encode_batch(story("2026-03-30 10:00 opened plan=silver severity=2")))
        assert len(await tracker.step(0)) == 1
        now = DUE
        assert await tracker.step(0) == []  # a tick, stamped before it is due
        (early,) = await tracker.step(0)
        assert early.messages == []
        assert await tracker.step(0) == []
        assert await journal.read(2, 10, 0) == []  # no other until the difference has passed
        now += BEHIND
        assert await tracker.step(0) == []
        (effects,) = await tracker.step(0)
        assert b"sla.timer_breached.v1" in b"".join(effects.messages)

    asyncio.run(scenario())
