"""Working time (semantics 2): a calendar is compiled once into sorted spans with running totals.

Outside its compiled years a calendar knows nothing, and says so (2.7): a deadline whose way leads
there is None, `next_open` is None, spans there are `unknown`. Lengths of open time count what is
known, so they are a least value when a part of the stretch lies outside; `covers` tells.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from streams.core.calendar_spec import (
    CalendarSpec,
    Closure,
    Hours,
    Times,
    by_day,
    day_length,
    refuse_impossible,
)
from streams.core.openings import Span, bounds, spans
from streams.core.zones import ZONES_VERSION

__all__ = [
    "Calendar",
    "CalendarSpec",
    "Closure",
    "Hours",
    "Span",
    "compile_calendar",
    "day_length",
]


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """A compiled calendar. Instants and lengths are microseconds. Built by `compile_calendar`."""

    spec: CalendarSpec
    version: str
    """Twelve hex digits of spec, closures and zone rules; the same in every process."""
    day_length: int
    """Nominal, of the latest weekly hours; see `day_length(spec, on)`."""
    begin: int
    """Where the compiled years begin."""
    end: int
    """Where they end."""
    _spans: tuple[Span, ...] = field(repr=False)
    _froms: tuple[int, ...] = field(repr=False)
    # The instants at which it opens and closes by turns. As many of them as are not after an
    # instant, say `n`: it is open when `n` is odd, and the open time up to it is `_bases[n]`, plus
    # the instant itself when `n` is odd.
    _edges: tuple[int, ...] = field(repr=False)
    _bases: tuple[int, ...] = field(repr=False)
    # For opening `k`: the open time up to its close, and what turns open time into an instant.
    _closes: tuple[int, ...] = field(repr=False)
    _shifts: tuple[int, ...] = field(repr=False)

    def covers(self, a: int, b: int) -> bool:
        """Whether all of [a, b) lies in the compiled years."""
        return self.begin <= a and b <= self.end

    def open_total(self, at: int) -> int:
        """Open time from the beginning of the compiled years to `at`."""
        n = bisect_right(self._edges, at)
        return self._bases[n] + at if n & 1 else self._bases[n]

    def open_between(self, a: int, b: int) -> int:
        """Open time in [a, b); 0 when `b` is not after `a`."""
        if b <= a:
            return 0
        n = bisect_right(self._edges, a)
        m = bisect_right(self._edges, b, n)
        if n == m:
            return b - a if n & 1 else 0
        bases = self._bases
        return (bases[m] + b if m & 1 else bases[m]) - (bases[n] + a if n & 1 else bases[n])

    def deadline(self, start: int, amount: int) -> int | None:
        """The first instant at which `amount` of open time has run from `start` (2.4).

        Exactly at a close it stays at the close; an amount of 0 gives `start`. None: unknown, as
        the way to it leaves the compiled years (2.7). Raises ValueError for a negative amount.
        """
        if amount <= 0:
            if amount < 0:
                raise ValueError(f"an amount of {amount} us; open time only runs forward")
            return start
        n = bisect_right(self._edges, start)
        if n & 1:
            amount += self._bases[n] + start
        else:
            if start < self.begin:
                return None
            amount += self._bases[n]
        closes = self._closes
        k = bisect_left(closes, amount, n >> 1)
        return amount + self._shifts[k] if k < len(closes) else None

    def is_open(self, at: int) -> bool:
        """Whether `at` lies in an opening; False outside the compiled years."""
        return bool(bisect_right(self._edges, at) & 1)

    def next_open(self, at: int) -> int | None:
        """The first open instant not before `at`; None where none is known."""
        n = bisect_right(self._edges, at)
        if n & 1:
            return at
        return self._edges[n] if n < len(self._edges) and at >= self.begin else None

    def spans(self) -> list[Span]:
        """The compiled years as (from, to, kind, name, open time before it) touching, ascending.

        Kind is `open`, `closed`, `holiday` or `closure`, by the precedence of semantics 8.1; name
        is that of the holiday or closure, else empty.
        """
        return list(self._spans)

    def spans_between(self, a: int, b: int) -> list[Span]:
        """The spans of [a, b), clipped to it; `unknown` ones stand for what is not compiled."""
        if b <= a:
            return []
        first = max(bisect_right(self._froms, a) - 1, 0)
        inner = self._spans[first : bisect_left(self._froms, b)]
        known = [_clipped(span, a, b) for span in inner if span[1] > a]
        outer = f"outside the years {self.spec.first_year} to {self.spec.last_year}"
        if a < self.begin:
            known.insert(0, (a, min(b, self.begin), "unknown", outer, 0))
        if b > self.end:
            known.append((max(a, self.end), b, "unknown", outer, self._bases[-1]))
        return known


class Always(Calendar):
    """Open always, in the compiled years and outside them (2.1): plain arithmetic."""

    __slots__ = ()

    def covers(self, a: int, b: int) -> bool:
        return True

    def open_total(self, at: int) -> int:
        return at - self.begin

    def open_between(self, a: int, b: int) -> int:
        return b - a if b > a else 0

    def deadline(self, start: int, amount: int) -> int | None:
        if amount < 0:
            raise ValueError(f"an amount of {amount} us; open time only runs forward")
        return start + amount

    def is_open(self, at: int) -> bool:
        return True

    def next_open(self, at: int) -> int | None:
        return at

    def spans_between(self, a: int, b: int) -> list[Span]:
        return [(a, b, "open", "", a - self.begin)] if b > a else []


def compile_calendar(spec: CalendarSpec, closures: Sequence[Closure] = ()) -> Calendar:
    """The calendar of `spec` with its closures, for its years (semantics 2.1 to 2.3).

    The order of `closures` does not matter; one whose end is not after its start closes nothing.
    Raises ValueError, naming the calendar, for a zone, year, week or time of day that is none.
    """
    refuse_impossible(spec)
    begin, end = bounds(spec)
    if spec.always:
        closures = ()
        every: tuple[Span, ...] = ((begin, end, "open", "", 0),)
    else:
        every = tuple(spans(spec, closures))
    bases, closes, shifts = [0], [], []
    edges: list[int] = []
    for start, to, _, _, before in (span for span in every if span[2] == "open"):
        total = before + to - start
        edges += (start, to)
        bases += (before - start, total)
        closes.append(total)
        shifts.append(start - before)
    return (Always if spec.always else Calendar)(
        spec=spec,
        version=_version(spec, closures),
        day_length=day_length(spec),
        begin=begin,
        end=end,
        _spans=every,
        _froms=tuple(span[0] for span in every),
        _edges=tuple(edges),
        _bases=tuple(bases),
        _closes=tuple(closes),
        _shifts=tuple(shifts),
    )


def _clipped(span: Span, a: int, b: int) -> Span:
    start, to, kind, name, before = span
    if kind == "open" and start < a:
        before += a - start
    return max(start, a), min(to, b), kind, name, before


def _version(spec: CalendarSpec, closures: Sequence[Closure]) -> str:
    """A digest of all that the openings follow from."""

    def dated(days: Mapping[date, Times] | Mapping[date, str]) -> list[tuple[str, object]]:
        return sorted((day.isoformat(), value) for day, value in days.items())

    said = {
        "zones": ZONES_VERSION,
        "name": spec.name,
        "zone": spec.zone,
        "years": [spec.first_year, spec.last_year],
        "always": spec.always,
        "hours": [(str(hours.from_day), hours.week) for hours in by_day(spec.hours)],
        "special": dated(spec.special),
        "breaks": dated(spec.breaks),
        "holidays": dated(spec.holidays),
        "closures": sorted({(one.closure, one.name, one.start, one.end) for one in closures}),
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:12]
