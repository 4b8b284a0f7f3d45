"""One timer: a promise for one ticket, moved through time by what happens to it.

The walk (`walk.py`, `targets.py`) says what happens and when; the timer says what follows:
outcomes, each with the instant of which it is true.
"""

from schemas.instants import NEVER
from schemas.outbound import Stretch
from schemas.outcomes import (
    Ended,
    Met,
    MetLate,
    Paused,
    Reopened,
    Resumed,
    Superseded,
    Voided,
)
from schemas.setting import plainly_set
from streams.core.counting import Counting
from streams.core.days import deadline_at
from streams.core.excluding import WorkingTime
from streams.core.terms import Terms


def timer_for(terms: Terms, time: WorkingTime, start_event: str, at: int) -> "Timer":
    """A timer of these terms that starts at `at`, counted by `time`."""
    cell = terms.cell
    name = f"{cell.target}@{start_event}"
    timer = Timer(terms.token, name, at, at, at, cell.budget, start_event, terms.steps)
    timer.terms = terms
    timer.cell = cell
    timer.time = time
    return timer


@plainly_set
class Timer(Counting, array_like=True, eq=False):
    """What can happen to a timer, and what follows from it."""

    def pause(self, at: int, category: str, cause: str) -> None:
        """The status category pauses it (3.9). A fixed deadline stands through pauses (3.14)."""
        ripe = False
        if self.bound <= at + 1:
            self.aim_exactly()
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

    def rest(self, at: int, kind: str, cause: str, label: str = "") -> None:
        """The ticket was resolved or gone meanwhile: time does not count (`recompute`, 4.2)."""
        self._close_stretch(at)
        self._stop_counting(at)
        self.paused = None
        self.stretches.append(Stretch(at, None, kind, cause, label))
        if self.breached_at is None:
            self.state = "running"
            if self.fixed is None:
                self.deadline = None
        self._aim_still()

    def resume_rest(self, at: int, cause: str) -> None:
        """The ticket was reopened meanwhile."""
        self._close_stretch(at)
        self.run(at, cause, excused=True)

    def fix_deadline(self, at: int, due: int | None, cause: str) -> None:
        """A fixed deadline comes, moves or goes (3.13, 4.9); a breach before stands."""
        if self.breached_at is not None:
            return
        if self.paused is not None and self.ended_at is None:
            # Under a fixed deadline it is never paused (3.14); without one it is again.
            if self.fixed is None:
                self.outcomes.append(Resumed(self.timer, at, cause))
            elif due is None:
                self.outcomes.append(Paused(self.timer, at, cause, self.paused))
        self.fixed = due
        self.cause = cause
        if due is None:
            self.deadline = None
        if self.ended_at is None:
            self.state = "paused" if self.paused is not None and due is None else "running"
        self._plan_steps()
        if self.ended_at is None:
            self._aim()
            if due is None and self.paused is not None:
                self._find_what_ran_before()

    def _find_what_ran_before(self) -> None:
        """Its budget may have run before the pause: that does not help then (3.3)."""
        if self.budget is not None and self.spent >= self.budget:
            since = self.ran[-1][1] if self.ran else self.stretches[-1].from_us
            due = self._due(self.budget, since)
            self.deadline = due if due is not None and due <= since else None
            self._aim_still()

    def stop(self, at: int, cause: str) -> None:
        """The promise is kept: met, or late where it had breached (3.3)."""
        if not self.exact:
            self._find_deadline()  # and no step: none can be reached any more
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
        if self.paused is None or self.fixed is not None or self.budget is None:
            return self.deadline
        if self.deadline is not None:
            return self.deadline
        left = max(0, self.budget - self.spent)
        return deadline_at(self.time, at, left, self.cell.close_boundary)

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
        self.bound = NEVER
        self.exact = True

    def reopen_as_if_never_resolved(self, at: int, cause: str) -> None:
        """Takes back the end; time counts from where it ended (`continue_including_closed`).

        What happened since is the caller's to tell, in its order (4.7).
        """
        ended_at = self.ended_at
        assert ended_at is not None, "Only what has ended is reopened."
        self.ended_at = self.stopped_by = None
        self.end_reason = None
        self.state = "running" if self.breached_at is None else "breached"
        self.outcomes.append(Reopened(self.timer, at, cause))
        self.run(ended_at, cause)

    def reopen(self, at: int, cause: str, kind: str, label: str = "") -> None:
        """Takes back the end; the time between is excluded (4.7, 4.8)."""
        assert self.ended_at is not None, "Only what has ended is reopened."
        self.stretches.append(Stretch(self.ended_at, at, kind, cause, label))
        self.ended_at = self.stopped_by = None
        if self.breached_at is None:
            # It was not late when it ended; owed again, it is late from now on and not from before.
            self.not_before = at
            if self.fixed is not None and self.fixed < at:
                self.fixed = at
        self.end_reason = None
        self.survivor = None
        self.state = "running" if self.breached_at is None else "breached"
        self.outcomes.append(Reopened(self.timer, at, cause))
        self.run(at, cause, excused=True)
