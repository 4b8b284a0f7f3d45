"""One partition that is ours: its journal, its store, and the loop that lives it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from streams.core.partition import Effects
from streams.kafka.cluster import Cluster
from streams.kafka.inbox import Received
from streams.kafka.journal import AppendTick, KafkaJournal
from streams.kafka.loading import Closed
from streams.kafka.store import KafkaStore
from streams.tracker import Tracker

log = structlog.get_logger()

IDLE: Final = 5.0
"""Seconds the loop waits for records when nothing is due; only how often it looks up."""

OnEffects = Callable[[int, Sequence[Effects]], None]


class Holding:
    """Loads, then follows the journal while it is ours; rests while partitions are dealt out anew.

    `on_effects` is told the partition and what was committed; `on_error` what ended the loop.
    `held_up`: whether whoever hands in waits for room.
    """

    def __init__(
        self,
        cluster: Cluster,
        number: int,
        clock: Callable[[], int],
        append: AppendTick,
        on_effects: OnEffects,
        on_error: Callable[[BaseException], None],
        held_up: Callable[[], bool],
    ) -> None:
        self.number = number
        self._append = append
        self._on_effects = on_effects
        self._on_error = on_error
        self._held_up = held_up
        self._store = KafkaStore(cluster, number, clock)
        self._journal = KafkaJournal(number, append)
        self._clock = clock
        self._tracker: Tracker | None = None
        self._task: asyncio.Task[None] | None = None
        self._resting = True
        self._position = 0
        self._committed_clock = 0

    @property
    def position(self) -> int | None:
        """Up to where the journal is judged and committed; None while it is loading."""
        return None if self._tracker is None else self._position

    @property
    def clock(self) -> int:
        """The partition's time, as committed, microseconds; 0 while it is loading."""
        return 0 if self._tracker is None else self._committed_clock

    @property
    def next_due(self) -> int | None:
        """When something comes due next."""
        return None if self._tracker is None else self._tracker.partition.next_due

    @property
    def waiting(self) -> int:
        """Records read from the journal and not yet judged."""
        return len(self._journal.inbox)

    async def load(self) -> None:
        """Takes the partition over and takes up what was committed. Raises Closed."""
        tracker = Tracker(self._journal, self._store, self._clock, number=self.number)
        await tracker.load()
        self._position, self._committed_clock = tracker.partition.position, tracker.partition.clock
        self._tracker = tracker

    def follow(self, until: int) -> None:
        """Begins to follow the journal, whose end is `until` now."""
        assert self._tracker is not None, "It is loaded first."
        self._journal = KafkaJournal(self.number, self._append, until, self._held_up)
        self._tracker.journal = self._journal
        self._resting = False
        self._task = asyncio.create_task(self._live(), name=f"partition {self.number}")

    async def put(self, received: Received) -> None:
        """Hands in a record of the journal; waits for room. While resting, nothing is taken."""
        if not self._resting:
            await self._journal.inbox.put(received)

    def pause(self) -> None:
        """Takes no more records and appends no more ticks, from now on."""
        self._resting = True
        self._journal.inbox.close()

    async def rest(self) -> None:
        """Ends following: what is being committed is, what waits is left for the next owner."""
        self.pause()
        task, self._task = self._task, None
        tracker = self._tracker
        if task is not None and tracker is not None:
            await task
            self._journal.acknowledge(tracker.partition.position)

    def drop(self) -> None:
        """Lets go of it, and of all that is in memory of it: whatever waits for brokers ends."""
        self._store.close()
        self._tracker = None

    async def gone(self) -> None:
        """Returns once it can shut out nobody any more. Drop it first."""
        await self._store.closed()

    async def _live(self) -> None:
        tracker = self._tracker
        assert tracker is not None, "It is loaded first."
        try:
            while not self._resting:
                effects = await tracker.step(IDLE)
                if effects:
                    self._position, self._committed_clock = effects[-1].position, effects[-1].clock
                    self._on_effects(self.number, effects)
        except Closed as closed:
            log.info("partition let go of", partition=self.number, told=str(closed))
        except Exception as error:  # noqa: BLE001 - carried over to who ends the process
            self._on_error(error)
