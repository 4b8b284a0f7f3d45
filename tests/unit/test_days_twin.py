"""Day rules against a twin that groups open minutes by what the wall shows (semantics 2.5)."""

from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.instants import DAY, SECOND, moment
from streams.core.days import nth_day
from streams.core.zones import zone
from tests.twin import MINUTE_US, Twin
from tests.unit.test_calendar_twin import Case, cases

EARLY = 2 * DAY
"""Starts lie in the first two days that a twin looks at, so that the days after are looked at."""


def open_minutes(twin: Twin) -> dict[date, list[int]]:
    """The open minutes of each local day."""
    local = zone(twin.spec.zone)
    days: dict[date, list[int]] = defaultdict(list)
    for minute in sorted(twin.kinds):
        at = minute * MINUTE_US
        if twin.begin <= at < twin.end and twin.is_open(at):
            days[moment(at).astimezone(local).date()].append(minute)
    return days


def slow_nth_day(twin: Twin, start: int, count: int, rule: str) -> int | None:
    """The instant by the notebook of the twin; None: not within the days looked at."""
    minutes = open_minutes(twin)
    wall = moment(start).astimezone(zone(twin.spec.zone))
    passing = count if wall.date() in minutes else count + 1
    later = [day for day in sorted(minutes) if day > wall.date()]
    if len(later) < passing:
        return None
    day = later[passing - 1]
    if rule == "end_of_nth_day":
        return (minutes[day][-1] + 1) * MINUTE_US
    seconds = wall.hour * 3600 + wall.minute * 60
    at = twin.clock.minute(day, seconds) * MINUTE_US + wall.second * SECOND + wall.microsecond
    minute, rest = divmod(at, MINUTE_US)
    at_a_close = rest == 0 and minute - 1 in minutes[day]
    return at if at_a_close or minute in minutes[day] else twin.next_open(at)


def agrees(case: Case, count: int, rule: str) -> None:
    # In Newfoundland clocks went back at 00:01, and a day ended twice.
    assume(case.twin.spec.zone != "America/St_Johns")
    begin = case.twin.begin
    for start in (begin + (at - begin) % EARLY for at in case.starts):
        expected = slow_nth_day(case.twin, start, count, rule)
        if expected is not None:
            assert nth_day(case.calendar, start, Fraction(count), rule) == expected


@settings(max_examples=12, deadline=None, derandomize=True)
@given(cases(), st.integers(1, 2), st.sampled_from(["end_of_nth_day", "same_clock"]))
def test_the_twin_names_the_same_instants(case: Case, count: int, rule: str) -> None:
    agrees(case, count, rule)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(cases(), st.integers(1, 2), st.sampled_from(["end_of_nth_day", "same_clock"]))
def test_the_twin_names_the_same_instants_in_many_calendars(
    case: Case, count: int, rule: str
) -> None:
    agrees(case, count, rule)
