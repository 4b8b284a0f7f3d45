"""What changes of target, reopenings, losses and hands do to a timer (semantics 4)."""

import pytest

from streams.core.agreement.model import Agreement
from tests.builders import agreement, book, judged, show
from tests.targets import OPENED, promising, then, timers

TONIGHT = "2026-03-30 20:00"
EVENING = "2026-03-30 20:00 opened plan=silver severity=2"
RESOLUTION = promising("resolution", 24)
HALF_DAY = promising("resolution", 12)


def changing(up: str, down: str = "carry", **severity_1: object) -> Agreement:
    """24 h at severity 2, 8 h at severity 1, with these modes."""
    return promising(
        "resolution", 24, on_upgrade=up, on_downgrade=down, severity_1={"hours": 8, **severity_1}
    )


def due(of: Agreement, until: str, *lines: str) -> str | None:
    """The deadline of the last timer."""
    last = judged(book(of), until, *lines).timers[-1]
    return None if last.deadline is None else show(last.deadline)


@pytest.mark.parametrize(
    ("first", "second", "mode"),
    [
        pytest.param("plan=silver severity=2", "plan plan=gold", "up", id="a-higher-plan"),
        pytest.param("plan=silver severity=2", "severity severity=1", "up", id="a-higher-severity"),
        pytest.param("plan=gold severity=2", "plan plan=silver", "down", id="a-lower-plan"),
        pytest.param("plan=gold severity=1", "severity severity=2", "down", id="a-lower-severity"),
    ],
)
def test_which_way_a_change_goes(first: str, second: str, mode: str) -> None:
    """4.1: up restarts here, down carries; the successor counts, the old timer names it."""
    of = promising("resolution", 8, on_upgrade="restart", on_downgrade="carry")
    lines = [f"2026-03-30 10:00 opened {first}", f"12:00 {second}"]
    old, new = judged(book(of), "2026-03-30 13:00", *lines).timers
    assert (old.state, old.successor, old.deadline) == ("superseded", "resolution@e2", None)
    assert new.predecessor == "resolution@e1"
    assert new.deadline is not None
    left = {"up": "2026-03-30 20:00", "down": "2026-03-30 18:00"}
    assert show(new.deadline) == left[mode]


def test_plan_ranks_before_severity() -> None:
    """4.1: at one instant to a higher plan and a lower severity is an upgrade."""
    of = promising("resolution", 8, on_upgrade="restart", on_downgrade="freeze")
    lines = ["2026-03-30 10:00 opened plan=silver severity=1"]
    told = then(of, "2026-03-30 13:00", *lines, "12:00 plan plan=gold", "12:00 severity severity=2")
    assert told == ["10:00 started", "12:00 superseded", "12:00 started"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        # Spent by 20:45: 15 min and, after the pause, 15 min; 7.5 h more around the clock.
        ("carry", "2026-03-31 04:15"),
        # 8 h around the clock from 20:00, without the pause.
        ("recompute", "2026-03-31 04:00"),
        ("restart", "2026-03-31 04:45"),
        # 24 h of the office: 45 min on Monday, 12 h on Tuesday, the rest on Wednesday.
        ("freeze", "2026-04-01 20:15"),
    ],
)
def test_what_becomes_of_the_time_spent(mode: str, expected: str) -> None:
    """4.2: from the office with a pause to round the clock without any."""
    of = changing(mode, calendar="always", pauses=frozenset())
    lines = [EVENING, "20:15 status status=pending", "20:30 status status=open"]
    assert due(of, "2026-03-30 20:50", *lines, "20:45 severity severity=1") == expected


@pytest.mark.parametrize(
    ("mode", "breached"), [("carry", "18:00"), ("recompute", "18:00"), ("restart", None)]
)
def test_a_new_budget_that_was_reached_before_the_change(mode: str, breached: str | None) -> None:
    """4.2: it breaches where it was reached, and the change is the cause."""
    seen = judged(book(changing(mode)), TONIGHT, OPENED, "19:00 severity severity=1")
    last = seen.timers[-1]
    at = None if last.breached_at is None else show(last.breached_at).removeprefix("2026-03-30 ")
    assert (last.timer, at) == ("resolution@e2", breached)
    assert {o.cause for o in last.outcomes} == {"e2"}


