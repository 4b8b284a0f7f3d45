"""Instants, words, calendars' ends, facts and ladders, rule by rule (semantics 1, 2, 5, 6)."""

from fractions import Fraction
from typing import Any

import pytest

from schemas import inbound as told
from schemas.instants import HOUR, MINUTE, moment
from streams.core.agreement.model import Condition, Rule, Step
from streams.core.book import Book
from streams.core.ladder import at_risk_amount
from tests.builders import LADDER, SOURCE, agreement, book, cell, hk, judged, show, told_of
from tests.targets import OPENED, promising, then, timers

RESOLUTION = promising("resolution", 24)


def shared(kind: type[Any], data: Any, at: str, subject: str, **head: Any) -> Any:
    """A shared fact, stated at a Hong Kong time."""
    said = {"specversion": "1.0", "id": f"{subject} {at}", "source": "/sla/cli"} | head
    return kind(subject=subject, time=moment(hk(at)), data=data, **said)


def knowing(of: Book, *events: told.SharedEvent) -> Book:
    """The book with these facts taken in, in this order."""
    for event in events:
        of.take(event, hk("2026-03-30 10:00"))
    return of


@pytest.mark.parametrize(
    ("pending", "open_"),
    [
        pytest.param("sequence=2 id=a", "sequence=1 id=b", id="by-the-sources-sequence"),
        pytest.param("sequence=10 id=a", "sequence=9 id=b", id="which-is-a-number"),
        pytest.param("id=a", "sequence=999 id=b", id="none-comes-after-every-number"),
        pytest.param("id=b", "id=a", id="then-by-event-id"),
    ],
)
@pytest.mark.parametrize("arrives", ["first", "last"])
def test_the_order_of_one_instant(pending: str, open_: str, arrives: str) -> None:
    """1.3: whichever comes in first, the status stated last holds, and no timer of no length is."""
    lines = [f"11:00 status status=pending {pending}", f"11:00 status status=open {open_}"]
    said = lines if arrives == "first" else lines[::-1]
    told = then(RESOLUTION, "2026-03-30 12:00", OPENED, *said)
    assert told == ["10:00 started", "11:00 paused"]


def test_an_account_fact_of_the_same_instant_comes_before_the_tickets_own() -> None:
    """1.3: the plan bought at 11:00 is known to what happens at 11:00; one successor, not two."""
    bought = shared(
        told.AccountFactStated,
        told.FactStated(fact="plan", value="gold"),
        "2026-03-30 11:00",
        "acme",
    )
    seen = judged(
        knowing(book(RESOLUTION), bought),
        "2026-03-30 12:00",
        f"{OPENED} account=acme",
        "11:00 severity severity=1",
    )
    assert [(t.cell.plan, t.cell.severity, t.state) for t in seen.timers] == [
        ("silver", "2", "superseded"),
        ("gold", "1", "running"),
    ]


def test_a_mapping_acts_on_what_occurred_within_its_dates_whenever_published() -> None:
    """1.4: `parked` means waiting from Tuesday on; it said nothing on Monday."""
    published = shared(
        told.MappingWasPublished,
        told.MappingPublished(
            mapping={"statuses": {"parked": "waiting_on_customer"}},
            effective_at=moment(hk("2026-03-31 00:00")),
        ),
        "2026-04-05 10:00",
        SOURCE,
    )
    seen = judged(
        knowing(book(RESOLUTION), published),
        "2026-03-31 20:00",
        OPENED,
        "11:00 status status=parked",
        "12:00 status status=open",
        "2026-03-31 11:00 status status=parked",
    )
    assert told_of(seen.outcomes)[1:] == ["2026-03-31 11:00 paused resolution"]
    assert seen.fold is not None
    assert seen.fold.unmapped == [("statuses", "parked")]


def test_unmapped_words_at_the_opening() -> None:
    """1.4: category `open`, no severity; both words are listed."""
    fold = judged(
        book(), "2026-03-30 12:00", "2026-03-30 10:00 opened plan=silver severity=P9 status=odd"
    ).fold
    assert fold is not None
    assert (fold.category, fold.severity) == ("open", None)
    assert fold.unmapped == [("statuses", "odd"), ("severities", "P9")]


