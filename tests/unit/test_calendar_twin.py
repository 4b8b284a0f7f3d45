"""The compiled calendar against a twin that walks minutes, over random calendars and zones."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import businesstimedelta
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.instants import HOUR, instant, moment
from streams.core.calendar import Calendar, CalendarSpec, Closure, Hours, compile_calendar
from streams.core.zones import zone
from tests.bench import deadlines
from tests.twin import MINUTE_US, Twin

# Zones with the years in which their clocks did something worth a test.
ZONE_YEARS = [
    ("Europe/Berlin", 2026),
    ("America/New_York", 2026),
    ("Australia/Lord_Howe", 2026),  # half an hour
    ("Asia/Hong_Kong", 1976),  # at 03:30
    ("Asia/Hong_Kong", 2026),
    ("America/St_Johns", 2008),  # at 00:01: back into the day before
    ("America/Sao_Paulo", 2018),  # midnight skipped
    ("Africa/Casablanca", 2026),  # back for a month, then forth
    ("Pacific/Apia", 2011),  # 30 December skipped
    ("Asia/Kathmandu", 1986),  # a quarter of an hour, for good
]
DAYS = 5
MARGIN = 2


@cache
def restless_days(zone_name: str, year: int) -> list[date]:
    """The days of `year` whose noon has another offset than the noon before."""
    local = zone(zone_name)
    noons = [datetime(year, 1, 3, 12, tzinfo=UTC) + timedelta(days=n) for n in range(359)]
    return [
        noon.date()
        for before, noon in pairwise(noons)
        if before.astimezone(local).utcoffset() != noon.astimezone(local).utcoffset()
    ]


minutes_of_day = st.one_of(
    st.sampled_from([0, 1, 30, 60, 61, 90, 105, 120, 135, 150, 180, 210, 270, 1381, 1440]),
    st.integers(0, 1440),
)
# Reversed and overlapping times are legal: the first are empty, the second are united (2.1, 2.2).
times = st.tuples(minutes_of_day, minutes_of_day).map(lambda t: (t[0] * 60, t[1] * 60))
a_day = st.lists(times, max_size=3).map(tuple)
a_week = st.lists(a_day, min_size=7, max_size=7).map(tuple)


class Case(NamedTuple):
    calendar: Calendar
    twin: Twin
    starts: list[int]
    amounts: list[int]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone_name, year = draw(st.sampled_from(ZONE_YEARS))
    some_day = st.dates(date(year, 1, MARGIN + 2), date(year, 12, 30 - DAYS))
    restless = restless_days(zone_name, year)
    around = some_day
    if restless:
        around = st.sampled_from(restless).map(lambda day: day - timedelta(days=MARGIN))
    first = min(draw(st.one_of(around, some_day)), date(year, 12, 30 - DAYS))
    last = first + timedelta(days=DAYS)
    near = st.dates(first, last)
    spec = CalendarSpec(
        name="random",
        zone=zone_name,
        first_year=year,
        last_year=year,
        hours=(Hours(None, draw(a_week)), Hours(draw(near), draw(a_week))),
        special=draw(st.dictionaries(near, a_day, max_size=2)),
        breaks=draw(st.dictionaries(near, a_day, max_size=2)),
        holidays=draw(st.dictionaries(near, st.sampled_from(["A", "B"]), max_size=2)),
    )
    begin = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) // 60
    minute = st.integers(begin - 600, begin + (DAYS + 1) * 1440)
    length = st.integers(-5, 2000)
    shut = draw(st.lists(st.tuples(minute, length, st.sampled_from("XY")), max_size=3))
    closures = [
        Closure(f"c{n}", name, start * MINUTE_US, (start + length) * MINUTE_US)
        for n, (start, length, name) in enumerate(shut)
    ]
    twin = Twin(spec, closures, first, last)
    within = st.integers(twin.begin, twin.end)
    amounts = st.one_of(
        st.integers(0, 3 * 86_400 * 1_000_000),
        st.integers(0, 4 * 1440).map(lambda minutes: minutes * MINUTE_US),
    )
    return Case(
        calendar=compile_calendar(spec, closures),
        twin=twin,
        starts=draw(st.lists(within, min_size=2, max_size=4)),
        amounts=draw(st.lists(amounts, min_size=1, max_size=3)),
    )


def agrees(case: Case) -> None:
    """Deadlines, spent time and openings are the twin's, to the microsecond."""
    calendar, twin = case.calendar, case.twin
    for start in case.starts:
        assert calendar.is_open(start) == twin.is_open(start)
        opens = calendar.next_open(start)
        assert (None if opens == twin.end else within(opens, twin)) == twin.next_open(start)
        for end in case.starts:
            assert calendar.open_between(start, end) == twin.spent(start, end)
            assert calendar.open_total(end) - calendar.open_total(start) == (
                twin.spent(start, end) or -twin.spent(end, start)
            )
        for amount in case.amounts:
            assert within(calendar.deadline(start, amount), twin) == twin.deadline(start, amount)


def within(at: int | None, twin: Twin) -> int | None:
    """`at`, unless it is later than the twin has looked."""
    return at if at is not None and at <= twin.end else None


def same_kinds(case: Case) -> None:
    """Each minute of the twin is of the kind and name of the span that holds it; spans touch."""
    calendar, twin = case.calendar, case.twin
    spans = calendar.spans_between(twin.begin, twin.end)
    assert [spans[0][0], spans[-1][1]] == [twin.begin, twin.end]
    assert all(one[1] == after[0] for one, after in pairwise(spans))
    for start, end, kind, name, before in spans:
        assert before == calendar.open_total(start)
        for minute in range(start // MINUTE_US, end // MINUTE_US):
            assert (kind, name) == twin.kind(minute)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, derandomize=True)
@given(cases())
def test_the_calendar_agrees_with_its_twin(case: Case) -> None:
    agrees(case)
    same_kinds(case)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(cases())
def test_the_calendar_agrees_with_its_twin_at_length(case: Case) -> None:
    agrees(case)
    same_kinds(case)


def test_an_independent_package_gives_the_same_deadlines() -> None:
    """`businesstimedelta`, on the office hours and holidays that the benchmark asks about."""
    holidays = deadlines.general_holidays()
    ours, theirs = deadlines.our_calendar(holidays), deadlines.their_rules(holidays)
    for start, amount in deadlines.questions(200):
        delta = businesstimedelta.BusinessTimeDelta(theirs, hours=amount // HOUR)
        assert ours.deadline(start, amount) == instant(moment(start) + delta)
