"""Times of day as the lines of a case tell them, in one zone, the day carried along."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from schemas.checks import EARLIEST, LATEST
from schemas.instants import instant, moment, parse
from streams.core.agreement.faults import quoted
from streams.core.agreement.node import Node
from streams.core.openings import local_instant

_EARLIEST: Final = instant(EARLIEST)
_LATEST: Final = instant(LATEST)
EXAMPLE: Final = "Thu 2026-04-02 18:00"
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOCAL: Final = re.compile(
    r"(?:(mon|tue|wed|thu|fri|sat|sun) +)?(?:(\d{4}-\d{2}-\d{2})[ T]+)?"
    r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?:\s+|$)",
    re.ASCII | re.IGNORECASE,
)
_ZONED: Final = re.compile(r"(\d{4}-\d{2}-\d{2}T\S+(?:Z|[+-]\d{2}:\d{2}))(?:\s+|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class At:
    """An instant in microseconds, its local day, and what the line says after it."""

    instant: int
    day: date
    rest: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads and writes instants in one zone."""

    zone: ZoneInfo

    def read(self, node: Node, text: object, day: date | None) -> At | None:
        """The instant at the beginning of `text`; a time alone is on `day`.

        `2026-04-02 18:00` is local, a weekday before it is checked; `2026-04-02T10:00Z` has a zone.
        None, with a fault at `node`, for anything else.
        """
        line = text if isinstance(text, str) else ""
        if zoned := _ZONED.match(line):
            return self._zoned(node, zoned[1], line[zoned.end() :].strip())
        match = _LOCAL.match(line)
        if match is None:
            node.fault(f"{quoted(text)} begins with no time", f"write one like {EXAMPLE}")
            return None
        weekday, on, hours, minutes, seconds = match.groups()
        day = day if on is None else self._date(on)
        if day is None:
            node.fault(f"{quoted(text)} names no day", f"write one like {EXAMPLE}")
            return None
        if weekday is not None and _WEEKDAYS[day.weekday()] != weekday.lower():
            right = _WEEKDAYS[day.weekday()].capitalize()
            node.fault(f"{day} is no {weekday}", f"write {right}, or correct the date")
            return None
        since_midnight = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
        at = local_instant(day, since_midnight, self.zone)
        if not self._is_bounded(node, at):
            return None
        return At(at, day, line[match.end() :].strip())

    @staticmethod
    def _is_bounded(node: Node, at: int) -> bool:
        if not _EARLIEST <= at < _LATEST:
            node.fault("it is no time of a ticket", "write a time in the years 1970 to 2200")
            return False
        return True

    def _zoned(self, node: Node, text: str, rest: str) -> At | None:
        try:
            at = parse(text)
        except ValueError as error:
            node.fault(str(error), f"write one like {EXAMPLE}")
            return None
        if not self._is_bounded(node, at):
            return None
        return At(at, moment(at).astimezone(self.zone).date(), rest)

    @staticmethod
    def _date(text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None

    def show(self, at: int) -> str:
        """`Thu 2026-04-02 18:00`, with seconds where there are some."""
        local = moment(at).astimezone(self.zone)
        fine = "auto" if local.microsecond or local.second else "minutes"
        return f"{local:%a} {local.date()} {local.time().isoformat(fine)}"
