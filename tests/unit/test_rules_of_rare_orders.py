"""Orders of events that seldom come, each found by the slow twins (semantics 3 and 4)."""

import pytest

from tests.targets import OPENED, promising, then, timers

TONIGHT = "2026-03-30 20:00"
BY_HAND = "deadline target=resolution"


def test_an_agent_who_had_the_ticket_for_no_time_did_not_have_it() -> None:
    """1.3, 3.4: "all changes of one instant are applied before timers are looked at"."""
    lines = [
        OPENED,
        "11:00 assigned agent=mei",
        "11:00 assigned team=L1",
        "12:00 assigned agent=bob",
    ]
    told = then(promising("time_to_own", 8), TONIGHT, *lines)
    assert told == ["10:00 started", "12:00 met"]
    # Nor is a target answered that comes to apply only afterwards.
    calm = OPENED.replace("severity=2", "severity=3")
    later = promising("time_to_own", 8, start_at_attach="attached")
    told = then(later, TONIGHT, calm, *lines[1:3], "11:30 severity severity=2", lines[3])
    assert told == ["11:30 started", "12:00 met"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], []),
        (["14:00 workaround_withdrawn"], ["14:00 started"]),
    ],
)
def test_a_reopening_with_a_workaround_at_its_very_instant_begins_nothing_later_either(
    lines: list[str], expected: list[str]
) -> None:
    """4.7 `new_cycle`, 3.7: it would end where it begins; 4.8: withdrawn, it is owed again."""
    of = promising("resolution", 8, reopen="new_cycle")
    urgent = OPENED.replace("severity=2", "severity=1")
    told = then(
        of,
        TONIGHT,
        urgent,
        "11:00 resolved",
        "12:00 workaround",
        "12:00 reopened",
        "13:00 status status=working",
        *lines,
    )
    assert told == ["10:00 started", "11:00 met", *expected]


def test_a_restore_brings_back_both_a_breached_timer_and_the_one_of_its_restart() -> None:
    """4.8, 4.3: both go on until their own ends."""
    of = promising("resolution", 2, on_upgrade="restart")
    lines = [OPENED, "13:00 severity severity=1", "13:30 deleted", "15:00 restored"]
    assert then(of, TONIGHT, *lines, "15:30 resolved") == [
        *("10:00 started", "12:00 breached", "13:00 started"),
        *("13:30 ended", "13:30 voided", "15:00 reopened", "15:00 reopened"),
        *("15:30 metlate", "15:30 met"),
    ]


def test_one_beside_that_is_restored_without_its_target_stays_ended() -> None:
    """4.8, 4.3: both lost it while the ticket was gone."""
    of = promising("resolution", 2, on_upgrade="restart")
    lines = [OPENED, "13:00 severity severity=1", "13:30 deleted", "14:00 severity severity=3"]
    assert then(of, TONIGHT, *lines, "15:00 restored")[-4:] == [
        *("15:00 reopened", "15:00 ended", "15:00 reopened", "15:00 voided")
    ]


def test_a_deadline_by_hand_that_passed_while_the_ticket_was_gone_passes_to_the_successor() -> None:
    """4.9, 4.8: due at 12:00, it is due when the ticket is back, which has another target then."""
    lines = ["11:00 deleted", f"11:30 {BY_HAND} due=12:00", "12:30 severity severity=1"]
    told = then(promising("resolution", 8), TONIGHT, OPENED, *lines, "14:00 restored")
    assert told == [
        *("10:00 started", "11:00 voided"),
        *("14:00 reopened", "14:00 superseded", "14:00 started", "14:00 breached"),
    ]


def test_a_deadline_by_hand_of_an_earlier_cycle_passes_to_no_successor_of_a_later_one() -> None:
    """4.9: it was due at 12:00, and the cycle from 13:00 on is not bound by it."""
    lines = ["11:00 agent_contact", "11:30 deadline target=periodic_update due=12:00"]
    told = then(
        promising("periodic_update", 8),
        TONIGHT,
        OPENED,
        *lines,
        "13:00 agent_contact",
        "14:00 severity severity=1",
    )
    assert told == [
        *("11:00 started", "12:00 breached", "13:00 metlate"),
        *("13:00 started", "14:00 superseded", "14:00 started"),
    ]


def test_a_deadline_by_hand_is_withdrawn_in_a_pause_that_came_when_the_budget_had_run() -> None:
    """4.9, 3.3: two hours had run at noon; a pause that begins later does not help."""
    lines = [f"11:00 {BY_HAND} due=19:00", "13:00 status status=pending"]
    withdrawn = "15:00 deadline_withdrawn target=resolution"
    told = then(promising("resolution", 2), TONIGHT, OPENED, *lines, withdrawn)
    assert told == ["10:00 started", "12:00 breached", "15:00 paused"]
    # What is excluded from noon on acts first, and it was paused before that ended.
    excluded = "12:00 excluded start=12:00 end=14:00"
    told = then(promising("resolution", 2), TONIGHT, OPENED, *lines, withdrawn, excluded)
    assert told == ["10:00 started", "15:00 paused"]


