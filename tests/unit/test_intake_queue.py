"""The queue of the door: nobody who waits is left waiting, and nobody who left stops the others."""

import asyncio

import psycopg
import pytest

from schemas.codec import decode_events
from sla.intake_queue import DatabaseAway, IntakeQueue
from streams.postgres.door import Receipt
from tests.hostile.inputs import GOOD

DECODED = decode_events(GOOD, content="single")


async def _answers(queue: IntakeQueue, *, leaving: int = 0) -> list[Receipt | BaseException]:
    """What three who wait are told, of whom `leaving` go away meanwhile; the queue then goes on."""
    waiting = [asyncio.ensure_future(queue.take_in(DECODED)) for _ in range(3)]
    await asyncio.sleep(0)
    running = asyncio.ensure_future(queue.run())
    await asyncio.sleep(0)
    for one in waiting[:leaving]:
        one.cancel()
    told = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return told


def _committing(monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> IntakeQueue:
    """A queue whose every commit gives position 7, or raises `error`."""

    def commit(self: IntakeQueue, group: object) -> int:
        if error is not None:
            raise error
        return 7

    monkeypatch.setattr(IntakeQueue, "_commit", commit)
    return IntakeQueue(lambda: "", lambda: 0)


@pytest.mark.parametrize("error", [None, psycopg.OperationalError("gone")])
def test_who_goes_away_before_the_answer_leaves_the_others_theirs(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    told = asyncio.run(_answers(_committing(monkeypatch, error), leaving=1))
    assert isinstance(told[0], asyncio.CancelledError)
    for one in told[1:]:
        assert isinstance(one, Receipt if error is None else DatabaseAway)


def test_an_error_that_ends_the_queue_is_told_to_all_who_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = asyncio.run(_answers(_committing(monkeypatch, ValueError("broken"))))
    assert [str(one) for one in told] == ["broken"] * 3
