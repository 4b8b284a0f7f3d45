"""`sla report`: which share of what was promised was kept, and what is not counted in it."""

import csv
import re
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from sla.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sla.views import Row, Views


class Month(click.ParamType):
    """`2026-04`; gives its first day."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The first day of the month; fails with the form expected."""
        if isinstance(value, date):
            return value
        match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", value)
        if match is None:
            self.fail(f"{value!r} is no month; write one like 2026-04", param, ctx)
        return date(int(match[1]), int(match[2]), 1)


@click.command()
@click.option("--month", type=Month(), help="One month, like 2026-04; all of them where left out.")
@click.option(
    "--by",
    multiple=True,
    type=click.Choice(["plan", "severity", "target"]),
    help="What to keep apart besides agreement and target; plan and severity where left out.",
)
@click.option("--csv", "as_csv", is_flag=True, help="The figures as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_obj
def report(
    settings: Settings, month: date | None, by: tuple[str, ...], as_csv: bool, as_json: bool
) -> None:
    """Reports the achieved share = met / (met + met late + breached), by month of the deadline.

    Running, paused, superseded, void and open-ended timers are in no share; they stand beside it.
    Where the source says itself what became of its promise, our outcome is set beside that.
    """
    from sla.show import print_json
    from sla.views import views

    if as_csv and as_json:
        raise click.UsageError("--csv or --json, not both")
    # Every month at once is a trend of the targets, unless more was asked for.
    apart = by or (("target",) if month is None else ("plan", "severity"))
    with views(settings) as found:
        rows = found.rows(
            "attainment",
            month=month,
            by_plan="plan" in apart,
            by_severity="severity" in apart,
        )
        if as_csv:
            _csv(rows)
            return
        verdicts = found.rows("crosstab", month=month)
        if as_json:
            complete = [row["data_complete_to"] for row in rows]
            print_json(
                {
                    "month": None if month is None else f"{month:%Y-%m}",
                    "data_complete_to": None if None in complete else min(complete, default=None),
                    "attainment": rows,
                    "source_verdicts": verdicts,
                }
            )
            return
        _tell(found, month, rows, verdicts)


def _csv(rows: "Sequence[Row]") -> None:
    if not rows:
        return
    writer = csv.DictWriter(sys.stdout, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _tell(
    found: "Views", month: date | None, rows: "Sequence[Row]", verdicts: "Sequence[Row]"
) -> None:
    from sla.attainment import attainment_tables, verdict_tables
    from sla.show import console

    out = console()
    when = "all months" if month is None else f"{month:%B %Y}"
    if not rows:
        out.print(f"{when}: no timers; `sla report` without --month shows the months there are")
        return
    out.print(f"{when}, by the deadline in the agreement's zone; {_complete(found, rows)}")
    for one in attainment_tables(out, rows, months=month is None):
        out.print()
        out.print(one)
    for one in verdict_tables(verdicts):
        out.print()
        out.print(one)


def _complete(found: "Views", rows: "Sequence[Row]") -> str:
    """Up to when the data is complete: the least over what is reported."""
    from schemas.instants import instant

    said = [row["data_complete_to"] for row in rows]
    if None in said:
        return "a source has not said up to when its data is complete"
    return f"data complete to {found.local.at(instant(min(said)))}"
