"""Changes upon changes: chains, losses, restores, hands that take back (semantics 3 and 4)."""

from fractions import Fraction

import pytest

from schemas.instants import HOUR
from streams.core.agreement.model import Agreement, Step
from tests.builders import book, judged, show
from tests.targets import OPENED, promising, then, timers

TONIGHT = "2026-03-30 20:00"
URGENT = OPENED.replace("severity=2", "severity=1")
RESOLUTION = promising("resolution", 24)
NO_SEVERITY = "2026-03-30 10:00 opened plan=silver"
ASKED = f"{OPENED} requester=ann"


def restarting(target: str) -> Agreement:
    """2 h at severity 2, 1 h at severity 1; an upgrade restarts."""
    return promising(target, 2, on_upgrade="restart", severity_1={"hours": 1})


def test_each_timer_has_a_name_of_its_own_however_often_its_target_is_lost() -> None:
    """3.1, 4.4: the first by what attached it, the next by what brought the target back."""
    lines = [NO_SEVERITY, "11:00 severity severity=2", "12:00 severity severity=3"]
    again = ["13:00 severity severity=2", "14:00 severity severity=3", "15:00 severity severity=1"]
    assert timers(promising("first_response", 9), TONIGHT, *lines, *again) == [
        "first_response@e2 void",
        "first_response@e4 void",
        "first_response@e6 running",
    ]


def test_recomputed_after_a_carry_it_is_as_if_it_had_always_been_so() -> None:
    """4.2: raised at 11:00 by `carry`, lowered at 12:00 by `recompute`: 24 h from 10:00."""
    of = promising("resolution", 24, on_downgrade="recompute", severity_1={"hours": 8})
    lines = [OPENED, "11:00 severity severity=1", "12:00 severity severity=2"]
    last = judged(book(of), "2026-03-30 13:00", *lines).timers[-1]
    assert last.deadline is not None
    assert (show(last.started_at), show(last.deadline)) == ("2026-03-30 10:00", "2026-04-01 10:00")


def test_recomputed_after_a_restore_the_time_between_stays_out() -> None:
    """4.2, 4.8: 8 h from 10:00 without the hour from 11:00."""
    of = promising("resolution", 24, on_upgrade="recompute", severity_1={"hours": 8})
    lines = [OPENED, "11:00 deleted", "12:00 restored", "13:00 severity severity=1"]
    told = then(of, TONIGHT, *lines)
    assert told[-1] == "19:00 breached"


@pytest.mark.parametrize(
    ("target", "lines", "expected"),
    [
        pytest.param(
            "first_response",
            ["13:30 resolved"],
            ["13:30 ended", "13:30 voided"],
            id="3.4-resolved-without-a-reply-the-breached-one-is-ended",
        ),
        pytest.param(
            "first_response",
            ["13:30 severity severity=3"],
            ["13:30 ended", "13:30 voided"],
            id="4.3-both-lose-their-target",
        ),
        pytest.param(
            "first_response",
            ["13:30 merged into=T-9"],
            ["13:30 ended", "13:30 voided"],
            id="4.3-both-lose-their-ticket",
        ),
        pytest.param(
            "resolution",
            ["13:30 resolved", "15:00 reopened", "16:00 resolved"],
            [
                *("13:30 metlate", "13:30 met", "15:00 reopened", "15:00 reopened"),
                *("15:30 breached", "16:00 metlate", "16:00 metlate"),
            ],
            id="4.7-a-reopening-governs-both",
        ),
    ],
)
def test_a_breached_timer_beside_a_restarted_one(
    target: str, lines: list[str], expected: list[str]
) -> None:
    told = then(restarting(target), TONIGHT, OPENED, "13:00 severity severity=1", *lines)
    assert told == ["10:00 started", "12:00 breached", "13:00 started", *expected]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("continue_excluding_closed", ["13:00 reopened"]),
        ("continue_including_closed", ["12:00 breached", "13:00 reopened"]),
        ("new_cycle", ["13:00 started", "15:00 breached"]),
        ("no_new_tracker", []),
    ],
)
def test_a_workaround_withdrawn_is_a_reopening_by_its_mode(mode: str, expected: list[str]) -> None:
    """4.8: 2 h are promised, 1 h ran before the workaround."""
    of = promising("resolution", 2, reopen=mode)
    told = then(of, "2026-03-30 15:30", URGENT, "11:00 workaround", "13:00 workaround_withdrawn")
    if mode == "continue_excluding_closed":
        expected = [*expected, "14:00 breached"]
    assert told == ["10:00 started", "11:00 met", *expected]


