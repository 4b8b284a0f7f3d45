"""`sla status [TICKET]`: how everything stands, or how one ticket does."""

from typing import TYPE_CHECKING

import click

from sla.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from sla.show import LocalTime
    from sla.views import Row, Views


@click.command()
@click.argument("ticket", required=False)
@click.option("--source", help="One helpdesk; all of them where left out.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_obj
def status(settings: Settings, ticket: str | None, source: str | None, as_json: bool) -> None:
    """Shows how everything stands; with TICKET, that ticket, its decision and its timers."""
    from sla.views import views

    with views(settings) as found:
        if ticket is None:
            _overview(found, source, as_json)
        else:
            _one(found, ticket, source, as_json)


def _one(found: "Views", ticket: str, source: str | None, as_json: bool) -> None:
    from sla.explain.page import decision_lines
    from sla.explain.read import decision
    from sla.explain.ticket import ticket_lines
    from sla.show import console, print_json
    from sla.views import the_ticket

    row = the_ticket(found, ticket, source)
    key = {"source": row["source"], "ticket": row["ticket"]}
    timers = found.rows("timers_of_ticket", timer=None, **key)
    if as_json:
        print_json({"ticket": row, "timers": timers})
        return
    out = console()
    for line in ticket_lines(row, found.local_to(row)):
        out.print(line, soft_wrap=True)
    if row["is_orphan"]:
        return
    for line in decision_lines(decision(row)):
        out.print(f"  {line}", soft_wrap=True)
    out.print()
    _timers(out, found, timers)


def _timers(out: "Console", found: "Views", timers: "Sequence[Row]") -> None:
    from sla.show import seconds, table

    rows = [
        (
            row["timer"],
            _state(row),
            *_due(row, found.local_to(row)),
            seconds(row["left_s"]) if row["is_open"] else None,
            seconds(row["left_wall_s"]) if row["is_open"] else None,
            seconds(row["spent_s"]),
            seconds(row["budget_s"]),
            f"{row['plan']} {row['severity']}",
        )
        for row in timers
    ]
    if not rows:
        out.print("no timers: nothing is promised for it")
        return
    columns = ("=timer", "state", "=due", "=ended", ">left", ">left (wall)", ">spent", ">budget")
    out.print(table((*columns, "promised to"), rows))


def _state(row: "Row") -> str:
    if row["state"] == "breached":
        return "breached, still open" if row["is_open"] else f"breached, {row['end_reason']}"
    if row["state"] == "paused":
        return f"paused ({row['paused_by']})"
    if row["is_at_risk"]:
        return "running, at risk"
    if row["state"] == "running" and row["deadline_at"] is None and row["budget_s"] is not None:
        return "running, deadline unknown"
    reason = row["end_reason"]
    return str(row["state"]) if reason in (None, row["state"]) else f"{row['state']} ({reason})"


def _due(row: "Row", local: "LocalTime") -> tuple[str | None, str | None]:
    from schemas.instants import instant

    deadline, ended = row["deadline_at"], row["ended_at"]
    return (
        None if deadline is None else local.at(instant(deadline)),
        None if ended is None else local.at(instant(ended)),
    )


def _overview(found: "Views", source: str | None, as_json: bool) -> None:
    from sla.overview import overview, tell
    from sla.show import console, print_json

    answer = overview(found, source)
    if as_json:
        print_json(answer)
    else:
        tell(console(), found, answer)
