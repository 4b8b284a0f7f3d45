"""How time passes for one timer: what is spent, what comes due, and when.

Its instants only go forward. What happens to the timer is told by `timer.Timer`, which extends it.
"""

from typing import Self

from schemas.instants import NEVER
from schemas.outbound import Stretch
from schemas.outcomes import Breached, Escalated, Started
from streams.core import ladder
from streams.core.account import Account
from streams.core.agreement.model import Step
from streams.core.days import deadline_at, nth_day
from streams.core.moment import copy_of
from streams.core.past import HistoryNeeded


class Counting(Account, array_like=True, eq=False):
    """An account to which time is told."""

    # -- beginning ------------------------------------------------------------------------------

    def start(self) -> None:
        """Publishes the start and begins to count at `started_at`."""
        cell = self.cell
        terms = self.terms
        at, start_event = self.started_at, self.start_event
        if cell.days is not None:
            self._fix_days()
        self.outcomes.append(
            Started(
                self.timer,
                at,
                start_event,
                terms.agreement,
                terms.version,
                cell.plan,
                cell.severity,
                terms.rule,
                terms.calendar_name,
                self.budget,
                self.carried,
                self.predecessor,
            )
        )
        if self.fixed is not None or self.levels or cell.days is not None:
            self._plan_steps()
        if self.has_run:
            self.stretches.append(Stretch(at, at, "carried", start_event))
        self.run(at, start_event, excused=self.excused)

    def take_over(self, before: Account) -> None:
        """Goes on with what its predecessor spent and reached (`carry`, 4.2, 6.2)."""
        self.origin = before.origin
        self.spent = self.carried = before.spent
        self.has_run = before.has_run
        self.ran = None if before.ran is None else list(before.ran)
        self.levels = list(before.levels)

    def _fix_days(self) -> None:
        """A day rule names an instant, which fixes the budget once and for all (2.5)."""
        cell = self.cell
        assert cell.days is not None, "Only a day rule fixes days."
        self.day_end = nth_day(self.terms.calendar, self.started_at, cell.days, cell.day_rule)
        if self.day_end is not None:
            self.budget = self.time.open_between(self.started_at, self.day_end)

    def _plan_steps(self) -> None:
        """The steps not reached before; of a fixed deadline the budget is the open time to it."""
        steps = self.terms.steps
        if self.fixed is not None:
            budget = self.time.open_between(self.started_at, self.fixed)
            steps = ladder.amounts(self.cell.ladder, budget)
        elif self.budget is not None and self.budget != self.cell.budget:
            steps = ladder.amounts(self.cell.ladder, self.budget)
        rungs = self.cell.ladder
        self.steps = tuple(pair for pair in steps if rungs[pair[1]].level not in self.levels)

    def at_risk_amount(self) -> int | None:
        """The spent time from which it is at risk (6.1); None without a budget."""
        amount = self.terms.at_risk
        if amount is None and self.budget is not None:
            return ladder.at_risk_amount(self.cell, self.budget)
        return amount

    # -- counting -------------------------------------------------------------------------------

    def run(self, at: int, cause: str, *, excused: bool = False) -> None:
        """Time counts from `at` on.

        `excused`: after time that did not count at all; such time acts first where it begins at
        the very deadline, which no pause does (3.3).
        """
        self.excused = excused
        self.since = at
        self.cause = cause
        self.paused = None
        self.stretches.append(Stretch(at, None, "ran", cause))
        self._aim()

    def _aim(self) -> None:
        """Sets the bound anew; where it counts, by the least wall time that working time takes."""
        since = self.since
        breached = self.breached_at is not None
        bound = NEVER
        if self.fixed is not None:
            self.deadline = self.fixed
            if not breached:
                bound = self.fixed + 1
        elif since is not None and not breached:
            self.deadline = None
            if self.budget is not None:
                bound = since + self.budget - self.spent + 1
        if self.steps and self.fixed is not None:
            bound = min(bound, self.started_at + self.steps[0][0])
        elif self.steps and since is not None:
            step_at = since + self.steps[0][0] - self.spent
            if step_at < bound:
                bound = step_at
        self.bound = bound
        self.exact = bound == NEVER

    def aim_exactly(self) -> None:
        """Asks the calendar for the deadline and for when the next thing comes due."""
        if self.exact:
            return
        self.exact = True
        since = self.since
        bound = NEVER
        self._find_deadline()
        if self.breached_at is None and self.deadline is not None:
            bound = self.deadline + 1
        step_at = self._step_at()
        if step_at is not None:
            bound = min(bound, max(step_at, self.started_at if since is None else since))
        self.bound = bound

    def _find_deadline(self) -> None:
        since, budget = self.since, self.budget
        if since is None or budget is None or self.fixed is not None:
            return
        if self.breached_at is None:
            self.deadline = self._due(budget, since)

    def _due(self, budget: int, since: int) -> int | None:
        """When the budget has run, by the settings that move a deadline from a close (2.4, 2.5)."""
        due = self.reached(budget, since)
        if due is None:
            return None
        end = self.day_end
        if end is not None and due < end and not self.time.open_between(due, end):
            # No pause has moved it: an opening stays the deadline, not the close before (2.5).
            return max(end, since)
        if self.cell.close_boundary == "next_open":
            return deadline_at(self.time, due, 0, "next_open")
        return due

    def reached(self, amount: int, since: int) -> int | None:
        """When spent time reached, or will reach, `amount`; None: unknown (2.7)."""
        left = amount - self.spent
        if left > 0 or (left == 0 and (self.excused or not self.has_run)):
            return self.time.deadline(since, left)
        if self.ran is None:
            raise HistoryNeeded
        for start, end, time, before in self.ran:
            if before + time.open_between(start, end) >= amount:
                due = time.deadline(start, amount - before)
                if due is None or due <= end:
                    return due
        # It had run when excluded time began, which acts first (3.3), and stood still after that.
        return self.time.deadline(since, 0)

    def look_for_risk(self) -> None:
        """Finds from when it is, or will be, at risk (6.1); None while still or open-ended."""
        self.at_risk_at = None
        amount = self.at_risk_amount()
        if self.fixed is not None:
            budget = self.time.open_between(self.started_at, self.fixed)
            amount = ladder.at_risk_amount(self.cell, budget)
            self.at_risk_at = self.time.deadline(self.started_at, amount)
        elif amount is not None and self.since is not None:
            if self.risked_at is None or self.spent < amount:
                self.risked_at = self.reached(amount, self.since)
            self.at_risk_at = self.risked_at
        elif amount is not None and self.ran and self.spent > amount:
            self.risked_at = self.reached(amount, self.ran[-1][1])

    def advance(self, to: int) -> None:
        """Time passes: everything is decided that comes due before the changes at `to`."""
        if self.bound > to:
            return
        while self.bound < to:
            self._decide()
        # A deadline before `to` is gone (3.3); steps at `to` are left to the changes there.
        if self.bound == to:
            self.aim_exactly()
            if self.breached_at is None and self.deadline == to - 1:
                self._breach(to - 1)
                self._aim()

    def foreseen(self, until: int) -> Self:
        """Itself where nothing comes due by `until`; else a copy of which that is true.

        What comes due is certain only once something happens later.
        """
        if self.bound <= until:
            self.aim_exactly()
        if self.bound > until:
            self.aim_exactly()
            return self
        later = copy_of(self)
        later.certain = len(self.outcomes)
        later.outcomes = list(self.outcomes)
        later.levels = list(self.levels)
        later.settle(until)
        later.look_for_risk()
        return later

    def settle(self, until: int) -> None:
        """Everything that is due at `until` itself, after the changes there."""
        while self.bound <= until:
            self._decide()
        self.aim_exactly()

    def _decide(self) -> None:
        """Publishes what comes due at the bound, or finds that it comes due only later."""
        if not self.exact:
            self.aim_exactly()
            return
        at = self.bound
        if self.breached_at is None and self.deadline is not None and self.deadline < at:
            self._breach(self.deadline)
        self._reach_steps(at)
        self._aim()

    def _step_at(self) -> int | None:
        """When the next step is reached; None: not while things stand as they do.

        Under a fixed deadline by the open time from the start, which no pause moves (3.14, 6.1).
        """
        if not self.steps:
            return None
        amount = self.steps[0][0]
        if self.fixed is not None:
            return self.time.deadline(self.started_at, amount)
        return None if self.since is None else self.reached(amount, self.since)

    def _reach_steps(self, to: int) -> None:
        """Publishes the steps reached up to `to`, that instant included."""
        while (step_at := self._step_at()) is not None and step_at <= to:
            step = self.cell.ladder[self.steps[0][1]]
            self.steps = self.steps[1:]
            # A step found already passed at a change is effective at the change (6.2).
            self._escalate(step, max(step_at, self.applied_at))

    def _breach(self, at: int) -> None:
        self.breached_at = at
        self.state = "breached"
        self.outcomes.append(Breached(self.timer, at, self.cause, self.budget))
        for step in self.terms.at_breach:
            if step.level not in self.levels:
                self._escalate(step, at)

    def _escalate(self, step: Step, at: int) -> None:
        self.levels.append(step.level)
        self.outcomes.append(
            Escalated(self.timer, at, self.cause, step.level, step.text, step.notify)
        )

    def _stop_counting(self, at: int) -> None:
        if self.since is None:
            return
        before, since = self.spent, self.since
        self.spent = spent = before + self.time.open_between(since, at)
        if self.ran is not None:
            self.ran.append((since, at, self.time, before))
        self.has_run = True
        at_risk = self.at_risk_amount()
        if at_risk is not None and before < at_risk <= spent:
            self.risked_at = self.time.deadline(since, at_risk - before)
        self.since = None

    def _close_stretch(self, at: int) -> None:
        last = self.stretches[-1]
        if last.from_us == at:
            self.stretches.pop()
        else:
            self.stretches[-1] = Stretch(last.from_us, at, last.kind, last.cause, last.label)

    def _aim_still(self) -> None:
        """While it does not count, only what was reached already or is fixed can come due."""
        if self.fixed is not None:
            self._aim()
            return
        self.exact = True
        self.bound = NEVER
        if self.breached_at is None and self.deadline is not None:
            self.bound = self.deadline + 1
