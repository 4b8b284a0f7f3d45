"""The heart: all that is true of one ticket at an instant, from its history and the book alone."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from schemas.instants import NEVER
from schemas.outcomes import Outcome
from schemas.setting import plainly_set
from streams.core.book import Book
from streams.core.facts import Plain, TicketFact
from streams.core.fold import Fold
from streams.core.head import Head, foreseen
from streams.core.history import in_force, order
from streams.core.past import Past
from streams.core.promises import promises
from streams.core.timeline import read_on, timeline
from streams.core.timer import Timer
from streams.core.walk import Walk


@plainly_set
class Judged(Struct, gc=False):
    """What is true of a ticket at `until`.

    `next_due` is the first later instant at which, with nothing new said, more will be true;
    None: never. `fold` is None for an orphan, of which nothing is decided (semantics 1.7).
    """

    until: int
    outcomes: list[Outcome]
    """All of them; where a head was continued, those that are new."""
    timers: list[Timer]
    """All of them; where a head was continued, those that look different."""
    next_due: int | None
    fold: Fold | None
    head: Head | None = None
    """By which it can be continued, where that can be."""
    uncertain: list[Outcome] = []
    """Of the outcomes, those that came due since something last happened."""


def judge(source: str, history: list[TicketFact], book: Book, until: int) -> Judged:
    """Judges a ticket of `source` by its `history` (in the order of 1.3) and the `book`. Pure."""
    counted = in_force(history)
    read = timeline(source, counted, book, until)
    if read is None:
        opening = next((fact.at for fact in counted if fact.at > until), None)
        return Judged(until, [], [], opening, None)
    fold, pending = read
    walks = [Walk(target=target) for target in fold.targets]
    exclusions = _union(fold) if fold.exclusions else ()
    timers = _walk(fold, walks, Past(fold.moments), exclusions, until)
    if fold.promised:
        timers += promises(fold, exclusions, until)
    judged = _judged(fold, timers, until, NEVER)
    if foreseen(history):
        judged.head = Head(fold, [], list(pending), awake=dict(enumerate(walks)))
    return judged


def proceed(head: Head, facts: Sequence[Plain], until: int) -> Judged:
    """Continues a linked `head` by `facts`, all foreseen and later than it, up to `until`.

    What it gives in the place of what was uncertain, with all that was given before, is what
    `judge` gives of the whole history: a property test holds it to that. Raises HistoryNeeded
    where more has to be known than a head holds; the head is spoiled then.
    """
    fold = head.fold
    stood_at = fold.stands_at
    if head.pending:
        facts = sorted([*head.pending, *facts], key=order)
    pending = read_on(fold, facts, until)
    if pending or head.pending:
        head.pending = list(pending)
    if head.sleeps_on(until):
        due = head.bound
        if fold.next_change is not None:
            due = min(due, fold.next_change)
        return Judged(until, [], [], None if due == NEVER else due, fold, head)
    due = head.wake(until)
    walks = head.awake.values()
    timers = _walk(fold, walks, Past(fold.moments, stood_at), (), until) if walks else []
    judged = _judged(fold, timers, until, due)
    judged.head = head
    return judged


def _walk(
    fold: Fold,
    walks: Iterable[Walk],
    past: Past,
    exclusions: Sequence[tuple[int, int]],
    until: int,
) -> list[Timer]:
    timers: list[Timer] = []
    for walk in walks:
        walk.run(fold, past, exclusions, until)
        timers += walk.timers
    return timers


def _judged(fold: Fold, timers: list[Timer], until: int, due: int) -> Judged:
    """`due`: when the first thing comes due of what was not looked at."""
    if fold.next_change is not None:
        due = min(due, fold.next_change)
    outcomes: list[Outcome] = []
    seen: list[Timer] = []
    uncertain: list[Outcome] = []
    for timer in timers:
        if timer.ended_at is None and timer.bound < due:
            due = timer.bound
        if timer.touched or timer.outcomes:
            outcomes += timer.outcomes
            seen.append(timer)
            if timer.certain is not None:
                uncertain += timer.outcomes[timer.certain :]
    return Judged(until, outcomes, seen, None if due == NEVER else due, fold, None, uncertain)


def _union(fold: Fold) -> Sequence[tuple[int, int]]:
    """The excluded stretches, united where they meet or overlap, ascending."""
    united: list[tuple[int, int]] = []
    for start, end in sorted((e.start, e.end) for e in fold.exclusions.values()):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], end))
        else:
            united.append((start, end))
    return united
