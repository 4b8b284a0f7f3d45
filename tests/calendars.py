"""Calendars for tests, written as people write them."""

from datetime import date
from typing import Any

from schemas.instants import parse
from streams.core.calendar import Calendar, CalendarSpec, Closure, Hours, compile_calendar

Times = tuple[tuple[int, int], ...]


def times(text: str) -> Times:
    """`09:00-12:00 13:00-24:00` as seconds after midnight."""

    def seconds(clock: str) -> int:
        hours, minutes = clock.split(":")
        return int(hours) * 3600 + int(minutes) * 60

    pairs = (one.split("-") for one in text.split())
    return tuple((seconds(opens), seconds(closes)) for opens, closes in pairs)


def week(workdays: str = "", weekend: str = "") -> tuple[Times, ...]:
    return (times(workdays),) * 5 + (times(weekend),) * 2


def spec(zone: str = "Asia/Hong_Kong", year: int = 2026, **other: Any) -> CalendarSpec:
    """Monday to Friday 09:00 to 21:00 in one year, unless told otherwise."""
    other.setdefault("hours", (Hours(None, week("09:00-21:00")),))
    return CalendarSpec("test", zone, year, year, **other)


def calendar(*closures: Closure, **other: Any) -> Calendar:
    return compile_calendar(spec(**other), closures)


def daily(text: str) -> dict[str, Any]:
    return {"hours": (Hours(None, week(text, text)),)}


def on(day: str) -> date:
    return date.fromisoformat(day)


EASTER: dict[str, Any] = {
    "holidays": {on("2026-04-03"): "Good Friday", on("2026-04-06"): "Easter Monday"}
}
TYPHOON = Closure("c1", "Typhoon", parse("2026-03-30T14:00+08:00"), parse("2026-03-30T18:30+08:00"))
OVERLAPPING = Closure(
    "c2", "Outage", parse("2026-03-30T18:00+08:00"), parse("2026-03-30T20:00+08:00")
)
