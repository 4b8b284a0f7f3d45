"""What follows for one ticket from what is new: judged on from its head, or from its whole history.

Either way the same is held to be true in the end (`judge.proceed`). The head is what an event in
order costs; the history is read where something comes out of order or a shared fact has changed.
"""

from streams.core.book import Book
from streams.core.difference import Publication, difference, identity
from streams.core.facts import TicketFact
from streams.core.head import Head, foreseen
from streams.core.history import order
from streams.core.judge import Judged, judge, proceed
from streams.core.past import HistoryNeeded
from streams.core.state import TicketState
from streams.core.tickets import Tickets
from streams.core.written import Written, write_said


def follow(
    tickets: Tickets,
    book: Book,
    source: str,
    key: str,
    state: TicketState,
    new: list[TicketFact],
    until: int,
    as_before: bool,
) -> tuple[Judged, list[Publication]]:
    """Judges the ticket `key` of `source` up to `until`; what is true, what of it to send.

    `state` has taken in the facts that are `new`, in the order of 1.3, and takes in what is sent.
    `as_before`: no shared fact that concerns the ticket has changed.
    """
    if as_before:
        judged = _went_on(source, book, state, new, until)
        if judged is not None:
            return judged, _more(tickets, key, state, new, judged)
    return _whole(tickets, book, source, key, state, new, until)


def _went_on(
    source: str, book: Book, state: TicketState, new: list[TicketFact], until: int
) -> Judged | None:
    """Judged on from the head, where all that is new comes later than that."""
    head = state.head
    if head is None:
        return None
    stands_at = head.fold.stands_at
    if until < stands_at or (new and (new[0].at <= stands_at or not foreseen(new))):
        return None
    try:
        head.link(source, book)
        return proceed(head, new, until)  # type: ignore[arg-type]  # what `foreseen` says
    except HistoryNeeded:
        return None


def _more(
    tickets: Tickets, key: str, state: TicketState, new: list[TicketFact], judged: Judged
) -> list[Publication]:
    """What is sent where a head went on: what is new, and what was uncertain and does not hold."""
    outcomes = judged.outcomes
    if not outcomes and not state.uncertain:
        return []
    if len(outcomes) == 1 and not (state.uncertain or state.corrected or judged.uncertain):
        sent = [Publication(outcomes[0], 1)]  # mostly so: the difference to nothing
    else:
        standing = {identity(p.outcome): p for p in state.uncertain}
        if state.corrected:
            # What was once withdrawn may come to be true again: its revisions go on.
            facts = tickets.facts(key, state)
            every = tickets.written(key, state, facts).standing
            standing.update((name, p) for name, p in every.items() if not p.holds)
        sent = difference(standing, outcomes)
        state.uncertain = [standing[identity(outcome)] for outcome in judged.uncertain]
    numbers: dict[str, int] = {}
    for timer in judged.timers:
        if timer.number >= 0:
            numbers[timer.timer] = timer.number
    places: dict[str, int] = {}
    for place, fact in enumerate(new, state.known - len(new)):
        places[fact.id] = place
    if _write(state, sent, numbers, places):
        _number(judged.head, numbers)
    return sent


def _whole(
    tickets: Tickets,
    book: Book,
    source: str,
    key: str,
    state: TicketState,
    new: list[TicketFact],
    until: int,
) -> tuple[Judged, list[Publication]]:
    if state.known == len(new):
        facts = history = new  # it is seen for the first time
        written = Written()
    else:
        facts = tickets.facts(key, state)
        history = sorted(facts, key=order)
        written = tickets.written(key, state, facts)
    judged = judge(source, history, book, until)
    sent = difference(written.standing, judged.outcomes)
    places = {fact.id: place for place, fact in enumerate(facts)}
    _write(state, sent, written.numbers, places)
    _number(judged.head, written.numbers)
    state.uncertain = [written.standing[identity(outcome)] for outcome in judged.uncertain]
    return judged, sent


def _write(
    state: TicketState,
    sent: list[Publication],
    numbers: dict[str, int],
    places: dict[str, int],
) -> bool:
    """Writes down what is sent; whether timers were named in it that had no number before."""
    named = state.named
    raw, state.named = write_said(sent, numbers, named, places)
    state.said += raw
    state.spoken += len(sent)
    for publication in sent:
        if publication.revision > 1:
            state.corrected = True
    return state.named > named


def _number(head: Head | None, numbers: dict[str, int]) -> None:
    """The timers that go on know from now on by which number they are written down."""
    if head is not None:
        for walk in head.awake.values():
            for timer in walk.held():
                if timer.number < 0:
                    timer.number = numbers.get(timer.timer, -1)
