"""Holds an agreement to cases: each is judged by the core, and answered as expected or not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, get_args

from schemas import inbound as told
from schemas.instants import instant
from sla.cases.clock import Clock
from sla.cases.expected import Expected, found
from sla.cases.read import Case, Cases
from streams.core.agreement.model import Agreement
from streams.core.book import Book
from streams.core.history import fact_of, order
from streams.core.judge import judge

_TICKET: Final[tuple[type[told.TicketEvent], ...]] = get_args(told.TicketEvent)
_SHARED: Final[tuple[type[told.SharedEvent], ...]] = get_args(told.SharedEvent)


@dataclass(frozen=True, slots=True)
class Miss:
    """One expectation that did not hold."""

    expected: Expected
    got: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one case; without misses it passed."""

    case: Case
    misses: tuple[Miss, ...]


def run(agreement: Agreement, cases: Cases) -> Iterator[Result]:
    """Each case judged on its own under `agreement`, in the order of the file."""
    # A case knows this one version: there is none whose open tickets it could take over (4.6).
    agreement = replace(agreement, scope="new_tickets")
    calm = _book(agreement)
    named = bool(agreement.applies_to.accounts)
    for case in cases.cases:
        # A closure or a release touches every ticket, a named account every case about it.
        book = _book(agreement) if named or not _is_calm(case) else calm
        yield Result(case, tuple(_misses(case, book, cases.clock)))


def _book(agreement: Agreement) -> Book:
    book = Book()
    book.agreements = [agreement]
    return book


def _is_calm(case: Case) -> bool:
    return all(isinstance(e, (*_TICKET, told.AccountFactStated)) for e in case.events)


def _misses(case: Case, book: Book, clock: Clock) -> Iterator[Miss]:
    history = []
    for event in case.events:
        if isinstance(event, _TICKET):
            history.append(fact_of(event, instant(event.time)))
        elif isinstance(event, _SHARED):
            book.take(event, instant(event.time))
    history.sort(key=order)
    for expected in case.expected:
        # What becomes true at an instant is seen just after it (3.3).
        until = case.now
        if expected.what in ("outcome", "reached"):
            until = max(until, (expected.at or 0) + 1)
        judged = judge(case.source, history, book, until)
        timers = [timer for timer in judged.timers if timer.cell.target == expected.target]
        if not expected.holds(timers, judged):
            yield Miss(expected, found(timers, judged, clock))
