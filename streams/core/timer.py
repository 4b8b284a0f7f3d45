"""One timer being counted: a promise for one ticket, moved through time by what happens to it.

The walk (`targets.py`) says what happens and when; this class keeps the account of time and says
what follows: outcomes, each with the instant of which it is true. Its instants only go forward.
"""

from typing import Final

from schemas.outbound import Stretch
from schemas.outcomes import (
    Breached,
    Ended,
    Escalated,
    Met,
    MetLate,
    Outcome,
    Paused,
    Reopened,
    Resumed,
    Started,
    Superseded,
    Voided,
)
from streams.core import ladder
from streams.core.agreement.model import Cell, Step
from streams.core.excluding import WorkingTime

NEVER: Final = ladder.NEVER
_NO_STEPS: Final[tuple[tuple[int, Step], ...]] = ()


class Timer:
    """The account of one timer. `spent` is working time up to `since`, or up to now when still."""

    __slots__ = (
        "agreement",
        "breached_at",
        "calendar",
        "carried",
        "cause",
        "cell",
        "deadline",
        "end_reason",
        "ended_at",
        "first_deadline",
        "fixed",
        "levels",
        "next_at",
        "outcomes",
        "paused",
        "predecessor",
        "ran",
        "rule",
        "since",
        "spent",
        "start_event",
        "started_at",
        "state",
        "steps",
        "stretches",
        "successor",
        "survivor",
        "time",
        "timer",
        "version",
    )

    def __init__(
        self, cell: Cell, time: WorkingTime, start_event: str, started_at: int, cause: str
    ) -> None:
        self.cell = cell
        self.time = time
        self.timer = f"{cell.target}@{start_event}"
        self.start_event = start_event
        self.started_at = started_at
        self.cause = cause
        self.state = "running"
        self.spent = 0
        self.carried = 0
        self.since: int | None = None
        self.paused: str | None = None
        self.deadline: int | None = None
        self.first_deadline: int | None = None
        self.fixed: int | None = None
        self.breached_at: int | None = None
        self.ended_at: int | None = None
        self.end_reason: str | None = None
        self.survivor: str | None = None
        self.successor: str | None = None
        self.predecessor: str | None = None
        self.levels: list[str] = []
        self.outcomes: list[Outcome] = []
        self.stretches: list[Stretch] = []
        self.ran: list[tuple[int, int, WorkingTime, int]] = []
        self.steps: tuple[tuple[int, Step], ...] = _NO_STEPS
        self.next_at = NEVER

    # -- beginning ------------------------------------------------------------------------------

    def start(self, agreement: str, version: str, rule: str, calendar: str) -> None:
        """Publishes the start under these terms and begins to count at `started_at`."""
        cell = self.cell
        self.agreement = agreement
        self.version = version
        self.rule = rule
        self.calendar = calendar
        self.outcomes.append(
            Started(
                self.timer,
                self.started_at,
                self.start_event,
                agreement,
                version,
                cell.plan,
                cell.severity,
                rule,
                calendar,
                cell.budget,
                self.carried,
                self.predecessor,
            )
        )
        self._plan_steps()
        if self.ran:
            self.stretches.append(
                Stretch(self.started_at, self.started_at, "carried", self.start_event)
            )
        self.run(self.started_at, self.start_event)

    def take_over(self, before: "Timer") -> None:
        """Goes on with what its predecessor spent and reached (`carry`, 4.2, 6.2)."""
        self.spent = self.carried = before.spent
        self.ran = list(before.ran)
        self.levels = list(before.levels)

    def _plan_steps(self) -> None:
        budget = self._budget()
        if budget is None or not self.cell.ladder:
            self.steps = _NO_STEPS
            return
        self.steps = tuple(
            pair
            for pair in ladder.amounts(self.cell.ladder, budget)
            if pair[1].level not in self.levels
        )

    def _budget(self) -> int | None:
        """The budget; for a fixed deadline the open time from start to it (6.1)."""
        if self.fixed is not None:
            return self.time.open_between(self.started_at, self.fixed)
        return self.cell.budget

    # -- counting -------------------------------------------------------------------------------

    def run(self, at: int, cause: str) -> None:
        """Time counts from `at` on."""
        self.since = at
        self.cause = cause
        self.paused = None
        self.stretches.append(Stretch(at, None, "ran", cause))
        self._aim()

    def _aim(self) -> None:
        """Finds the deadline and the next instant at which something comes due."""
        since = self.since
        if self.fixed is not None:
            self._set_deadline(self.fixed)
        elif self.cell.budget is not None and self.breached_at is None:
            if since is None:
                self.deadline = None
            else:
                self._set_deadline(self.reached(self.cell.budget, since))
        self.next_at = NEVER
        if self.breached_at is None and self.deadline is not None:
            self.next_at = self.deadline + 1
        if self.steps and since is not None:
            step_at = self.reached(self.steps[0][0], since)
            if step_at is not None:
                self.next_at = min(self.next_at, max(step_at, since))

    def _set_deadline(self, deadline: int | None) -> None:
        self.deadline = deadline
        if self.first_deadline is None:
            self.first_deadline = deadline

    def reached(self, amount: int, since: int) -> int | None:
        """When spent time reached, or will reach, `amount`; None: unknown (2.7)."""
        left = amount - self.spent
        if left >= 0 and (left > 0 or not self.ran):
            return self.time.deadline(since, left)
        for start, end, time, before in self.ran:
            if before + time.open_between(start, end) >= amount:
                return time.deadline(start, amount - before)
        return since

    def advance(self, to: int) -> None:
        """Time passes: everything is decided that comes due before the changes at `to`."""
        while self.next_at < to:
            self._decide()
        # A deadline strictly before `to` is gone (3.3); steps at `to` are left to the changes there.
        if self.next_at == to and self.breached_at is None and self.deadline == to - 1:
            self._breach(self.deadline)
            self._aim()

    def settle(self, until: int) -> None:
        """Everything that is due at `until` itself, after the changes there."""
        while self.next_at <= until:
            self._decide()

    def _decide(self) -> None:
        """Publishes what comes due at `next_at`, then aims at what follows."""
        at = self.next_at
        if self.breached_at is None and self.deadline is not None and self.deadline < at:
            self._breach(self.deadline)
        self._reach_steps(at)
        self._aim()

    def _reach_steps(self, to: int) -> None:
        """Publishes the steps reached up to `to`, that instant included."""
        while self.steps and self.since is not None:
            amount, step = self.steps[0]
            step_at = self.reached(amount, self.since)
            if step_at is None or step_at > to:
                return
            self.steps = self.steps[1:]
            # A step found already passed at a change is effective at the change (6.2).
            self._escalate(step, max(step_at, self.started_at))

    def _breach(self, at: int) -> None:
        self.breached_at = at
        self.state = "breached"
        self.outcomes.append(Breached(self.timer, at, self.cause, self.cell.budget))
        for step in self.cell.ladder:
            if ladder.at_breach(step) and step.level not in self.levels:
                self._escalate(step, at)

    def _escalate(self, step: Step, at: int) -> None:
        self.levels.append(step.level)
        self.outcomes.append(
            Escalated(self.timer, at, self.cause, step.level, step.text, step.notify)
        )

    def _stop_counting(self, at: int) -> None:
        if self.since is None:
            return
        ran = self.time.open_between(self.since, at)
        self.ran.append((self.since, at, self.time, self.spent))
        self.spent += ran
        self.since = None

    def _close_stretch(self, at: int) -> None:
        last = self.stretches[-1]
        if last.from_us == at:
            self.stretches.pop()
        else:
            self.stretches[-1] = Stretch(last.from_us, at, last.kind, last.cause, last.label)

    # -- what happens to it ---------------------------------------------------------------------

    def pause(self, at: int, category: str, cause: str) -> None:
        """The status category pauses it (3.9). A fixed deadline stands through pauses (3.14)."""
        self._reach_steps(at)
        ripe = self.deadline is not None and self.deadline <= at
        self._close_stretch(at)
        if self.since is not None and self.since == at:
            self.since = None
        self._stop_counting(at)
        self.paused = category
        self.stretches.append(Stretch(at, None, "paused", cause, category))
        if self.fixed is None:
            if self.breached_at is None:
                self.state = "paused"
            self.outcomes.append(Paused(self.timer, at, cause, category))
            if not ripe and self.breached_at is None:
                self.deadline = None
        self.cause = cause
        self._aim_still()

    def _aim_still(self) -> None:
        """While it does not count, only a deadline that was already reached can come due."""
        self.next_at = NEVER
        if self.breached_at is None and self.deadline is not None:
            self.next_at = self.deadline + 1

    def change_pause(self, at: int, category: str, cause: str) -> None:
        """Another pausing category takes over; it stays paused."""
        self._close_stretch(at)
        self.paused = category
        self.stretches.append(Stretch(at, None, "paused", cause, category))

    def resume(self, at: int, cause: str) -> None:
        """No pausing fact holds any more."""
        self._close_stretch(at)
        if self.fixed is None:
            if self.breached_at is None:
                self.state = "running"
            self.outcomes.append(Resumed(self.timer, at, cause))
        self.run(at, cause)

    def fix_deadline(self, at: int, due: int | None, cause: str) -> None:
        """A fixed deadline comes, moves or goes (3.13, 4.9); a breach before stands."""
        if self.breached_at is not None:
            return
        self.fixed = due
        self.cause = cause
        if due is None:
            self.deadline = None
        if self.ended_at is None:
            self.state = "paused" if self.paused is not None and due is None else "running"
        self._plan_steps()
        if self.ended_at is None:
            self._aim()

    def stop(self, at: int, cause: str) -> None:
        """The promise is kept: met, or late where it had breached (3.3)."""
        deadline = self._kept_deadline(at)
        self._end(at, None)
        if self.breached_at is None:
            self.state = "met"
            self.deadline = deadline
            self.outcomes.append(Met(self.timer, at, cause, deadline, self.spent))
        else:
            self.state = "met_late"
            self.outcomes.append(MetLate(self.timer, at, cause, self.breached_at, self.spent))

    def _kept_deadline(self, at: int) -> int | None:
        """In a pause, the deadline it would have had on resuming then (3.9)."""
        if self.paused is None or self.fixed is not None or self.cell.budget is None:
            return self.deadline
        if self.deadline is not None:
            return self.deadline
        return self.time.deadline(at, max(0, self.cell.budget - self.spent))

    def lose(self, at: int, cause: str, reason: str, survivor: str | None = None) -> None:
        """Its ticket or target is gone: void, or ended where it had breached (4.3, 4.8)."""
        self._end(at, reason)
        self.survivor = survivor
        if self.breached_at is None:
            self.state = "void"
            self.deadline = None
            self.outcomes.append(Voided(self.timer, at, cause, reason, self.spent, survivor))
        else:
            self.outcomes.append(Ended(self.timer, at, cause, reason, self.spent))

    def supersede(self, at: int, cause: str, successor: str) -> None:
        """Another target takes its place (4.1)."""
        if self.ended_at is None:
            self._end(at, "superseded")
        self.state = "superseded"
        self.deadline = None
        self.successor = successor
        self.outcomes.append(Superseded(self.timer, at, cause, successor, self.spent))

    def _end(self, at: int, reason: str | None) -> None:
        self._close_stretch(at)
        self._stop_counting(at)
        self.paused = None
        self.ended_at = at
        self.end_reason = reason
        self.next_at = NEVER

    def reopen(self, at: int, cause: str, kind: str, label: str = "") -> None:
        """Takes back the end; the time between is excluded (4.7, 4.8)."""
        assert self.ended_at is not None, "Only what has ended is reopened."
        self.stretches.append(Stretch(self.ended_at, at, kind, cause, label))
        self.ended_at = None
        self.end_reason = None
        self.survivor = None
        self.state = "running" if self.breached_at is None else "breached"
        self.outcomes.append(Reopened(self.timer, at, cause))
        self.run(at, cause)