def test_a_deadline_beyond_the_compiled_years_is_unknown() -> None:
    """2.7: the calendar ends with 2026; 6 of 24 h run in it, and no breach ever comes."""
    seen = judged(
        book(RESOLUTION), "2027-06-01 10:00", "2026-12-31 15:00 opened plan=silver severity=2"
    )
    (timer,) = seen.timers
    assert (timer.state, timer.deadline, seen.next_due) == ("running", None, None)
    assert told_of(seen.outcomes) == ["2026-12-31 15:00 started resolution"]


def stated(fact: str, value: Any, at: str, effective: str) -> told.AccountFactStated:
    """A fact about account `acme`, stated at one time and effective at another."""
    data = told.FactStated(fact=fact, value=value, effective_at=moment(hk(effective)))
    event: told.AccountFactStated = shared(told.AccountFactStated, data, at, "acme")
    return event


def test_a_fact_holds_from_its_date_until_the_next_on_the_same_subject() -> None:
    """5.1: stated late, and of two for one date the one stated later holds, in any order."""
    said = [
        stated("plan", "gold", "2026-04-02 10:00", "2026-03-30 12:00"),
        stated("plan", "silver", "2026-04-02 09:00", "2026-03-30 12:00"),
        stated("seats", 5, "2026-04-02 11:00", "2026-03-30 13:00"),
        stated("plan", None, "2026-04-02 12:00", "2026-03-30 15:00"),
    ]
    for order in (said, said[::-1]):
        of = knowing(book(promising("resolution", 8)), *order)
        told = judged(of, "2026-03-30 20:00", f"{OPENED} account=acme").timers
        assert [(t.cell.plan, t.state, show(t.started_at)[11:]) for t in told] == [
            ("silver", "superseded", "10:00"),
            ("gold", "void", "12:00"),
        ]


def test_a_fact_never_stated_is_what_the_agreement_takes_it_for() -> None:
    """5.1: unknown is not false; the decision says what was assumed."""
    sdk = Condition("account.sdk", (False,), "account.sdk is false")
    rules = (
        Rule("no SDK", (sdk,), None, False, "no_sdk"),
        Rule("as bought", (), None, True, ""),
    )
    of = book(agreement(rules=rules, unknown_facts={"plan": None, "sdk": True}))
    fold = judged(of, "2026-03-30 12:00", f"{OPENED} account=acme").fold
    assert fold is not None
    decision = fold.entitlement.decision
    assert (decision.rule, decision.plan) == ("as bought", "silver")
    assert [name for name, _ in decision.passed] == ["no SDK"]
    assert decision.assumed


def test_the_decision_is_taken_again_at_a_fact_that_it_reads() -> None:
    """5.2: without the SDK nothing is promised from noon on, and the reason is on record."""
    sdk = Condition("account.sdk", (False,), "account.sdk is false")
    rules = (
        Rule("no SDK", (sdk,), None, False, "no_sdk"),
        Rule("as bought", (), None, True, ""),
    )
    of = knowing(
        book(agreement(rules=rules, unknown_facts={"plan": None, "sdk": True})),
        stated("sdk", False, "2026-03-30 12:00", "2026-03-30 12:00"),
    )
    seen = judged(of, "2026-03-30 13:00", f"{OPENED} account=acme")
    assert {(t.state, t.end_reason) for t in seen.timers} == {("void", "no_target")}
    assert seen.fold is not None
    assert seen.fold.entitlement.decision.reason == "no_sdk"


BEFORE = (
    Step("half", "50%", ("team",), share=Fraction(1, 2)),
    Step("soon", "-1 hours", ("team",), offset=-HOUR),
    Step("late", "+1 hours", ("boss",), offset=HOUR),
)


def test_steps_before_and_after_the_deadline_by_open_time() -> None:
    """6.1: 4 h with an hour's pause; counted on after the breach, in the same pauses."""
    of = promising("resolution", 4, ladder=BEFORE)
    pauses = ["10:30 status status=pending", "11:30 status status=open"]
    later = ["15:30 status status=pending", "16:30 status status=open"]
    told = then(of, "2026-03-30 20:00", OPENED, *pauses, *later)
    assert [line for line in told if "escalated" in line or "breached" in line] == [
        "13:00 escalated half",
        "14:00 escalated soon",
        "15:00 breached",
        "17:00 escalated late",
    ]


