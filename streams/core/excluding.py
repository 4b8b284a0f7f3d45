"""Working time without a ticket's excluded stretches (semantics 4.9)."""

from collections.abc import Sequence
from typing import Protocol


class WorkingTime(Protocol):
    """Open time of a calendar, or what is left of it for one ticket."""

    def open_between(self, a: int, b: int) -> int:
        """Working time in [a, b), microseconds."""

    def deadline(self, start: int, amount: int) -> int | None:
        """The first instant at which `amount` has run from `start`; None: unknown (2.7)."""


class Excluding:
    """`calendar` without the stretches [from, to), which ascend and do not touch."""

    __slots__ = ("_calendar", "_stretches")

    def __init__(self, calendar: WorkingTime, stretches: Sequence[tuple[int, int]]) -> None:
        self._calendar = calendar
        self._stretches = stretches

    def open_between(self, a: int, b: int) -> int:
        """Working time in [a, b), microseconds."""
        total = self._calendar.open_between(a, b)
        for start, end in self._stretches:
            if start < b and end > a:
                total -= self._calendar.open_between(max(a, start), min(b, end))
        return total

    def deadline(self, start: int, amount: int) -> int | None:
        """The first instant at which `amount` has run; a stretch that begins there acts first."""
        here, left = start, amount
        for stretch_start, stretch_end in self._stretches:
            if stretch_end <= here:
                continue
            due = self._calendar.deadline(here, left)
            if due is None or due < stretch_start:
                return due
            left -= self._calendar.open_between(here, max(here, stretch_start))
            here = stretch_end
        return self._calendar.deadline(here, left)
