"""Day rules and deadlines at a close (semantics 2.4, 2.5), with the days on which clocks change."""

from fractions import Fraction
from typing import Any

import pytest

from schemas.instants import HOUR, parse
from streams.core.calendar import Calendar, CalendarSpec, Closure, compile_calendar
from streams.core.days import deadline_at, local_day, nth_day, openings_between, openings_of
from streams.core.excluding import Excluding
from tests.calendars import EASTER, TYPHOON, calendar, daily, on, times

BERLIN: dict[str, Any] = {"zone": "Europe/Berlin"}
EVENINGS: dict[str, Any] = daily("09:00-12:00 18:00-24:00")
ROUND_THE_CLOCK: dict[str, Any] = daily("00:00-24:00")
# Clocks go forward at 02:00 on 29 March and back at 03:00 on 25 October, both Sundays.
NIGHTS: dict[str, Any] = BERLIN | daily("01:00-04:00")


def named(start: str, days: int, rule: str, *closures: Closure, **other: Any) -> int | None:
    return nth_day(calendar(*closures, **other), parse(start), Fraction(days), rule)


@pytest.mark.parametrize(
    ("start", "days", "end", "given", "closures"),
    [
        # 2.5: counted after the local day of the start, whatever is left of that day.
        ("2026-03-30T08:00+08:00", 1, "2026-03-31T21:00+08:00", {}, ()),
        ("2026-03-30T20:59+08:00", 1, "2026-03-31T21:00+08:00", {}, ()),
        ("2026-03-30T23:00+08:00", 1, "2026-03-31T21:00+08:00", {}, ()),
        # 23:30 on Monday in UTC is Tuesday in Hong Kong.
        ("2026-03-30T23:30Z", 1, "2026-04-01T21:00+08:00", {}, ()),
        # Over the weekend, and over Easter.
        ("2026-03-27T10:00+08:00", 1, "2026-03-30T21:00+08:00", {}, ()),
        ("2026-04-02T10:00+08:00", 2, "2026-04-08T21:00+08:00", EASTER, ()),
        # 2.5: from a day without openings, first to the next that has some: Monday, then Tuesday.
        ("2026-03-28T10:00+08:00", 1, "2026-03-31T21:00+08:00", {}, ()),
        ("2026-04-03T10:00+08:00", 1, "2026-04-08T21:00+08:00", EASTER, ()),
        # 2.3: a day that a closure takes whole has no openings; of another the last close is left.
        (
            "2026-03-27T10:00+08:00",
            1,
            "2026-03-31T21:00+08:00",
            {},
            (Closure("c", "Flood", parse("2026-03-30T00:00+08:00"), TYPHOON.end + 3 * HOUR),),
        ),
        (
            "2026-03-27T10:00+08:00",
            1,
            "2026-03-30T14:00+08:00",
            {},
            (Closure("c", "Flood", TYPHOON.start, TYPHOON.end + 3 * HOUR),),
        ),
        # 2.1: special hours move the last close, and open a Saturday.
        (
            "2026-03-27T10:00+08:00",
            1,
            "2026-03-28T12:00+08:00",
            {"special": {on("2026-03-28"): times("10:00-12:00")}},
            (),
        ),
        # An opening that goes on past midnight ends its day there.
        ("2026-03-30T10:00+08:00", 1, "2026-04-01T00:00+08:00", EVENINGS, ()),
        ("2026-03-30T10:00+08:00", 1, "2026-04-01T00:00+08:00", ROUND_THE_CLOCK, ()),
        # A day of 23 hours and one of 25 end at their local midnight.
        ("2026-03-28T10:00+01:00", 1, "2026-03-30T00:00+02:00", BERLIN | ROUND_THE_CLOCK, ()),
        ("2026-10-24T10:00+02:00", 1, "2026-10-26T00:00+01:00", BERLIN | ROUND_THE_CLOCK, ()),
        # 30 December 2011 was skipped in Samoa: the day after the 29th is the 31st.
        (
            "2011-12-29T10:00-10:00",
            1,
            "2011-12-31T21:00+14:00",
            {"zone": "Pacific/Apia", "year": 2011} | daily("09:00-21:00"),
            (),
        ),
    ],
)
def test_the_end_of_the_nth_day(
    start: str, days: int, end: str, given: dict[str, Any], closures: tuple[Closure, ...]
) -> None:
    assert named(start, days, "end_of_nth_day", *closures, **given) == parse(end)


