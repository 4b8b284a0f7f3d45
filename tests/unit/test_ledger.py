"""The ledger of a timer: rows that touch, name their cause, and add up (semantics 8.1)."""

from datetime import date
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.instants import DAY, HOUR, MINUTE, parse
from schemas.outbound import Stretch, TimerImage
from streams.core.calendar import Calendar
from streams.core.ledger import LedgerRow, ledger
from tests.calendars import EASTER, TYPHOON, calendar, daily

THURSDAY = parse("2026-04-02T00:00+08:00")


def timer(*stretches: Stretch, **other: Any) -> TimerImage:
    """A resolution timer of these stretches; what the ledger does not read is made up."""
    return TimerImage(
        timer="resolution@e1",
        target="resolution",
        kind="resolution",
        state="running",
        start_event="e1",
        started_us=stretches[0].from_us,
        calendar="support 1/office",
        agreement="support",
        version="1",
        plan="gold",
        severity="2",
        rule="paid",
        spent_us=0,
        stretches=list(stretches),
        **other,
    )


def brief(rows: list[LedgerRow]) -> list[tuple[str, float, float, str, str]]:
    """Rows as (kind, wall hours, working hours, cause, label)."""
    return [(r.kind, r.wall_us / HOUR, r.working_us / HOUR, r.cause, r.label) for r in rows]


def adds_up(rows: list[LedgerRow], start: int, until: int) -> None:
    """8.1: the rows touch, do not overlap, and add up to the microsecond."""
    assert rows[0].from_us == start
    assert rows[-1].to_us == until
    assert all(one.to_us == after.from_us for one, after in pairwise(rows))
    assert sum(row.wall_us for row in rows) == until - start
    assert all(row.wall_us > 0 or row.kind == "carried" for row in rows)


def test_a_row_says_what_the_timer_did_where_open_and_else_what_the_calendar_says() -> None:
    office = calendar(**EASTER)
    one = timer(
        Stretch(THURSDAY + 18 * HOUR, THURSDAY + 20 * HOUR, "ran", "e1"),
        Stretch(THURSDAY + 20 * HOUR, THURSDAY + 5 * DAY + 10 * HOUR, "paused", "e2", "waiting"),
        Stretch(THURSDAY + 5 * DAY + 10 * HOUR, None, "ran", "e3"),
    )
    now = THURSDAY + 5 * DAY + 12 * HOUR
    rows = ledger(one, office, now)
    night = ("closed", 12, 0, office.version, "")
    assert brief(rows) == [
        ("ran", 2, 2, "e1", ""),
        ("paused", 1, 1, "e2", "waiting"),
        night,
        ("holiday", 12, 0, office.version, "Good Friday"),
        ("closed", 60, 0, office.version, ""),
        ("holiday", 12, 0, office.version, "Easter Monday"),
        night,
        ("paused", 1, 1, "e2", "waiting"),
        ("ran", 2, 2, "e3", ""),
    ]
    assert [row.spent_us / HOUR for row in rows] == [2, 0, 0, 0, 0, 0, 0, 0, 2]
    adds_up(rows, THURSDAY + 18 * HOUR, now)


def test_a_closure_is_a_row_of_the_calendar() -> None:
    office = calendar(TYPHOON)
    monday = parse("2026-03-30T13:00+08:00")
    one = timer(Stretch(monday, monday + 6 * HOUR, "ran", "e1"), ended_us=monday + 6 * HOUR)
    assert brief(ledger(one, office, monday + DAY)) == [
        ("ran", 1, 1, "e1", ""),
        ("closure", 4.5, 0, office.version, "Typhoon"),
        ("ran", 0.5, 0.5, "e1", ""),
    ]


def test_a_night_in_which_a_pause_began_is_one_row() -> None:
    office = calendar()
    one = timer(
        Stretch(THURSDAY + 20 * HOUR, THURSDAY + 22 * HOUR, "ran", "e1"),
        Stretch(THURSDAY + 22 * HOUR, THURSDAY + 34 * HOUR, "paused", "e2", "waiting"),
    )
    assert brief(ledger(one, office, THURSDAY + 34 * HOUR)) == [
        ("ran", 1, 1, "e1", ""),
        ("closed", 12, 0, office.version, ""),
        ("paused", 1, 1, "e2", "waiting"),
    ]


def test_what_was_carried_is_an_opening_balance_of_no_wall_time() -> None:
    """8.1, 4.2: a successor under `carry` begins at the change."""
    change = THURSDAY + 10 * HOUR
    one = timer(
        Stretch(change, change, "carried", "e5"),
        Stretch(change, None, "ran", "e5"),
        carried_us=3 * HOUR + 1,
    )
    rows = ledger(one, calendar(), change + HOUR)
    assert [(r.kind, r.wall_us, r.spent_us) for r in rows] == [
        ("carried", 0, 3 * HOUR + 1),
        ("ran", HOUR, HOUR),
    ]
    adds_up(rows, change, change + HOUR)


