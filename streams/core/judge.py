"""The heart: all that is true of one ticket at an instant, from its history and the book alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.outcomes import Outcome
from streams.core.book import Book
from streams.core.counting import NEVER
from streams.core.facts import TicketFact
from streams.core.fold import Fold
from streams.core.history import in_force
from streams.core.promises import promises
from streams.core.targets import Walk
from streams.core.timeline import timeline
from streams.core.timer import Timer


@dataclass(slots=True)
class Judged:
    """What is true of a ticket at `until`.

    `next_due` is the first later instant at which, with nothing new said, more will be true;
    None: never. `fold` is None for an orphan, of which nothing is decided (semantics 1.7).
    """

    until: int
    outcomes: list[Outcome]
    timers: list[Timer]
    next_due: int | None
    fold: Fold | None


def judge(source: str, history: list[TicketFact], book: Book, until: int) -> Judged:
    """Judges a ticket of `source` by its `history` (in the order of 1.3) and the `book`. Pure."""
    counted = in_force(history)
    fold = timeline(source, counted, book, until)
    if fold is None:
        opening = next((fact.at for fact in counted if fact.at > until), None)
        return Judged(until, [], [], opening, None)
    timers: list[Timer] = []
    exclusions = _union(fold) if fold.exclusions else ()
    for target in fold.targets:
        timers += Walk(target, fold, exclusions).run(fold.moments, until)
    if fold.promised:
        timers += promises(fold, exclusions, until)
    due = NEVER if fold.next_change is None else fold.next_change
    for timer in timers:
        if timer.ended_at is None and timer.bound < due:
            due = timer.bound
    outcomes: list[Outcome] = []
    for timer in timers:
        outcomes += timer.outcomes
    return Judged(until, outcomes, timers, None if due == NEVER else due, fold)


def _union(fold: Fold) -> Sequence[tuple[int, int]]:
    """The excluded stretches, united where they meet or overlap, ascending."""
    united: list[tuple[int, int]] = []
    for start, end in sorted((e.start, e.end) for e in fold.exclusions.values()):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], end))
        else:
            united.append((start, end))
    return united
