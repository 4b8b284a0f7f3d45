"""The figures of a report as tables: shares with what they are of and what they leave out."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from rich.console import Console, RenderableType

from sla.show import bar, is_plain, share, table
from sla.views import Row

LEFT_OUT: Final = ("running", "paused", "superseded", "void", "open_ended")
LATE: Final = ("met_late", "breached_open", "breached_ended")


def attainment_tables(
    out: Console, rows: Iterable[Row], *, months: bool
) -> Iterator[RenderableType]:
    """One table for each target of each agreement; `months`: with a column that names them."""

    def key(row: Row) -> tuple[str, str]:
        return row["agreement"], row["target"]

    for (agreement, target), held in groupby(sorted(rows, key=key), key):
        yield _attainment(f"{target}, agreement {agreement}", list(held), is_plain(out), months)


def _attainment(title: str, rows: Sequence[Row], plain: bool, months: bool) -> RenderableType:
    apart = [name for name in ("plan", "severity") if any(row[name] for row in rows)]
    heads = [
        *(("month",) if months else ()),
        *apart,
        ">share",
        ">met",
        ">of",
        "",
        *(f">{name.replace('_', ' ')}" for name in LATE),
        "|",
        *(f">{name.replace('_', '-')}" for name in LEFT_OUT),
    ]
    lines = [
        (
            *((f"{row['month']:%Y-%m}",) if months else ()),
            *(row[name] for name in apart),
            *_figures(row, plain),
        )
        for row in rows
    ]
    if len(rows) > 1:
        blanks = [" "] * (len(apart) + months - 1)
        lines.append(("all", *blanks, *_figures(_sum(rows), plain)))
    return table(heads, lines, title=title)


def _figures(row: Row, plain: bool) -> tuple[object, ...]:
    numerator, denominator = row["numerator"], row["denominator"]
    return (
        share(numerator, denominator),
        numerator,
        denominator,
        bar(numerator, denominator, plain=plain) or " ",
        *(row[name] for name in LATE),
        "|",
        *(row[name] for name in LEFT_OUT),
    )


def _sum(rows: Sequence[Row]) -> Row:
    """Numerators and denominators add up; shares never do."""
    names = ("numerator", "denominator", *LATE, *LEFT_OUT)
    return {name: sum(row[name] for row in rows) for name in names}


def verdict_tables(rows: Iterable[Row]) -> Iterator[RenderableType]:
    """Our outcome beside the source's own verdict, one table for each target."""

    def key(row: Row) -> tuple[str, str]:
        return row["agreement"], row["target"]

    names = ("both_met", "only_we_met", "only_source_met", "both_late")
    heads = (
        "severity",
        ">both met",
        ">we met, it missed",
        ">we late, it met",
        ">both late",
        ">agreeing",
    )
    for (agreement, target), held in groupby(rows, key):
        lines = []
        for row in held:
            agreeing = row["both_met"] + row["both_late"]
            total = sum(row[name] for name in names)
            lines.append((row["severity"], *(row[name] for name in names), share(agreeing, total)))
        title = f"{target}, agreement {agreement}: our outcome and the source's own verdict"
        yield table(heads, lines, title=title)
