"""What the calendar of the core answers to a calendar case, kind by kind.

An answer is plain: an instant as UTC text, a length as seconds, a truth, a list of intervals.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from schemas.instants import SECOND, iso, moment
from sla.conform.calendars import compiled, instant_of, years_around
from sla.conform.dues import due
from sla.conform.unreadable import Unreadable
from streams.core.calendar import Calendar
from streams.core.days import openings_between, openings_of
from streams.core.excluding import Excluding
from streams.core.intervals import united
from streams.core.zones import zone

Case = Mapping[str, Any]
Answer = Callable[[Case], Any]

_DATED: Final = ("start", "end", "at", "deadline", "from", "until")


def calendar_in(case: Case) -> Calendar:
    """The calendar of `case`, compiled for the years around its instants."""
    texts = [case[key] for key in _DATED if isinstance(case.get(key), str)]
    return compiled(case["cal"], years_around(texts))


def instant_in(case: Case, key: str) -> int:
    """The instant that `case` writes under `key`, wall time being that of its calendar."""
    return instant_of(case[key], case["cal"]["tz"])


def _iso(at: int | None) -> str | None:
    return None if at is None else iso(at)


def _seconds(length: int) -> Fraction:
    return Fraction(length, SECOND)


def _due(case: Case) -> Any:
    """The deadline, with the paused working time where the case states that too."""
    found = due(case)
    deadline = _iso(found.deadline)
    return [deadline, _seconds(found.paused)] if "waiting_secs" in case else deadline


def _shift(case: Case) -> Any:
    """Time moved forward is the deadline of that much, never paused."""
    return _due({**case, "pauses": []})


def _elapsed(case: Case) -> Fraction:
    calendar, zone_name = calendar_in(case), case["cal"]["tz"]
    pauses = united(
        (instant_of(start, zone_name), instant_of(end, zone_name), "")
        for start, end in case.get("pauses") or ()
    )
    counted = Excluding(calendar, [(start, end) for start, end, _ in pauses])
    return _seconds(counted.open_between(instant_in(case, "start"), instant_in(case, "end")))


def _elapsed_switch(case: Case) -> Fraction:
    return sum((_elapsed(part) for part in case["parts"]), Fraction(0))


def _remaining(case: Case) -> Fraction:
    calendar = calendar_in(case)
    deadline, at = instant_in(case, "deadline"), instant_in(case, "at")
    left = calendar.open_between(at, deadline) - calendar.open_between(deadline, at)
    return _seconds(left)


def _open(case: Case) -> bool:
    return calendar_in(case).is_open(instant_in(case, "at"))


def _next_open(case: Case) -> str | None:
    return _iso(calendar_in(case).next_open(instant_in(case, "at")))


def _openings(case: Case, key: str) -> Iterator[tuple[int, int]]:
    calendar = calendar_in(case)
    return iter(openings_between(calendar, instant_in(case, key), calendar.end))


def _next_start(case: Case) -> str | None:
    at = instant_in(case, "at")
    return _iso(next((opens for opens, _ in _openings(case, "at") if opens > at), None))


def _next_close(case: Case) -> str | None:
    return _iso(next((closes for _, closes in _openings(case, "at")), None))


def _intervals(case: Case) -> list[list[str]]:
    found = _openings(case, "from")
    if "until" in case:
        until = instant_in(case, "until")
        found = iter(openings_between(calendar_in(case), instant_in(case, "from"), until))
    count = case.get("count")
    shown = [[iso(opens), iso(closes)] for opens, closes in found]
    return shown if count is None else shown[:count]


def _day(case: Case) -> date:
    return date.fromisoformat(case["at"][: len("2026-04-03")])


def _workday(case: Case) -> bool:
    return bool(openings_of(calendar_in(case), _day(case)))


def _holiday(case: Case) -> bool:
    return _day(case) in calendar_in(case).spec.holidays


def _local(case: Case) -> str:
    at = instant_of(case["local"], case["tz"])
    if "expect_local" not in case:
        return iso(at)
    return moment(at).astimezone(zone(case["tz"])).replace(tzinfo=None).isoformat()


ANSWERS: Final[Mapping[str, Answer]] = {
    "due": _due,
    "shift": _shift,
    "elapsed": _elapsed,
    "elapsed_switch": _elapsed_switch,
    "remaining": _remaining,
    "open": _open,
    "next_open": _next_open,
    "next_start": _next_start,
    "next_close": _next_close,
    "intervals": _intervals,
    "workday": _workday,
    "holiday": _holiday,
    "local": _local,
}
"""Kind of case -> what the core answers."""


def answer(case: Case, kind: str) -> Any:
    """What the core answers to `case`. Raises Unreadable for a kind that there is none of."""
    if kind not in ANSWERS:
        raise Unreadable(f"kind {kind}; taken: {', '.join(ANSWERS)}")
    return ANSWERS[kind](case)
