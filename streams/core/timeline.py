"""From a ticket's history to its timeline: what was so at each instant at which something changed.

All changes of one instant are applied before anything is looked at (semantics 1.3), so a timeline
has one moment an instant. Words become categories here, by the mapping in force then (1.4).
"""

from collections.abc import Sequence

from streams.core import facts as f
from streams.core.applying import APPLY, open_ticket
from streams.core.book import Book
from streams.core.fold import Fold, fold_of


def timeline(
    source: str, counted: Sequence[f.Plain], book: Book, until: int
) -> tuple[Fold, Sequence[f.Plain]] | None:
    """The ticket's moments up to `until`, and the facts that come only later.

    None while its opening is not known by then (1.7). `counted` are the facts in force, in the
    order of 1.3.
    """
    opened = counted[0] if counted else None
    if type(opened) is not f.Opened:
        opened = next((fact for fact in counted if type(fact) is f.Opened), None)
    if opened is None or opened.at > until:
        return None
    fold = fold_of(source, opened, book)
    open_ticket(fold, opened)
    return fold, read_on(fold, counted, until)


def read_on(fold: Fold, facts: Sequence[f.Plain], until: int) -> Sequence[f.Plain]:
    """Takes `fold` from where it stands through `facts` up to `until`; gives those beyond.

    `fold.next_change` is then the first known instant after `until` at which something changes.
    """
    index = 0
    count = len(facts)
    if count == 1 and type(facts[0]) is not f.AccountChanged and not _may_change(fold):
        return _read_one(fold, facts, until)
    opened_at = fold.opened_at
    shared = _shared_changes(fold, fold.stands_at) if _may_change(fold) else []
    while index < count or shared:
        at = max(facts[index].at, opened_at) if index < count else shared[-1][0]
        if shared and shared[-1][0] < at:
            at = shared[-1][0]
        if at > until:
            fold.next_change = at
            break
        fold.stands_at = at
        while shared and shared[-1][0] <= at:
            fold.take_shared(shared.pop()[1])
        while index < count:
            fact = facts[index]
            if fact.at > at:
                break
            index += 1
            APPLY[type(fact)](fold, fact)
        if fold.moved:
            fold.moved = False
            shared = _shared_changes(fold, at) if _may_change(fold) else []
        fold.end_of(at)
    return facts[index:]


def _read_one(fold: Fold, facts: Sequence[f.Plain], until: int) -> Sequence[f.Plain]:
    """Mostly so: one fact, not before the opening, and nothing that tickets share changes."""
    fact = facts[0]
    at = fact.at
    if at > until:
        fold.next_change = at
        return facts
    fold.stands_at = at
    APPLY[type(fact)](fold, fact)
    fold.end_of(at)
    return ()


def _may_change(fold: Fold) -> bool:
    """Whether there may be shared facts that change something for this ticket at some instant."""
    book = fold.book
    return len(fold.accounts) > 1 or bool(book.release_instants) or book.has_take_overs


def _shared_changes(fold: Fold, after: int) -> list[tuple[int, str]]:
    """The instants after `after` at which a shared fact changes something for this ticket.

    Latest first, each with the event that brings another decision, or an empty text.
    """
    book = fold.book
    changes = book.take_overs(after)
    changes += [(at, "") for at in book.release_instants if at > after]
    changes += [(v.effective_at, v.event) for v in fold.accounts[1:] if v.effective_at > after]
    changes.sort(reverse=True)
    return changes
