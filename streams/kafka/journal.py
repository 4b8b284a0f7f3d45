"""The journal of one partition on Kafka: what its owner hands in, and the ticks it appends."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from streams.core.partition import Record
from streams.kafka.inbox import Inbox, Received
from streams.kafka.watching import Watch

READ_BYTES: Final = 256_000
"""Events read at once, some 600: what piles up goes into one transaction, but others of this
process must have their turn within a tenth of a second."""
CATCHING_UP: Final = 0.5
"""Seconds to wait for records that are known to be there."""
PACE: Final = 0.1
"""Seconds from one reading to the next while nothing is due: a transaction costs the brokers the
same for one record as for many, and what they need for it is missing to those in a hurry."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a tick went."""

    position: int
    stamp: int
    """By the brokers' clock, microseconds."""


AppendTick = Callable[[int], Awaitable[Appended | None]]
"""Appends a tick to the partition given; None: the brokers could not be asked."""


class RecordsMissing(Exception):
    """The journal does not hold what comes next; it cannot be followed."""


class KafkaJournal:
    """`until`: the end of the journal when the partition was taken over; till it is read, what is
    due may have been answered, and no tick is appended. `held_up`: whether whoever hands in waits
    for room elsewhere.
    """

    def __init__(
        self,
        partition: int,
        append: AppendTick,
        until: int = 0,
        held_up: Callable[[], bool] = lambda: False,
    ) -> None:
        self._partition = partition
        self._append = append
        self._until = until
        self._held_up = held_up
        self._watch = Watch(partition, self._answering)
        self._read: deque[Received] = deque()
        self._reached = 0
        self._read_at = float("-inf")
        self._ticked = 0
        self.inbox = Inbox()

    async def read(self, after: int, limit: int, wait: float) -> list[Record]:
        """Records after the position `after`; waits up to `wait` seconds for the first.

        All up to `after` is committed by that, and acknowledged. Raises RecordsMissing, and
        NothingRead where nothing comes for long of what is known to be there.
        """
        self.acknowledge(after)
        self._reached = after
        # What was given and not committed is given again.
        records = [received.record for received in self._read][:limit]
        if not records or self._reached < self._ticked:
            newest = self.inbox.newest
            await self._gather(limit, wait)
            await self._look_out(bool(records) or self.inbox.newest != newest)
        size = 0
        while len(records) < limit and (not records or size + self.inbox.peek_bytes() < READ_BYTES):
            received = self.inbox.take()
            if received is None:
                break
            record = received.record
            if record.position <= after:
                # Read again after a rebalance: its effects are committed.
                received.acknowledge()
                continue
            self._refuse_gap(after + len(records), record)
            size += len(record.events)
            records.append(record)
            self._read.append(received)
        return records

    async def _gather(self, limit: int, wait: float) -> None:
        """Returns when there is something to be read; at once where there is much."""
        inbox = self.inbox

        def enough() -> bool:
            return inbox.newest >= self._ticked or inbox.holds(limit, READ_BYTES)

        if self._reached < self._ticked:
            # What came before it goes with it: one transaction less between due and told.
            await inbox.wait(CATCHING_UP, enough)
        elif self._catching_up:
            await inbox.wait(CATCHING_UP, lambda: len(inbox) > 0)
        else:
            latest = monotonic() + wait
            await inbox.wait(wait, lambda: len(inbox) > 0)
            paced = min(latest, self._read_at + PACE)
            await inbox.wait(paced - monotonic(), lambda: inbox.holds(limit, READ_BYTES))
        self._read_at = monotonic()

    async def _look_out(self, came: bool) -> None:
        """After a wait: whether something came that had to."""
        inbox = self.inbox
        if came or len(inbox) or inbox.closed or self._held_up() or not self._catching_up:
            self._watch.came()
        else:
            await self._watch.waited_in_vain()

    async def _answering(self) -> bool:
        """By a tick, for it goes to the brokers that are read from; one too many says nothing."""
        return await self._append(self._partition) is not None

    def _refuse_gap(self, last: int, record: Record) -> None:
        if record.position != last + 1:
            raise RecordsMissing(
                f"partition {self._partition} of the journal: record {record.position} follows on "
                f"{last}; what lies between is lost"
            )

    async def append_tick(self) -> int | None:
        """Appends a record that only lets time pass; its stamp, None where none was appended.

        None is appended while what was there at the take-over, or the last tick, is not yet read.
        """
        if self._catching_up or self.inbox.closed:
            return None
        appended = await self._append(self._partition)
        if appended is None:
            return None
        self._ticked = appended.position
        self._until = max(self._until, appended.position)
        return appended.stamp

    @property
    def _catching_up(self) -> bool:
        return self._reached < self._until

    def acknowledge(self, position: int) -> None:
        """Says of all that was read up to `position` that it is committed."""
        while self._read and self._read[0].record.position <= position:
            self._read.popleft().acknowledge()