def test_a_restart_after_a_breach_stands_beside_it() -> None:
    """4.3: the breached timer is counted, not superseded, and both are met by one resolution."""
    of = promising("resolution", 2, on_upgrade="restart", severity_1={"hours": 1})
    lines = [OPENED, "13:00 severity severity=1", "13:30 resolved"]
    assert then(of, TONIGHT, *lines) == [
        *("10:00 started", "12:00 breached", "13:00 started", "13:30 metlate", "13:30 met")
    ]
    assert timers(of, TONIGHT, *lines) == ["resolution@e1 met_late", "resolution@e2 met"]


@pytest.mark.parametrize("mode", ["carry", "recompute", "freeze"])
def test_after_a_breach_a_change_is_none(mode: str) -> None:
    """4.3: it keeps its target and its one breach, and goes on to be met late."""
    of = promising("resolution", 2, on_upgrade=mode, severity_1={"hours": 1})
    lines = [OPENED, "13:00 severity severity=1", "13:30 resolved"]
    assert then(of, TONIGHT, *lines) == ["10:00 started", "12:00 breached", "13:30 metlate"]


def test_a_breached_timer_that_loses_its_target_is_over_and_stays_breached() -> None:
    """4.3."""
    of = promising("resolution", 2)
    told = then(of, TONIGHT, OPENED, "13:00 severity severity=3")
    assert told == ["10:00 started", "12:00 breached", "13:00 ended"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("carry", "2026-04-01 12:00"),
        ("recompute", "2026-04-01 10:00"),
        ("restart", "2026-04-01 14:00"),
    ],
)
def test_a_target_lost_and_regained(mode: str, expected: str) -> None:
    """4.4: with what the last one had spent, with all since the opening, with nothing."""
    of = promising("resolution", 24, on_upgrade=mode, on_downgrade=mode)
    lines = [OPENED, "12:00 severity severity=3", "14:00 severity severity=2"]
    assert timers(of, TONIGHT, *lines) == ["resolution@e1 void", "resolution@e3 running"]
    assert due(of, TONIGHT, *lines) == expected


@pytest.mark.parametrize(
    ("attach", "expected"), [("created", ["10:00 started", "11:00 met"]), ("attached", [])]
)
def test_a_first_response_given_before_the_target_applied(attach: str, expected: list[str]) -> None:
    """4.5."""
    of = promising("first_response", 4, start_at_attach=attach)
    lines = ["2026-03-30 10:00 opened plan=silver", "11:00 replied", "12:00 severity severity=2"]
    assert then(of, TONIGHT, *lines) == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("continue_excluding_closed", ["12:00 met", "20:00 reopened", "20:30 met"]),
        (
            "continue_including_closed",
            ["12:00 met", "14:00 breached", "20:00 reopened", "20:30 metlate"],
        ),
        ("new_cycle", ["12:00 met", "20:00 started", "20:30 met"]),
        ("no_new_tracker", ["12:00 met"]),
    ],
)
def test_the_four_ways_of_a_reopening(mode: str, expected: list[str]) -> None:
    """4.7: 4 h are promised, 2 h ran before the resolution."""
    of = promising("resolution", 4, reopen=mode)
    told = then(
        of, "2026-03-30 21:00", OPENED, "12:00 resolved", "20:00 reopened", "20:30 resolved"
    )
    assert told == ["10:00 started", *expected]


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ("12:00 workaround", ["12:00 met"]),
        ("12:30 workaround", ["12:00 met", "12:30 met", "13:00 reopened"]),
    ],
)
def test_as_if_never_resolved_a_workaround_keeps_the_promise(
    between: str, expected: list[str]
) -> None:
    """4.7: at the instant of the resolution, or in the time that is taken back."""
    of = promising("resolution", 4, reopen="continue_including_closed", stops_at_workaround=True)
    told = then(of, TONIGHT, OPENED, "12:00 resolved", between, "13:00 reopened")
    assert told == ["10:00 started", *expected]


