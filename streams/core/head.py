"""What goes on of a ticket: all that an event in order needs, small, whatever its history."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from streams.core import facts as f
from streams.core.account import Near
from streams.core.book import Book
from streams.core.fold import Fold
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


class Head(Struct, array_like=True):
    """A ticket as it stood when something last happened; what happens later continues it.

    What came due since then is not in it: it is decided anew, and what was published of it may
    be withdrawn by an event that only now tells what happened meanwhile.
    """

    fold: Fold
    walks: list[Walk]
    pending: list[f.Plain]
    """What is known already to happen later, in the order of 1.3."""

    @property
    def at(self) -> int:
        """When something last happened; it is continued by what happens later than that."""
        return self.fold.stands_at

    def let_go(self) -> None:
        """To be saved. It is of no use then, until it is read and linked."""
        near = self._near()
        for walk in self.walks:
            walk.let_go(near)
        self.fold.let_go()

    def link(self, source: str, book: Book) -> None:
        """Stands again as it stood. Raises HistoryNeeded where the book knows its terms no more."""
        self.fold.link(source, book, [walk.target for walk in self.walks])
        near = self._near()
        for walk in self.walks:
            walk.link(book.terms, near)

    def _near(self) -> Near:
        fold = self.fold
        now = fold.now
        return Near(fold.opened_id, now.category_cause, (now.team, fold.severity))


def foreseen(facts: Sequence[f.TicketFact]) -> bool:
    """Whether a head can be kept of a history of such facts."""
    return all(type(fact) in FORESEEN for fact in facts)
