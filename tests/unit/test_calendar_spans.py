"""The spans of a calendar: touching, named by what closes them (semantics 2.1, 2.7, 8.1)."""

from itertools import pairwise
from typing import Any

import pytest

from schemas.instants import DAY, HOUR, MINUTE, parse
from streams.core.calendar import Closure, Span
from tests.calendars import EASTER, OVERLAPPING, TYPHOON, calendar, daily, on, times


def shown(spans: list[Span]) -> list[tuple[str, str, str]]:
    """Spans as (local from, kind, name) in Hong Kong, without the last end."""
    origin = parse("2026-04-01T00:00+08:00")
    return [
        (f"{1 + (a - origin) // DAY:02} {(a - origin) % DAY // MINUTE / 60:g}", kind, name)
        for a, _, kind, name, _ in spans
    ]


def test_spans_name_what_closes_an_instant_by_precedence() -> None:
    """8.1: outside the hours `closed`; else `holiday`, the would-be openings only; then closure."""
    typhoon = Closure(
        "c1", "Typhoon", parse("2026-04-02T20:00+08:00"), parse("2026-04-07T10:00+08:00")
    )
    outage = Closure(
        "c2", "Outage", parse("2026-04-07T09:30+08:00"), parse("2026-04-07T11:00+08:00")
    )
    compiled = calendar(outage, typhoon, **EASTER)
    a, b = parse("2026-04-02T09:00+08:00"), parse("2026-04-07T12:00+08:00")
    assert shown(compiled.spans_between(a, b)) == [
        ("02 9", "open", ""),
        ("02 20", "closure", "Typhoon"),
        ("02 21", "closed", ""),
        ("03 9", "holiday", "Good Friday"),
        ("03 21", "closed", ""),
        ("06 9", "holiday", "Easter Monday"),
        ("06 21", "closed", ""),
        ("07 9", "closure", "Typhoon"),  # The one that began first keeps its name.
        ("07 10", "closure", "Outage"),
        ("07 11", "open", ""),
    ]


def test_a_break_or_special_hours_are_no_holiday() -> None:
    """8.1: what breaks and special hours close is `closed`, on a holiday too."""
    compiled = calendar(
        special={on("2026-04-03"): times("10:00-14:00")},
        breaks={on("2026-04-03"): times("12:00-13:00")},
        **EASTER,
    )
    a = parse("2026-04-03T00:00+08:00")
    assert shown(compiled.spans_between(a, a + DAY)) == [
        ("03 0", "closed", ""),
        ("03 10", "holiday", "Good Friday"),
        ("03 12", "closed", ""),
        ("03 13", "holiday", "Good Friday"),
        ("03 14", "closed", ""),
    ]


@pytest.mark.parametrize("always", [False, True])
def test_spans_touch_and_cover_the_compiled_years(always: bool) -> None:
    compiled = calendar(TYPHOON, OVERLAPPING, always=always, **EASTER)
    spans = compiled.spans()
    assert (spans[0][0], spans[-1][1]) == (compiled.begin, compiled.end)
    assert all(one[1] == after[0] for one, after in pairwise(spans))
    assert all(start < end for start, end, *_ in spans)
    assert all(before == compiled.open_total(start) for start, _, _, _, before in spans)
    opened = sum(end - start for start, end, kind, *_ in spans if kind == "open")
    assert opened == compiled.open_between(compiled.begin, compiled.end)


def test_spans_between_are_clipped_and_say_what_is_unknown() -> None:
    compiled = calendar()
    begin, end = compiled.begin, compiled.end
    opening = parse("2026-03-30T09:00+08:00")
    total = compiled.open_total(opening)
    inner = compiled.spans_between(opening + 5, opening + 7)
    assert inner == [(opening + 5, opening + 7, "open", "", total + 5)]
    assert compiled.spans_between(opening, opening) == []
    assert compiled.spans_between(opening, opening - 1) == []
    outer = "outside the years 2026 to 2026"
    assert compiled.spans_between(begin - 2, begin - 1) == [
        (begin - 2, begin - 1, "unknown", outer, 0)
    ]
    every = compiled.spans_between(begin - 2, end + 2)
    assert every[0] == (begin - 2, begin, "unknown", outer, 0)
    assert every[-1] == (end, end + 2, "unknown", outer, compiled.open_total(end))
    assert every[1:-1] == compiled.spans()
    beyond = compiled.spans_between(end + 1, end + 2)
    assert beyond == [(end + 1, end + 2, "unknown", outer, compiled.open_total(end))]


def test_always_is_open_and_no_holiday_or_closure_touches_it() -> None:
    """2.1."""
    compiled = calendar(TYPHOON, always=True, **EASTER)
    assert compiled.is_open(TYPHOON.start)
    assert compiled.next_open(TYPHOON.start) == TYPHOON.start
    assert compiled.open_between(compiled.begin - DAY, compiled.end + DAY) == 367 * DAY
    assert compiled.covers(compiled.begin - DAY, compiled.end)
    assert compiled.day_length == DAY
    at = compiled.begin - DAY
    assert compiled.spans_between(at, at + 5) == [(at, at + 5, "open", "", -DAY)]
    assert compiled.spans_between(at, at) == []
    assert compiled.version == calendar(always=True, **EASTER).version


def test_where_a_skipped_day_falls_on_the_next_the_open_day_wins() -> None:
    """2.2, 8.1: Samoa had no 30 December 2011; its hours move on by that day."""
    friday, saturday = on("2011-12-30"), on("2011-12-31")
    given: dict[str, Any] = {"zone": "Pacific/Apia", "year": 2011, "holidays": {friday: "Missing"}}
    both = calendar(special={friday: times("09:00-17:00"), saturday: times("12:00-20:00")}, **given)
    a = parse("2011-12-31T00:00+14:00")
    hours = [
        (kind, (start - a) // HOUR, (end - a) // HOUR)
        for start, end, kind, *_ in both.spans_between(a, a + 21 * HOUR)
    ]
    assert hours == [("closed", 0, 9), ("holiday", 9, 12), ("open", 12, 20), ("closed", 20, 21)]


def test_hours_that_a_skipped_day_moves_past_the_last_year_are_not_compiled() -> None:
    """2.2, 2.7: on Kiritimati 1995 began right after 30 December 1994."""
    compiled = calendar(zone="Pacific/Kiritimati", year=1994, **daily("09:00-17:00"))
    assert compiled.end == parse("1994-12-31T00:00-10:00")
    assert compiled.spans()[-1][:3] == (compiled.end - 7 * HOUR, compiled.end, "closed")
