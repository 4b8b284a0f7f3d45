"""A calendar as agreed (semantics 2.1, 2.3, 2.5), before it is compiled."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from schemas.instants import DAY, SECOND

DAY_SECONDS: Final = 86_400
WEEKDAYS: Final = 7

# Zone rules before 1900 are guesses and after 2200 fancies; and a slip of the pen in a year must
# not compile for minutes.
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

Times = tuple[tuple[int, int], ...]
"""(open, close) in seconds after local midnight, 86400 = 24:00."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly hours that apply from a local day on (semantics 2.1).

    `week[0]` is Monday: its intervals as (open, close) in seconds after local midnight,
    86400 = 24:00.
    """

    from_day: date | None
    week: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """A calendar as agreed. Times of day are seconds after local midnight."""

    name: str
    zone: str
    first_year: int
    last_year: int
    """Compiled from the start of `first_year` to the end of `last_year`, local time, inclusive."""
    hours: tuple[Hours, ...] = ()
    special: Mapping[date, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    breaks: Mapping[date, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)
    always: bool = False
    """Open always; no holiday or closure touches it."""


@dataclass(frozen=True, slots=True)
class Closure:
    """Closed from one instant to another, microseconds (semantics 2.3)."""

    closure: str
    name: str
    start: int
    end: int


def by_day(hours: Iterable[Hours]) -> list[Hours]:
    """`hours` in the order in which they come to apply; undated ones first."""
    return sorted(hours, key=lambda one: one.from_day or date.min)


def day_length(spec: CalendarSpec, on: date | None = None) -> int:
    """The nominal length of a business day of `spec` in microseconds (2.5, `schedule_day_length`).

    It is the open wall time of the most common length among the open weekdays, the longest of
    equally common ones; special hours, breaks, holidays and DST do not count. Where weekly hours
    are dated, `on` says the local day whose week is meant; without it the latest week is. `always`
    has days of 24 hours; a week that never opens gives 0.
    """
    if spec.always:
        return DAY
    weeks = [h.week for h in by_day(spec.hours) if on is None or (h.from_day or date.min) <= on]
    if not weeks:
        return 0
    lengths = Counter(filter(None, map(_open_seconds, weeks[-1])))
    commonest = max(lengths, key=lambda length: (lengths[length], length), default=0)
    return commonest * SECOND


def _open_seconds(times: Times) -> int:
    """How many seconds of a day `times` hold open; none counts twice."""
    total = covered = 0
    for opens, closes in sorted(times):
        free = max(opens, covered)
        if closes > free:
            total += closes - free
            covered = closes
    return total


def refuse_impossible(spec: CalendarSpec) -> None:
    """Raises ValueError, naming calendar and place, for a spec that no calendar can follow."""
    if not FIRST_YEAR <= spec.first_year <= spec.last_year <= LAST_YEAR:
        raise ValueError(
            f"calendar {spec.name!r}: years {spec.first_year} to {spec.last_year}; "
            f"give a first and a last year in that order, from {FIRST_YEAR} to {LAST_YEAR}"
        )
    starts = [one.from_day for one in spec.hours]
    for start in starts:
        if starts.count(start) > 1:
            since = "without a date" if start is None else f"from {start}"
            raise ValueError(f"calendar {spec.name!r}: two weekly hours {since}; keep one of them")
    for one in spec.hours:
        if len(one.week) != WEEKDAYS:
            raise ValueError(
                f"calendar {spec.name!r}: hours of {len(one.week)} weekdays; give all {WEEKDAYS}"
            )
    for place, times in _all_times(spec):
        for opens, closes in times:
            if not (0 <= opens <= DAY_SECONDS and 0 <= closes <= DAY_SECONDS):
                raise ValueError(
                    f"calendar {spec.name!r}, {place}: {opens} to {closes} s; "
                    f"a time of day is from 0 to {DAY_SECONDS} seconds after midnight"
                )


def _all_times(spec: CalendarSpec) -> Iterator[tuple[str, Times]]:
    """Every list of times of day in `spec`, with the name of its place."""
    for one in spec.hours:
        for weekday, times in enumerate(one.week):
            yield f"weekday {weekday} of the hours from {one.from_day}", times
    for day, times in spec.special.items():
        yield f"special hours of {day}", times
    for day, times in spec.breaks.items():
        yield f"breaks of {day}", times
