"""Local days of a calendar, and the instants that its day rules name (semantics 2.4, 2.5)."""

from datetime import date
from fractions import Fraction
from typing import Final

from schemas.instants import HOUR, MINUTE, SECOND, moment
from streams.core.calendar import Calendar
from streams.core.calendar_spec import DAY_SECONDS
from streams.core.excluding import WorkingTime
from streams.core.openings import local_instant
from streams.core.zones import zone

DAY_RULES: Final = ("end_of_nth_day", "same_clock")
"""The rules under which the start of a timer names the instant that fixes its budget."""

Opening = tuple[int, int]
"""(open, close): holds `open`, does not hold `close`; microseconds."""


def local_day(calendar: Calendar, at: int) -> date:
    """The day that a wall calendar in the zone of `calendar` shows at the instant `at`."""
    return moment(at).astimezone(zone(calendar.spec.zone)).date()


def openings_between(calendar: Calendar, a: int, b: int) -> list[Opening]:
    """The openings of `calendar` in [a, b), ascending and clipped to it.

    None are known outside its compiled years (2.7): `covers` tells.
    """
    return [
        (start, end) for start, end, kind, _, _ in calendar.spans_between(a, b) if kind == "open"
    ]


def openings_of(calendar: Calendar, day: date) -> list[Opening]:
    """The openings of a local day; one that goes on past midnight is cut there."""
    return openings_between(calendar, *_day_bounds(calendar, day))


def nth_day(calendar: Calendar, start: int, days: Fraction, rule: str) -> int | None:
    """The instant that `days` business days from `start` name, which fixes the budget (2.5).

    Counted are local days with openings, holidays and closures minded. From a day without any it
    rolls first to the next that has some; the N-th after that day is meant. `end_of_nth_day` gives
    its last close, `same_clock` the clock time of `start` on it, moved to the next opening where
    that is before an opening or after a close of the day. None: unknown, as the way there leaves
    the compiled years (2.7). Raises ValueError for another rule and for days that are no whole
    number above zero.
    """
    if rule not in DAY_RULES:
        raise ValueError(f"day rule {rule!r} names no instant; write {' or '.join(DAY_RULES)}")
    if days.denominator != 1 or days < 1:
        raise ValueError(f"{days} days under {rule}; give a whole number of days above zero")
    first = local_day(calendar, start)
    # A day to roll to counts as the day of the start, so it is one more to pass.
    passing = int(days) if openings_of(calendar, first) else int(days) + 1
    day = _day_after(calendar, first, passing)
    if day is None or not calendar.covers(start, start):
        return None
    if rule == "end_of_nth_day":
        return openings_of(calendar, day)[-1][1]
    return _clock_on(calendar, day, _clock(calendar, start))


def deadline_at(time: WorkingTime, start: int, amount: int, close_boundary: str) -> int | None:
    """The deadline of `amount` of working time from `start`, by *setting* `close_boundary` (2.4).

    `close`: the first instant at which it has run. `next_open`: where that is a close, the next
    opening. None: unknown (2.7). Raises ValueError for another setting, and for a negative amount.
    """
    if close_boundary == "close" or amount < 0:
        return time.deadline(start, amount)
    if close_boundary != "next_open":
        raise ValueError(f"close_boundary {close_boundary!r}; write close or next_open")
    # The last instant at which no more than the amount has run: just before it runs on.
    beyond = time.deadline(start, amount + 1)
    return None if beyond is None else beyond - 1


def _day_bounds(calendar: Calendar, day: date) -> Opening:
    local = zone(calendar.spec.zone)
    return local_instant(day, 0, local), local_instant(day, DAY_SECONDS, local)


def _day_after(calendar: Calendar, first: date, count: int) -> date | None:
    """The `count`-th day with openings after the local day `first`."""
    _, at = _day_bounds(calendar, first)
    for _ in range(count):
        found = calendar.next_open(at)
        if found is None:
            return None
        day = local_day(calendar, found)
        _, at = _day_bounds(calendar, day)
    return day


def _clock(calendar: Calendar, at: int) -> int:
    """What a clock in the zone of `calendar` shows at `at`, microseconds after midnight."""
    wall = moment(at).astimezone(zone(calendar.spec.zone))
    return wall.hour * HOUR + wall.minute * MINUTE + wall.second * SECOND + wall.microsecond


def _clock_on(calendar: Calendar, day: date, clock: int) -> int | None:
    """The instant of a clock time on `day` (2.2), moved to the next opening unless it is open."""
    seconds, rest = divmod(clock, SECOND)
    at = local_instant(day, seconds, zone(calendar.spec.zone)) + rest
    if any(opens <= at <= closes for opens, closes in openings_of(calendar, day)):
        return at
    return calendar.next_open(at)
