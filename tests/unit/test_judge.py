"""What is true of a ticket: histories in, outcomes out (semantics 3 to 6)."""

from fractions import Fraction

import pytest

from schemas.instants import HOUR, MINUTE
from streams.core.agreement.model import Step
from streams.core.book import Book
from tests.builders import LADDER, agreement, book, cell, hk, judged, show, told_of

# Monday 30 March 2026; office hours 09:00 to 21:00; silver 2: response 12 h, resolution 24 h;
# silver 1: 4 h and 8 h; gold 2: 4 h and 8 h.
STARTS = ("2026-03-30 10:00 started first_response", "2026-03-30 10:00 started resolution")
"""Left out of a row's expectation where the row is not about them."""
OPENED = "2026-03-30 10:00 opened plan=silver severity=2"


@pytest.mark.parametrize(
    ("until", "lines", "then"),
    [
        pytest.param(
            "2026-03-30 10:00",
            [OPENED],
            ["2026-03-30 10:00 started first_response", "2026-03-30 10:00 started resolution"],
            id="3.4-3.7-both-start-at-the-opening",
        ),
        pytest.param(
            "2026-03-30 12:00",
            [OPENED, "11:00 replied"],
            ["2026-03-30 11:00 met first_response"],
            id="3.4-a-public-agent-reply-meets-it",
        ),
        pytest.param(
            "2026-03-30 12:00",
            [OPENED, "11:00 replied public=false", "11:01 replied role=requester"],
            [],
            id="3.4-notes-and-the-requester-do-not",
        ),
        pytest.param(
            "2026-03-30 12:00",
            [OPENED, "11:00 replied automatic=true", "11:01 replied role=bot"],
            [],
            id="3.4-automatic-replies-do-not",
        ),
        pytest.param(
            "2026-03-30 12:00",
            [OPENED + " requester=ann", "11:00 replied author=ann"],
            [],
            id="3.4-a-writer-is-requester-before-agent",
        ),
        pytest.param(
            "2026-03-31 10:00",
            [OPENED],
            [],
            id="3.3-at-the-deadline-it-still-runs",
        ),
        pytest.param(
            "2026-03-31 10:00:00.000001",
            [OPENED],
            ["2026-03-31 10:00 breached first_response"],
            id="3.3-a-microsecond-later-it-is-breached",
        ),
        pytest.param(
            "2026-04-01 10:00",
            [OPENED, "2026-03-31 10:00 replied"],
            ["2026-03-31 10:00 met first_response"],
            id="3.3-a-stop-at-the-deadline-acts-first",
        ),
        pytest.param(
            "2026-04-01 09:00",
            [OPENED, "2026-03-31 10:00:00.000001 replied"],
            [
                "2026-03-31 10:00 breached first_response",
                "2026-03-31 10:00:00.000001 metlate first_response",
            ],
            id="3.3-late-by-a-microsecond",
        ),
        pytest.param(
            "2026-03-30 12:00",
            [OPENED, "11:00 resolved"],
            ["2026-03-30 11:00 voided first_response", "2026-03-30 11:00 met resolution"],
            id="3.4-resolution-without-a-reply-voids-the-response",
        ),
        pytest.param(
            "2026-04-02 09:30",
            [OPENED, "2026-03-31 11:00 replied", "2026-04-01 10:00 status status=pending"],
            [
                "2026-03-31 10:00 breached first_response",
                "2026-03-31 11:00 metlate first_response",
                "2026-04-01 10:00 paused resolution",
                "2026-04-01 10:00 breached resolution",
            ],
            id="3.3-a-pause-that-begins-at-the-deadline-does-not-help",
        ),
        pytest.param(
            "2026-04-10 09:00",
            [OPENED, "10:30 replied", "11:00 status status=pending"],
            ["2026-03-30 10:30 met first_response", "2026-03-30 11:00 paused resolution"],
            id="3.9-a-paused-timer-cannot-breach",
        ),
        pytest.param(
            "2026-04-10 09:00",
            [
                OPENED,
                "10:30 replied",
                "11:00 status status=pending",
                "20:00 status status=open",
                "2026-04-02 09:00 resolved",
            ],
            # 24 h from 10:00: 1 h ran by 11:00, 1 h on Monday evening, 12 h Tuesday, and the
            # last 10 h end on Wednesday at 19:00.
            [
                "2026-03-30 10:30 met first_response",
                "2026-03-30 11:00 paused resolution",
                "2026-03-30 20:00 resumed resolution",
                "2026-04-01 19:00 breached resolution",
                "2026-04-02 09:00 metlate resolution",
            ],
            id="3.9-paused-time-does-not-count",
        ),
        pytest.param(
            "2026-03-30 12:00",
            [OPENED + " status=solved"],
            ["2026-03-30 10:00 started resolution", "2026-03-30 10:00 met resolution"],
            id="3.8-arriving-resolved",
        ),
        pytest.param(
            "2026-03-30 11:00",
            ["2026-03-30 10:00 opened plan=gold severity=1", "10:30 workaround"],
            ["2026-03-30 10:30 met resolution"],
            id="3.7-a-workaround-stops-it-at-severity-1",
        ),
        pytest.param(
            "2026-03-30 12:00",
            [OPENED, "10:30 workaround"],
            [],
            id="3.7-and-at-no-other",
        ),
        pytest.param(
            "2026-03-30 13:00",
            [OPENED, "12:00 merged into=T-9"],
            ["2026-03-30 12:00 voided first_response", "2026-03-30 12:00 voided resolution"],
            id="4.8-merged",
        ),
        pytest.param(
            "2026-04-02 09:00",
            [OPENED, "2026-03-31 11:00 deleted reason=spam"],
            [
                "2026-03-31 10:00 breached first_response",
                "2026-03-31 11:00 ended first_response",
                "2026-03-31 11:00 voided resolution",
            ],
            id="4.3-a-breached-timer-that-loses-its-ticket-stays-breached",
        ),
        pytest.param(
            "2026-03-30 18:00",
            [OPENED, "16:00 severity severity=1"],
            # 6 h spent of the new 4 h: reached at 14:00, before the change (4.2).
            [
                "2026-03-30 14:00 breached first_response",
                "2026-03-30 16:00 superseded first_response",
                "2026-03-30 16:00 started first_response",
                "2026-03-30 16:00 superseded resolution",
                "2026-03-30 16:00 started resolution",
            ],
            id="4.2-carry-breaches-where-the-new-budget-was-reached",
        ),
        pytest.param(
            "2026-04-02 09:00",
            [OPENED, "2026-03-31 11:00 severity severity=1", "12:00 replied"],
            # Breached at 10:00: never superseded (4.3); the resolution has 13 h of 8 h spent.
            [
                "2026-03-31 10:00 breached first_response",
                "2026-03-31 12:00 metlate first_response",
                "2026-03-30 18:00 breached resolution",
                "2026-03-31 11:00 superseded resolution",
                "2026-03-31 11:00 started resolution",
            ],
            id="4.3-a-breached-timer-is-never-superseded",
        ),
        pytest.param(
            "2026-03-30 20:00",
            [OPENED, "12:00 severity severity=3", "14:00 severity severity=2"],
            [
                "2026-03-30 12:00 voided first_response",
                "2026-03-30 12:00 voided resolution",
                "2026-03-30 14:00 started first_response",
                "2026-03-30 14:00 started resolution",
            ],
            id="4.4-lost-and-regained",
        ),
        pytest.param(
            "2026-04-10 09:00",
            [
                OPENED,
                "10:30 replied",
                "12:00 resolved",
                "2026-03-31 09:00 reopened",
                "2026-04-02 09:00 resolved",
            ],
            # 2 h ran by Monday 12:00; 12 h on Tuesday, and the other 10 h end on Wednesday 19:00.
            [
                "2026-03-30 10:30 met first_response",
                "2026-03-30 12:00 met resolution",
                "2026-03-31 09:00 reopened resolution",
                "2026-04-01 19:00 breached resolution",
                "2026-04-02 09:00 metlate resolution",
            ],
            id="4.7-reopening-goes-on-without-the-resolved-stretch",
        ),
        pytest.param(
            "2026-04-10 09:00",
            [OPENED, "12:00 resolved", "14:00 reopened", "15:00 replied"],
            [
                "2026-03-30 12:00 voided first_response",
                "2026-03-30 14:00 reopened first_response",
                "2026-03-30 15:00 met first_response",
                "2026-03-30 12:00 met resolution",
                "2026-03-30 14:00 reopened resolution",
                "2026-04-01 12:00 breached resolution",
            ],
            id="4.7-governs-every-timer-that-the-resolution-ended",
        ),
        pytest.param(
            "2026-04-10 09:00",
            [
                OPENED,
                "11:00 replied",
                "2026-04-01 11:00 excluded start=2026-03-31T09:00 end=2026-03-31T21:00",
            ],
            # 11 h on Monday, none on Tuesday, 12 h on Wednesday, the last hour on Thursday.
            ["2026-03-30 11:00 met first_response", "2026-04-02 10:00 breached resolution"],
            id="4.9-an-excluded-stretch-moves-the-deadline-whenever-declared",
        ),
        pytest.param(
            "2026-04-10 09:00",
            [OPENED, "11:00 replied", "12:00 deadline target=resolution due=2026-03-30T15:00"],
            ["2026-03-30 11:00 met first_response", "2026-03-30 15:00 breached resolution"],
            id="4.9-a-deadline-by-hand",
        ),
        pytest.param(
            "2026-03-30 12:00",
            ["2026-03-30 10:00 opened plan=silver"],
            [],
            id="5.2-no-severity-no-promise",
        ),
    ],
)
def test_what_is_true_at(until: str, lines: list[str], then: list[str]) -> None:
    told = told_of(judged(book(), until, *lines).outcomes)
    if not any(" 10:00 started " in line for line in then):
        told = [line for line in told if line not in STARTS]
    assert sorted(told) == sorted(then)


