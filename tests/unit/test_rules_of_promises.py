"""Promises made on a ticket, and deadlines that are an instant (semantics 3.12, 3.14, 4.9)."""

import pytest

from schemas.instants import HOUR
from streams.core.agreement.model import Agreement
from tests.builders import book, hk, judged, show
from tests.targets import OPENED, promising, then

TONIGHT = "2026-03-30 20:00"
RESOLUTION = promising("resolution", 24)
ASKED = f"{OPENED} requester=ann"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["10:30 promised due=15:00", "11:00 replied", "12:00 resolved", "15:00 promise_kept"],
            ["10:30 started", "15:00 met"],
            id="only-being-kept-meets-it-and-at-the-due-instant-it-is",
        ),
        pytest.param(
            ["10:30 promised due=15:00", "15:00:00.000001 promise_kept"],
            ["10:30 started", "15:00 breached", "15:00:00.000001 metlate"],
            id="late",
        ),
        pytest.param(
            [
                "10:30 promised due=15:00",
                "11:00 promised promise=p2 due=16:00 replaces_promise=p1",
                "12:00 promise_withdrawn promise=p2",
            ],
            ["10:30 started", "11:00 voided", "11:00 started", "12:00 voided"],
            id="replaced-and-withdrawn",
        ),
        pytest.param(
            ["10:30 promised due=15:00", "11:00 merged into=T-2"],
            ["10:30 started", "11:00 voided"],
            id="its-ticket-is-gone",
        ),
        pytest.param(
            ["10:30 promised due=11:00", "12:00 deleted"],
            ["10:30 started", "11:00 breached", "12:00 ended"],
            id="gone-after-the-breach",
        ),
    ],
)
def test_a_promise_made_on_a_ticket(lines: list[str], expected: list[str]) -> None:
    """3.12: no target of the agreement is promised here, so nothing else runs."""
    calm = promising("resolution", None, severity_1={}, severity_2={})
    told = then(calm, TONIGHT, OPENED.replace("severity=2", "severity=3"), *lines)
    assert told == expected


def test_a_fixed_deadline_is_never_paused() -> None:
    """3.14: the pause stands in its ledger and moves nothing."""
    lines = [OPENED, "10:30 promised due=15:00", "11:00 status status=pending"]
    seen = judged(book(promising("resolution", 24)), "2026-03-30 14:00", *lines)
    promise = next(t for t in seen.timers if t.cell.target == "promise")
    assert (promise.state, promise.deadline) == ("running", hk("2026-03-30 15:00"))
    by_hand = judged(
        book(RESOLUTION),
        "2026-03-30 14:00",
        OPENED,
        "10:30 deadline target=resolution due=15:00",
        "11:00 status status=pending",
    ).timers[0]
    assert by_hand.state == "running"
    assert [(s.kind, show(s.from_us)) for s in by_hand.stretches] == [
        ("ran", "2026-03-30 10:00"),
        ("paused", "2026-03-30 11:00"),
    ]


def test_the_account_of_a_promise_adds_up_without_an_excluded_stretch() -> None:
    """8.1, 4.9: 3.5 h from 10:30 to 14:00, less the hour excluded; due as promised."""
    lines = [OPENED, "10:30 promised due=15:00", "11:00 excluded start=11:00 end=12:00"]
    seen = judged(book(promising("resolution", 24)), TONIGHT, *lines, "14:00 promise_kept")
    promise = next(timer for timer in seen.timers if timer.cell.target == "promise")
    assert promise.deadline is not None
    assert (promise.spent, show(promise.deadline)) == (2.5 * HOUR, "2026-03-30 15:00")


@pytest.mark.parametrize(
    ("of", "lines", "expected"),
    [
        pytest.param(
            promising("next_reply", 4),
            [
                ASKED,
                "10:10 replied",
                "10:30 replied role=requester",
                "11:00 deadline target=next_reply due=12:00",
                "11:30 replied",
                "14:00 replied role=requester",
            ],
            ["10:30 started", "11:30 met", "14:00 started", "18:00 breached"],
            id="the-next-question",
        ),
        pytest.param(
            promising("ownership", 4, team="L2"),
            [
                f"{OPENED} team=L2",
                "11:00 deadline target=ownership due=12:00",
                "11:30 assigned team=L1",
                "14:00 assigned team=L2",
            ],
            ["10:00 started", "11:30 met", "14:00 started", "18:00 breached"],
            id="the-team-has-it-again",
        ),
        pytest.param(
            promising("resolution", 4, reopen="new_cycle"),
            [
                OPENED,
                "11:00 deadline target=resolution due=12:00",
                "11:30 resolved",
                "14:00 reopened",
            ],
            ["10:00 started", "11:30 met", "14:00 started", "18:00 breached"],
            id="reopened-as-a-new-cycle",
        ),
        pytest.param(
            promising("resolution", 4, on_upgrade="restart"),
            [
                OPENED,
                "10:30 deadline target=resolution due=12:00",
                "11:00 severity severity=3",
                "14:00 severity severity=2",
            ],
            ["10:00 started", "11:00 voided", "14:00 started", "18:00 breached"],
            id="the-target-regained",
        ),
    ],
)
def test_a_deadline_by_hand_binds_no_timer_that_begins_after_it(
    of: Agreement, lines: list[str], expected: list[str]
) -> None:
    """4.9: it was for the one before."""
    assert then(of, "2026-03-30 20:30", *lines) == expected


def test_a_deadline_set_and_due_before_the_opening_is_one_in_the_past() -> None:
    """4.9, 1.3: dated before the opening it counts there, and breaches there."""
    lines = [OPENED, "09:00 deadline target=resolution due=09:30"]
    assert then(RESOLUTION, TONIGHT, *lines) == ["10:00 started", "10:00 breached"]
