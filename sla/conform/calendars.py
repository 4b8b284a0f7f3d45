"""The calendars of a case as an agreement writes them; the agreement's own reader takes them in."""

import json
from calendar import isleap
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from schemas.instants import instant
from streams.core.agreement.calendars import Defaults, read_calendars
from streams.core.agreement.faults import AgreementFaults, Fault
from streams.core.agreement.holidays import read_holiday_lists
from streams.core.agreement.node import Node
from streams.core.calendar import Calendar, CalendarSpec, compile_calendar
from streams.core.zones import zone

Document = dict[str, Any]
Years = tuple[int, int]

EVERY_YEAR: Final = len("12-24")
"""A holiday written so short is one of every year."""


def years_around(texts: Iterable[str]) -> Years:
    """The years of the instants or days `texts`, with one more on either side."""
    years = [int(text[:4]) for text in texts]
    return min(years) - 1, max(years) + 1


def instant_of(text: str, zone_name: str) -> int:
    """The instant that a case writes: with an offset, or as wall time in the zone (2.2).

    Raises ValueError for no time.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return instant(moment)
    return instant(moment.replace(tzinfo=zone(zone_name)))


def calendar_of(name: str, cal: Mapping[str, Any], years: Years) -> CalendarSpec:
    """The calendar that a case calls `name`, for `years`.

    Raises AgreementFaults for what an agreement would be refused for.
    """
    faults: list[Fault] = []
    document = calendars_document({name: cal}, years)
    lists = read_holiday_lists(Node(document["holidays"], ("holidays",), faults))
    node = Node(document["calendars"], ("calendars",), faults)
    spec = read_calendars(node, Defaults(None, None, False, lists))[name]
    if faults or spec is None:
        raise AgreementFaults(faults)
    return spec


def compiled(cal: Mapping[str, Any], years: Years) -> Calendar:
    """The calendar of a case, compiled for `years`; many cases share one."""
    return _compiled(json.dumps(cal, sort_keys=True), years)


@lru_cache(maxsize=64)
def _compiled(cal: str, years: Years) -> Calendar:
    return compile_calendar(calendar_of("calendar", json.loads(cal), years))


def calendars_document(cals: Mapping[str, Mapping[str, Any]], years: Years) -> Document:
    """`calendars` and `holidays` of an agreement document, for `years`."""
    return {
        "calendars": {name: _calendar(name, cal, years) for name, cal in cals.items()},
        "holidays": {name: _holidays(cal, years) for name, cal in cals.items()},
    }


def _calendar(name: str, cal: Mapping[str, Any], years: Years) -> Document:
    return {
        "zone": cal["tz"],
        "years": f"{years[0]}-{years[1]}",
        "hours": [_week(one) for one in cal.get("versions", [cal])],
        "special": _dated(cal.get("shifts", {}), years),
        "breaks": _dated(cal.get("breaks", {}), years),
        "holidays": [name],
    }


def _week(one: Mapping[str, Any]) -> Document:
    week: Document = {day: _times(times) for day, times in one["hours"].items()}
    return week if one.get("from") is None else week | {"from": one["from"]}


def _dated(days: Mapping[str, Any], years: Years) -> Document:
    """Those of the days that lie in the years: an agreement says nothing of others."""
    return {day: _times(times) for day, times in days.items() if _within(day, years)}


def _times(times: Iterable[tuple[str, str]]) -> list[str]:
    # Cases leave out the leading zero, as agreements do not.
    return [f"{opens.zfill(5)}-{closes.zfill(5)}" for opens, closes in times]


def _holidays(cal: Mapping[str, Any], years: Years) -> Document:
    said = cal.get("hol", [])
    yearly = [day for day in said if len(day) == EVERY_YEAR]
    days = [day for day in said if len(day) != EVERY_YEAR and _within(day, years)]
    days += [
        f"{year}-{day}"
        for year in range(years[0], years[1] + 1)
        for day in yearly
        if _exists(year, day)
    ]
    return {
        "source": "the case",
        "years": f"{years[0]}-{years[1]}",
        "days": dict.fromkeys(days, "holiday"),
    }


def _within(day: str, years: Years) -> bool:
    return years[0] <= int(day[:4]) <= years[1]


def _exists(year: int, day: str) -> bool:
    """29 February comes in some years only."""
    return day != "02-29" or isleap(year)