@pytest.mark.parametrize(
    ("until", "fired"),
    [
        ("2026-03-30 18:59:59.999999", []),
        ("2026-03-30 19:00", ["2026-03-30 19:00 escalated first_response warning"]),
        (
            "2026-03-31 12:00",
            [
                "2026-03-30 19:00 escalated first_response warning",
                "2026-03-31 10:00 escalated first_response breach",
                "2026-03-31 12:00 escalated first_response boss",
            ],
        ),
    ],
)
def test_steps_are_reached_by_spent_time(until: str, fired: list[str]) -> None:
    """6.1: 75 % of 12 h is 9 h; 100 % only by the breach; two open hours after the deadline."""
    told = told_of(judged(book(agreement(ladder=LADDER)), until, OPENED).outcomes)
    assert [t for t in told if "escalated first_response" in t] == fired


def test_a_successor_does_not_repeat_a_level() -> None:
    """6.2: the warning came at 19:00; after the change at 20:00 it is not given again."""
    told = told_of(
        judged(
            book(agreement(ladder=LADDER)),
            "2026-04-02 09:00",
            OPENED,
            "20:00 plan plan=gold",
        ).outcomes
    )
    warnings = [t for t in told if t.endswith("first_response warning")]
    assert warnings == ["2026-03-30 19:00 escalated first_response warning"]


