"""What starts, pauses and stops the timers of each kind of target (semantics 3)."""

import pytest

from streams.core.agreement.model import Agreement
from streams.core.agreement.read import read_agreement
from tests.agreements import changed
from tests.builders import book, hk, judged
from tests.targets import OPENED, promising, then, timers

ASKED = f"{OPENED} requester=ann"
TONIGHT = "2026-03-30 20:00"
FIRST = promising("first_response", 1)
OWN = promising("time_to_own", 4)
NEXT = promising("next_reply", 4)
FROM_OPENING = promising("next_reply", 4, next_reply_start="opening_message")
UPDATE = promising("periodic_update", 2)
UPDATE_FROM_OPENING = promising("periodic_update", 2, from_opening=True)
RESOLUTION = promising("resolution", 24)
WAIT = promising("requester_wait", None, pauses=frozenset({"waiting_on_customer"}))
L2 = promising("ownership", 3, team="L2")
TWO_PAUSES = promising(
    "resolution", 24, pauses=frozenset({"waiting_on_customer", "waiting_on_third_party"})
)


@pytest.mark.parametrize(
    ("of", "lines", "expected"),
    [
        pytest.param(
            RESOLUTION,
            [OPENED, "12:00 resolved"],
            ["10:00 started", "12:00 met"],
            id="3.2-running-and-met",
        ),
        pytest.param(
            FIRST,
            [OPENED, "12:00 resolved"],
            ["10:00 started", "11:00 breached", "12:00 ended"],
            id="3.4-breached-and-resolved-without-a-reply-it-stays-breached",
        ),
        pytest.param(
            OWN,
            [OPENED, "11:00 assigned team=L1", "12:00 assigned team=L1 agent=mei"],
            ["10:00 started", "12:00 met"],
            id="3.4-owned-when-it-first-has-an-agent",
        ),
        pytest.param(
            NEXT,
            [
                ASKED,
                "10:30 replied role=requester",
                "11:00 replied",
                "12:00 replied role=requester",
                "12:30 replied role=requester",
                "13:00 replied",
                "14:00 replied role=requester",
                "15:00 resolved",
            ],
            ["12:00 started", "13:00 met", "14:00 started", "15:00 met"],
            id="3.5-after-the-first-response-from-the-oldest-unanswered-message",
        ),
        pytest.param(
            NEXT,
            [
                f"{OPENED} opened_by=agent",
                "12:00 replied role=requester",
                "16:00:00.000001 resolved",
            ],
            ["12:00 started", "16:00 breached", "16:00:00.000001 metlate"],
            id="3.5-on-an-agents-ticket-no-first-response-is-waited-for-and-late-is-late",
        ),
        pytest.param(
            NEXT,
            [
                ASKED,
                "11:00 replied",
                "12:00 resolved",
                "13:00 replied role=requester",
                "14:00 reopened",
                "15:00 replied",
            ],
            ["14:00 started", "15:00 met"],
            id="3.5-written-while-resolved-it-starts-at-the-reopening",
        ),
        pytest.param(
            NEXT,
            [
                ASKED,
                "11:00 replied",
                "12:00 resolved",
                "13:00 replied role=requester",
                "13:30 replied",
                "14:00 reopened",
            ],
            [],
            id="3.5-written-and-answered-while-resolved-nothing-is-owed",
        ),
        pytest.param(
            FROM_OPENING,
            [ASKED, "11:00 replied", "12:00 replied role=requester", "13:00 replied"],
            ["10:00 started", "11:00 met", "12:00 started", "13:00 met"],
            id="3.5-from-the-opening-message",
        ),
        pytest.param(
            UPDATE,
            [OPENED, "11:00 replied", "12:00 replied", "15:00 resolved", "16:00 reopened"],
            [
                "11:00 started",
                "12:00 met",
                "12:00 started",
                "14:00 breached",
                "15:00 metlate",
                "16:00 started",
                "18:00 breached",
            ],
            id="3.6-from-reply-to-reply-breached-once-again-after-a-reopening",
        ),
        pytest.param(
            UPDATE_FROM_OPENING,
            [OPENED, "11:00 replied", "12:00 resolved"],
            ["10:00 started", "11:00 met", "11:00 started", "12:00 met"],
            id="3.6-from-the-opening",
        ),
        pytest.param(
            UPDATE,
            [OPENED, "11:00 resolved", "12:00 replied", "13:00 reopened"],
            [],
            id="3.6-none-ran-before-so-the-reopening-starts-none",
        ),
        pytest.param(
            RESOLUTION,
            [OPENED, "11:00 workaround", "12:00 severity severity=1", "13:00 workaround"],
            ["10:00 started", "12:00 superseded", "12:00 started", "13:00 met"],
            id="3.7-a-workaround-counts-by-the-target-at-that-instant",
        ),
        pytest.param(
            RESOLUTION,
            [OPENED, "12:00 status status=closed", "13:00 status status=solved", "14:00 resolved"],
            ["10:00 started", "12:00 met"],
            id="3.8-closed-and-resolved-are-one-until-taken-out",
        ),
        pytest.param(
            RESOLUTION,
            [OPENED, "12:00 replied", "12:30 status status=solved"],
            ["10:00 started", "12:30 met"],
            id="3.8-a-message-alone-resolves-nothing",
        ),
        pytest.param(
            TWO_PAUSES,
            [
                OPENED,
                "11:00 second_state state=vendor",
                "12:00 status status=pending",
                "13:00 status status=open",
                "14:00 second_state state=none",
            ],
            ["10:00 started", "11:00 paused", "14:00 resumed"],
            id="3.9-paused-while-any-pausing-state-holds",
        ),
        pytest.param(
            WAIT,
            ["2026-03-30 10:00 opened", "11:00 status status=pending", "12:00 resolved"],
            ["10:00 started", "11:00 paused", "12:00 met"],
            id="3.10-it-measures-entitled-or-not",
        ),
        pytest.param(
            L2,
            [
                f"{OPENED} team=L1",
                "11:00 assigned team=L2",
                "12:00 assigned team=L2 agent=mei",
                "13:00 assigned team=L1",
                "14:00 assigned team=L2",
                "15:00 severity severity=1",
                "15:30 assigned",
                "16:00 assigned team=L2",
                "17:00 resolved",
                "18:00 reopened",
            ],
            [
                *("11:00 started", "13:00 met", "14:00 started", "15:30 met"),
                *("16:00 started", "17:00 met", "18:00 started"),
            ],
            id="3.11-while-one-team-has-it-whatever-agent-and-severity",
        ),
    ],
)
def test_what_starts_and_what_stops_it(
    of: Agreement, lines: list[str], expected: list[str]
) -> None:
    assert then(of, TONIGHT, *lines) == expected


