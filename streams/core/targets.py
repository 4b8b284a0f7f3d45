"""What happens to the timers of one target, moment by moment (semantics 3 and 4)."""

from collections.abc import Sequence
from typing import Final

from streams.core.agreement.model import TargetKind
from streams.core.changes import ENTITLED, MATTERS
from streams.core.excluding import Excluding, WorkingTime
from streams.core.fold import Fold
from streams.core.kinds import (
    CYCLES,
    UNTIL_ANSWERED,
    answered_before,
    cycle_start,
    end_of,
    kept_by,
    owed,
)
from streams.core.moment import Moment
from streams.core.reopening import answered, end_by, reopened_by, resumes, take_back
from streams.core.terms import Terms
from streams.core.timer import Timer
from streams.core.upkeep import (
    UNCHANGED,
    cell_at,
    fixed_deadline,
    keep_fixed,
    keep_pause,
    lose_ticket,
    mode_of,
    replay,
)

TICKET_GONE: Final = frozenset({"merged", "deleted", "spam"})


class Walk:
    """The timers of one target of one ticket, from its opening on; at most one is current.

    Timers `beside` it were left counted by a restart after their breach (4.3).
    """

    __slots__ = (
        "_attached_by",
        "_beside",
        "_exclusions",
        "_fold",
        "_lost",
        "_moments",
        "_owner",
        "_ran",
        "_resolved",
        "_target",
        "current",
        "timers",
    )

    def __init__(self, target: str, fold: Fold, exclusions: Sequence[tuple[int, int]]) -> None:
        self._target = target
        self._fold = fold
        self._exclusions = exclusions
        self._attached_by: str | None = None
        self._moments: Sequence[Moment] = ()
        self._resolved = False
        self._ran = False
        self._owner: str | None = None
        self._lost: Timer | None = None
        self._beside: list[Timer] = []
        self.current: Timer | None = None
        self.timers: list[Timer] = []

    def run(self, moments: Sequence[Moment], until: int) -> list[Timer]:
        """All timers of the target, judged up to `until`."""
        first = self._first_terms(moments)
        if first is None:
            return self.timers
        index, terms = first
        if index and terms.cell.start_at_attach == "created":
            # It starts at the opening and sees the whole history (4.5).
            attached = moments[index]
            self._attached_by = attached.entitled_cause
            before = [moment.under(attached.entitlement) for moment in moments[:index]]
            moments = [*before, *moments[index:]]
        self._moments = moments
        matters = MATTERS[terms.cell.kind]
        for moment in moments:
            if not moment.changed & matters:
                continue
            timer = self.current
            if timer is not None and timer.ended_at is None and moment.at >= timer.bound:
                timer.advance(moment.at)
            if self._beside:
                self._apply_beside(moment)
            self._apply(moment)
            timer = self.current
            if timer is not None and timer.stopped_by == "reply" and not self._beside:
                break  # nothing that happens later takes it back (4.7, 4.8)
        for timer in (*self._beside, self.current):
            if timer is not None and timer.ended_at is None:
                timer.settle(until)
        return self.timers

    def _first_terms(self, moments: Sequence[Moment]) -> tuple[int, Terms] | None:
        for index, moment in enumerate(moments):
            terms = moment.entitlement.terms.get(self._target)
            if terms is not None:
                return index, terms
        return None

    # -- one moment -----------------------------------------------------------------------------

    def _apply(self, moment: Moment) -> None:
        """The order at one instant (3.3): gone, stopped, reopened, changed, paused."""
        terms = moment.entitlement.terms.get(self._target)
        was_resolved, self._resolved = self._resolved, moment.resolved
        timer = self.current
        if timer is not None and timer.ended_at is None:
            if moment.rest.gone is not None:
                lose_ticket(timer, moment)
                return
            end = end_of(cell_at(timer, moment, terms, self._fold), moment, self._owner)
            if end is None:
                self._change(timer, moment, terms, bool(moment.changed & ENTITLED))
                return
            end_by(timer, moment, end)
        elif timer is not None and (
            timer.cell.kind not in CYCLES or timer.stopped_by in TICKET_GONE
        ):
            self._after_the_end(timer, moment, terms)
            return
        if terms is not None and terms.cell.kind in CYCLES:
            self._begin_cycle(moment, terms, was_resolved)
        elif timer is None:
            self._begin(moment, terms)

    def _apply_beside(self, moment: Moment) -> None:
        """A breached timer that a restart left goes on until its own end (4.3)."""
        lost = moment.changed & ENTITLED and self._target not in moment.entitlement.terms
        for timer in self._beside:
            if timer.ended_at is not None:
                reopened = timer.stopped_by == "resolution" and not moment.resolved
                goes_on = reopened and moment.rest.gone is None and resumes(timer)
                if goes_on and take_back(timer, self._moments, moment, reopened_by(moment)):
                    keep_pause(timer, moment)
                continue
            timer.advance(moment.at)
            end = end_of(timer.cell, moment, self._owner)
            if moment.rest.gone is not None:
                lose_ticket(timer, moment)
            elif end is not None:
                end_by(timer, moment, end)
            elif lost:
                timer.lose(moment.at, moment.entitled_cause, "no_target")
            else:
                keep_pause(timer, moment)

    # -- beginning ------------------------------------------------------------------------------

    def _begin(self, moment: Moment, terms: Terms | None) -> None:
        """A target applies for the first time, or again (4.4, 4.5)."""
        if terms is None or moment.rest.gone is not None:
            return
        cell = terms.cell
        opened = self._fold.opened
        at_opening = moment.at == opened.at
        if answered_before(cell, moment, self._moments) or not owed(cell, self._fold):
            return
        if self._resolved and not at_opening:
            return
        start_event = opened.id if at_opening else moment.entitled_cause
        if self._attached_by is not None and self._lost is None:
            start_event = self._attached_by
        timer = self._new(terms, start_event, moment.at)
        self._regain(timer, moment)
        self._start(timer, moment)
        end = end_of(cell, moment, self._owner)
        if end is None:
            keep_pause(timer, moment)
            return
        # Ended where it began; of such only a resolution met at the opening is published (3.8).
        end_by(timer, moment, end)
        if not at_opening or cell.kind in UNTIL_ANSWERED:
            self.timers.pop()
            del timer.outcomes[1:]

    def _regain(self, timer: Timer, moment: Moment) -> None:
        """A target that was lost applies again: what the mode lets it start with (4.4)."""
        lost = self._lost
        if lost is None:
            return
        mode = timer.cell.on_upgrade
        if mode == "carry":
            timer.take_over(lost)
        elif mode == "recompute":
            begin = lost.origin if timer.cell.kind in CYCLES else self._fold.opened_at
            timer.started_at = timer.origin = begin
            timer.applied_at = moment.at

    def _begin_cycle(self, moment: Moment, terms: Terms, was_resolved: bool) -> None:
        """Each start is a cycle (3.5, 3.6, 3.11)."""
        lost = self.current
        reopened = was_resolved and not self._resolved
        start = cycle_start(terms.cell, self._fold, moment, reopened, self._ran)
        self._lost = None
        if start is None:
            waits = terms.cell.kind is not TargetKind.NEXT_REPLY or moment.waiting is not None
            if lost is None or lost.stopped_by != "no_target" or not waits or self._resolved:
                return
            start, self._lost = moment.entitled_cause, lost
        self._ran = True
        self._owner = moment.team
        timer = self._new(terms, start, moment.at)
        self._regain(timer, moment)
        self._start(timer, moment)
        keep_pause(timer, moment)

    # -- after the end --------------------------------------------------------------------------

    def _after_the_end(self, timer: Timer, moment: Moment, terms: Terms | None) -> None:
        """A reopening takes back an end by resolution; a restore one by deletion or merge."""
        if moment.rest.gone is not None:
            return
        by = timer.stopped_by
        withdrawn = moment.workaround_withdrawn
        if by == "resolution" and not self._resolved:
            self._reopen(timer, moment, terms, reopened_by(moment))
        elif by == "workaround" and withdrawn is not None:
            # A workaround withdrawn makes resolution owed again as a reopening does (4.8).
            timer.stopped_by = "resolution"
            if not self._resolved:
                self._reopen(timer, moment, terms, withdrawn)
        elif by in TICKET_GONE:
            ended_at = timer.ended_at
            assert ended_at is not None, "It has ended."
            timer.reopen(moment.at, moment.rest.gone_cause, "excluded", by or "")
            end = end_of(timer.cell, moment, self._owner) or answered(
                timer, self._moments, ended_at, moment.at
            )
            if end is not None:
                end_by(timer, moment, end)
            else:
                self._change(timer, moment, terms, True)
        elif by == "no_target" and terms is not None and not self._resolved:
            self.current = None
            self._lost = timer
            self._begin(moment, terms)

    def _reopen(self, timer: Timer, moment: Moment, terms: Terms | None, cause: str) -> None:
        """The four modes of 4.7."""
        if timer.cell.kind is not TargetKind.FIRST_RESOLUTION and timer.cell.reopen == "new_cycle":
            ended_at = timer.ended_at
            assert ended_at is not None, "It has ended."
            if terms is None or answered(timer, self._moments, ended_at, moment.at):
                return
            if kept_by(terms.cell, moment) is None:
                again = self._new(terms, cause, moment.at)
                self._start(again, moment)
                keep_pause(again, moment)
            return
        if not resumes(timer):
            return
        goes_on = take_back(timer, self._moments, moment, cause)
        if timer not in self.timers:
            del timer.outcomes[1]  # its end was never published, so neither is the taking back
            self.timers.append(timer)
        if goes_on:
            # A change while it was ended takes effect now.
            self._change(timer, moment, terms, True)

    # -- changes --------------------------------------------------------------------------------

    def _change(
        self, timer: Timer, moment: Moment, terms: Terms | None, entitled_anew: bool
    ) -> None:
        """The target may be another now (4.1 to 4.4); then a fixed deadline, then pauses."""
        if entitled_anew and timer.cell.kind not in UNCHANGED:
            if terms is None:
                timer.lose(moment.at, moment.entitled_cause, "no_target")
                timer.stopped_by = "no_target"
                return
            if terms.cell is not timer.cell:
                timer = self._succeed(timer, terms, moment)
        keep_fixed(timer, moment, self._fold)
        keep_pause(timer, moment)

    def _succeed(self, timer: Timer, terms: Terms, moment: Moment) -> Timer:
        """Another target takes its place by the mode of its direction; who counts from now on."""
        mode = mode_of(self._fold, timer.cell, terms.cell)
        if mode == "freeze":
            return timer
        if timer.breached_at is not None and mode != "restart":
            return timer
        successor = self._new(terms, moment.entitled_cause, moment.at)
        if timer.breached_at is not None:
            self._beside.append(timer)
            keep_pause(timer, moment)
        else:
            timer.supersede(moment.at, moment.entitled_cause, successor.timer)
            successor.predecessor = timer.timer
        if mode == "carry":
            successor.take_over(timer)
        elif mode == "recompute":
            successor.levels = list(timer.levels)
            successor.started_at = successor.origin = timer.origin
            successor.applied_at = moment.at
        self._start(successor, moment)
        return successor

    # -- making timers --------------------------------------------------------------------------

    def _new(self, terms: Terms, start_event: str, at: int) -> Timer:
        time: WorkingTime = terms.calendar
        if self._exclusions:
            time = Excluding(time, self._exclusions)
        return Timer(terms, time, start_event, at)

    def _start(self, timer: Timer, moment: Moment) -> None:
        timer.fixed = fixed_deadline(timer, moment, self._fold)
        timer.start()
        if timer.started_at < moment.at:
            replay(timer, self._moments, moment.at)
        self.timers.append(timer)
        self.current = timer