def test_a_step_found_passed_at_a_change_is_effective_there() -> None:
    """6.2: 6 h spent at 16:00 is past 75 % of gold's 4 h and of silver 1's; it counts from then."""
    told = told_of(
        judged(
            book(agreement(ladder=LADDER)), "2026-03-30 17:00", OPENED, "16:00 severity severity=1"
        ).outcomes
    )
    assert "2026-03-30 16:00 escalated first_response warning" in told


def test_a_step_at_nought_is_reached_at_the_start() -> None:
    """6.1: 0 % is reached at `started_at`."""
    ladder = (Step("seen", "0%", (), share=Fraction(0)),)
    told = told_of(judged(book(agreement(ladder=ladder)), "2026-03-30 10:00", OPENED).outcomes)
    assert "2026-03-30 10:00 escalated first_response seen" in told


@pytest.mark.parametrize(
    ("until", "next_due"),
    [
        ("2026-03-30 10:00", "2026-03-31 10:00:00.000001"),
        ("2026-03-31 10:00", "2026-03-31 10:00:00.000001"),
        ("2026-03-31 11:00", "2026-04-01 10:00:00.000001"),
    ],
)
def test_next_due_is_when_more_will_be_true(until: str, next_due: str) -> None:
    due = judged(book(), until, OPENED).next_due
    assert due is not None
    assert show(due) == next_due


