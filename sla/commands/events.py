"""`sla events`: what was decided, in the order in which it was published."""

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import click

from sla.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sla.show import LocalTime
    from sla.views import Reading, Row

LAST: Final = 50
"""Outcomes shown where no position is given."""


@click.command()
@click.option("--follow", is_flag=True, help="Goes on with what comes, until interrupted.")
@click.option("--after", type=click.IntRange(0), help="Goes on after this journal position.")
@click.option("--ticket", help="Only what was decided about this ticket.")
@click.option("--source", help="Only tickets of this helpdesk.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def events(
    settings: Settings,
    follow: bool,
    after: int | None,
    ticket: str | None,
    source: str | None,
    as_json: bool,
) -> None:
    """Prints outcomes: the last 50, or all after a position; each line begins with its own.

    A reader that stopped goes on with --after and the last position it read. While the database is
    away --follow waits, and goes on from there.
    """
    from sla.database import whereabouts
    from sla.following import Following, follow_for_good
    from sla.views import reading

    with reading(settings, autocommit=True) as connection:
        start = after if after is not None else _last(connection, ticket, source)
        following = Following(connection, start, ticket, source)
        for rows in following.news():
            # A record may have many outcomes: of the first only the last few were asked for.
            _tell(connection, rows[0 if after is not None else -LAST :], as_json)
    if follow:
        with suppress(KeyboardInterrupt):
            follow_for_good(
                following,
                whereabouts(settings),
                lambda connection, rows: _tell(connection, rows, as_json),
                lambda error: _lost(following.position, error),
            )
    click.echo(f"to go on from here: sla events --after {following.position}", err=True)


def _lost(position: int, error: Exception) -> None:
    first = str(error).strip().partition("\n")[0]
    click.echo(
        f"{first}\ngoing on after position {position} once the database is back; Ctrl-C ends it",
        err=True,
    )


def _last(connection: "Reading", ticket: str | None, source: str | None) -> int:
    from sla.views import asked

    values = {"last": LAST, "ticket": ticket, "source": source}
    position: int = asked(connection, "outcomes_last", values)[0]["after"]
    return position


def _tell(connection: "Reading", rows: "Sequence[Row]", as_json: bool) -> None:
    from schemas.instants import instant
    from sla.show import LocalTime, print_json_line
    from sla.views import asked

    (now,) = asked(connection, "now", {})
    for row in rows:
        if as_json:
            print_json_line(row)
        else:
            zone = row["reporting_zone"] or now["zone"]
            click.echo(line(row, LocalTime(zone, instant(now["now"]))))


def line(row: "Row", local: "LocalTime") -> str:
    """One outcome: position, when it was true, what, of which timer, and what is said of it."""
    from schemas.instants import instant
    from sla.explain.read import what
    from sla.show import seconds

    name = what(row["retracts"] or row["type"])
    if row["retracts"] is not None:
        name = f"WITHDRAWN {name}"
    details = [
        ("level", row["level"]),
        ("step", row["step"]),
        ("notify", ", ".join(row["notify"] or ())),
        ("budget", None if row["budget_s"] is None else seconds(row["budget_s"])),
        ("spent", None if row["spent_s"] is None else seconds(row["spent_s"])),
        ("due", None if row["deadline_at"] is None else local.brief(instant(row["deadline_at"]))),
        ("by", row["status_category"]),
        ("reason", row["reason"]),
        ("successor", row["successor"]),
        ("survivor", row["survivor"]),
        ("told after", seconds(row["publication_lag_s"]) if row["is_alerting"] else None),
    ]
    said = "; ".join(f"{key} {value}" for key, value in details if value)
    if row["is_corrected"] and row["retracts"] is None:
        said += "; corrected"
    at = local.at(instant(row["effective_at"]))
    whose = f"{row['source']} {row['ticket']} {row['timer']}"
    return f"{row['position']:>8}  {at}  {name:<12} {whose}  {said}"