@pytest.mark.parametrize(
    ("start", "days", "at", "given"),
    [
        # 2.5: the clock time of the start, to the microsecond.
        ("2026-03-30T10:00:00.000001+08:00", 1, "2026-03-31T10:00:00.000001+08:00", {}),
        ("2026-03-30T10:30+08:00", 4, "2026-04-07T10:30+08:00", EASTER),
        # 2.5: before an opening, in a gap, or after a close it moves to the next opening.
        ("2026-03-30T08:59+08:00", 1, "2026-03-31T09:00+08:00", {}),
        ("2026-03-30T21:00:01+08:00", 1, "2026-04-01T09:00+08:00", {}),
        ("2026-03-27T23:00+08:00", 1, "2026-03-31T09:00+08:00", {}),
        ("2026-03-30T13:00+08:00", 1, "2026-03-31T18:00+08:00", EVENINGS),
        # At the opening it is open; exactly at a close it is not after it (2.4).
        ("2026-03-30T09:00+08:00", 1, "2026-03-31T09:00+08:00", {}),
        ("2026-03-30T21:00+08:00", 1, "2026-03-31T21:00+08:00", {}),
        ("2026-03-30T12:00+08:00", 1, "2026-03-31T12:00+08:00", EVENINGS),
        # 2.5: Saturday rolls to Monday, so one day later is Tuesday.
        ("2026-03-28T10:00+08:00", 1, "2026-03-31T10:00+08:00", {}),
        # The clock on the wall, not 24 hours: 23 and 25 of them.
        ("2026-03-28T10:00+01:00", 1, "2026-03-29T10:00+02:00", BERLIN | ROUND_THE_CLOCK),
        ("2026-10-24T10:00+02:00", 1, "2026-10-25T10:00+01:00", BERLIN | ROUND_THE_CLOCK),
        # 2.2: 02:30 does not exist on 29 March: 03:30. On 25 October it comes twice: the first.
        ("2026-03-28T02:30+01:00", 1, "2026-03-29T03:30+02:00", NIGHTS),
        ("2026-10-24T02:30+02:00", 1, "2026-10-25T02:30+02:00", NIGHTS),
        # The second 02:30 of that day shows the same clock time as the first.
        ("2026-10-25T02:30+01:00", 1, "2026-10-26T02:30+01:00", NIGHTS),
        # Midnight of 4 November 2018 was skipped in Brazil: 01:00.
        (
            "2018-11-03T00:00-03:00",
            1,
            "2018-11-04T01:00-02:00",
            {"zone": "America/Sao_Paulo", "year": 2018} | ROUND_THE_CLOCK,
        ),
    ],
)
def test_the_same_clock_on_the_nth_day(
    start: str, days: int, at: str, given: dict[str, Any]
) -> None:
    assert named(start, days, "same_clock", **given) == parse(at)


def always() -> Calendar:
    return compile_calendar(CalendarSpec("always", "Europe/Berlin", 2026, 2026, always=True))


def test_a_calendar_that_is_always_open_has_days_too() -> None:
    start = parse("2026-03-28T10:00+01:00")
    assert nth_day(always(), start, Fraction(1), "same_clock") == parse("2026-03-29T10:00+02:00")
    end = nth_day(always(), start, Fraction(1), "end_of_nth_day")
    assert end == parse("2026-03-30T00:00+02:00")


@pytest.mark.parametrize("rule", ["end_of_nth_day", "same_clock"])
@pytest.mark.parametrize(
    ("start", "days"),
    [
        # 2.7: the days lead out of the year, or the start lies outside it.
        ("2026-12-31T10:00+08:00", 1),
        ("2026-03-30T10:00+08:00", 366),
        ("2025-12-30T10:00+08:00", 1),
        ("2027-06-01T10:00+08:00", 1),
    ],
)
def test_beyond_the_compiled_years_nothing_is_known(start: str, days: int, rule: str) -> None:
    assert named(start, days, rule) is None