def test_a_fact_dated_ahead_takes_effect_when_time_reaches_it() -> None:
    """1.5: a reply dated 10:03 is not there at 10:01, and comes due at 10:03."""
    before = judged(book(), "2026-03-30 10:01", OPENED, "10:03 replied")
    assert "met" not in " ".join(told_of(before.outcomes))
    assert before.next_due == hk("2026-03-30 10:03")


def test_an_orphan_is_not_judged() -> None:
    """1.7: events for a ticket whose opening is not known wait."""
    assert judged(book(), "2026-04-30 10:00", "2026-03-30 10:00 replied").outcomes == []


def test_an_event_before_the_opening_counts_at_the_opening() -> None:
    """1.3: the severity was set a minute before; no change, no successor."""
    told = told_of(
        judged(
            book(),
            "2026-03-30 10:00",
            "2026-03-30 09:59 severity severity=1",
            "10:00 opened plan=silver severity=2",
        ).outcomes
    )
    assert told == [
        "2026-03-30 10:00 started first_response",
        "2026-03-30 10:00 started resolution",
    ]


@pytest.mark.parametrize("attach", ["created", "attached"])
def test_a_target_that_comes_to_apply_later(attach: str) -> None:
    """4.5: `created` starts at the opening and sees the past; `attached` starts when it applies."""
    cells = {
        ("first_response", "silver", "2"): cell(
            "first_response", "silver", "2", 12 * HOUR, start_at_attach=attach
        )
    }
    told = told_of(
        judged(
            book(agreement(cells=cells)),
            "2026-04-01 09:00",
            "2026-03-30 10:00 opened plan=silver",
            "2026-03-31 12:00 severity severity=2",
        ).outcomes
    )
    responses = [t for t in told if t.endswith("first_response")]
    assert (
        responses
        == {
            "created": [
                "2026-03-30 10:00 started first_response",
                "2026-03-31 10:00 breached first_response",
            ],
            "attached": ["2026-03-31 12:00 started first_response"],
        }[attach]
    )


def test_withdrawn_and_replaced_events() -> None:
    """1.6: the last of a chain counts, under the first one's id."""
    lines = [OPENED, "10:30 replied", "10:40 withdrawn event=e2"]
    assert "met" not in " ".join(told_of(judged(book(), "2026-03-30 12:00", *lines).outcomes))
    moved = [OPENED, "10:30 replied", "10:45 replied replaces=e2"]
    told = told_of(judged(book(), "2026-03-30 12:00", *moved).outcomes)
    assert "2026-03-30 10:45 met first_response" in told


def test_an_unmapped_word_changes_nothing_and_is_listed() -> None:
    """1.4."""
    fold = judged(book(), "2026-03-30 12:00", OPENED, "11:00 status status=weird").fold
    assert fold is not None
    assert (fold.category, fold.unmapped) == ("open", [("statuses", "weird")])


def test_no_agreement_no_promise() -> None:
    """5.2: the ticket is tracked, and the reason is on record."""
    seen = judged(Book(), "2026-03-30 12:00", OPENED)
    assert seen.outcomes == []
    assert seen.fold is not None
    assert seen.fold.entitlement.decision.reason == "no_agreement"