def test_while_resolved_a_workaround_withdrawn_makes_nothing_owed() -> None:
    """4.8: the reopening does."""
    lines = [URGENT, "11:00 workaround", "12:00 resolved", "13:00 workaround_withdrawn"]
    met = ["10:00 started", "11:00 met"]
    assert then(RESOLUTION, TONIGHT, *lines) == met
    assert then(RESOLUTION, TONIGHT, *lines, "15:00 reopened") == [*met, "15:00 reopened"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["11:00 resolved", "12:00 deleted", "13:00 reopened", "14:00 restored"],
            ["11:00 met", "14:00 reopened"],
            id="reopened-while-deleted",
        ),
        pytest.param(
            ["12:00 deleted", "13:00 resolved", "14:00 restored"],
            ["12:00 voided", "14:00 reopened", "14:00 met"],
            id="resolved-while-deleted",
        ),
        pytest.param(
            [
                "11:00 status status=pending",
                "12:00 deleted",
                "14:00 restored",
                "15:00 status status=open",
            ],
            ["11:00 paused", "12:00 voided", "14:00 reopened", "14:00 paused", "15:00 resumed"],
            id="paused-before-and-after",
        ),
    ],
)
def test_what_happened_to_a_deleted_ticket_is_so_when_it_is_restored(
    lines: list[str], expected: list[str]
) -> None:
    """4.8."""
    assert then(RESOLUTION, TONIGHT, OPENED, *lines) == ["10:00 started", *expected]


@pytest.mark.parametrize(
    "lines",
    [
        ["12:00 replied", "12:00 deleted"],
        ["12:00 deleted", "13:00 replied", "13:30 resolved"],
        ["12:00 replied", "12:00 deleted", "12:00 resolved"],
    ],
)
def test_an_answer_to_a_deleted_ticket_is_one_when_it_is_restored(lines: list[str]) -> None:
    """4.8, 3.4: also one of the very instant, and one before a resolution."""
    told = then(promising("first_response", 8), TONIGHT, OPENED, *lines, "14:00 restored")
    assert told == ["10:00 started", "12:00 voided", "14:00 reopened", "14:00 met"]


@pytest.mark.parametrize(
    ("before", "start"),
    [
        (["09:00 customer_contact"], ["next_reply@e1"]),
        (["09:00 agent_contact"], []),
        (["09:00 agent_contact", "09:30 customer_contact"], ["next_reply@e3"]),
        (["09:00 customer_contact", "09:30 agent_contact"], []),
    ],
)
def test_what_is_dated_before_the_opening_was_said_after_it(
    before: list[str], start: list[str]
) -> None:
    """1.3, 3.5: at the opening; its own message is the first of them."""
    of = promising("next_reply", 4, next_reply_start="opening_message")
    opened = f"{OPENED} opened_by=requester"
    day = OPENED.split()[0]
    timers = judged(book(of), TONIGHT, opened, *(f"{day} {line}" for line in before)).timers
    assert [timer.timer for timer in timers] == start


def test_a_promise_goes_on_with_its_restored_ticket() -> None:
    """3.12, 4.8: due at 15:00 as before; a fixed deadline is moved by nothing between."""
    calm = promising("resolution", None)
    lines = [OPENED.replace("=2", "=3"), "10:30 promised due=15:00", "11:00 deleted"]
    told = then(calm, TONIGHT, *lines, "12:00 restored")
    assert told == ["10:30 started", "11:00 voided", "12:00 reopened", "15:00 breached"]


@pytest.mark.parametrize(
    ("said", "ends"),
    [("promise_kept", ["13:00 met"]), ("promise_withdrawn", ["13:00 voided"])],
)
def test_a_promise_that_ends_while_its_ticket_is_gone_is_over_when_that_is_restored(
    said: str, ends: list[str]
) -> None:
    """3.12, 4.8."""
    calm = promising("resolution", None)
    lines = [OPENED.replace("=2", "=3"), "10:30 promised due=15:00", "11:00 deleted"]
    told = then(calm, TONIGHT, *lines, f"12:00 {said}", "13:00 restored")
    assert told == ["10:30 started", "11:00 voided", "13:00 reopened", *ends]


def test_ownership_of_whichever_team_has_it() -> None:
    """3.11: where no team is named each team's time is a timer; an agent's change is none."""
    lines = [f"{OPENED} team=L1", "11:00 assigned team=L2", "12:00 assigned team=L2 agent=mei"]
    assert then(promising("ownership", 3), "2026-03-30 13:00", *lines) == [
        *("10:00 started", "11:00 met", "11:00 started")
    ]


