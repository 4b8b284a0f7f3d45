"""The judge against its slow, plain twin, over random lives of a ticket (semantics 1.3, 2 to 4)."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import inbound as told
from schemas.instants import MINUTE
from streams.core.agreement.model import Agreement
from streams.core.judge import judge
from streams.core.timer import Timer
from tests.builders import SOURCE, book, history, show
from tests.histories import BEGIN, agreements, instants_of, lives, lives_by_hand, promising_lives
from tests.twin_count import Answer
from tests.twin_cycles import twin_judge
from tests.twin_promises import twin_promises

STEP = 30 * MINUTE
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
UNTIL_THE_SECOND_DAY = st.integers(0, 2 * 48).map(lambda steps: BEGIN + steps * STEP)
UNTIL_IN_MINUTES = st.integers(0, 240).map(lambda minutes: BEGIN + minutes * MINUTE)
UNTIL = st.integers(0, 12 * 48).map(lambda steps: BEGIN + steps * STEP)


def core_says(agreement: Agreement, events: Sequence[told.TicketEvent], until: int) -> list[Answer]:
    """What the judge says of every timer."""
    seen = judge(SOURCE, history(events), book(agreement), until)
    return [_answer(timer, until) for timer in seen.timers]


def _answer(timer: Timer, until: int) -> Answer:
    spent = timer.spent
    if timer.ended_at is None and timer.since is not None:
        spent += timer.time.open_between(timer.since, until)
    return Answer(
        timer.cell.target,
        timer.start_event,
        timer.state,
        timer.started_at,
        None if timer.state in ("void", "superseded") else timer.deadline,
        timer.breached_at,
        timer.ended_at,
        spent,
    )


def lines(answers: Sequence[Answer]) -> list[str]:
    """The answers in words, in one order."""
    told_of = []
    for a in answers:
        times = {"due": a.deadline, "breached": a.breached_at, "ended": a.ended_at}
        said = " ".join(f"{k} {show(v)}" for k, v in times.items() if v is not None)
        start = f"{a.target}@{a.start_event} from {show(a.started_at)}"
        told_of.append(f"{start} {a.state} {said} spent {a.spent / MINUTE:g} min")
    return sorted(told_of)


def check(agreement: Agreement, events: list[told.TicketEvent], until: int, step: int) -> None:
    """The judge and its twin say the same of every timer."""
    twin = lines(twin_judge(agreement, events, step, until))
    assert lines(core_says(agreement, events, until)) == twin, instants_of(events)


KINDS = (
    "first_response",
    "time_to_own",
    "next_reply",
    "periodic_update",
    "resolution",
    "first_resolution",
    "ownership",
)
AGREEMENTS = agreements(KINDS)
AGREEMENTS_IN_MINUTES = agreements(KINDS, budgets_of=(MINUTE, 7 * MINUTE, 25 * MINUTE, 61 * MINUTE))
LIVES = lives()
LIVES_OF_A_DAY = lives(most=14, span=48)
LIVES_BY_HAND = lives_by_hand()
DAYS_BY_HAND = lives_by_hand(span=48)
PROMISING_LIVES = promising_lives()
PROMISING_DAYS = promising_lives(span=20)
LIVES_IN_MINUTES = lives(span=120, step=MINUTE)


@FEW
@given(AGREEMENTS, LIVES, UNTIL)
def test_the_judge_agrees_with_its_twin(
    agreement: Agreement, events: list[told.TicketEvent], until: int
) -> None:
    check(agreement, events, until, STEP)


@FEW
@given(AGREEMENTS, LIVES_BY_HAND, UNTIL)
def test_deadlines_by_hand_are_as_their_twin_says(
    agreement: Agreement, events: list[told.TicketEvent], until: int
) -> None:
    """4.9, 3.14."""
    check(agreement, events, until, STEP)


@pytest.mark.slow
@MANY
@given(AGREEMENTS, DAYS_BY_HAND, UNTIL_THE_SECOND_DAY)
def test_deadlines_by_hand_are_as_their_twin_says_when_much_coincides(
    agreement: Agreement, events: list[told.TicketEvent], until: int
) -> None:
    """4.9, 3.14."""
    check(agreement, events, until, STEP)


def check_promises(agreement: Agreement, events: list[told.TicketEvent], until: int) -> None:
    """The judge and its twin say the same of every promise."""
    promises = [one for one in core_says(agreement, events, until) if one.target == "promise"]
    twin = lines(twin_promises(agreement, events, STEP, until))
    assert lines(promises) == twin, instants_of(events)


@FEW
@given(AGREEMENTS, PROMISING_LIVES, UNTIL)
def test_promises_are_as_their_twin_says(
    agreement: Agreement, events: list[told.TicketEvent], until: int
) -> None:
    """3.12, 3.14, 4.8."""
    check_promises(agreement, events, until)


@pytest.mark.slow
@MANY
@given(AGREEMENTS, PROMISING_DAYS, UNTIL_THE_SECOND_DAY)
def test_promises_are_as_their_twin_says_when_much_coincides(
    agreement: Agreement, events: list[told.TicketEvent], until: int
) -> None:
    """3.12, 3.14, 4.8."""
    check_promises(agreement, events, until)


@FEW
@given(AGREEMENTS_IN_MINUTES, LIVES_IN_MINUTES, UNTIL_IN_MINUTES)
def test_the_judge_agrees_with_its_twin_to_the_minute(
    agreement: Agreement, events: list[told.TicketEvent], until: int
) -> None:
    check(agreement, events, until, MINUTE)


@pytest.mark.slow
@MANY
@given(AGREEMENTS, LIVES, UNTIL)
def test_the_judge_agrees_with_its_twin_at_length(
    agreement: Agreement, events: list[told.TicketEvent], until: int
) -> None:
    check(agreement, events, until, STEP)


@pytest.mark.slow
@MANY
@given(AGREEMENTS, LIVES_OF_A_DAY, UNTIL_THE_SECOND_DAY)
def test_the_judge_agrees_with_its_twin_when_much_coincides(
    agreement: Agreement, events: list[told.TicketEvent], until: int
) -> None:
    check(agreement, events, until, STEP)


@pytest.mark.slow
@MANY
@given(AGREEMENTS_IN_MINUTES, LIVES_IN_MINUTES, UNTIL_IN_MINUTES)
def test_the_judge_agrees_with_its_twin_to_the_minute_at_length(
    agreement: Agreement, events: list[told.TicketEvent], until: int
) -> None:
    check(agreement, events, until, MINUTE)
