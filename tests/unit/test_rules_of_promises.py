"""Promises made on a ticket, and deadlines that are an instant (semantics 3.12, 3.14)."""

import pytest

from tests.builders import book, hk, judged, show
from tests.targets import OPENED, promising, then

TONIGHT = "2026-03-30 20:00"
RESOLUTION = promising("resolution", 24)


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
