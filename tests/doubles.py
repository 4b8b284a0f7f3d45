"""Journal and Store in memory: held to the same contract as those on PostgreSQL."""

from collections.abc import Callable, Sequence

from streams.core.partition import Effects, Record
from streams.tracker import NotOwner, Saved


class MemoryJournal:
    """A list of records."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._records: list[Record] = []

    def append(self, payload: bytes) -> int:
        """Appends one record; its position."""
        last = self._records[-1].stamp if self._records else 0
        position = len(self._records) + 1
        self._records.append(Record(0, position, max(last, self._clock()), payload))
        return position

    async def read(self, after: int, limit: int, wait: float) -> list[Record]:
        """Records after the position `after`; there is nobody to wait for."""
        return self._records[after : after + limit]

    async def append_tick(self) -> int:
        """Appends a record that only lets time pass; its stamp."""
        self.append(b"")
        return self._records[-1].stamp


class MemoryStore:
    """Two dictionaries and what was published."""

    def __init__(self) -> None:
        self.position = 0
        self.clock = 0
        self.states: dict[str, bytes] = {}
        self.book: dict[str, bytes] = {}
        self.published: list[bytes] = []

    async def load(self) -> Saved:
        """All that was committed."""
        return Saved(self.position, self.clock, list(self.states.items()), dict(self.book))

    async def commit(self, expected: int, effects: Sequence[Effects]) -> None:
        """Saves all of `effects`, or raises NotOwner and saves nothing."""
        if self.position != expected:
            raise NotOwner("another tracker has this partition")
        for one in effects:
            for kept, changes in ((self.states, one.states), (self.book, one.book)):
                for key, value in changes.items():
                    if value is None:
                        kept.pop(key, None)
                    else:
                        kept[key] = value
            self.published += one.messages
        self.position = effects[-1].position
        self.clock = effects[-1].clock