def test_a_withdrawn_workaround_is_owed_again_of_both_that_count() -> None:
    """4.3, 4.8: the one that had breached and goes on beside its successor, too."""
    of = promising("resolution", 2, on_downgrade="restart", stops_at_workaround=True)
    lines = ["2026-03-30 10:00 opened plan=gold severity=1", "12:30 plan plan=silver"]
    both = [*lines, "13:00 workaround", "13:30 workaround_withdrawn"]
    breached, successor = judged(book(of), "2026-03-30 14:00", *both).timers
    assert (breached.state, breached.ended_at) == ("breached", None)
    assert (successor.state, successor.ended_at) == ("running", None)


def test_what_brings_a_target_back_after_a_reopening_without_it_names_the_new_cycle() -> None:
    """3.1, 4.7: the ticket was reopened while nothing was promised for its severity."""
    of = promising("time_to_own", 4, reopen="new_cycle", severity_2={"hours": None})
    lines = [
        "2026-03-30 10:00 opened plan=silver severity=1",
        "10:00 resolved",
        "12:00 reopened",
        "12:00 severity severity=3",
        "14:00 severity severity=1",
    ]
    names = [timer.timer for timer in judged(book(of), "2026-03-30 15:00", *lines).timers]
    assert names == ["time_to_own@e5"]


def test_no_cycle_begins_again_on_a_ticket_that_is_gone() -> None:
    """4.4, 4.8: its target applies again at the instant at which the ticket is deleted."""
    of = promising("next_reply", 4, from_opening=True, next_reply_start="opening_message")
    lines = [
        "2026-03-30 10:00 opened plan=silver severity=1",
        "10:00 replied role=requester",
        "11:00 severity severity=3",
        "12:00 severity severity=1",
        "12:00 deleted reason=deleted",
    ]
    states = [t.state for t in judged(book(of), "2026-03-30 15:00", *lines).timers]
    assert "running" not in states
    assert states


def test_a_budget_that_had_run_when_the_target_was_lost_is_due_when_it_is_regained() -> None:
    """3.3, 4.4: at that instant the loss came first."""
    of = promising("time_to_own", 2)
    lines = [
        "2026-03-30 10:00 opened plan=silver severity=1",
        "12:00 severity severity=3",
        "15:00 severity severity=1",
    ]
    told = then(of, "2026-03-30 16:00", *lines)
    assert told == ["10:00 started", "12:00 voided", "15:00 started", "15:00 breached"]


def test_the_first_resolution_stays_where_it_was() -> None:
    """4.7: a fact of the ticket, whatever is reopened."""
    of = promising("first_resolution", 4)
    told = then(of, TONIGHT, OPENED, "12:00 resolved", "13:00 reopened", "14:00 resolved")
    assert told == ["10:00 started", "12:00 met"]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ("1", ["14:00 reopened", "14:00 superseded", "14:00 started"]),
        ("3", ["14:00 reopened", "14:00 voided"]),
    ],
)
def test_a_change_while_ended_takes_effect_at_the_reopening(
    severity: str, expected: list[str]
) -> None:
    """4.7."""
    lines = [OPENED, "12:00 resolved", f"13:00 severity severity={severity}", "14:00 reopened"]
    assert then(RESOLUTION, TONIGHT, *lines) == ["10:00 started", "12:00 met", *expected]


def test_a_restore_takes_back_the_void_and_the_time_between() -> None:
    """4.8: 1 h ran before the merge; 23 h from Tuesday 11:00 end on Thursday 10:00."""
    lines = [OPENED, "11:00 merged into=T-9", "2026-03-31 11:00 restored"]
    told = then(RESOLUTION, "2026-04-03 09:00", *lines)
    assert told == [
        *("10:00 started", "11:00 voided", "2026-03-31 11:00 reopened"),
        "2026-04-02 10:00 breached",
    ]
    (timer,) = judged(book(RESOLUTION), "2026-04-01 09:00", *lines).timers
    assert [(s.kind, s.label) for s in timer.stretches] == [
        *(("ran", ""), ("excluded", "merged"), ("ran", ""))
    ]


