"""What happens to the timers of one target, moment by moment (semantics 3 and 4)."""

from collections.abc import Sequence
from typing import Final

from streams.core.agreement.model import Cell, ChangeMode, TargetKind
from streams.core.book import Book, Terms
from streams.core.changes import ENTITLED, MATTERS
from streams.core.excluding import Excluding, WorkingTime
from streams.core.fold import Fold
from streams.core.kinds import (
    CYCLES,
    UNTIL_ANSWERED,
    End,
    answered_before,
    cycle_start,
    end_of,
    owed,
)
from streams.core.moment import Moment
from streams.core.timer import Timer

TICKET_GONE: Final = frozenset({"merged", "deleted", "spam"})


class Walk:
    """The timers of one target of one ticket, from its opening on; at most one is current.

    Timers `beside` it were left counted by a restart after their breach (4.3).
    """

    __slots__ = (
        "_attached_by",
        "_beside",
        "_book",
        "_exclusions",
        "_fold",
        "_frozen",
        "_lost",
        "_moments",
        "_ran",
        "_resolved",
        "_stopped_by",
        "_target",
        "current",
        "timers",
    )

    def __init__(self, target: str, fold: Fold, exclusions: Sequence[tuple[int, int]]) -> None:
        self._target = target
        self._fold = fold
        self._book: Book = fold.book
        self._exclusions = exclusions
        self._attached_by: str | None = None
        self._moments: Sequence[Moment] = ()
        self._resolved = False
        self._ran = False
        self._frozen = False
        self._stopped_by: str | None = None
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
        final = terms.cell.kind not in CYCLES
        for moment in moments:
            if not moment.changed & matters:
                continue
            timer = self.current
            if timer is not None and timer.ended_at is None and moment.at >= timer.bound:
                timer.advance(moment.at)
            if self._beside:
                self._end_beside(moment)
            self._apply(moment)
            if final and self._stopped_by == "reply":
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
                timer.lose(
                    moment.at, moment.rest.gone_cause, moment.rest.gone, moment.rest.merged_into
                )
                self._stopped_by = moment.rest.gone
                return
            end = end_of(timer.cell, moment)
            if end is None:
                self._change(timer, moment, terms, bool(moment.changed & ENTITLED))
                return
            self._end(timer, moment, end)
            timer = self.current
        elif timer is not None and timer.cell.kind not in CYCLES:
            self._after_the_end(timer, moment, terms, was_resolved)
            return
        if terms is not None and terms.cell.kind in CYCLES:
            self._begin_cycle(moment, terms, was_resolved)
        elif timer is None:
            self._begin(moment, terms)

    def _end(self, timer: Timer, moment: Moment, end: End) -> None:
        if end.void is None:
            timer.stop(moment.at, end.cause)
        else:
            timer.lose(moment.at, end.cause, end.void)
        self._stopped_by = end.by

    def _end_beside(self, moment: Moment) -> None:
        """A breached timer that a restart left goes on until its own end (4.3)."""
        for timer in self._beside:
            if timer.ended_at is None:
                timer.advance(moment.at)
                end = end_of(timer.cell, moment)
                if moment.rest.gone is not None:
                    timer.lose(
                        moment.at, moment.rest.gone_cause, moment.rest.gone, moment.rest.merged_into
                    )
                elif end is not None:
                    timer.stop(moment.at, end.cause)
                else:
                    self._pause(timer, moment)

    # -- beginning ------------------------------------------------------------------------------

    def _begin(self, moment: Moment, terms: Terms | None) -> None:
        """A target applies for the first time, or again (4.4, 4.5)."""
        if terms is None or moment.rest.gone is not None:
            return
        cell = terms.cell
        opened = self._fold.opened
        at_opening = moment.at == opened.at
        if answered_before(cell, moment) or not owed(cell, self._fold):
            return
        if self._resolved and not at_opening:
            return
        start_event = self._attached_by or (opened.id if at_opening else moment.entitled_cause)
        timer = self._new(terms, start_event, moment.at)
        if self._lost is not None and cell.on_upgrade == "carry":
            timer.take_over(self._lost)
        elif self._lost is not None and cell.on_upgrade == "recompute":
            timer = self._recomputed(timer, opened.at, moment)
        self._start(timer, moment)
        end = end_of(cell, moment) if at_opening else None
        if end is not None:
            # Arriving resolved: opening and resolution at one instant (3.8).
            self._end(timer, moment, end)
            if cell.kind in UNTIL_ANSWERED:
                # Of zero length, so not published (1.3); but a reopening may go on with it (4.7).
                self.timers.pop()
                del timer.outcomes[1:]
        else:
            self._pause(timer, moment)

    def _begin_cycle(self, moment: Moment, terms: Terms, was_resolved: bool) -> None:
        """Each start is a cycle (3.5, 3.6, 3.11)."""
        if self.current is not None and self.current.ended_at is None:
            return
        reopened = was_resolved and not self._resolved
        start = cycle_start(terms.cell, self._fold, moment, reopened, self._ran)
        if start is None:
            return
        self._ran = True
        timer = self._new(terms, start, moment.at)
        self._start(timer, moment)
        self._pause(timer, moment)

    # -- after the end --------------------------------------------------------------------------

    def _after_the_end(
        self, timer: Timer, moment: Moment, terms: Terms | None, was_resolved: bool
    ) -> None:
        """A reopening takes back an end by resolution; a restore one by deletion or merge."""
        if moment.rest.gone is not None:
            return
        if self._stopped_by == "resolution" and was_resolved and not self._resolved:
            self._reopen(timer, moment, terms)
        elif self._stopped_by == "workaround" and moment.workaround_withdrawn is not None:
            timer.reopen(moment.at, moment.workaround_withdrawn, "resolved")
            self._go_on(timer, moment, terms)
        elif self._stopped_by in TICKET_GONE and not self._resolved:
            timer.reopen(moment.at, moment.rest.gone_cause, "excluded", self._stopped_by or "")
            self._go_on(timer, moment, terms)
        elif self._stopped_by == "no_target" and terms is not None and not self._resolved:
            self.current = None
            self._lost = timer
            self._begin(moment, terms)

    def _reopen(self, timer: Timer, moment: Moment, terms: Terms | None) -> None:
        """The four modes of 4.7."""
        mode = timer.cell.reopen
        if timer.cell.kind is TargetKind.FIRST_RESOLUTION or mode == "no_new_tracker":
            return
        if mode == "new_cycle":
            if terms is not None:
                self._start(self._new(terms, moment.category_cause, moment.at), moment)
                self._stopped_by = None
                assert self.current is not None, "It has just been started."
                self._pause(self.current, moment)
            return
        if mode == "continue_including_closed":
            timer.reopen_as_if_never_resolved(moment.at, moment.category_cause)
        else:
            timer.reopen(moment.at, moment.category_cause, "resolved")
        if timer not in self.timers:
            del timer.outcomes[1]  # its end was never published, so neither is the taking back
            self.timers.append(timer)
        self._go_on(timer, moment, terms)

    def _go_on(self, timer: Timer, moment: Moment, terms: Terms | None) -> None:
        """A change while it was ended takes effect now (4.7)."""
        self._stopped_by = None
        self._change(timer, moment, terms, True)

    # -- changes --------------------------------------------------------------------------------

    def _change(
        self, timer: Timer, moment: Moment, terms: Terms | None, entitled_anew: bool
    ) -> None:
        """The target may be another now (4.1 to 4.4); then pauses, then a fixed deadline."""
        if entitled_anew and timer.cell.kind is not TargetKind.OWNERSHIP:
            if terms is None:
                timer.lose(moment.at, moment.entitled_cause, "no_target")
                self._stopped_by = "no_target"
                return
            if terms.cell is not timer.cell:
                timer = self._succeed(timer, terms, moment)
        self._fix(timer, moment)
        self._pause(timer, moment)

    def _succeed(self, timer: Timer, terms: Terms, moment: Moment) -> Timer:
        """Another target takes its place by the mode of its direction; who counts from now on."""
        mode = self._mode(timer.cell, terms.cell)
        if mode == "freeze":
            return timer
        if timer.breached_at is not None and mode != "restart":
            return timer
        successor = self._new(terms, moment.entitled_cause, moment.at)
        if timer.breached_at is not None:
            self._beside.append(timer)
            self._pause(timer, moment)
        else:
            timer.supersede(moment.at, moment.entitled_cause, successor.timer)
            successor.predecessor = timer.timer
        if mode == "carry":
            successor.take_over(timer)
        elif mode == "recompute":
            successor.levels = list(timer.levels)
            successor = self._recomputed(successor, timer.started_at, moment)
        self._start(successor, moment)
        return successor

    def _mode(self, old: Cell, new: Cell) -> ChangeMode:
        """An upgrade is a rise of plan rank, or equal plan and a rise of severity (4.1)."""
        agreement = self._fold.entitlement.agreement or self._fold.agreement
        assert agreement is not None, "A cell comes from an agreement."
        plans, severities = agreement.plans, agreement.severities
        if old.plan not in plans or old.severity not in severities:
            return new.on_upgrade
        before = (plans.index(old.plan), severities.index(old.severity))
        after = (plans.index(new.plan), severities.index(new.severity))
        return new.on_upgrade if after >= before else new.on_downgrade

    def _recomputed(self, successor: Timer, since: int, moment: Moment) -> Timer:
        """As if the new target had always been so: its calendar and pauses throughout (4.2)."""
        successor.started_at = since
        successor.applied_at = moment.at
        return successor

    def _replay(self, timer: Timer, until: int) -> None:
        """Takes a recomputed timer through what happened since its start."""
        for moment in self._moments:
            if moment.at >= until:
                return
            if moment.at < timer.started_at:
                continue
            timer.advance(moment.at)
            if moment.resolved and timer.since is not None:
                timer.rest(moment.at, moment.category_cause)
            elif not moment.resolved:
                if timer.since is None and timer.paused is None:
                    timer.resume_rest(moment.at, moment.category_cause)
                self._pause(timer, moment)

    # -- pauses and fixed deadlines -------------------------------------------------------------

    def _pause(self, timer: Timer, moment: Moment) -> None:
        """Paused while any pausing fact holds (3.9)."""
        pausing = moment.pausing(timer.cell.pauses)
        if pausing is not None:
            category, cause = pausing
            if timer.paused is None:
                timer.pause(moment.at, category, cause)
            elif timer.paused != category:
                timer.change_pause(moment.at, category, cause)
        elif timer.paused is not None:
            timer.resume(moment.at, moment.pause_cause)

    def _fixed(self, timer: Timer, moment: Moment) -> int | None:
        """A deadline set by hand, else the release that the target is bound to (3.13, 4.9)."""
        manual = moment.rest.manual.get(self._target)
        if manual is not None:
            return manual[0]
        if timer.cell.release is None:
            return None
        return self._book.planned(timer.cell.release, self._fold.opened_at, moment.at)

    def _fix(self, timer: Timer, moment: Moment) -> None:
        if not moment.rest.manual and timer.cell.release is None and timer.fixed is None:
            return
        fixed = self._fixed(timer, moment)
        if fixed != timer.fixed:
            timer.fix_deadline(moment.at, fixed, moment.rest.fixed_cause or timer.cause)

    # -- making timers --------------------------------------------------------------------------

    def _new(self, terms: Terms, start_event: str, at: int) -> Timer:
        time: WorkingTime = terms.calendar
        if self._exclusions:
            time = Excluding(time, self._exclusions)
        return Timer(terms, time, start_event, at)

    def _start(self, timer: Timer, moment: Moment) -> None:
        timer.fixed = self._fixed(timer, moment)
        timer.start()
        if timer.started_at < moment.at:
            self._replay(timer, moment.at)
            timer.advance(moment.at)
        self.timers.append(timer)
        self.current = timer


def lose_ticket(timer: Timer, moment: Moment) -> None:
    """The ticket is gone (4.8)."""
    rest = moment.rest
    timer.lose(moment.at, rest.gone_cause, rest.gone or "", rest.merged_into)