def test_carried_while_closed_is_still_carried() -> None:
    change = THURSDAY + 3 * HOUR
    one = timer(
        Stretch(change, change, "carried", "e5"), Stretch(change, None, "ran", "e5"), carried_us=7
    )
    assert [r.kind for r in ledger(one, calendar(), change + HOUR)] == ["carried", "closed"]


@pytest.mark.parametrize("kind", ["excluded", "resolved"])
def test_excluded_and_resolved_time_is_not_spent(kind: str) -> None:
    start = THURSDAY + 10 * HOUR
    one = timer(Stretch(start, None, kind, "e1", "Ada: wrong queue"))
    (row,) = ledger(one, calendar(), start + HOUR)
    assert (row.kind, row.cause, row.label) == (kind, "e1", "Ada: wrong queue")
    assert (row.working_us, row.spent_us) == (HOUR, 0)


def test_it_ends_with_the_timer_whatever_the_time_is() -> None:
    start = THURSDAY + 10 * HOUR
    open_ended = timer(Stretch(start, None, "ran", "e1"), ended_us=start + HOUR)
    assert [row.wall_us for row in ledger(open_ended, calendar(), start + DAY)] == [HOUR]
    assert [row.wall_us for row in ledger(open_ended, calendar(), start - DAY)] == [HOUR]


def test_at_or_before_its_start_a_timer_has_no_rows() -> None:
    one = timer(Stretch(THURSDAY, None, "ran", "e1"))
    assert ledger(one, calendar(), THURSDAY) == []
    assert ledger(one, calendar(), THURSDAY - 1) == []


def test_always_runs_through_night_and_holiday() -> None:
    one = timer(Stretch(THURSDAY, None, "ran", "e1"))
    rows = ledger(one, calendar(always=True, **EASTER), THURSDAY + 7 * DAY)
    assert brief(rows) == [("ran", 168, 168, "e1", "")]


def test_time_outside_the_compiled_years_is_unknown_and_still_adds_up() -> None:
    """2.7."""
    office = calendar(**daily("00:00-24:00"))
    one = timer(Stretch(office.end - HOUR, None, "ran", "e1"))
    rows = ledger(one, office, office.end + DAY)
    outer = "outside the years 2026 to 2026"
    assert brief(rows) == [
        ("ran", 1, 1, "e1", ""),
        ("unknown", 24, 0, office.version, outer),
    ]
    adds_up(rows, office.end - HOUR, office.end + DAY)


OFFICE = calendar(TYPHOON, **EASTER)
CALENDARS: list[Calendar] = [
    OFFICE,
    calendar(TYPHOON, zone="Europe/Berlin", **daily("00:00-02:30 09:00-24:00")),
    calendar(always=True),
]
NEW_YEAR = parse(f"{date(2025, 12, 28)}T00:00Z")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.sampled_from(CALENDARS),
    st.integers(NEW_YEAR, NEW_YEAR + 120 * DAY),
    st.lists(
        st.tuples(
            st.sampled_from(["ran", "paused", "excluded", "resolved"]),
            st.one_of(st.integers(1, 10 * DAY), st.integers(1, 500).map(lambda n: n * MINUTE)),
        ),
        min_size=1,
        max_size=6,
    ),
    st.one_of(st.none(), st.integers(0, 100 * HOUR)),
    st.booleans(),
)
def test_rows_add_up_for_any_timer(
    office: Calendar,
    start: int,
    parts: list[tuple[str, int]],
    carried: int | None,
    ended: bool,
) -> None:
    edges = [start, *accumulate((length for _, length in parts), initial=start)][1:]
    until = edges[-1]
    stretches = [
        Stretch(a, b, kind, f"e{a}")
        for (kind, _), (a, b) in zip(parts, pairwise(edges), strict=True)
    ]
    if not ended:
        last = stretches[-1]
        stretches[-1] = Stretch(last.from_us, None, last.kind, last.cause)
    if carried is not None:
        stretches.insert(0, Stretch(start, start, "carried", "e0"))
    one = timer(*stretches, carried_us=carried or 0, ended_us=until if ended else None)
    rows = ledger(one, office, until + DAY if ended else until)
    adds_up(rows, start, until)
    ran = sum(
        office.open_between(s.from_us, s.to_us or until) for s in stretches if s.kind == "ran"
    )
    assert sum(row.spent_us for row in rows) == ran + (carried or 0)
    worked = office.open_between(start, until)
    assert sum(row.working_us for row in rows) == worked + (carried or 0)
