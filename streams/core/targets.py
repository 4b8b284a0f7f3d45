"""What happens to the timers of one target at a moment (semantics 3 and 4)."""

from typing import Final

from streams.core.agreement.model import TargetKind
from streams.core.changes import ENTITLED
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
from streams.core.past import ALL
from streams.core.reopening import (
    answered,
    end_by,
    reopened_by,
    restore,
    resumes,
    take_back,
)
from streams.core.terms import Terms
from streams.core.timer import Timer
from streams.core.track import Track
from streams.core.upkeep import (
    UNCHANGED,
    begins_again,
    cell_at,
    edit_mode,
    keep_fixed,
    keep_pause,
    lose_ticket,
    mode_of,
)
from streams.core.versions import promised, promised_anew

TICKET_GONE: Final = frozenset({"merged", "deleted", "spam"})


class Happening(Track, array_like=True):
    """What happens to the timers of one target at one moment."""

    def apply(self, moment: Moment) -> None:
        """The order at one instant (3.3): gone, stopped, reopened, changed, paused."""
        timer = self.current
        terms = anew = moment.entitlement.terms.get(self.target)
        if moment.circumstances is not None:
            terms = self._promised(moment, timer or self.lost)
            anew = promised_anew(self.fold, moment, self.target)
        was_resolved, self.resolved = self.resolved, moment.resolved
        if timer is not None and timer.ended_at is None:
            if moment.rest.gone is not None:
                lose_ticket(timer, moment)
                return
            end = end_of(cell_at(timer, moment, terms), moment, self.owner)
            if end is None:
                self._change(timer, moment, terms, bool(moment.changed & ENTITLED))
                return
            end_by(timer, moment, end)
        elif timer is not None and (
            timer.cell.kind not in CYCLES or timer.stopped_by in TICKET_GONE
        ):
            self._after_the_end(timer, moment, terms, was_resolved)
            if timer.cell.kind not in CYCLES or self._goes_on():
                return
        either = anew or terms
        if either is not None and either.cell.kind in CYCLES:
            self._begin_cycle(moment, anew, terms, was_resolved)
        elif timer is None:
            self._begin(moment, terms)

    def _goes_on(self) -> bool:
        """Whether the current timer has not ended."""
        return self.current is not None and self.current.ended_at is None

    def apply_beside(self, moment: Moment) -> None:
        """A breached timer that a restart left goes on until its own end (4.3)."""
        for timer in self.beside:
            goes_on = timer.ended_at is None
            if not goes_on:
                if not self._goes_on_beside(timer, moment):
                    continue
            else:
                timer.advance(moment.at)
                if moment.rest.gone is not None:
                    lose_ticket(timer, moment)
                    continue
                end = end_of(timer.cell, moment, self.owner)
                if end is not None:
                    end_by(timer, moment, end)
                    continue
            changed = moment.changed & ENTITLED or not goes_on
            if changed and self._promised(moment, timer) is None:
                timer.lose(moment.at, moment.entitled_cause, "no_target")
            else:
                keep_pause(timer, moment)

    def _goes_on_beside(self, timer: Timer, moment: Moment) -> bool:
        """Whether one beside that has ended goes on from `moment`: its end is taken back then."""
        if moment.rest.gone is not None:
            return False
        if timer.stopped_by in TICKET_GONE:
            return restore(timer, self.past, moment, self.owner)
        cause = reopened_by(moment, self.resolved)
        withdrawn = moment.workaround_withdrawn
        if timer.stopped_by == "workaround" and withdrawn is not None:
            timer.stopped_by, cause = "resolution", withdrawn
        if timer.stopped_by != "resolution" or moment.resolved or not resumes(timer):
            return False
        return take_back(timer, self.past, moment, cause, self.fold)

    def _promised(self, moment: Moment, timer: Timer | None) -> Terms | None:
        """What the target owes by the versions that `timer` is promised by."""
        return promised(self.fold, moment, self.target, 0 if timer is None else timer.versions_of)

    # -- beginning ------------------------------------------------------------------------------

    def _begin(self, moment: Moment, terms: Terms | None) -> None:
        """A target applies for the first time, or again (4.4, 4.5)."""
        if terms is None or moment.rest.gone is not None:
            return
        cell = terms.cell
        fold = self.fold
        at_opening = moment.at == fold.opened_at
        if answered_before(cell, moment, self.past) or not owed(cell, self.fold):
            return
        if self.resolved and not at_opening:
            return
        start_event = fold.opened_id if at_opening else moment.entitled_cause
        if self.attached_by is not None and self.lost is None:
            start_event = self.attached_by
        versions_of = 0 if self.lost is None else self.lost.versions_of
        timer = self.new(terms, start_event, moment.at, versions_of)
        self._regain(timer, moment)
        self.start(timer, moment)
        end = end_of(cell, moment, self.owner)
        if end is None:
            keep_pause(timer, moment)
            return
        # Ended where it began; of such only a resolution met at the opening is published (3.8).
        end_by(timer, moment, end)
        if not at_opening or cell.kind in UNTIL_ANSWERED:
            self.hide(self.timers.pop())

    def _regain(self, timer: Timer, moment: Moment) -> None:
        """A target that was lost applies again: what the mode lets it start with (4.4)."""
        lost = self.lost
        if lost is None:
            return
        mode = edit_mode(lost.terms, timer.terms) or timer.cell.on_upgrade
        if mode == "carry":
            timer.take_over(lost)
            # Where its budget had run when the target was lost, the loss came first (3.3).
            timer.excused = True
        elif mode == "recompute":
            begin = lost.origin if timer.cell.kind in CYCLES else self.fold.opened_at
            timer.started_at = timer.origin = begin
            timer.applied_at = moment.at

    def _begin_cycle(
        self, moment: Moment, anew: Terms | None, again: Terms | None, was_resolved: bool
    ) -> None:
        """Each start is a cycle (3.5, 3.6, 3.11), of the terms `anew`; one that was lost begins
        `again` by the versions of its own."""
        lost = self.current
        reopened = was_resolved and not self.resolved
        start = None
        if anew is not None:
            start = cycle_start(anew.cell, self.fold, moment, reopened, self.ran)
        self.lost = None
        if anew is not None and start is not None:
            terms, versions_of = anew, moment.at
            if terms.cell.kind is TargetKind.OWNERSHIP:
                versions_of = moment.team_at or 0
        elif lost is not None and again is not None and begins_again(lost, again, moment):
            terms, versions_of, start = again, lost.versions_of, moment.entitled_cause
            self.lost = lost
        else:
            return
        self.ran = True
        self.owner = moment.team
        timer = self.new(terms, start, moment.at, versions_of)
        self._regain(timer, moment)
        self.start(timer, moment)
        keep_pause(timer, moment)

    # -- after the end --------------------------------------------------------------------------

    def _after_the_end(
        self, timer: Timer, moment: Moment, terms: Terms | None, was_resolved: bool
    ) -> None:
        """A reopening takes back an end by resolution; a restore one by deletion or merge."""
        if moment.rest.gone is not None:
            return
        by = timer.stopped_by
        withdrawn = moment.workaround_withdrawn
        if by == "resolution" and not self.resolved:
            self._reopen(timer, moment, terms, reopened_by(moment, was_resolved))
        elif by == "workaround" and withdrawn is not None:
            # A workaround withdrawn makes resolution owed again as a reopening does (4.8).
            timer.stopped_by = "resolution"
            if not self.resolved:
                self._reopen(timer, moment, terms, withdrawn)
        elif by in TICKET_GONE:
            if restore(timer, self.past, moment, self.owner):
                self._change(timer, moment, terms, True)
        elif by == "no_target" and terms is not None and not self.resolved:
            self.current = None
            self.lost = timer
            self._begin(moment, terms)

    def _reopen(self, timer: Timer, moment: Moment, terms: Terms | None, cause: str) -> None:
        """The four modes of 4.7."""
        if timer.cell.kind is not TargetKind.FIRST_RESOLUTION and timer.cell.reopen == "new_cycle":
            ended_at = timer.ended_at
            assert ended_at is not None, "It has ended."
            anew = promised(self.fold, moment, self.target, moment.at)
            if anew is None:
                return
            kept = answered(timer, self.past, ended_at, moment.at) or kept_by(anew.cell, moment)
            if kept is not None:
                # The new one would end where it begins: it is not owed, and not later either.
                timer.stopped_by = kept.by
                return
            again = self.new(anew, cause, moment.at, moment.at)
            self.start(again, moment)
            keep_pause(again, moment)
            return
        if not resumes(timer):
            return
        if timer.hidden:
            self.past.after(ALL)
        goes_on = take_back(timer, self.past, moment, cause, self.fold)
        if timer.hidden:
            del timer.outcomes[1]  # its end was never published, so neither is the taking back
            self.show(timer)
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
        keep_fixed(timer, moment, self.fold)
        keep_pause(timer, moment)

    def _succeed(self, timer: Timer, terms: Terms, moment: Moment) -> Timer:
        """Another target takes its place by the mode of its direction; who counts from now on."""
        mode = mode_of(timer, terms, moment.at)
        if mode == "freeze":
            return timer
        if timer.breached_at is not None and mode != "restart":
            return timer
        successor = self.new(terms, moment.entitled_cause, moment.at, timer.versions_of)
        # What had run when the ticket was resolved or gone was not due then, and is not now (3.3).
        successor.excused = mode == "carry" and timer.excused and timer.since == moment.at
        if timer.breached_at is not None:
            self.beside.append(timer)
            keep_pause(timer, moment)
        else:
            timer.supersede(moment.at, moment.entitled_cause, successor.timer)
            successor.predecessor = timer.timer
            successor.not_before = timer.not_before
        if mode == "carry":
            successor.take_over(timer)
        elif mode == "recompute":
            successor.levels = list(timer.levels)
            successor.started_at = successor.origin = timer.origin
            successor.applied_at = moment.at
        self.start(successor, moment)
        return successor