@pytest.mark.parametrize("lost", [["14:00 severity severity=3"], ["14:00 severity severity=1"], []])
def test_as_if_never_resolved_a_deadline_by_hand_of_that_time_was_due(lost: list[str]) -> None:
    """4.7, 4.3: "past its deadline it breaches there", before its target was lost or another."""
    of = promising("resolution", 24, reopen="continue_including_closed")
    lines = ["11:00 resolved", f"12:00 {BY_HAND} due=13:00", f"13:30 {BY_HAND} due=19:00", *lost]
    told = then(of, "2026-03-30 18:00", OPENED, *lines, "15:00 reopened")
    ended = ["15:00 ended"] if lost == ["14:00 severity severity=3"] else []
    assert told == ["10:00 started", "11:00 met", "13:00 breached", "15:00 reopened", *ended]


def test_an_answer_while_the_ticket_was_gone_is_one_when_it_is_restored_reopened() -> None:
    """4.7, 4.8, 3.4: as if never resolved it would have met it at the restore."""
    of = promising("first_response", 8, reopen="continue_including_closed")
    lines = ["11:00 resolved", "11:30 deleted", "12:00 reopened", "12:30 replied", "13:00 restored"]
    told = then(of, TONIGHT, OPENED, *lines)
    assert told == ["10:00 started", "11:00 voided", "13:00 reopened", "13:00 met"]


def test_a_new_cycle_is_named_by_what_makes_its_target_apply_again() -> None:
    """3.1, 4.7: it was reopened at noon, without a target; another status at 13:00 is no cause."""
    of = promising("resolution", 8, reopen="new_cycle")
    lines = ["11:00 resolved", "11:30 severity severity=3", "12:00 status status=working"]
    seen = timers(of, TONIGHT, OPENED, *lines, "13:00 reopened", "13:00 severity severity=2")
    assert seen == ["resolution@e1 met", "resolution@e6 running"]


def test_as_if_never_resolved_a_ticket_that_was_gone_owed_nothing_meanwhile() -> None:
    """4.7, 4.8: gone at the very deadline (3.3), and past one set by hand, it is due when back."""
    of = promising("resolution", 2, reopen="continue_including_closed")
    lines = ["11:00 resolved", "12:00 deleted", "14:00 restored", "15:00 reopened"]
    met = ["10:00 started", "11:00 met"]
    assert then(of, TONIGHT, OPENED, *lines) == [*met, "14:00 breached", "15:00 reopened"]
    by_hand = [f"11:30 {BY_HAND} due=13:00", *lines]
    assert then(of, TONIGHT, OPENED, *by_hand) == [*met, "14:00 breached", "15:00 reopened"]


def test_what_had_run_when_the_ticket_went_is_due_when_it_is_back_whatever_its_target() -> None:
    """3.3, 4.8, 4.2 `carry`: gone at the very deadline, and back with another target."""
    lines = [OPENED, "12:00 deleted", "13:00 severity severity=1", "14:00 restored"]
    told = then(promising("resolution", 2), TONIGHT, *lines)
    assert told == [
        *("10:00 started", "12:00 voided"),
        *("14:00 reopened", "14:00 superseded", "14:00 started", "14:00 breached"),
    ]


def test_what_had_run_when_excluded_time_began_is_due_after_the_pause_that_came_with_it() -> None:
    """3.3, 3.9: paused when the excluded time is over, it cannot be late before it goes on."""
    lines = [OPENED, "12:00 status status=pending", "12:00 excluded start=12:00 end=13:00"]
    told = then(promising("resolution", 2), TONIGHT, *lines, "15:00 status status=open")
    assert told == ["10:00 started", "12:00 paused", "15:00 resumed", "15:00 breached"]


def test_a_workaround_withdrawn_takes_back_no_answer() -> None:
    """4.7, 3.4: as if never resolved it was answered at 12:00."""
    of = promising("first_response", 8, reopen="continue_including_closed")
    lines = ["11:00 resolved", "12:00 replied", "13:00 workaround_withdrawn", "14:00 reopened"]
    told = then(of, TONIGHT, OPENED.replace("severity=2", "severity=1"), *lines)
    assert told == ["10:00 started", "11:00 voided", "12:00 met", "14:00 reopened"]


def test_where_excluded_time_ends_a_pause_does_not_help_a_budget_that_had_run() -> None:
    """3.3, 4.7: two hours had run at the resolution, which came first; the reopening pauses it."""
    lines = [OPENED, "12:00 resolved", "14:00 status status=pending"]
    told = then(promising("resolution", 2), TONIGHT, *lines)
    assert told == [
        "10:00 started",
        "12:00 met",
        "14:00 reopened",
        "14:00 paused",
        "14:00 breached",
    ]