def test_the_kept_deadline_of_a_stop_in_a_pause() -> None:
    """3.9: paused at 11:00 with 23 h left; resumed at the stop, Tuesday 09:00, it were due then."""
    met = judged(
        book(),
        "2026-04-02 09:00",
        OPENED,
        "11:00 status status=pending",
        "2026-03-31 09:00 resolved",
    )
    ends = [t for t in met.timers if t.cell.target == "resolution"]
    assert ends[0].deadline is not None
    assert show(ends[0].deadline) == "2026-04-01 20:00"
    assert ends[0].spent == 60 * MINUTE


@pytest.mark.parametrize(
    ("reopen", "responses"),
    [
        ("no_new_tracker", []),
        ("new_cycle", ["2026-03-30 12:00 started", "2026-03-30 16:00:00.000001"]),
        ("continue_excluding_closed", ["2026-03-30 10:00 started", "2026-03-30 16:00:00.000001"]),
        ("continue_including_closed", ["2026-03-30 10:00 started", "2026-03-30 14:00:00.000001"]),
    ],
)
def test_a_first_response_on_a_ticket_that_arrives_resolved(
    reopen: str, responses: list[str]
) -> None:
    """1.3, 4.7: of zero length it is not published, but a reopening governs it like any other."""
    cells = {
        ("first_response", "silver", "1"): cell(
            "first_response", "silver", "1", 4 * HOUR, reopen=reopen
        )
    }
    lines = ["2026-03-30 10:00 opened status=solved plan=silver severity=1", "12:00 reopened"]
    here = book(agreement(cells=cells))
    closed = judged(here, "2026-03-30 11:00", *lines)
    assert [t for t in told_of(closed.outcomes) if t.endswith("first_response")] == []
    seen = judged(here, "2026-03-30 12:30", *lines)
    told = [
        t.removesuffix(" first_response")
        for t in told_of(seen.outcomes)
        if t.endswith("first_response")
    ]
    assert told == responses[:1]
    if responses:
        timer = next(t for t in seen.timers if t.cell.target == "first_response")
        assert show(timer.bound) == responses[1]


@pytest.mark.parametrize(
    ("by", "met"),
    [
        ({"status_category:in_progress"}, "2026-03-30 11:00 met first_response"),
        ({"public_reply_agent", "status:vendor"}, "2026-03-30 12:00 met first_response"),
    ],
)
def test_what_counts_as_a_first_response(by: set[str], met: str) -> None:
    """3.4: any list of events, statuses and status categories."""
    cells = {
        ("first_response", "silver", "2"): cell(
            "first_response", "silver", "2", 12 * HOUR, first_response_by=frozenset(by)
        )
    }
    lines = [OPENED, "11:00 status status=working", "12:00 status status=vendor"]
    seen = judged(book(agreement(cells=cells)), "2026-03-30 13:00", *lines)
    assert [t for t in told_of(seen.outcomes) if " met first_response" in t] == [met]


def test_a_first_response_given_by_a_status_is_seen_at_the_attachment() -> None:
    """4.5: under `attached` no first response starts after one was given."""
    cells = {
        ("first_response", "silver", "2"): cell(
            "first_response",
            "silver",
            "2",
            12 * HOUR,
            first_response_by=frozenset({"status_category:in_progress"}),
            start_at_attach="attached",
        )
    }
    lines = [
        "2026-03-30 10:00 opened plan=silver",
        "11:00 status status=working",
        "12:00 severity severity=2",
    ]
    seen = judged(book(agreement(cells=cells)), "2026-03-30 13:00", *lines)
    assert [t for t in told_of(seen.outcomes) if t.endswith("first_response")] == []