def test_the_budget_of_a_fixed_deadline_is_the_open_time_to_it() -> None:
    """6.1: from Monday 10:00 to Tuesday 10:00 it is 12 h."""
    of = promising("resolution", 24, ladder=BEFORE)
    due = "10:00 deadline target=resolution due=2026-03-31T10:00"
    told = then(of, "2026-03-31 20:00", OPENED, due)
    assert [line for line in told if "escalated" in line] == [
        "16:00 escalated half",
        "21:00 escalated soon",
        "2026-03-31 11:00 escalated late",
    ]


def test_at_risk_from_the_share_of_the_budget() -> None:
    """6.1: spent time reaches 75 % of 12 h; of what no share divides, the next microsecond."""
    assert at_risk_amount(cell("resolution", "silver", "2", 12 * HOUR), 12 * HOUR) == 9 * HOUR
    assert at_risk_amount(cell("resolution", "silver", "2", 1), 1) == 1


@pytest.mark.parametrize("mode", ["carry", "recompute"])
def test_a_level_reached_is_not_repeated_by_a_successor(mode: str) -> None:
    """6.2: the warning came at 16:00 and stands; what is passed already counts at the change."""
    of = promising("resolution", 8, ladder=LADDER, on_upgrade=mode, severity_1={"hours": 4})
    told = then(of, "2026-03-30 17:30", OPENED, "17:00 severity severity=1")
    assert [line for line in told if "warning" in line] == ["16:00 escalated warning"]
    assert "17:00 escalated boss" in told


def test_a_restart_reaches_its_levels_anew() -> None:
    """6.2 speaks of `carry` and `recompute` alone."""
    of = promising("resolution", 2, ladder=LADDER[:1], on_upgrade="restart")
    told = then(of, "2026-03-30 20:00", OPENED, "11:45 severity severity=1")
    assert [line for line in told if "warning" in line] == [
        "11:30 escalated warning",
        "13:15 escalated warning",
    ]


def test_an_opening_is_one_timer_whatever_else_happens_then() -> None:
    """1.3, 3.1: changes of the opening's own instant make no successor."""
    lines = [OPENED, "10:00 severity severity=1", "10:00 status status=pending"]
    assert timers(promising("resolution", 8), "2026-03-30 12:00", *lines) == [
        "resolution@e1 paused"
    ]


def test_the_kept_deadline_counts_in_microseconds() -> None:
    """1.1: nothing is rounded inside."""
    (timer,) = judged(
        book(promising("resolution", 1 / 60)),
        "2026-03-30 10:00:30",
        OPENED.replace("10:00", "10:00:00.000001"),
    ).timers
    assert timer.deadline == hk("2026-03-30 10:00:00.000001") + MINUTE


def test_of_two_mappings_of_one_date_the_one_stated_later_holds() -> None:
    """1.4, 1.3: whatever their ids, and in whatever order they came in."""

    def meaning(category: str, at: str, event: str) -> told.SharedEvent:
        data = told.MappingPublished(
            mapping={"statuses": {"parked": category}},
            effective_at=moment(hk("2026-03-30 00:00")),
        )
        made: told.SharedEvent = shared(told.MappingWasPublished, data, at, SOURCE, id=event)
        return made

    said = [
        meaning("waiting_on_third_party", "2026-03-29 10:00", "b"),
        meaning("waiting_on_customer", "2026-03-29 11:00", "a"),
    ]
    for order in (said, said[::-1]):
        of = knowing(book(RESOLUTION), *order)
        assert then(of, "2026-03-30 12:00", OPENED, "11:00 status status=parked") == [
            *("10:00 started", "11:00 paused")
        ]


def test_a_shared_fact_gives_its_source_to_the_name_of_a_timer() -> None:
    """3.1, 1.6: ids are unique within their source; `e1` of the accounts is not the opening."""
    bought = shared(
        told.AccountFactStated,
        told.FactStated(fact="plan", value="gold"),
        "2026-03-30 11:00",
        "acme",
        id="e1",
        source="/crm",
    )
    seen = judged(
        knowing(book(RESOLUTION), bought), "2026-03-30 12:00", f"{OPENED} account=acme"
    ).timers
    assert [t.timer for t in seen] == ["resolution@e1", "resolution@/crm e1"]