def test_the_last_day_of_the_compiled_years_is_known() -> None:
    assert named("2026-12-30T10:00+08:00", 1, "end_of_nth_day") == parse("2026-12-31T21:00+08:00")
    # Its clock time moves on to an opening that is not known.
    assert named("2026-12-30T22:00+08:00", 1, "same_clock") is None


@pytest.mark.parametrize("days", [Fraction(0), Fraction(-1), Fraction(3, 2)])
def test_days_that_cannot_be_counted_are_refused(days: Fraction) -> None:
    with pytest.raises(ValueError, match=f"^{days} days under same_clock; give a whole number"):
        nth_day(calendar(), parse("2026-03-30T10:00+08:00"), days, "same_clock")


def test_a_rule_without_an_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="write end_of_nth_day or same_clock"):
        nth_day(calendar(), 0, Fraction(1), "schedule_day_length")


@pytest.mark.parametrize(
    ("start", "hours", "close", "next_open"),
    [
        # 2.4: used up exactly at the close of Friday.
        ("2026-03-27T18:00+08:00", 3, "2026-03-27T21:00+08:00", "2026-03-30T09:00+08:00"),
        # Elsewhere the setting changes nothing.
        ("2026-03-27T18:00+08:00", 2, "2026-03-27T20:00+08:00", "2026-03-27T20:00+08:00"),
        ("2026-03-27T18:00+08:00", 4, "2026-03-30T10:00+08:00", "2026-03-30T10:00+08:00"),
        # Nothing left: at once where it is open, else at the opening.
        ("2026-03-27T18:00+08:00", 0, "2026-03-27T18:00+08:00", "2026-03-27T18:00+08:00"),
        ("2026-03-28T18:00+08:00", 0, "2026-03-28T18:00+08:00", "2026-03-30T09:00+08:00"),
    ],
)
def test_a_deadline_at_a_close(start: str, hours: int, close: str, next_open: str) -> None:
    at, amount = parse(start), hours * HOUR
    assert deadline_at(calendar(), at, amount, "close") == parse(close)
    assert deadline_at(calendar(), at, amount, "next_open") == parse(next_open)
    # Where it is always open nothing closes.
    assert deadline_at(always(), at, amount, "next_open") == at + amount


def test_the_next_opening_minds_excluded_stretches() -> None:
    # 4.9: Monday is excluded up to 11:00, so that is when time runs again.
    excluded = [(parse("2026-03-30T08:00+08:00"), parse("2026-03-30T11:00+08:00"))]
    time = Excluding(calendar(), excluded)
    at = parse("2026-03-27T18:00+08:00")
    assert deadline_at(time, at, 3 * HOUR, "next_open") == parse("2026-03-30T11:00+08:00")


def test_the_next_opening_may_be_unknown() -> None:
    # 2.7: Thursday is the last day of the year.
    at = parse("2026-12-31T18:00+08:00")
    assert deadline_at(calendar(), at, 3 * HOUR, "close") == parse("2026-12-31T21:00+08:00")
    assert deadline_at(calendar(), at, 3 * HOUR, "next_open") is None


def test_what_is_no_setting_or_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="write close or next_open"):
        deadline_at(calendar(), 0, 1, "later")
    for setting in ("close", "next_open"):
        with pytest.raises(ValueError, match="only runs forward"):
            deadline_at(calendar(), 0, -1, setting)


def test_the_openings_of_a_local_day() -> None:
    evenings = calendar(**EVENINGS)
    assert openings_of(evenings, on("2026-03-30")) == [
        (parse("2026-03-30T09:00+08:00"), parse("2026-03-30T12:00+08:00")),
        (parse("2026-03-30T18:00+08:00"), parse("2026-03-31T00:00+08:00")),
    ]
    assert openings_of(calendar(**EASTER), on("2026-04-03")) == []
    noon, later = parse("2026-03-30T11:00+08:00"), parse("2026-03-30T19:00+08:00")
    assert openings_between(evenings, noon, later) == [
        (noon, parse("2026-03-30T12:00+08:00")),
        (parse("2026-03-30T18:00+08:00"), later),
    ]
    assert local_day(evenings, parse("2026-03-30T16:00Z")) == on("2026-03-31")
