"""Lists of holidays: each a source, the years it is whole for, and its days by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from streams.core.agreement.days import read_date, read_years
from streams.core.agreement.faults import quoted
from streams.core.agreement.node import Node


@dataclass(frozen=True, slots=True)
class HolidayList:
    """Holidays that a calendar may keep. Outside `first_year` to `last_year` nothing is known."""

    name: str
    first_year: int
    last_year: int
    days: Mapping[date, str]


def read_holiday_lists(node: Node) -> dict[str, HolidayList | None]:
    """Every list by its name; None for one with faults, so that calendars may still name it."""
    lists: dict[str, HolidayList | None] = {}
    for key, one in node.entries("hong_kong: {years: 2026, days: {2026-04-03: Good Friday}}"):
        name = one.at(key, key).name("holiday list")
        if name is not None:
            lists[name] = _list(name, one)
    return lists


def _list(name: str, node: Node) -> HolidayList | None:
    if isinstance(node.value, str):
        node.fault(
            f"{quoted(node.value)} is a file, and a published agreement refers to no files",
            "read it with `sla agreement`, which puts the file's days in this place",
        )
        return None
    fields = node.fields(("source", "years", "days"), ("name", "provisional"))
    for key in ("source", "name"):
        if key in fields:
            fields[key].text()
    years = read_years(fields["years"]) if "years" in fields else None
    days: dict[date, str] = {}
    for key in ("days", "provisional"):
        if key in fields:
            _add_days(fields[key], years, days)
    return None if years is None else HolidayList(name, *years, days)


def _add_days(node: Node, years: tuple[int, int] | None, days: dict[date, str]) -> None:
    for key, one in node.entries("2026-04-03: Good Friday"):
        day, name = read_date(one, key), one.line()
        if day is None or name is None:
            continue
        if years is not None and not years[0] <= day.year <= years[1]:
            one.fault(
                f"{key} lies outside the years {years[0]} to {years[1]}",
                "correct the date, or the years of this list",
            )
        if day in days:
            one.fault(f"{key} is listed twice, also as {days[day]}", "leave it in one place")
        days[day] = name
