"""Takes the timers of one target through what happens to their ticket, moment by moment."""

from collections.abc import Sequence

from schemas.setting import plainly_set
from streams.core.changes import MATTERS
from streams.core.fold import Fold
from streams.core.moment import Moment
from streams.core.past import ALL, Past
from streams.core.targets import Happening
from streams.core.versions import attached_by


@plainly_set
class Walk(Happening, array_like=True):
    """All timers of one target, from the opening of their ticket on; saved between two runs."""

    def run(
        self, fold: Fold, past: Past, exclusions: Sequence[tuple[int, int]], until: int
    ) -> None:
        """Takes its timers through the moments of `fold`, which go up to `until`.

        Raises HistoryNeeded where something that lies before them decides.
        """
        self.fold = fold
        self.past = past
        self.exclusions = exclusions
        moments: Sequence[Moment] = fold.moments
        if self.begun:
            self.timers = [*self.beside] if self.current is None else [*self.beside, self.current]
            if fold.changed_hands and not past.whole:
                self._touch_running()
        else:
            self.timers = []
            moments = self._attach(moments)
        matters = self.matters
        for moment in moments:
            if moment.changed & matters:
                self._pass(moment)
                if self.over:
                    break
        for place, timer in enumerate(self.timers):
            goes_on = timer.ended_at is None
            if goes_on and timer.bound <= fold.stands_at:
                timer.advance(fold.stands_at)
            if timer.touched or timer.outcomes:
                timer.look_for_risk()
                if timer.breached_at is not None and timer.due_with is None:
                    timer.due_with = fold.held_at(timer.breached_at)
            if goes_on and not (timer.exact and timer.bound > until):
                self.timers[place] = timer.foreseen(until)

    def _touch_running(self) -> None:
        """Who has the ticket, or its severity, is part of how a running timer looks."""
        for timer in self.timers:
            if timer.ended_at is None:
                timer.touched = True

    def _attach(self, moments: Sequence[Moment]) -> Sequence[Moment]:
        """The moments that it sees, where its target applies at one of them; else none."""
        for attached in moments:
            terms = attached_by(self.fold, attached, self.target)
            if terms is not None:
                break
        else:
            self.resolved = self.fold.now.resolved
            return ()
        self.begun = True
        self.matters = MATTERS[terms.cell.kind]
        if attached.at > self.fold.opened_at and terms.cell.start_at_attach == "created":
            # It starts at the opening and sees the whole history (4.5).
            self.past.after(ALL)
            self.attached_by = attached.entitled_cause
            moments = [
                moment.entitled_as(attached) if moment.at < attached.at else moment
                for moment in moments
            ]
            self.past = Past(moments)
        return moments

    def _pass(self, moment: Moment) -> None:
        """Time passes to a moment that matters, then it acts."""
        timer = self.current
        if timer is not None and timer.ended_at is None:
            timer.touched = True
            if moment.at >= timer.bound:
                timer.advance(moment.at)
        if self.beside:
            self.apply_beside(moment)
        self.apply(moment)
        timer = self.current
        if timer is not None and timer.stopped_by == "reply" and not self.beside:
            self.over = True  # nothing that happens later takes it back (4.7, 4.8)
