"""What happens to the timers of one target, moment by moment (semantics 3.4, 3.7, 4.1 to 4.8)."""

from collections.abc import Sequence

from streams.core.agreement.model import TargetKind
from streams.core.book import Book, Terms
from streams.core.excluding import Excluding, WorkingTime
from streams.core.timeline import REPLY, Fold, Moment
from streams.core.timer import Timer

BY_RESOLUTION = "resolution"
FOR_GOOD = frozenset({"reply", "workaround"})
"""An end by one of these is taken back by nothing that happens later (4.7, 4.8)."""


class Walk:
    """The timers of one target of one ticket, from its opening on; at most one is current."""

    __slots__ = (
        "_attached_by",
        "_book",
        "_exclusions",
        "_fold",
        "_lost",
        "_resolved",
        "_responded",
        "_stopped_by",
        "_target",
        "current",
        "timers",
    )

    def __init__(self, target: str, fold: Fold, exclusions: Sequence[tuple[int, int]]) -> None:
        self._target = target
        self._attached_by: str | None = None
        self._fold = fold
        self._book: Book = fold.book
        self._exclusions = exclusions
        self._resolved = False
        self._responded = False
        self._stopped_by: str | None = None
        self._lost: Timer | None = None
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
        for moment in moments:
            timer = self.current
            if timer is not None and timer.ended_at is None:
                if moment.at >= timer.bound:
                    timer.advance(moment.at)
                if moment.changed == REPLY and timer.cell.kind is not TargetKind.FIRST_RESPONSE:
                    continue
            self._apply(moment)
            if self._stopped_by in FOR_GOOD:
                break
        if self.current is not None and self.current.ended_at is None:
            self.current.settle(until)
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
        if timer is None:
            self._begin(moment, terms)
        elif timer.ended_at is not None:
            self._after_the_end(moment, terms, was_resolved)
        elif moment.gone is not None:
            timer.lose(moment.at, moment.gone_cause, moment.gone, moment.merged_into)
            self._stopped_by = moment.gone
        elif self._stop(timer, moment):
            pass
        else:
            self._change(timer, moment, terms)
        if moment.reply is not None:
            self._responded = True

    def _stop(self, timer: Timer, moment: Moment) -> bool:
        """Whether the promise came to its end at this moment."""
        if timer.cell.kind is TargetKind.FIRST_RESPONSE:
            if moment.reply is not None:
                timer.stop(moment.at, moment.reply)
                self._stopped_by = "reply"
                return True
            if self._resolved:
                timer.lose(moment.at, moment.category_cause, "resolved_without_reply")
                self._stopped_by = BY_RESOLUTION
                return True
            return False
        if self._resolved:
            timer.stop(moment.at, moment.category_cause)
            self._stopped_by = BY_RESOLUTION
            return True
        if moment.workaround is not None and timer.cell.stops_at_workaround:
            timer.stop(moment.at, moment.workaround)
            self._stopped_by = "workaround"
            return True
        return False

    def _begin(self, moment: Moment, terms: Terms | None) -> None:
        """A target applies for the first time, or again (4.4, 4.5)."""
        if terms is None or moment.gone is not None:
            return
        cell = terms.cell
        opened = self._fold.opened
        at_opening = moment.at == opened.at
        if cell.kind is TargetKind.FIRST_RESPONSE and (
            self._responded or moment.reply is not None or self._resolved
        ):
            return
        if self._resolved and not at_opening:
            return
        start_event = self._attached_by or (opened.id if at_opening else moment.entitled_cause)
        timer = self._new(terms, start_event, moment.at)
        if self._lost is not None:
            timer.take_over(self._lost)
        self._start(timer, moment)
        if self._resolved:
            # Arriving resolved: opening and resolution at one instant (3.8).
            timer.stop(moment.at, moment.category_cause)
            self._stopped_by = BY_RESOLUTION
        elif at_opening and moment.workaround is not None and cell.stops_at_workaround:
            timer.stop(moment.at, moment.workaround)
            self._stopped_by = "workaround"
        elif moment.category in cell.pauses:
            timer.pause(moment.at, moment.category, moment.category_cause)

    def _after_the_end(self, moment: Moment, terms: Terms | None, was_resolved: bool) -> None:
        """A reopening takes back an end by resolution; a restore one by deletion or merge."""
        timer = self.current
        assert timer is not None, "There is a timer that has ended."
        if moment.gone is not None:
            return
        if self._stopped_by == BY_RESOLUTION and was_resolved and not self._resolved:
            timer.reopen(moment.at, moment.category_cause, "resolved")
        elif self._stopped_by in ("merged", "deleted", "spam"):
            if self._resolved:
                return
            timer.reopen(moment.at, moment.gone_cause, "excluded", self._stopped_by)
        elif self._stopped_by == "no_target" and terms is not None and not self._resolved:
            self.current = None
            self._lost = timer
            self._begin(moment, terms)
            return
        else:
            return
        self._stopped_by = None
        self._change(timer, moment, terms)

    def _change(self, timer: Timer, moment: Moment, terms: Terms | None) -> None:
        """The target may be another now (4.1 to 4.4); then pauses, then a fixed deadline."""
        if terms is None or terms.cell is not timer.cell:
            if terms is None:
                timer.lose(moment.at, moment.entitled_cause, "no_target")
                self._stopped_by = "no_target"
                return
            if timer.breached_at is None:
                timer = self._succeed(timer, terms, moment)
        self._fix(timer, moment)
        pausing = moment.category in timer.cell.pauses
        if pausing and timer.paused is None:
            timer.pause(moment.at, moment.category, moment.category_cause)
        elif pausing and timer.paused != moment.category:
            timer.change_pause(moment.at, moment.category, moment.category_cause)
        elif not pausing and timer.paused is not None:
            timer.resume(moment.at, moment.category_cause)

    def _succeed(self, timer: Timer, terms: Terms, moment: Moment) -> Timer:
        successor = self._new(terms, moment.entitled_cause, moment.at)
        timer.supersede(moment.at, moment.entitled_cause, successor.timer)
        successor.predecessor = timer.timer
        successor.take_over(timer)
        self._start(successor, moment)
        return successor

    # -- making timers --------------------------------------------------------------------------

    def _new(self, terms: Terms, start_event: str, at: int) -> Timer:
        time: WorkingTime = terms.calendar
        if self._exclusions:
            time = Excluding(time, self._exclusions)
        return Timer(terms, time, start_event, at)

    def _start(self, timer: Timer, moment: Moment) -> None:
        timer.fixed = self._fixed(timer, moment)
        timer.start()
        self.timers.append(timer)
        self.current = timer

    def _fixed(self, timer: Timer, moment: Moment) -> int | None:
        """A deadline set by hand, else the release that the target is bound to (3.13, 4.9)."""
        manual = moment.manual.get(self._target)
        if manual is not None:
            return manual[0]
        if timer.cell.release is None:
            return None
        return self._book.planned(timer.cell.release, self._fold.opened_at, moment.at)

    def _fix(self, timer: Timer, moment: Moment) -> None:
        if not moment.manual and timer.cell.release is None and timer.fixed is None:
            return
        fixed = self._fixed(timer, moment)
        if fixed != timer.fixed:
            timer.fix_deadline(moment.at, fixed, moment.fixed_cause or timer.cause)