def test_a_workaround_withdrawn_makes_a_resolution_owed_again() -> None:
    """4.8: the hour before the workaround counts, the two until its withdrawal do not."""
    of = promising("resolution", 4)
    lines = [OPENED.replace("=2", "=1"), "11:00 workaround", "13:00 workaround_withdrawn"]
    told = then(of, TONIGHT, *lines)
    assert told == ["10:00 started", "11:00 met", "13:00 reopened", "16:00 breached"]


BY_HAND = "deadline target=resolution"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [f"11:00 {BY_HAND} due=13:00", f"12:00 {BY_HAND} due=18:00"],
            ["18:00 breached"],
            id="the-latest-holds",
        ),
        pytest.param(
            [
                f"11:00 {BY_HAND} due=13:00",
                f"12:00 {BY_HAND} due=18:00",
                "12:30 withdrawn event=e3",
            ],
            ["13:00 breached"],
            id="the-latest-that-was-not-withdrawn",
        ),
        pytest.param(
            [f"11:00 {BY_HAND} due=13:00", "12:00 deadline_withdrawn target=resolution"],
            [],
            id="until-it-is-withdrawn",
        ),
        pytest.param(
            [f"11:00 {BY_HAND} due=13:00", "13:00:00.000001 deadline_withdrawn target=resolution"],
            ["13:00 breached"],
            id="a-withdrawal-afterwards-undoes-no-breach",
        ),
        pytest.param(
            [f"11:00 {BY_HAND} due=10:30"],
            ["11:00 breached"],
            id="set-to-the-past-from-its-setting",
        ),
        pytest.param(
            [f"11:00 {BY_HAND} due=15:00", "12:00 plan plan=gold"],
            ["12:00 superseded", "12:00 started", "15:00 breached"],
            id="passes-to-a-successor",
        ),
        pytest.param(
            ["11:00 deadline target=first_response due=12:00"], [], id="for-the-target-it-names"
        ),
    ],
)
def test_a_deadline_by_hand(lines: list[str], expected: list[str]) -> None:
    """4.9."""
    assert then(HALF_DAY, TONIGHT, OPENED, *lines) == ["10:00 started", *expected]


def test_a_deadline_by_hand_undoes_no_breach_before_its_setting() -> None:
    """4.9."""
    of = promising("resolution", 1)
    told = then(of, TONIGHT, OPENED, f"12:00 {BY_HAND} due=18:00", "13:00 resolved")
    assert told == ["10:00 started", "11:00 breached", "13:00 metlate"]


def test_an_exclusion_takes_a_breach_back_and_its_withdrawal_brings_it_again() -> None:
    """4.9: it acts as of its own from and to, whenever declared."""
    of = promising("resolution", 4)
    declared = [OPENED, "15:00 excluded start=11:00 end=16:00"]
    assert then(of, "2026-03-30 15:30", OPENED) == ["10:00 started", "14:00 breached"]
    assert then(of, "2026-03-30 15:30", *declared) == ["10:00 started"]
    again = [*declared, "15:20 exclusion_withdrawn"]
    assert then(of, "2026-03-30 15:30", *again) == ["10:00 started", "14:00 breached"]


def test_an_agreement_of_both_targets_voids_both() -> None:
    """4.4: reason `no_target`."""
    seen = judged(book(agreement()), TONIGHT, OPENED, "12:00 severity severity=3")
    assert {(t.state, t.end_reason) for t in seen.timers} == {("void", "no_target")}


def test_a_deadline_by_hand_for_a_first_response() -> None:
    """4.9: it takes the place of the budget's."""
    of = promising("first_response", 8)
    lines = [OPENED, "11:00 deadline target=first_response due=13:00", "14:00 replied"]
    assert then(of, TONIGHT, *lines) == ["10:00 started", "13:00 breached", "14:00 metlate"]
