"""Taking up a partition leaves the process free to answer."""

import asyncio
import threading
from collections.abc import Iterator, Sequence

from streams.tracker import Saved, Tracker
from tests.doubles import MemoryJournal, MemoryStore


class Waiting(Sequence[tuple[str, bytes]]):
    """States that are given out only once somebody else has had a turn."""

    def __init__(self) -> None:
        self.turn = threading.Event()
        self.had_turn = False

    def __getitem__(self, index: object) -> tuple[str, bytes]:  # type: ignore[override]
        raise IndexError

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        self.had_turn = self.turn.wait(2)
        return iter(())


class Slow(MemoryStore):
    """A store whose states take their time to be judged."""

    def __init__(self, states: Waiting) -> None:
        super().__init__()
        self._slow = states

    async def load(self) -> Saved:
        return Saved(7, 0, self._slow, {})


def test_others_have_their_turn_while_tickets_are_loaded() -> None:
    """`/health` and the door are on the same loop."""
    states = Waiting()

    async def both() -> int:
        tracker = Tracker(MemoryJournal(lambda: 0), Slow(states), lambda: 0)
        asyncio.get_running_loop().call_later(0.01, states.turn.set)
        await tracker.load()
        return tracker.partition.position

    assert asyncio.run(both()) == 7
    assert states.had_turn
