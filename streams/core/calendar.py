"""Working time (semantics 2): a calendar is compiled once into sorted spans with running totals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly hours that apply from a local day on (semantics 2.1).

    `week[0]` is Monday: its intervals as (open, close) in seconds after local midnight, 86400 = 24:00.
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
