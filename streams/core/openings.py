"""From a calendar as agreed to its openings in UTC (semantics 2.1 to 2.3), day by local day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.instants import instant
from streams.core.calendar_spec import DAY_SECONDS, CalendarSpec, Closure, Times, by_day
from streams.core.intervals import Piece, inside, outside, united
from streams.core.zones import zone

Span = tuple[int, int, str, str, int]
"""(from, to, kind, name, open time before it); kind `open`, `closed`, `holiday` or `closure`."""


def bounds(spec: CalendarSpec) -> tuple[int, int]:
    """The instants from which and to which the compiled years of `spec` last."""
    local = zone(spec.zone)
    first, last = date(spec.first_year, 1, 1), date(spec.last_year, 12, 31)
    return local_instant(first, 0, local), local_instant(last, DAY_SECONDS, local)


def spans(spec: CalendarSpec, closures: Sequence[Closure]) -> list[Span]:
    """The compiled years of `spec` as touching spans, ascending.

    Where several reasons close an instant the kind is, in this order, `closed` (outside the weekly
    hours, special hours and breaks minded), `holiday`, `closure` (semantics 8.1).
    """
    begin, end = bounds(spec)
    years = [(begin, end, "")]
    hours, holidays = _hours(spec)
    hours = inside(hours, years)
    # Only a midnight that the zone skips can make two days overlap; then the open day wins.
    holidays = outside(inside(holidays, years), hours)
    shut = united((closure.start, closure.end, closure.name) for closure in closures)
    kinds = [(start, to, "open", "") for start, to, _ in outside(hours, shut)]
    kinds += [(start, to, "holiday", name) for start, to, name in holidays]
    kinds += [(start, to, "closure", name) for start, to, name in inside(shut, hours)]
    return list(_filled(sorted(kinds), begin, end))


def _filled(kinds: Sequence[tuple[int, int, str, str]], begin: int, end: int) -> Iterator[Span]:
    """`kinds` with `closed` between them, each with the open time that runs before it."""
    at, total = begin, 0
    for start, to, kind, name in kinds:
        if start > at:
            yield at, start, "closed", "", total
        yield start, to, kind, name, total
        at = to
        total += to - start if kind == "open" else 0
    if at < end:
        yield at, end, "closed", "", total


def _hours(spec: CalendarSpec) -> tuple[list[Piece], list[Piece]]:
    """What would be open but for closures, and what would be but for holidays, with their names."""
    local = zone(spec.zone)
    open_days: list[Piece] = []
    holidays: list[Piece] = []
    for day, times in _days(spec):
        if not times:
            continue
        holiday = spec.holidays.get(day)
        pieces = united(_piece(day, one, local, holiday or "") for one in times)
        if day in spec.breaks:
            pieces = outside(pieces, united(_piece(day, one, local) for one in spec.breaks[day]))
        (open_days if holiday is None else holidays).extend(pieces)
    return united(open_days), united(holidays)


def _days(spec: CalendarSpec) -> Iterator[tuple[date, Times]]:
    """Each local day of the compiled years with the times at which it opens, holiday or not."""
    coming = by_day(spec.hours)[::-1]
    week: tuple[Times, ...] = ((),) * 7
    last = date(spec.last_year, 12, 31).toordinal()
    for ordinal in range(date(spec.first_year, 1, 1).toordinal(), last + 1):
        day = date.fromordinal(ordinal)
        while coming and (coming[-1].from_day is None or coming[-1].from_day <= day):
            week = coming.pop().week
        yield day, spec.special[day] if day in spec.special else week[day.weekday()]


def _piece(day: date, times: tuple[int, int], local: ZoneInfo, name: str = "") -> Piece:
    return local_instant(day, times[0], local), local_instant(day, times[1], local), name


def local_instant(day: date, seconds: int, local: ZoneInfo) -> int:
    """The instant at which clocks in `local` show `seconds` after midnight of `day`.

    A datetime that says nothing else (`fold=0`) is read with the offset from before the clocks
    change: a time that occurs twice is the first, and one that does not exist moves forward by the
    length of the gap (semantics 2.2).
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=local)
    return instant(midnight + timedelta(seconds=seconds))