def test_a_timer_is_named_by_what_brought_it_into_being() -> None:
    """3.1: a cycle by its message, a successor by the change."""
    asked = [ASKED, "11:00 replied", "12:00 replied role=requester"]
    assert timers(NEXT, TONIGHT, *asked, "13:00 severity severity=1") == [
        "next_reply@e3 superseded",
        "next_reply@e4 breached",
    ]
    again = timers(RESOLUTION, TONIGHT, OPENED, "13:00 plan plan=gold", "14:00 resolved")
    assert again == ["resolution@e1 superseded", "resolution@e2 met"]


def test_a_void_timer_has_no_deadline_and_a_breach_is_dated_at_it() -> None:
    """3.2."""
    seen = judged(book(FIRST), TONIGHT, OPENED)
    assert [(t.state, t.ended_at) for t in seen.timers] == [("breached", None)]
    assert seen.timers[0].breached_at == seen.timers[0].deadline == hk("2026-03-30 11:00")
    void = judged(book(FIRST), TONIGHT, OPENED, "10:30 merged into=T-2").timers
    assert [(t.state, t.deadline, t.survivor) for t in void] == [("void", None, "T-2")]


@pytest.mark.parametrize(
    ("line", "breached"),
    [
        ("10:00 excluded start=2026-03-31T10:00 end=2026-03-31T11:00", "2026-03-31 11:00"),
        ("10:00 deadline target=resolution due=2026-03-31T12:00", "2026-03-31 12:00"),
        ("10:00:00.000001 deadline target=resolution due=2026-03-31T12:00", "2026-03-31 10:00"),
    ],
)
def test_what_happens_at_the_deadline_acts_first(line: str, breached: str) -> None:
    """3.3: an excluded stretch or new deadline at that instant, and not a microsecond later."""
    told = then(promising("resolution", 12), "2026-04-01 09:00", OPENED, f"2026-03-31 {line}")
    assert told == ["10:00 started", f"{breached} breached"]


def test_a_budget_given_to_what_only_measures_is_not_judged() -> None:
    """3.10: it is read, shown as it was written, and makes no deadline."""
    office = {"kind": "requester_wait", "calendar": "office"}
    document = changed(
        "targets/wait", office | {"promises": {"all": {"all": {"budget": "4 hours"}}}}
    )
    cell = read_agreement(document).targets["wait"]["pro", "high"]
    assert (cell.budget, cell.budget_text) == (None, "4 hours")


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (FIRST, ["10:00 started", "10:40 met"]),
        (NEXT, ["11:00 started", "12:00 met"]),
        (UPDATE, ["10:30 started", "12:00 met", "12:00 started"]),
    ],
)
def test_contacts_recorded_without_a_message(of: Agreement, expected: list[str]) -> None:
    """3.15: a first response stops at its own event alone, the other two at contacts alone."""
    told = then(
        of,
        "2026-03-30 13:00",
        ASKED,
        "10:30 agent_contact",
        "10:40 response_recorded",
        "11:00 customer_contact",
        "12:00 agent_contact",
    )
    assert told == expected
