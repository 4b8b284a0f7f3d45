"""One timer of the slow, plain twin: a counter that is moved on a step at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas import inbound as told
from schemas.instants import DAY
from streams.core.agreement.model import Agreement, Cell
from tests.twin_ticket import Seen, excluded, is_open

FAR = 60 * DAY
"""How far ahead a deadline is looked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the twin says of one timer; instants and lengths in microseconds."""

    target: str
    start_event: str
    state: str
    started_at: int
    deadline: int | None
    breached_at: int | None
    ended_at: int | None
    spent: int


class World:
    """What all timers of a ticket count by: the steps, the openings, what is excluded."""

    def __init__(
        self, agreement: Agreement, events: Sequence[told.TicketEvent], step: int, until: int
    ) -> None:
        self.agreement = agreement
        self.step = step
        self.until = until
        self.stretches = excluded(events, until)
        self.past: list[Seen] = []
        """Every step from the opening on."""

    def is_excluded(self, at: int) -> bool:
        """Whether an excluded stretch holds at `at` (4.9)."""
        return any(start <= at < end for start, end in self.stretches)

    def works(self, calendar: str, at: int) -> bool:
        """Whether the step that begins at `at` is working time."""
        return is_open(self.agreement.calendars[calendar], at) and not self.is_excluded(at)

    def between(self, start: int, end: int) -> list[Seen]:
        """The steps from `start` on that are over at `end`."""
        return [seen for seen in self.past if start <= seen.at < end]


class Count:
    """One timer, counted a step at a time.

    `marks` are the instants at which it could have come due, each with what was spent by then: the
    first whose spent reaches the budget is the deadline (2.4). An instant at which an excluded
    stretch begins is none: the stretch acts first (3.3).
    """

    def __init__(self, world: World, cell: Cell, start_event: str, started_at: int) -> None:
        self.world = world
        self.cell = cell
        self.start_event = start_event
        self.started_at = self.begun_at = self.origin = started_at
        self.spent = 0
        self.marks: list[tuple[int, int]] = []
        self.counting = False
        self.paused = False
        self.state = "running"
        self.deadline: int | None = None
        self.breached_at: int | None = None
        self.ended_at: int | None = None
        self.fixed: int | None = None
        """The deadline set by hand that holds (4.9)."""
        self.not_before = 0
        """A fixed deadline that went by while it was ended is due when it goes on (4.7, 4.8)."""
        self.rested = False
        """Whether it was last counted where none counts: gone, or resolved."""
        self.succeeds = False
        """Whether another target's timer went before it (4.1)."""

    def keep_fixed(self, seen: Seen) -> None:
        """The deadline by hand of its target, but one for an earlier cycle; it undoes no breach."""
        if self.breached_at is not None:
            return
        self.fixed = None
        for target, due, set_at in seen.manual:
            owed = max(due, self.not_before)
            later = due > self.started_at or set_at >= self.started_at
            passed_on = self.succeeds and owed >= self.begun_at
            if target == self.cell.target and (later or passed_on):
                self.fixed = owed

    def keep_fixed_since(self, seen: Seen) -> None:
        """As if it had always been so (4.2): what was fixed may have gone by."""
        self.keep_fixed(seen)
        if self.fixed is not None and self.fixed < seen.at:
            self.pass_fixed(self.fixed)

    def pass_fixed(self, begin: int) -> None:
        """The step that begins at `begin` passes: what was due at its beginning is late (3.3)."""
        if self.breached_at is None and self.ended_at is None and self.fixed == begin:
            self.breached_at, self.state = begin, "breached"

    def mark(self, at: int) -> None:
        """Now it could come due."""
        if not self.world.is_excluded(at):
            self.marks.append((at, self.spent))

    def exclude_from(self, at: int) -> None:
        """The time from `at` on does not count: so it was not due at `at` (3.3)."""
        self.marks = [mark for mark in self.marks if mark[0] < at]

    def lost_before(self, lost: "Count") -> None:
        """It goes on with what `lost` had spent (4.4 `carry`), not due when that was lost."""
        if self.cell.on_upgrade == "carry" and lost.ended_at is not None:
            self.exclude_from(lost.ended_at)

    def step(self, begin: int) -> None:
        """The step that begins at `begin` passes, and it counts."""
        self.mark(begin)
        if self.world.works(self.cell.calendar, begin):
            self.spent += self.world.step
        self.mark(begin + self.world.step)

    def recount(self, steps: Sequence[Seen], *, over_resolved: bool) -> None:
        """Counts the `steps` as if it had always been so (4.2 `recompute`, 4.7 `including`)."""
        for seen in steps:
            if seen.gone is not None or (seen.resolved and not over_resolved):
                self.exclude_from(seen.at)
                self.rested = True
                continue
            if self.rested:
                self.mark(seen.at)
                self.rested = False
            if not seen.pauses(self.cell.pauses):
                self.step(seen.at)

    def due(self) -> int | None:
        """Where the budget had run; None: not yet, or it has none."""
        if self.cell.budget is None:
            return None
        return next((at for at, spent in self.marks if spent >= self.cell.budget), None)

    def due_if_running(self, at: int) -> int | None:
        """The deadline if it counts from `at` on and nothing more happens."""
        budget, spent = self.cell.budget, self.spent
        if budget is None or self.due() is not None:
            return self.due()
        for _ in range(FAR // self.world.step):
            if spent >= budget and not self.world.is_excluded(at):
                return at
            if self.world.works(self.cell.calendar, at):
                spent += self.world.step
            at += self.world.step
        raise AssertionError("no deadline within sixty days")

    def look(self, at: int) -> None:
        """After the changes at `at`: has it breached? Later than its deadline it has (3.3)."""
        if self.counting:
            self.mark(at)
        due = self.due()
        if self.fixed is not None:
            return
        if self.breached_at is None and due is not None and due < self.world.until:
            self.breached_at = due
            self.state = "breached"

    def stop(self, at: int) -> None:
        """The promise is kept, or kept late."""
        self.state = "met" if self.breached_at is None else "met_late"
        self.deadline = self.due_if_running(at) if self.fixed is None else self.fixed
        self._end(at)

    def lose(self, at: int, state: str = "void") -> None:
        """Ended without a verdict; a breach stays (4.3)."""
        self.state = state if self.breached_at is None else "breached"
        self._end(at)

    def _end(self, at: int) -> None:
        self.ended_at = at
        self.counting = False

    def go_on(self, at: int, *, excluding: bool = True) -> None:
        """The end is taken back, and the time since is excluded, or not (4.7, 4.8)."""
        assert self.ended_at is not None, "only what has ended goes on"
        if excluding:
            self.not_before = at
            if self.fixed is not None:
                self.fixed = max(self.fixed, at)
        if excluding:
            self.exclude_from(self.ended_at)
            # Where the budget had run a pause that begins there does not help (3.3).
            self.mark(at)
        self.ended_at = None
        self.deadline = None
        self.state = "running" if self.breached_at is None else "breached"

    def answer(self) -> Answer:
        """What there is to say of it at the end of the walk."""
        deadline = self.breached_at
        if deadline is None and self.ended_at is None and self.fixed is not None:
            deadline = self.fixed
        elif deadline is None and self.ended_at is None:
            until = self.world.until
            # A pause that begins at the very deadline does not help (3.3).
            deadline = self.due() if self.paused else self.due_if_running(until)
        elif deadline is None and self.state == "met":
            deadline = self.deadline
        state = self.state
        if state == "running" and self.paused and self.fixed is None:
            state = "paused"
        return Answer(
            self.cell.target,
            self.start_event,
            state,
            self.started_at,
            deadline,
            self.breached_at,
            self.ended_at,
            self.spent,
        )
