"""Facts by hand about one ticket: excluded stretches and deadlines."""

from collections.abc import Callable
from typing import Any, Final

import click

from schemas import inbound as told
from sla.commands.facts import ANYWAY, INSTANT, head_of, publish_all
from sla.settings import Settings

WHO: Final[Callable[..., Any]] = click.option(
    "--who", default="cli", envvar="USER", show_default=True, help="Who says so."
)


def _source_of(settings: Settings, ticket: str, source: str | None) -> str:
    """The source of a known ticket, so that nobody has to type it."""
    if source is not None:
        return source
    import psycopg

    from sla.database import database, refuse_absent

    refuse_absent(settings)
    with psycopg.connect(database(settings)) as connection:
        rows = connection.execute(
            "SELECT source FROM sla_v1.tickets WHERE ticket = %s", (ticket,)
        ).fetchall()
    if len(rows) != 1:
        found = "no ticket" if not rows else f"{len(rows)} tickets"
        raise click.ClickException(f"{found} {ticket}; name its --source")
    known: str = rows[0][0]
    return known


@click.command()
@click.argument("ticket")
@click.option("--from", "start", type=INSTANT)
@click.option("--to", "end", type=INSTANT)
@click.option("--why")
@WHO
@click.option("--source", help="Of the ticket, where its id is not enough.")
@click.option("--withdraw", "stretch", help="Withdraws the stretch that this event excluded.")
@ANYWAY
@click.pass_obj
def exclude(
    settings: Settings,
    ticket: str,
    start: Any,
    end: Any,
    why: str | None,
    who: str,
    source: str | None,
    stretch: str | None,
    anyway: bool,
) -> None:
    """Excludes a stretch of time from a ticket's timers: --from, --to and --why are needed."""
    of = _source_of(settings, ticket, source)
    head = head_of(ticket, of)
    if stretch is not None:
        from sla.known import known

        with known(settings) as about:
            about.refuse_unknown("excluded stretch", [stretch], about.stretches(of, ticket), anyway)
        gone = told.ExclusionWithdrawn(stretch=stretch, who=who)
        publish_all(settings, told.TicketExclusionWithdrawn(data=gone, **head))
        return
    if start is None or end is None or why is None:
        raise click.UsageError("--from, --to and --why say what is excluded, and why")
    if end <= start:
        raise click.UsageError("--to must come after --from")
    data = told.StretchExcluded(stretch=head["id"], start=start, end=end, who=who, why=why)
    publish_all(settings, told.TicketStretchExcluded(data=data, **head))


@click.group()
def deadline() -> None:
    """A deadline set by hand."""


@deadline.command("set")
@click.argument("ticket")
@click.argument("target")
@click.option("--due", type=INSTANT, required=True)
@click.option("--why", required=True)
@WHO
@click.option("--source", help="Of the ticket, where its id is not enough.")
@ANYWAY
@click.pass_obj
def set_deadline(
    settings: Settings,
    ticket: str,
    target: str,
    due: Any,
    why: str,
    who: str,
    source: str | None,
    anyway: bool,
) -> None:
    """Sets the deadline of one TARGET of a TICKET."""
    from sla.known import known

    of = _source_of(settings, ticket, source)
    with known(settings) as about:
        about.refuse_unknown("target", [target], about.targets(of, ticket), anyway)
    data = told.DeadlineSet(target=target, due=due, who=who, why=why)
    head = head_of(ticket, of)
    publish_all(settings, told.TicketDeadlineSet(data=data, **head))


@deadline.command("withdraw")
@click.argument("ticket")
@click.argument("target")
@WHO
@click.option("--source", help="Of the ticket, where its id is not enough.")
@ANYWAY
@click.pass_obj
def withdraw_deadline(
    settings: Settings, ticket: str, target: str, who: str, source: str | None, anyway: bool
) -> None:
    """Withdraws the deadline set by hand; the agreement's own counts again."""
    from sla.known import known

    of = _source_of(settings, ticket, source)
    with known(settings) as about:
        held = about.deadlines(of, ticket)
        about.refuse_unknown("deadline by hand of the target", [target], held, anyway)
    data = told.DeadlineWithdrawn(target=target, who=who)
    head = head_of(ticket, of)
    publish_all(settings, told.TicketDeadlineWithdrawn(data=data, **head))
