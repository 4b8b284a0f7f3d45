"""Shows how far rows have been read: a bar on a terminal, now and then a line elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

EVERY: Final = 5.0
"""Seconds between lines where there is no terminal."""


class RowsProgress(Protocol):
    """Told how many rows were read since it was last told."""

    def advance(self, rows: int) -> None: ...


@contextmanager
def rows_progress(console: Console, total: int) -> Iterator[RowsProgress]:
    """Progress over `total` rows: count, rate and time left."""
    if not console.is_terminal:
        yield Lines(console, total)
        return
    columns = (
        TextColumn("importing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rows, {task.fields[rate]} rows/s,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(progress, total)


class Bar:
    """A bar that moves."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("rows", total=total, rate="-")

    def advance(self, rows: int) -> None:
        """Moves the bar on."""
        speed = self._progress.tasks[0].speed
        rate = "-" if speed is None else f"{speed:,.0f}"
        self._progress.update(self._task, advance=rows, rate=rate)


@dataclass(slots=True)
class Lines:
    """One line at a time, for logs and pipes."""

    console: Console
    total: int
    read: int = 0
    began: float = field(default_factory=monotonic)
    told: float = field(default_factory=monotonic)

    def advance(self, rows: int) -> None:
        """Counts, and says so every few seconds."""
        self.read += rows
        now = monotonic()
        if now - self.told >= EVERY:
            self.told = now
            self.console.print(self.line(now - self.began), highlight=False)

    def line(self, seconds: float) -> str:
        """`13,000 of 65,533 rows (19 %), 2,600 rows/s, 20 s left`."""
        rate = self.read / seconds
        left = (self.total - self.read) / rate if rate else 0.0
        share = 100 * self.read // max(self.total, 1)
        return (
            f"{self.read:,} of {self.total:,} rows ({share} %), "
            f"{rate:,.0f} rows/s, {left:.0f} s left"
        )