def test_what_only_measures_is_one_timer_whatever_changes() -> None:
    """3.10: through another severity and none at all, from the opening to the resolution."""
    wait = promising("requester_wait", None, pauses=frozenset({"waiting_on_customer"}))
    lines = [OPENED, "11:00 status status=pending", "12:00 severity severity=1"]
    rest = ["12:30 status status=open", "13:00 severity severity=3", "14:00 resolved"]
    (timer,) = judged(book(wait), TONIGHT, *lines, *rest).timers
    assert (timer.timer, timer.state, timer.spent) == ("requester_wait@e1", "met", 2.5 * HOUR)


def test_an_unanswered_question_is_owed_an_answer_again_with_its_target() -> None:
    """4.4, 3.5: half an hour was spent before the target was lost; 3.5 of 4 h are left at noon."""
    lines = [ASKED, "10:10 replied", "10:30 replied role=requester", "11:00 severity severity=3"]
    told = then(promising("next_reply", 4), TONIGHT, *lines, "12:00 severity severity=2")
    assert told == ["10:30 started", "11:00 voided", "12:00 started", "15:30 breached"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["11:00 by hand", "12:00 pending", "13:00 withdrawn", "14:00 open"],
            ["13:00 paused", "14:00 resumed"],
        ),
        (
            ["11:00 pending", "12:00 by hand", "13:00 withdrawn", "14:00 open"],
            ["11:00 paused", "12:00 resumed", "13:00 paused", "14:00 resumed"],
        ),
    ],
)
def test_pauses_around_a_deadline_by_hand_are_published_in_pairs(
    lines: list[str], expected: list[str]
) -> None:
    """3.14, 4.9: under the deadline it is never paused; before and after it may be."""
    said = {
        "by hand": "deadline target=resolution due=20:30",
        "withdrawn": "deadline_withdrawn target=resolution",
        "pending": "status status=pending",
        "open": "status status=open",
    }
    happens = [f"{line[:5]} {said[line[6:]]}" for line in lines]
    assert then(RESOLUTION, TONIGHT, OPENED, *happens) == ["10:00 started", *expected]


@pytest.mark.parametrize(
    "opened", [f"{OPENED} agent=mei", f"{OPENED} team=L1 agent=mei status=pending"]
)
def test_a_ticket_that_had_an_agent_once_is_owned(opened: str) -> None:
    """3.4: it first had one at the opening; taken away, none is owed."""
    lines = [opened, "11:00 assigned team=L1", "12:00 assigned team=L1 agent=bob"]
    assert then(promising("time_to_own", 4), TONIGHT, *lines) == []


def test_steps_before_a_fixed_deadline_come_before_it_whatever_pauses() -> None:
    """3.14, 6.1: an hour before 20:00, though it waits for the customer from 12:00 to 19:30."""
    ladder = (
        Step("half", "50%", ("team",), share=Fraction(1, 2)),
        Step("soon", "-1 hours", ("team",), offset=-HOUR),
    )
    of = promising("resolution", 24, ladder=ladder)
    lines = [OPENED, "10:00 deadline target=resolution due=20:00", "12:00 status status=pending"]
    told = then(of, "2026-03-30 20:30", *lines, "19:30 status status=open")
    assert told == [
        *("10:00 started", "15:00 escalated half", "19:00 escalated soon", "20:00 breached")
    ]


def test_a_deadline_by_hand_that_passed_while_resolved_is_breached_by_the_reopening() -> None:
    """4.7, 4.9: at 13:00 it was met; as with one set into the past, the breach is of 14:00."""
    lines = ["11:00 deadline target=resolution due=13:00", "12:00 resolved", "14:00 reopened"]
    assert then(RESOLUTION, TONIGHT, OPENED, *lines) == [
        *("10:00 started", "12:00 met", "14:00 reopened", "14:00 breached")
    ]


def test_the_kept_deadline_stands_where_the_deadline_would() -> None:
    """3.9, 2.4: 11 h from Tuesday 10:00 end at the close, and under `next_open` on Wednesday."""
    of = promising("resolution", 12, close_boundary="next_open")
    lines = [OPENED.replace("10:00", "09:00"), "10:00 status status=pending"]
    (timer,) = judged(book(of), "2026-04-02 20:00", *lines, "2026-03-31 10:00 resolved").timers
    assert timer.deadline is not None
    assert (timer.state, show(timer.deadline)) == ("met", "2026-04-01 09:00")


def test_going_on_as_if_never_resolved_it_was_paused_by_what_paused_it() -> None:
    """4.7, 3.9: the second state held until 13:00; 3 of 4 h are left then."""
    of = promising("resolution", 4, reopen="continue_including_closed")
    lines = [OPENED, "11:00 second_state state=pending", "12:00 resolved"]
    told = then(of, TONIGHT, *lines, "13:00 second_state state=none", "14:00 reopened")
    assert told[-1] == "16:00 breached"
