"""The one loop: records in, effects committed, ticks when something comes due in silence.

    read records -> Partition.apply -> commit in ONE transaction -> acknowledge

The ports `Journal` and `Store` are what the loop needs of the outside; adapters decide nothing.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from streams.core.partition import Effects, Partition, Record

BATCH: Final = 200
"""Records read and committed together: enough to pay a commit, few enough to stay prompt."""
AHEAD_MAX: Final = 60_000_000
"""A stamp this far ahead of our own clock, in microseconds, stops the runtime: time that has
passed in the log cannot be taken back (design 3)."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What the store holds of a partition."""

    position: int
    clock: int
    states: Sequence[tuple[str, bytes]]
    book: Mapping[str, bytes]


class Journal(Protocol):
    """Our log: records in order, each with a position one above the last and a stamp."""

    async def read(self, after: int, limit: int, wait: float) -> list[Record]:
        """Records after the position `after`; waits up to `wait` seconds for the first."""

    async def append_tick(self) -> int | None:
        """Appends a record that only lets time pass; its stamp, by the log's clock.

        None: none was appended, for records are known to be there that were not read yet.
        """


class Store(Protocol):
    """Where a partition's state, book and publications live."""

    async def load(self) -> Saved:
        """All that was committed."""

    async def commit(self, expected: int, effects: Sequence[Effects]) -> None:
        """Saves all of `effects` in one transaction, or nothing.

        Raises NotOwner where the saved position is not `expected`: another tracker has it.
        """


class NotOwner(Exception):
    """Another tracker has committed to this partition; this one must stop."""


class AheadOfTime(Exception):
    """The log's stamps are ahead of this machine's clock."""


class Tracker:
    """Lives one partition: loads it, then follows its journal."""

    def __init__(
        self,
        journal: Journal,
        store: Store,
        clock: Callable[[], int],
        *,
        number: int = 0,
        batch: int = BATCH,
    ) -> None:
        self._batch = batch
        self.journal = journal
        self._store = store
        self._clock = clock
        self._number = number
        self._ahead = 0
        self.partition = Partition(number)

    async def load(self) -> None:
        """Takes up what the store holds."""
        saved = await self._store.load()
        partition = Partition(self._number)
        # All tickets are read, which takes seconds: the door and `/health` answer meanwhile.
        await asyncio.to_thread(
            partition.load, saved.position, saved.clock, saved.states, saved.book
        )
        self.partition = partition

    async def step(self, idle: float) -> list[Effects]:
        """Reads what there is, waiting up to `idle` seconds, and commits what follows from it.

        Where something is due by now, and nothing read is stamped so late, a tick is appended; it
        is judged when it is read in its place. Gives the effects committed, none for a wait.
        """
        partition = self.partition
        records = await self._read(self._patience(idle))
        due = partition.next_due
        if due is not None and due <= self._log_clock() and self._ends_before(due, records):
            await self._tick(due)
            records = await self._read(0.0)
        if not records:
            return []
        if records[-1].stamp > self._clock() + AHEAD_MAX:
            raise AheadOfTime(
                f"record {records[-1].position} of the journal is stamped more than a minute "
                "ahead of this machine's clock; set the clock right, then start again"
            )
        expected = partition.position
        effects = [partition.apply(record) for record in records]
        await self._store.commit(expected, effects)
        return effects

    async def _read(self, wait: float) -> list[Record]:
        return await self.journal.read(self.partition.position, self._batch, wait)

    def _ends_before(self, due: int, records: Sequence[Record]) -> bool:
        """Whether the log, as far as it was read, ends before `due`."""
        return not records or (len(records) < self._batch and records[-1].stamp < due)

    async def _tick(self, due: int) -> None:
        """Lets time pass in the log. Where its clock is behind ours, what is `due` comes later."""
        stamp = await self.journal.append_tick()
        if stamp is not None:
            self._ahead = max(0, self._clock() - stamp) if stamp < due else 0

    def _log_clock(self) -> int:
        """What the log's clock shows, as far as the last tick told."""
        return self._clock() - self._ahead

    def _patience(self, idle: float) -> float:
        """How long to wait for records: until the next thing comes due, at most `idle`."""
        due = self.partition.next_due
        if due is None:
            return idle
        return max(0.0, min(idle, (due - self._log_clock()) / 1_000_000))
