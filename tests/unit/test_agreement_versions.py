"""Versions of an agreement, and which timers each is for (semantics 4.6)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from schemas import inbound as told
from schemas.instants import HOUR, instant
from schemas.outcomes import Started
from streams.core.agreement.model import Agreement, Cell, ChangeMode
from streams.core.book import Book
from streams.core.judge import judge
from tests.builders import SOURCE, agreement, cell, history, hk, judged, told_of
from tests.histories import BEGIN, book_of, lives, versions


def two_versions(scope: str) -> Book:
    """Version 1 owes a first response in 12 hours, version 2 in 4, from Monday 15:00 on."""
    made = Book()
    first = agreement()
    quick = cell("first_response", "silver", "2", 4 * HOUR)
    second = replace(
        agreement(cells={("first_response", "silver", "2"): quick}),
        version="2",
        effective_from=hk("2026-03-30 15:00"),
        scope=scope,  # type: ignore[arg-type]  # parametrized
    )
    made.agreements = [first, second]
    made._published_by = {("test", "1"): "a1", ("test", "2"): "a2"}
    return made


OPENED = "2026-03-30 10:00 opened plan=silver severity=2"


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        pytest.param(
            "new_tickets",
            ["2026-03-30 10:00 started first_response"],
            id="4.6-a-ticket-keeps-the-version-of-its-opening",
        ),
        pytest.param(
            "new_timers",
            ["2026-03-30 10:00 started first_response"],
            id="4.6-what-starts-at-the-opening-has-the-version-of-the-opening",
        ),
        pytest.param(
            "open_timers",
            # Five hours are spent at 15:00: the new four were reached at 14:00 (4.2).
            [
                "2026-03-30 10:00 started first_response",
                "2026-03-30 14:00 breached first_response",
                "2026-03-30 15:00 superseded first_response",
                "2026-03-30 15:00 started first_response",
            ],
            id="4.6-open-timers-change-at-its-effective-from",
        ),
    ],
)
def test_a_new_version(scope: str, told: list[str]) -> None:
    seen = judged(two_versions(scope), "2026-03-30 16:00", OPENED)
    assert [t for t in told_of(seen.outcomes) if t.endswith("first_response")] == told


def test_before_it_takes_over_it_is_only_due() -> None:
    """4.6, 1.5: like any fact with a future `effective_from`, it comes due like a deadline."""
    seen = judged(two_versions("open_timers"), "2026-03-30 12:00", OPENED)
    assert seen.next_due == hk("2026-03-30 15:00")


def test_a_ticket_opened_afterwards_has_the_new_version() -> None:
    seen = judged(
        two_versions("new_tickets"),
        "2026-03-31 12:00",
        "2026-03-30 16:00 opened plan=silver severity=2",
    )
    assert "2026-03-30 20:00 breached first_response" in told_of(seen.outcomes)


# Version 1 is in force until Monday 15:00. Gold is a rise from silver, severity 1 from 2.
ASKED = [
    "2026-03-30 10:00 opened plan=silver severity=2 requester=ann",
    "11:00 replied",
    "14:00 replied role=requester",
]


def of_hours(target: str, severity: str, hours: int, **other: Any) -> Cell:
    return cell(target, "silver", severity, hours * HOUR, pauses=frozenset(), **other)


def both(target: str, first: Sequence[int], second: Sequence[int], **other: Any) -> Book:
    """Two versions of one target: so many hours at severity 2, and where told at severity 1."""
    made = []
    for number, hours in enumerate((first, second), 1):
        cells = {
            ("silver", severity): of_hours(target, severity, each, **other)
            for severity, each in zip("21", hours, strict=False)
        }
        made.append(agreement(targets={target: cells} if cells else {}, version=str(number)))
    made[1] = replace(made[1], effective_from=hk("2026-03-30 15:00"), scope="new_timers")
    return book_of(made)


def started(book: Book, *lines: str, until: str = "2026-04-02 21:00") -> list[str]:
    """`version hours` of every timer, as they start."""
    starts = [o for o in judged(book, until, *lines).outcomes if isinstance(o, Started)]
    return [f"{o.version} {(o.budget or 0) // HOUR}" for o in starts]


def test_a_cycle_that_runs_keeps_its_version_the_next_has_the_new_one() -> None:
    """4.6, `new_timers`; 3.5."""
    seen = started(both("next_reply", [8], [2]), *ASKED, "16:00 replied", "17:00 customer_contact")
    assert seen == ["1 8", "2 2"]


def test_a_cycle_that_starts_at_the_very_effective_from_has_the_new_version() -> None:
    """4.6, 1.1: a version holds from its `effective_from` on, that instant included."""
    book = both("periodic_update", [8], [2])
    assert started(book, ASKED[0], "14:59:59.999999 replied") == ["1 8"]
    assert started(book, ASKED[0], "15:00 replied") == ["2 2"]


def test_a_successor_has_the_version_of_its_predecessor() -> None:
    """4.6: the severity rises at 16:00, under version 2, in a cycle that began under version 1."""
    book = both("next_reply", [8, 4], [2, 1])
    assert started(book, *ASKED, "16:00 severity severity=1") == ["1 8", "1 4"]
    later = ["16:00 replied", "17:00 customer_contact", "17:30 severity severity=1"]
    assert started(book, *ASKED, *later) == ["1 8", "2 2", "2 1"]


def test_a_cycle_that_lost_its_target_begins_again_by_its_own_version() -> None:
    """4.6, 4.4: only version 2 promises anything at severity 1."""
    book = both("next_reply", [8], [2, 1])
    lines = [*ASKED, "16:00 severity severity=1", "17:00 severity severity=2"]
    assert started(book, *lines) == ["1 8", "1 8"]


def test_a_reopening_by_new_cycle_has_the_version_in_force_then() -> None:
    """4.6, 4.7."""
    book = both("resolution", [8, 4], [2, 1], reopen="new_cycle")
    reopened = [OPENED, "12:00 resolved", "16:00 reopened"]
    assert started(book, *reopened) == ["1 8", "2 2"]
    assert started(book, *reopened, "17:00 severity severity=1") == ["1 8", "2 2", "2 1"]
    going_on = both("resolution", [8], [2])
    assert started(going_on, *reopened) == ["1 8"]


def test_a_team_has_the_new_version_when_it_gets_the_ticket() -> None:
    """4.6, 3.11."""
    book = both("ownership", [8], [2])
    lines = ["2026-03-30 10:00 opened plan=silver severity=2 team=L1", "16:00 assigned team=L2"]
    assert started(book, *lines) == ["1 8", "2 2"]


@pytest.mark.parametrize(
    ("lines", "timers"),
    [
        (["12:00 assigned team=L1", "16:00 restored"], []),
        (["12:00 assigned team=L1", "16:00 assigned team=L1 agent=mei"], []),
        (["12:00 assigned team=L1", "16:00 assigned team=L1 agent=mei", "17:00 restored"], []),
        (["12:00 deleted", "14:00 assigned team=L1", "16:00 restored"], []),
        (["12:00 deleted", "16:00 assigned team=L1", "17:00 restored"], ["2 2"]),
        (["12:00 resolved", "13:00 deleted", "16:00 reopened", "17:00 restored"], ["2 2"]),
    ],
)
def test_a_team_that_had_the_ticket_before_is_not_counted_by_the_new_version(
    lines: list[str], timers: list[str]
) -> None:
    """4.6: "each cycle uses the version in force at its starting event"; 3.11: that is the
    assignment, the opening or the reopening by which the team has it. A change of agent inside the
    team does nothing."""
    opened = "2026-03-30 10:00 opened plan=silver severity=2 team=L0"
    assert started(both("ownership", [], [2]), opened, *lines) == timers
    # What only the old version promises begins by it, whenever the ticket comes back.
    old = both("ownership", [8], [])
    assert started(old, opened.replace("L0", "none"), *lines) == ([] if timers else ["1 8"])


def test_a_target_that_only_the_new_version_has_counts_what_starts_from_then_on() -> None:
    """4.6, 4.5: it comes to apply with the version, and had no cycle before."""
    book = both("periodic_update", [], [2])
    assert started(book, ASKED[0], "11:00 replied", "16:00 replied") == ["2 2"]
    assert started(both("resolution", [], [2]), OPENED, "16:00 replied") == []


@pytest.mark.parametrize(("attach", "timers"), [("created", ["1 8"]), ("attached", [])])
def test_what_comes_to_apply_later_sees_cycles_that_began_under_the_old_version(
    attach: str, timers: list[str]
) -> None:
    """4.5, 4.6: asked at 14:00, under version 1, which promises something at severity 1 alone;
    version 2 promises nothing to what is asked from 15:00 on."""
    first, second = both("next_reply", [8], [], start_at_attach=attach).agreements
    urgent = {("silver", "1"): of_hours("next_reply", "1", 8, start_at_attach=attach)}
    first = replace(first, targets={"next_reply": urgent})
    lines = [*ASKED, "16:00 severity severity=1"]
    assert started(book_of([first, second]), *lines) == timers
    assert started(book_of([first, second]), *lines, "16:30 replied", "17:00 customer_contact") == (
        timers
    )


def test_a_target_that_the_new_version_has_no_more_starts_no_cycle() -> None:
    """4.6."""
    book = both("periodic_update", [8], [])
    assert started(book, ASKED[0], "11:00 replied", "16:00 replied") == ["1 8"]


def test_the_plan_that_counts_is_the_one_at_the_start_of_the_cycle() -> None:
    """4.6, 5.2: the new version promises something at severity 1 alone, which the old one did not
    know; that the severity changed before is known all the same."""
    book = both("next_reply", [8], [2, 1])
    lines = [ASKED[0], "11:00 replied", "12:00 severity severity=1"]
    assert started(book, *lines, "14:00 customer_contact") == []
    assert started(book, *lines, "16:00 customer_contact") == ["2 1"]


def test_a_version_that_takes_over_takes_cycles_of_any_version() -> None:
    """4.6: version 3 is for `open_timers`, on Tuesday at noon."""
    first, second = both("next_reply", [20], [18]).agreements
    third = agreement(
        targets={"next_reply": {("silver", "2"): of_hours("next_reply", "2", 16)}},
        version="3",
        effective_from=hk("2026-03-31 12:00"),
        scope="open_timers",
    )
    lines = [*ASKED, "16:00 replied", "17:00 customer_contact"]
    assert started(book_of([first, second, third]), *lines) == ["1 20", "2 18", "3 16"]


def test_an_edit_applied_to_what_runs_recomputes_that_change_alone() -> None:
    """4.6, section 9: `policy_edit: apply_to_running`; a severity changes as it did before."""
    book = two_versions("open_timers")
    first, second = book.agreements
    night = cell("first_response", "silver", "2", 9 * HOUR, calendar="always")
    edited = agreement(cells={("first_response", "silver", "2"): night}, version="2")
    edited = replace(edited, effective_from=second.effective_from, scope="open_timers")
    at_night = ["2026-03-30 08:00" + OPENED[16:]]

    def due(on_edit: ChangeMode | None, *lines: str) -> int | None:
        made = book_of([first, replace(edited, on_edit=on_edit)])
        timers = judged(made, "2026-03-30 16:30", *at_night, *lines).timers
        return [t for t in timers if t.cell.target == "first_response"][-1].deadline

    # Six office hours are spent at 15:00, seven around the clock.
    assert due(None) == hk("2026-03-30 18:00")
    assert due("recompute") == hk("2026-03-30 17:00")
    # Raised at 16:00 to 4 office hours by `carry`: 8 were spent, so they were over at noon.
    assert due("recompute", "16:00 severity severity=1") == hk("2026-03-30 12:00")


def test_a_breach_is_kept_when_an_edit_is_applied_and_a_restart_is_one() -> None:
    """4.3, 4.6: what had breached keeps its target; the severity that rises later restarts it."""
    old = cell("first_response", "silver", "2", 2 * HOUR)
    made = [
        agreement(targets={"first_response": {("silver", "2"): old}}),
        agreement(
            targets={
                "first_response": {
                    ("silver", severity): cell(
                        "first_response", "silver", severity, HOUR, on_upgrade="restart"
                    )
                    for severity in "12"
                }
            },
            version="2",
            effective_from=hk("2026-03-30 15:00"),
            scope="open_timers",
            on_edit="recompute",
        ),
    ]
    assert started(book_of(made), OPENED) == ["1 2"]
    assert started(book_of(made), OPENED, "16:00 severity severity=1") == ["1 2", "2 1"]


NO_CHANGES = (told.TicketSeverityChanged, told.TicketPlanChanged)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(versions(), lives(without=NO_CHANGES))
def test_every_timer_has_the_version_in_force_where_it_starts(
    known: list[Agreement], events: list[told.TicketEvent]
) -> None:
    """4.6, whatever happens on a ticket whose target does not change."""
    first, second = known
    second = replace(second, scope="new_timers")
    seen = judge(SOURCE, history(events), book_of([first, second]), BEGIN + 12 * 24 * HOUR)
    # What is dated before the opening counts at the opening (1.3).
    opened = instant(events[0].time)
    happened = {event.id: max(opened, instant(event.time)) for event in events}
    for outcome in seen.outcomes:
        if isinstance(outcome, Started):
            starting = happened[outcome.timer.partition("@")[2]]
            new = starting >= second.effective_from
            assert outcome.version == ("2" if new else "1")