@pytest.mark.parametrize(
    ("lines", "then"),
    [
        pytest.param(
            [
                "2026-03-30 10:00 opened plan=silver",
                "11:00 severity severity=1",
                "11:00 workaround",
            ],
            [],
            id="3.7-kept-where-it-would-begin",
        ),
        pytest.param(
            [
                "2026-03-30 10:00 opened plan=silver severity=1",
                "11:00 resolved",
                "12:00 reopened",
                "12:00 workaround",
            ],
            [
                "2026-03-30 10:00 started resolution",
                "2026-03-30 11:00 met resolution",
                "2026-03-30 12:00 reopened resolution",
                "2026-03-30 12:00 met resolution",
            ],
            id="4.7-kept-where-it-goes-on",
        ),
        pytest.param(
            [OPENED, "11:00 severity severity=1", "11:00 workaround"],
            ["2026-03-30 10:00 started resolution", "2026-03-30 11:00 met resolution"],
            id="3.7-the-target-at-that-instant",
        ),
        pytest.param(
            [
                "2026-03-30 10:00 opened plan=silver severity=1",
                "11:00 workaround",
                "12:00 workaround_withdrawn",
                "12:00 workaround",
            ],
            ["2026-03-30 10:00 started resolution", "2026-03-30 11:00 met resolution"],
            id="4.8-withdrawn-and-given-anew-at-one-instant",
        ),
    ],
)
def test_what_keeps_a_promise_where_it_begins_or_goes_on(lines: list[str], then: list[str]) -> None:
    """1.3: all changes of one instant are applied before timers are looked at."""
    cells = {
        ("resolution", "silver", "1"): cell(
            "resolution", "silver", "1", 8 * HOUR, start_at_attach="attached"
        )
    }
    cells |= {
        ("resolution", "silver", "2"): cell(
            "resolution", "silver", "2", 24 * HOUR, start_at_attach="attached"
        )
    }
    told = told_of(judged(book(agreement(cells=cells)), "2026-03-30 12:30", *lines).outcomes)
    assert [t for t in told if t.endswith("resolution")] == then


@pytest.mark.parametrize(
    ("reopen", "then"),
    [
        ("continue_excluding_closed", ["2026-03-30 13:00 met"]),
        ("continue_including_closed", ["2026-03-30 12:00 met"]),
        ("new_cycle", []),
    ],
)
def test_a_reply_while_resolved_was_the_first_all_the_same(reopen: str, then: list[str]) -> None:
    """3.4, 4.7."""
    cells = {
        ("first_response", "silver", "2"): cell(
            "first_response", "silver", "2", 12 * HOUR, reopen=reopen
        )
    }
    lines = [OPENED, "11:00 resolved", "12:00 replied", "13:00 reopened"]
    told = told_of(judged(book(agreement(cells=cells)), "2026-03-30 14:00", *lines).outcomes)
    assert [t.removesuffix(" first_response") for t in told if " met first" in t] == then


@pytest.mark.parametrize(
    "lines",
    [
        ["14:00 resolved", "15:00 reopened"],
        ["14:00 deleted", "15:00 restored"],
    ],
)
def test_time_that_does_not_count_acts_first_at_the_deadline(lines: list[str]) -> None:
    """3.3, 4.7, 4.8: the budget had run at 14:00, when it was met; owed again, it is from 15:00."""
    opened = "2026-03-30 10:00 opened plan=gold severity=2"
    cells = {("resolution", "gold", "2"): cell("resolution", "gold", "2", 4 * HOUR)}
    told = told_of(
        judged(book(agreement(cells=cells)), "2026-03-30 16:00", opened, *lines).outcomes
    )
    breaches = [t for t in told if t.endswith("breached resolution")]
    assert breaches == ["2026-03-30 15:00 breached resolution"]


def test_a_recount_counts_the_resolved_stretch_where_the_reopening_does() -> None:
    """4.2, 4.7: arrived resolved, another plan meanwhile, reopened 09:30 as if never resolved."""
    modes = {"on_downgrade": "recompute", "reopen": "continue_including_closed"}
    cells = {
        ("first_response", plan, "2"): cell("first_response", plan, "2", HOUR, **modes)
        for plan in ("gold", "silver")
    }
    lines = [
        "2026-03-27 08:00 opened status=solved plan=gold severity=2",
        "08:30 plan plan=silver",
        "09:30 status status=new",
    ]
    seen = judged(book(agreement(cells=cells)), "2026-03-27 09:30", *lines)
    timer = [t for t in seen.timers if t.cell.target == "first_response"][-1]
    assert timer.deadline is not None
    assert (timer.timer, show(timer.deadline)) == ("first_response@e2", "2026-03-27 10:00")
