"""Lives through the desk: the tracker's own loop, on the journal and the store it always uses.

Only time is not real: the clock jumps from what arrives next to what comes due next.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

import psycopg
from psycopg import AsyncConnection

from projections.projector import Projector
from projections.table_feed import TableFeed
from schemas import inbound as told
from schemas.codec import decode_events
from schemas.instants import SECOND, iso
from sla.demo.clock import SimulatedClock
from sla.demo.delivery import Delivery
from sla.demo.snapshot import DemoSnapshot
from sla.demo.tally import Tally
from sla.demo.telling import moments, news, refused_at_door
from sla.publish import OWNER_LOCK
from streams.core.partition import Effects
from streams.postgres.door import take_in
from streams.postgres.journal import PostgresJournal, append_events
from streams.postgres.store import PostgresStore
from streams.tracker import Tracker

TOGETHER: Final = 5 * SECOND
"""Simulated time within which what arrives is taken in as one record."""
PROJECT_EVERY: Final = 500
"""Records between projections: nobody asks the read models before the end, and in large batches
they cost the machine far less than one by one."""
SHOW_EVERY: Final = 0.1
"""Seconds of real time between snapshots."""


@dataclass(slots=True)
class Living:
    """Takes in what arrives and lets time pass."""

    dsn: str
    clock: SimulatedClock
    tally: Tally
    on_progress: Callable[[DemoSnapshot], None]
    _projector: Projector = field(init=False)
    _projected: int = 0
    _events: dict[str, told.InboundEvent] = field(default_factory=dict)
    _began: float = field(default_factory=monotonic)
    _shown: float = 0.0

    def __post_init__(self) -> None:
        self._projector = Projector(self.dsn, TableFeed)

    async def live(
        self, before: Sequence[told.InboundEvent], deliveries: Sequence[Delivery], end: int
    ) -> None:
        """Appends `before`, takes in all deliveries as they arrive, and lets time pass to `end`.

        When it returns the read models hold all that followed.
        """
        async with await AsyncConnection.connect(
            self.dsn, autocommit=True, prepare_threshold=1
        ) as connection:
            await connection.execute("SELECT pg_advisory_lock(%s)", (OWNER_LOCK,))
            tracker = Tracker(
                PostgresJournal(connection, self.clock.now),
                PostgresStore(connection),
                self.clock.now,
            )
            await tracker.load()
            with psycopg.connect(self.dsn, autocommit=True, prepare_threshold=1) as door:
                await self._follow(tracker, append_events(door, before, self.clock.now()))
                for group in together(deliveries):
                    await self._pass_time(tracker, group[-1].arrives_at)
                    await self._take_in(tracker, door, group)
                await self._pass_time(tracker, end)
        self._project()
        self._projector.close()
        self.on_progress(self._snapshot())

    def _project(self) -> None:
        while self._projector.project_once():
            pass

    async def _pass_time(self, tracker: Tracker, until: int) -> None:
        """Stops at everything that comes due on the way, as a tick would find it."""
        while (due := tracker.partition.next_due) is not None and due <= until:
            self.clock.move_to(due)
            self._committed(await tracker.step(0.0))
        self.clock.move_to(until)
        if (now := monotonic()) >= self._shown + SHOW_EVERY:
            self._shown = now
            self.on_progress(self._snapshot())

    async def _take_in(
        self, tracker: Tracker, door: psycopg.Connection, group: Sequence[Delivery]
    ) -> None:
        at = self.clock.now()
        events = []
        for one in group:
            if isinstance(one.said, bytes):
                read = decode_events(one.said, content="single")
                door.execute("SELECT set_config('sla.now', %s, false)", (iso(at),))
                receipt = take_in(door, read, at)
                self.tally.refused += len(read.refused)
                self.tally.moments += [refused_at_door(at, one.reason) for one in read.refused]
                await self._follow(tracker, receipt.position)
            else:
                events.append(one.said)
                if one.said.id not in self._events:
                    self.tally.moments += news(at, self.tally.start, one.said)
                    self._events[one.said.id] = one.said
        if events:
            with door.transaction():
                position = append_events(door, events, at)
            await self._follow(tracker, position)

    async def _follow(self, tracker: Tracker, position: int | None) -> None:
        """Until what was appended at `position` is judged and committed."""
        while position is not None and tracker.partition.position < position:
            self._committed(await tracker.step(0.0))

    def _committed(self, effects: Sequence[Effects]) -> None:
        for one in effects:
            self.tally.events += one.events
            published = self.tally.take(one.messages)
            self.tally.moments += moments(one.clock, published, self._events)
            if one.position >= self._projected + PROJECT_EVERY:
                self._projected = one.position
                self._project()

    def _snapshot(self) -> DemoSnapshot:
        return self.tally.snapshot(self.clock.now(), monotonic() - self._began)


def together(deliveries: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    """Groups of what arrives within `TOGETHER` of the first.

    Bytes stand alone, and no group has two events of one ticket: each is then seen to cause what
    it causes.
    """
    group: list[Delivery] = []
    spoken_of: set[str] = set()
    for one in deliveries:
        subject = None if isinstance(one.said, bytes) else one.said.subject
        late = group and one.arrives_at >= group[0].arrives_at + TOGETHER
        if group and (late or subject is None or subject in spoken_of or not spoken_of):
            yield group
            group, spoken_of = [], set()
        group.append(one)
        if subject is not None:
            spoken_of.add(subject)
    if group:
        yield group
