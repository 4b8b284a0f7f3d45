"""Calendars as an agreement states them (semantics 2.1, 2.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from streams.core.agreement.days import WEEKDAYS, read_date, read_times, read_weekdays, read_years
from streams.core.agreement.faults import listed
from streams.core.agreement.holidays import HolidayList
from streams.core.agreement.node import Node
from streams.core.calendar_spec import FIRST_YEAR, LAST_YEAR, CalendarSpec, Hours, Times
from streams.core.zones import zone

ALWAYS: Final = "always"
_OPTIONAL: Final = ("zone", "years", "holidays", "special", "breaks", "about")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the agreement says for all its calendars; None where it says nothing usable."""

    zone: str | None
    years: tuple[int, int] | None
    years_said: bool
    """Whether it says years, be they wrong: then that is a fault already."""
    holidays: Mapping[str, HolidayList | None]


def read_zone(node: Node) -> str | None:
    """An IANA zone name."""
    name = node.line()
    if name is None:
        return None
    try:
        zone(name)
    except ValueError as error:
        problem, _, remedy = str(error).partition("; ")
        node.fault(problem, remedy)
        return None
    return name


def read_calendars(node: Node, defaults: Defaults) -> dict[str, CalendarSpec | None]:
    """Every calendar by its name; None for one with faults, so that cells may still name it."""
    calendars: dict[str, CalendarSpec | None] = {}
    for key, one in node.entries("business: {hours: {mon-fri: 09:00-18:00}}"):
        name = one.at(key, key).name("calendar")
        if name is not None:
            calendars[name] = _calendar(name, one, defaults)
    if not calendars and node.value == {}:
        node.fault(
            "no calendar is defined", "add one like business: {hours: {mon-fri: 09:00-18:00}}"
        )
    return calendars


def _calendar(name: str, node: Node, defaults: Defaults) -> CalendarSpec | None:
    before = len(node.faults)
    fields = node.fields(("hours",), _OPTIONAL)
    if "about" in fields:
        fields["about"].text()
    zone_name = read_zone(fields["zone"]) if "zone" in fields else defaults.zone
    years = read_years(fields["years"]) if "years" in fields else defaults.years
    if "years" not in fields and not defaults.years_said:
        node.fault(
            "its years are missing", "add years: 2026-2028 here, or once for the whole agreement"
        )
    always = "hours" in fields and fields["hours"].value == ALWAYS
    if always:
        _refuse_dated(fields)
    first, last = years or (FIRST_YEAR, LAST_YEAR)
    spec = CalendarSpec(
        name,
        zone_name or "UTC",
        first,
        last,
        hours=_hours(fields["hours"]) if "hours" in fields and not always else (),
        special=_dated(fields, "special", years),
        breaks=_dated(fields, "breaks", years),
        holidays=_holidays(fields, years, defaults.holidays),
        always=always,
    )
    if len(node.faults) == before and not always and not _ever_open(spec):
        node.fault("it never opens", "give it hours, like mon-fri: 09:00-18:00, or hours: always")
    known = zone_name is not None and years is not None
    return spec if known and len(node.faults) == before else None


def _refuse_dated(fields: Mapping[str, Node]) -> None:
    for key in ("holidays", "special", "breaks"):
        if key in fields:
            fields[key].fault(f"a calendar that is open always has no {key}", f"take {key} out")


def _ever_open(spec: CalendarSpec) -> bool:
    return any(times for one in spec.hours for times in one.week) or any(spec.special.values())


def _hours(node: Node) -> tuple[Hours, ...]:
    """One week, or a list of weeks that apply from their `from` on."""
    weeks = [
        _week(one) for one in node.items_or_one("[{mon-fri: 09:00-18:00}, {from: 2026-07-01, ...}]")
    ]
    starts = [week.from_day for week in weeks]
    for number, start in enumerate(starts):
        if start in starts[:number]:
            since = "without `from`" if start is None else f"from {start}"
            node.at(number, None).fault(f"a second week {since}", "give each week its own `from`")
    return tuple(weeks)


def _week(node: Node) -> Hours:
    start: date | None = None
    week: dict[int, Times] = {}
    for key, one in node.entries("mon-fri: 09:00-18:00"):
        if key == "from":
            start = read_date(one, one.value)
            continue
        days, times = read_weekdays(one, key), read_times(one)
        twice = [WEEKDAYS[day] for day in days if day in week]
        if twice:
            one.fault(f"{listed(twice)} has hours already", "give each weekday once")
        week.update((day, times or ()) for day in days)
    return Hours(start, tuple(week.get(day, ()) for day in range(7)))


def _dated(
    fields: Mapping[str, Node], key: str, years: tuple[int, int] | None
) -> dict[date, Times]:
    dated: dict[date, Times] = {}
    if key not in fields:
        return dated
    for text, one in fields[key].entries("2026-12-24: 09:00-13:00"):
        day, times = read_date(one, text), read_times(one)
        if day is not None and years is not None and not years[0] <= day.year <= years[1]:
            one.fault(
                f"{text} lies outside the calendar's years {years[0]} to {years[1]}",
                "correct the date, or the years of the calendar",
            )
        if day is not None and times is not None:
            dated[day] = times
    return dated


def _holidays(
    fields: Mapping[str, Node],
    years: tuple[int, int] | None,
    lists: Mapping[str, HolidayList | None],
) -> dict[date, str]:
    days: dict[date, str] = {}
    if "holidays" not in fields:
        return days
    for name in fields["holidays"].some_of(lists, "list of holidays"):
        found = lists[name]
        if found is None or years is None:
            continue
        if not (found.first_year <= years[0] and years[1] <= found.last_year):
            # Else a year without known holidays would count as one that has none.
            fields["holidays"].fault(
                f"holidays {name} are known from {found.first_year} to {found.last_year}, "
                f"the calendar's years are {years[0]} to {years[1]}",
                "shorten the years of the calendar, or lengthen the list",
            )
        days |= {
            day: text for day, text in found.days.items() if years[0] <= day.year <= years[1]
        } | days
    return days
