"""Time as columns: what is open to scale, long closed stretches drawn shorter."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from schemas.instants import HOUR, MINUTE, instant, moment
from sla.explain.story import CLOSED, Row
from sla.show import LocalTime
from streams.core.zones import zone

STEPS: Final = tuple(MINUTE * n for n in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720))
"""Distances of clock labels that read well."""
APART: Final = 7
"""Columns from one clock label to the next."""
SQUEEZE: Final = 6
"""A closed stretch is drawn at most as long as one sixth of all that is open."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A line through (instant, drawn length) points, cut into columns."""

    froms: tuple[int, ...]
    """Where each piece begins, and where the last ends."""
    drawn: tuple[int, ...]
    """Drawn length before each of them."""
    width: int
    squeezed: bool
    """Whether some closed stretch is drawn shorter than it was."""

    def column(self, at: int) -> int:
        """The column that holds the instant; the last for the end and whatever is after it."""
        return min(self.width - 1, max(0, self._drawn(at) * self.width // self.drawn[-1]))

    def _drawn(self, at: int) -> int:
        k = min(max(bisect_right(self.froms, at) - 1, 0), len(self.froms) - 2)
        start, to = self.froms[k], self.froms[k + 1]
        before, after = self.drawn[k], self.drawn[k + 1]
        return before + (min(max(at, start), to) - start) * (after - before) // (to - start)

    def cover(self, start: int, to: int) -> Iterable[tuple[int, int]]:
        """(column, share of it in drawn length) for each column that [start, to) touches."""
        a, b = self._drawn(start) * self.width, self._drawn(to) * self.width
        total = self.drawn[-1]
        for column in range(a // total, min(self.width, -(-b // total))):
            yield column, min(b, (column + 1) * total) - max(a, column * total)


def scale(rows: Sequence[Row], width: int) -> Scale:
    """The scale of rows that touch, drawn in `width` columns."""
    lasting = [row for row in rows if row.to_us > row.from_us]
    spent_open = sum(row.to_us - row.from_us for row in lasting if row.kind not in CLOSED)
    longest = spent_open // SQUEEZE or max(row.to_us - row.from_us for row in lasting)
    froms, drawn, squeezed = [], [0], False
    for row in lasting:
        wall = row.to_us - row.from_us
        if row.kind in CLOSED and wall > longest:
            wall, squeezed = longest, True
        froms.append(row.from_us)
        drawn.append(drawn[-1] + wall)
    return Scale((*froms, lasting[-1].to_us), tuple(drawn), width, squeezed)


def labels(rows: Sequence[Row], to_scale: Scale, local: LocalTime) -> list[str]:
    """The axis: a line of days, and one of clock times where hours can be told apart."""
    start, end = to_scale.froms[0], to_scale.froms[-1]
    days = [(start, local.day(start))]
    days += [(at, local.day(at)) for at in _midnights(start, end, local.zone)]
    lines = [_placed(days, to_scale)]
    step = _step(rows, to_scale)
    if step is not None:
        clocks = [
            (at, local.clock(at))
            for row in rows
            if row.kind not in CLOSED
            for at in _round_times(row.from_us, row.to_us, step, local.zone)
        ]
        lines.append(_placed(clocks, to_scale))
    return [line for line in lines if line.strip()]


def _step(rows: Sequence[Row], to_scale: Scale) -> int | None:
    """The distance of clock labels; None where less than half a day is no column apart."""
    lengths = [row.to_us - row.from_us for row in rows if row.kind not in CLOSED]
    if not any(lengths):
        return None
    needed = to_scale.drawn[-1] * (APART + 1) // to_scale.width
    return next((step for step in STEPS if step >= needed), None)


def _placed(texts: Iterable[tuple[int, str]], to_scale: Scale) -> str:
    """Texts at their columns, those left out for which there is no room."""
    line = ""
    for at, text in texts:
        column = to_scale.column(at)
        if (not line or column > len(line)) and column + len(text) <= to_scale.width:
            line = line.ljust(column) + text
    return line


def _midnights(start: int, end: int, name: str) -> Iterable[int]:
    yield from (at for at in _round_times(start, end, 24 * HOUR, name) if at > start)


def _round_times(start: int, end: int, step: int, name: str) -> Iterable[int]:
    """The instants in [start, end) at which the local clock shows a multiple of `step`."""
    local = zone(name)
    day = moment(start).astimezone(local).date()
    while True:
        for number in range(24 * HOUR // step):
            minutes = number * step // MINUTE
            at = instant(datetime.combine(day, time(minutes // 60, minutes % 60), local))
            if at >= end:
                return
            if at >= start:
                yield at
        day += timedelta(days=1)
