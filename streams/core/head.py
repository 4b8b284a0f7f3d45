"""What goes on of a ticket: all that an event in order needs, small, whatever its history."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from schemas.instants import NEVER
from schemas.setting import plainly_set
from streams.core import facts as f
from streams.core.account import Near
from streams.core.asleep import Asleep, asleep
from streams.core.book import Book
from streams.core.changes import EVERYTHING
from streams.core.fold import Fold
from streams.core.unsaved import Unsaved
from streams.core.walk import Walk

FORESEEN: Final = frozenset(
    {
        f.Opened,
        f.Replied,
        f.StatusChanged,
        f.SeverityChanged,
        f.PlanChanged,
        f.AccountChanged,
        f.CategoryChanged,
        f.Assigned,
        f.WorkaroundProvided,
        f.WorkaroundWithdrawn,
        f.Resolved,
        f.Reopened,
        f.Closed,
        f.Merged,
        f.Deleted,
        f.Restored,
        f.DeadlineSet,
        f.DeadlineWithdrawn,
        f.VerdictReported,
        f.FirstResponseRecorded,
        f.AgentContact,
        f.CustomerContact,
        f.SecondStateChanged,
    }
)
"""Facts that change nothing before their own instant, and need no other fact to be understood."""


@plainly_set
class Head(Struct, array_like=True, gc=False):
    """A ticket as it stood when something last happened; what happens later continues it.

    What came due since then is not in it: it is decided anew, and what was published of it may
    be withdrawn by an event that only now tells what happened meanwhile.
    """

    fold: Fold
    asleep: list[Asleep]
    """Its walks as they were saved."""
    pending: list[f.Plain]
    """What is known already to happen later, in the order of 1.3."""
    bound: int = NEVER
    """When the first of those has to run, whatever happens: kept, as mostly none is looked at."""
    awake: Unsaved[dict[int, Walk]] = {}
    """By their places, the walks that run; the others sleep on."""

    def let_go(self) -> tuple[object, ...]:
        """What is saved of it. It is of no use then, until it is read and linked."""
        if self.awake:
            near = self._near()
            saved = self.asleep
            for place, walk in self.awake.items():
                saved[place : place + 1] = [asleep(walk, near)]
            self.bound = NEVER
            for each in saved:
                if each.bound is not None and each.bound < self.bound:
                    self.bound = each.bound
        return (self.fold.let_go(), self.asleep, self.pending, self.bound)

    def link(self, source: str, book: Book) -> None:
        """Stands again as it stood. Raises HistoryNeeded where the book knows its terms no more."""
        self.fold.link(source, book)

    def sleeps_on(self, until: int) -> bool:
        """Whether, now that the fold has been read on, no walk has to run up to `until`."""
        fold = self.fold
        return not (fold.moments or fold.targets or until >= self.bound or fold.changed_hands)

    def wake(self, until: int) -> int:
        """Wakes the walks that have to run up to `until`, now that the fold has been read on.

        Gives when the first of those comes due that sleep on. Raises HistoryNeeded where the terms
        of one are not known.
        """
        fold = self.fold
        changes = EVERYTHING if fold.changed_hands else 0
        for moment in fold.moments:
            changes |= moment.changed
        near = self._near_before()
        due = NEVER
        awake: dict[int, Walk] = {}
        for place, each in enumerate(self.asleep):
            bound = each.bound
            if each.wakes & changes or (bound is not None and bound <= until):
                awake[place] = each.wake(fold.book.terms, near)
            elif bound is not None and bound < due:
                due = bound
        if fold.targets:
            awake |= self._begun(fold.targets, near)
        self.awake = awake
        return due

    def _near(self) -> Near:
        """What of the ticket, as it stands, is not saved again with its walks."""
        fold = self.fold
        now = fold.now
        return Near(fold.opened_id, now.category_cause, now.team, fold.severity, now.resolved)

    def _near_before(self) -> Near:
        """The same, as it stood before the fold was read on."""
        fold = self.fold
        now, teams, severities = fold.now, fold.teams, fold.severities
        cause, resolved = fold.category_before or (now.category_cause, now.resolved)
        team = now.team if teams is None else teams[0][1]
        severity = fold.severity if severities is None else severities[0][1]
        return Near(fold.opened_id, cause, team, severity, resolved)

    def _begun(self, targets: Iterable[str], near: Near) -> dict[int, Walk]:
        """Walks for targets that applied at no moment before."""
        known = {each.target for each in self.asleep}
        new = [target for target in targets if target not in known]
        walks = (Walk(target=target, resolved=near.resolved) for target in new)
        return dict(enumerate(walks, len(known)))


def foreseen(facts: Sequence[f.TicketFact]) -> bool:
    """Whether a head can be kept of a history of such facts."""
    if len(facts) == 1:
        return type(facts[0]) in FORESEEN  # mostly so
    return FORESEEN.issuperset(map(type, facts))
