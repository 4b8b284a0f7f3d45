"""What the questions share: lengths, local times, shares, tables and JSON, the same everywhere."""

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, Final

import click
import orjson
from rich.box import Box
from rich.console import Console
from rich.table import Table

from schemas.instants import MINUTE, SECOND, moment
from sla.agreement_words import length as exact_length
from streams.core.zones import zone

PLAIN_WIDTH: Final = 160
"""Columns where the output is no terminal and COLUMNS says none: tables are not cut."""
NOTHING: Final = "-"
"""Shown where there is no value."""

_RULED: Final = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
"""A rule beneath the heads and nothing else: reads the same in a file and in a terminal."""


def length(us: int) -> str:
    """A length in microseconds as `1 h 11 min`: to the second, shorter ones more finely.

    Hours are not gathered into days: a day of working time is no day of wall time.
    """
    if us < 0:
        return f"-{length(-us)}"
    unit = SECOND // 1000 if us < SECOND else SECOND // 10 if us < MINUTE else SECOND
    return exact_length((us + unit // 2) // unit * unit)


def seconds(value: float | None) -> str:
    """A length in seconds, as the views give it; `-` for none."""
    return NOTHING if value is None else length(round(value * SECOND))


def shown(at: int) -> int:
    """The whole second at which an instant is shown.

    Lengths between shown instants add up exactly as shown, however finely the events were dated.
    """
    return at // SECOND * SECOND


@dataclass(frozen=True, slots=True)
class LocalTime:
    """How instants are told: in one zone, the year only where it is not the present one."""

    zone: str
    """An IANA name."""
    now: int
    """The present instant, in microseconds."""

    def at(self, us: int) -> str:
        """`Thu 2 Apr 10:30 HKT`."""
        return f"{self.brief(us)} {moment(us).astimezone(zone(self.zone)):%Z}"

    def brief(self, us: int) -> str:
        """`Thu 2 Apr 10:30`, without the zone's name."""
        return f"{self.day(us)} {self.clock(us)}"

    def day(self, us: int) -> str:
        """`Thu 2 Apr`, with the year where it is another than now."""
        local, now = (moment(at).astimezone(zone(self.zone)) for at in (us, self.now))
        year = "" if local.year == now.year else f" {local.year}"
        return f"{local:%a} {local.day} {local:%b}{year}"

    def clock(self, us: int) -> str:
        """`10:30`, with seconds where there are some."""
        local = moment(shown(us)).astimezone(zone(self.zone))
        return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def share(numerator: int, denominator: int) -> str:
    """`94.1%`; `-` of nothing. Rounded down, so that 100% is said only of all."""
    if not denominator:
        return NOTHING
    permille = numerator * 1000 // denominator
    return f"{permille // 10}.{permille % 10}%"


def bar(numerator: int, denominator: int, *, width: int = 20, plain: bool = False) -> str:
    """A share as a drawn bar; full only of all, empty only of none."""
    full, rest = ("#", ".") if plain else ("█", "░")
    if not denominator:
        return ""
    filled = numerator * width // denominator
    if numerator and not filled:
        filled = 1
    return full * filled + rest * (width - filled)


def is_plain(console: Console) -> bool:
    """Whether only ASCII may be drawn: the output's encoding holds nothing else."""
    return not console.encoding.lower().startswith("utf")


def console() -> Console:
    """Standard output. What it is given is shown as it is: brackets in it are no markup."""
    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(markup=False, highlight=False, emoji=False, width=None if told else PLAIN_WIDTH)


def counted(number: int, what: str) -> str:
    """`1 ticket`, `2 tickets`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> Table:
    """A table, without the columns in which nothing stands.

    A column whose name begins with `>` is set to the right; with `>` or `=` it is never broken.
    """
    lines = [[cell(value) for value in row] for row in rows]
    held = [not lines or any(line[n] != NOTHING for line in lines) for n in range(len(columns))]
    found = Table(
        box=_RULED,
        title=title or None,
        title_justify="left",
        pad_edge=False,
        padding=(0, 1, 0, 0),
        show_edge=False,
        safe_box=False,
    )
    for name in compress(columns, held):
        right, whole = name.startswith(">"), name.startswith((">", "="))
        found.add_column(
            name.lstrip(">="),
            justify="right" if right else "left",
            overflow="fold",
            no_wrap=whole,
        )
    for line in lines:
        found.add_row(*compress(line, held))
    return found


def cell(value: object) -> str:
    """One value of a table; `-` where there is none."""
    if value is None or value == "":
        return NOTHING
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def print_json(value: Any) -> None:
    """`value` as indented JSON; instants are ISO 8601 with their offset."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=_plain))


def print_json_line(value: Any) -> None:
    """`value` as one line of JSON."""
    click.echo(orjson.dumps(value, default=_plain))


def _plain(value: object) -> object:
    """What orjson does not know: the numbers of the database."""
    from decimal import Decimal

    if isinstance(value, Decimal):
        whole = int(value)
        return whole if whole == value else float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
