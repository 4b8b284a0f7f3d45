"""Promises made on a ticket, each with a due instant of its own (semantics 3.12)."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, TypeAlias

from streams.core.agreement.model import Cell, TargetKind
from streams.core.book import Book
from streams.core.excluding import Excluding, WorkingTime
from streams.core.facts import PromiseKept, PromiseMade, PromiseWithdrawn
from streams.core.fold import Fold
from streams.core.moment import Moment
from streams.core.terms import Entitlement, Terms, calendar_name
from streams.core.timer import Timer, timer_for
from streams.core.upkeep import lose_ticket

TARGET: Final = "promise"
PromiseFact: TypeAlias = PromiseMade | PromiseKept | PromiseWithdrawn


def promises(fold: Fold, exclusions: Sequence[tuple[int, int]], until: int) -> list[Timer]:
    """The timers of all promises made on the ticket, judged up to `until`.

    Only its being kept meets one; withdrawal, another promise in its place, or the loss of the
    ticket (4.8) ends it. Without an agreement there is no calendar to keep its account by, and
    none is kept.
    """
    timers: list[Timer] = []
    owed: dict[str, Timer] = {}
    missed: list[PromiseFact] = []
    gone = False
    for moment in fold.moments:
        if moment.promises or (moment.rest.gone is not None) != gone:
            for timer in owed.values():
                if timer.ended_at is None:
                    timer.advance(moment.at)
            gone = _keep_gone(moment, owed, gone)
            if gone:
                # What ends a promise of a ticket that is gone ends it when that is restored (4.8).
                missed += [fact for fact in moment.promises if not isinstance(fact, PromiseMade)]
            else:
                _take(fold, exclusions, moment, (*missed, *moment.promises), owed, timers)
                missed = []
    for timer in owed.values():
        if timer.ended_at is None:
            timer.settle(until)
        timer.look_for_risk()
    return timers


def _keep_gone(moment: Moment, owed: dict[str, Timer], was_gone: bool) -> bool:
    """A ticket that goes takes its promises with it; a restore brings them back (4.8)."""
    gone = moment.rest.gone is not None
    if gone != was_gone:
        for timer in owed.values():
            if gone:
                lose_ticket(timer, moment)
            else:
                label = timer.stopped_by or ""
                timer.reopen(moment.at, moment.rest.gone_cause, "excluded", label)
    return gone


def _take(
    fold: Fold,
    exclusions: Sequence[tuple[int, int]],
    moment: Moment,
    said: Sequence[PromiseFact],
    owed: dict[str, Timer],
    timers: list[Timer],
) -> None:
    for fact in said:
        if isinstance(fact, PromiseMade):
            if fact.replaces_promise in owed:
                owed.pop(fact.replaces_promise).lose(moment.at, fact.id, "replaced")
            timer = _made(fold.book, exclusions, moment, fact)
            if timer is not None and fact.promise not in owed:
                owed[fact.promise] = timer
                timers.append(timer)
                timer.cycle = len(timers)
                timer.held_by = fold.held_at(moment.at)
        elif fact.promise in owed:
            timer = owed.pop(fact.promise)
            if isinstance(fact, PromiseKept):
                timer.stop(moment.at, fact.id)
            else:
                timer.lose(moment.at, fact.id, "withdrawn")


def _made(
    book: Book, exclusions: Sequence[tuple[int, int]], moment: Moment, fact: PromiseMade
) -> Timer | None:
    if fact.due <= moment.at:
        return None
    terms = _terms(book, moment.entitlement)
    if terms is None:
        return None
    time: WorkingTime = terms.calendar
    if exclusions:
        time = Excluding(time, exclusions)
    timer = timer_for(terms, time, fact.id, moment.at)
    timer.fixed = fact.due
    timer.start()
    return timer


def _terms(book: Book, entitlement: Entitlement) -> Terms | None:
    """Counted by the calendar of what is promised anyway, else by the agreement's first."""
    agreement = entitlement.agreement
    if agreement is None:
        return None
    named = next((t.cell.calendar for t in entitlement.terms.values()), None)
    name = named or next(iter(agreement.calendars))
    severity = next((t.cell.severity for t in entitlement.terms.values()), "")
    cell = _cell(name, entitlement.decision.plan or "", severity)
    calendar = book.calendar(agreement, name)
    rule = entitlement.decision.rule or ""
    return Terms(
        cell,
        calendar,
        calendar_name(agreement, name),
        agreement.name,
        agreement.version,
        rule,
        (),
        (),
        None,
        0,  # a ticket with promises is judged from its whole history
        agreement,
    )


@lru_cache(maxsize=256)
def _cell(calendar: str, plan: str, severity: str) -> Cell:
    return Cell(
        target=TARGET,
        kind=TargetKind.PROMISE,
        plan=plan,
        severity=severity,
        calendar=calendar,
        budget=None,
        budget_text="",
        release=None,
        pauses=frozenset(),
        stops_at_workaround=False,
        start_at_attach="attached",
        ladder=(),
        at_risk=Fraction(3, 4),
    )
