"""The live view: a picture that moves on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from rich.console import Console, Group, OverflowMethod, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from schemas.instants import DAY, MINUTE
from sla.demo.snapshot import DemoSnapshot, Moment
from sla.demo.telling import local
from sla.show import bar, is_plain, share

OnProgress = Callable[[DemoSnapshot], None]

REFRESH: Final = 10.0
"""Pictures a second; more cannot be followed."""
LINE_EVERY: Final = 2 * DAY
"""Simulated time between lines where there is no terminal."""
MOMENTS: Final = 7
"""How many of the latest are shown on a terminal."""
_STYLES: Final = {"breach": "red", "withdrawn": "green", "news": "cyan", "refused": "yellow"}


@contextmanager
def demo_view(console: Console) -> Iterator[OnProgress]:
    """Gives what is to be called whenever there is something new to show."""
    if not console.is_terminal:
        yield Lines(console)
        return
    with Live(console=console, refresh_per_second=REFRESH) as live:
        plain = is_plain(console)
        yield lambda snapshot: live.update(picture(snapshot, plain=plain))


def picture(now: DemoSnapshot, *, plain: bool = False) -> RenderableType:
    """All of a snapshot. `plain`: in ASCII alone."""
    return Group(
        _heading(now, plain), Text(), _figures(now), Text(), _shares(now, plain), *_told(now, plain)
    )


def _heading(now: DemoSnapshot, plain: bool) -> RenderableType:
    day, days = ((at - now.start - 1) // DAY + 1 for at in (max(now.at, now.start + 1), now.end))
    drawn = bar(now.at - now.start, now.end - now.start, plain=plain)
    return Text.assemble((f"Hong Kong {_when(now.at)}", "bold"), f"{drawn} day {day} of {days}")


def _figures(now: DemoSnapshot) -> RenderableType:
    grid = Table.grid(padding=(0, 3))
    for _ in range(3):
        grid.add_column()
    grid.add_row(
        f"events    {now.events:>7,}",
        f"tickets  {now.tickets:>5,}",
        f"breaches held      {now.breaches_held:>4,}",
    )
    grid.add_row(
        f"a second  {now.events_per_second:>7,.0f}",
        f"  open   {now.tickets_open:>5,}",
        f"breaches withdrawn {now.breaches_withdrawn:>4,}",
    )
    grid.add_row(
        f"refused   {now.refused:>7,}",
        f"timers   {now.running:>5,} running, {now.paused:,} paused",
        f"escalations        {now.escalations:>4,}",
    )
    return grid


def _shares(now: DemoSnapshot, plain: bool) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column()
    grid.add_column(justify="right")
    grid.add_column()
    for one in now.shares:
        drawn = bar(one.met, one.counted, width=30, plain=plain)
        grid.add_row(one.plan, drawn, share(one.met, one.counted), f"in time, of {one.counted:,}")
    return grid


def _told(now: DemoSnapshot, plain: bool) -> Iterator[RenderableType]:
    yield Text()
    for moment in now.moments[-MOMENTS:]:
        style = _STYLES[moment.kind]
        cut: OverflowMethod = "crop" if plain else "ellipsis"
        yield Text(_sentence(moment), style=style, no_wrap=True, overflow=cut)
    # Always as high, so that the picture stands still.
    for _ in range(MOMENTS - len(now.moments)):
        yield Text()


def _sentence(moment: Moment) -> str:
    return f"{_when(moment.at)}{moment.text}"


def _when(at: int) -> str:
    """`Thu 2 Apr 10:30`, to the minute and always as wide."""
    return f"{local(at).brief(at // MINUTE * MINUTE):<18}"


@dataclass(slots=True)
class Lines:
    """One line every two simulated days, and what was noteworthy in them, breaches aside."""

    console: Console
    told_at: int | None = None
    moments: int = 0
    """How many were told."""

    def __call__(self, now: DemoSnapshot) -> None:
        """Prints what is due."""
        before = now.start if self.told_at is None else self.told_at
        if now.at < min(before + LINE_EVERY, now.end):
            return
        self.told_at = now.at
        for moment in now.moments[self.moments :]:
            if moment.kind != "breach":
                self._print(f"    {_sentence(moment)}")
        self.moments = len(now.moments)
        self._print(line(now))

    def _print(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)


def line(now: DemoSnapshot) -> str:
    """A snapshot in one line."""
    shares = " ".join(f"{one.plan} {share(one.met, one.counted)}" for one in now.shares)
    return (
        f"{_when(now.at)}{now.events:>6,} events "
        f"({now.events_per_second:,.0f}/s)  "
        f"tickets {now.tickets_open:,} open of {now.tickets:,}  "
        f"timers {now.running:,} running {now.paused:,} paused  "
        f"breaches {now.breaches_held:,} held {now.breaches_withdrawn:,} withdrawn  "
        f"escalations {now.escalations:,}  in time: {shares}"
    )
