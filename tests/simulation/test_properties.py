"""What must hold for any history under any agreement (semantics 3, 4, 7.6, 8.1)."""

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import DAY, MINUTE, instant
from schemas.outcomes import (
    Breached,
    Ended,
    Escalated,
    Met,
    MetLate,
    Outcome,
    Paused,
    Reopened,
    Resumed,
    Superseded,
    Voided,
)
from streams.core.agreement.model import Agreement
from streams.core.book import Book
from streams.core.difference import Identity, Publication, difference
from streams.core.history import fact_of, order
from streams.core.images import timer_image
from streams.core.judge import Judged, judge
from streams.core.ledger import ledger
from streams.core.partition import Partition, Record
from tests.builders import SOURCE, history
from tests.histories import BEGIN, agreements, lives

END = BEGIN + 12 * DAY
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))


def book_of(agreement: Agreement) -> Book:
    """A book with one agreement."""
    book = Book()
    book.agreements = [agreement]
    return book


def judged(agreement: Agreement, events: Sequence[told.TicketEvent], until: int = END) -> Judged:
    """The history of `events` judged up to `until`."""
    return judge(SOURCE, history(events), book_of(agreement), until)


def truth(agreement: Agreement, batches: Sequence[Sequence[told.TicketEvent]]) -> Partition:
    """A partition that took the batches one by one, a minute after the last event, and a tick."""
    here = Partition()
    here.book.agreements = [agreement]
    for batch in batches:
        stamp = max([here.clock, *(instant(e.time) + MINUTE for e in batch)])
        here.apply(Record(0, here.position + 1, stamp, encode_batch(batch)))
    here.apply(Record(0, here.position + 1, END, b""))
    return here


def check_any_order(agreement: Agreement, events: list[told.TicketEvent], seed: int) -> None:
    """7.6: however cut into records, ordered or repeated; and what was published is the truth."""
    rng = random.Random(seed)
    at_once = truth(agreement, [events])
    in_order = sorted(events, key=lambda e: e.time)
    one_by_one = truth(agreement, [[e] for e in in_order])
    shuffled = rng.sample(events, len(events))
    backwards = truth(agreement, [[e] for e in shuffled])
    repeated = truth(agreement, [[e] for e in (*in_order, *shuffled)])
    digests = {p.truth_digest() for p in (at_once, one_by_one, backwards, repeated)}
    assert len(digests) == 1
    held = [p.outcome for p in one_by_one.published(f"{SOURCE} T-1") if p.holds]
    now = judge(SOURCE, sorted((fact_of(e, 0) for e in events), key=order), one_by_one.book, END)
    assert sorted(map(_content, held)) == sorted(map(_content, now.outcomes))


def _content(outcome: Outcome) -> str:
    fields = {f: getattr(outcome, f) for f in outcome.__struct_fields__ if f != "cause"}
    return f"{type(outcome).__name__} {fields}"


def check_step_by_step(agreement: Agreement, events: list[told.TicketEvent], first: int) -> None:
    """Judging at t1, then at t2, publishes the same truth as judging at t2."""
    standing: dict[Identity, Publication] = {}
    difference(standing, judged(agreement, events, first).outcomes)
    difference(standing, judged(agreement, events).outcomes)
    held = sorted(_content(p.outcome) for p in standing.values() if p.holds)
    assert held == sorted(map(_content, judged(agreement, events).outcomes))


def check_accounts(agreement: Agreement, events: list[told.TicketEvent], until: int) -> None:
    """8.1: ledgers touch, do not overlap, and add up; spent time is what ran."""
    seen = judged(agreement, events, until)
    for timer in seen.timers:
        assert seen.fold is not None
        image = timer_image(timer, seen.fold)
        rows = ledger(image, timer.terms.calendar, until)
        end = until if image.ended_us is None else image.ended_us
        assert sum(row.wall_us for row in rows) == end - image.started_us
        for before, after in pairwise(rows):
            assert before.to_us == after.from_us
        spent = sum(row.spent_us for row in rows)
        running = image.running_since_us
        counted = 0 if running is None else timer.time.open_between(running, until)
        assert spent == image.spent_us + counted


def check_outcomes(agreement: Agreement, events: list[told.TicketEvent]) -> None:
    """No two timers have one name (3.1). One ends once at a time; nothing but what 4.2 allows comes
    before its cause."""
    seen = judged(agreement, events)
    names = [timer.timer for timer in seen.timers]
    assert len(names) == len(set(names)), names
    happened = {e.id: instant(e.time) for e in events}
    opened = next(instant(e.time) for e in events if isinstance(e, told.TicketOpened))
    for timer in seen.timers:
        ended = False
        for outcome in timer.outcomes:
            match outcome:
                case Met() | MetLate() | Superseded() | Voided() | Ended():
                    assert not ended
                    ended = True
                case Reopened():
                    assert ended
                    ended = False
                case _:
                    pass
            if isinstance(outcome, Paused | Resumed | Met | MetLate | Voided | Reopened):
                assert outcome.effective_at >= max(opened, happened[outcome.cause])
        assert ended == (timer.ended_at is not None)
        breaches = [o for o in timer.outcomes if isinstance(o, Breached)]
        assert len(breaches) <= 1
        levels = [o.rung for o in timer.outcomes if isinstance(o, Escalated)]
        assert len(levels) == len(set(levels))


def check_due(agreement: Agreement, events: list[told.TicketEvent], first: int) -> None:
    """`next_due` is the first instant at which more is true: nothing changes a moment before."""
    seen = judged(agreement, events, first)
    due = END if seen.next_due is None else min(seen.next_due, END)
    before = judged(agreement, events, max(first, due - 1))
    assert list(map(_content, before.outcomes)) == list(map(_content, seen.outcomes))


HISTORIES = (agreements(), lives())
TIMES = st.integers(0, 12 * 48).map(lambda half_hours: BEGIN + half_hours * 30 * MINUTE)


@FEW
@given(*HISTORIES, st.integers(0, 10_000), TIMES)
def test_every_property(
    agreement: Agreement, events: list[told.TicketEvent], seed: int, first: int
) -> None:
    check_any_order(agreement, events, seed)
    check_step_by_step(agreement, events, first)
    check_accounts(agreement, events, first)
    check_outcomes(agreement, events)
    check_due(agreement, events, first)


@pytest.mark.slow
@MANY
@given(*HISTORIES, st.integers(0, 10_000))
def test_any_order_and_any_repetition_give_the_same_truth(
    agreement: Agreement, events: list[told.TicketEvent], seed: int
) -> None:
    check_any_order(agreement, events, seed)


@pytest.mark.slow
@MANY
@given(*HISTORIES, TIMES)
def test_step_by_step_is_as_good_as_at_once(
    agreement: Agreement, events: list[told.TicketEvent], first: int
) -> None:
    check_step_by_step(agreement, events, first)
    check_due(agreement, events, first)


@pytest.mark.slow
@MANY
@given(*HISTORIES, TIMES)
def test_accounts_add_up(agreement: Agreement, events: list[told.TicketEvent], first: int) -> None:
    check_accounts(agreement, events, first)


@pytest.mark.slow
@MANY
@given(*HISTORIES)
def test_a_timer_ends_once_and_nothing_comes_before_its_cause(
    agreement: Agreement, events: list[told.TicketEvent]
) -> None:
    check_outcomes(agreement, events)
