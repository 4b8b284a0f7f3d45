"""Facts by hand: each command appends one event, and says which."""

from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

import click

from schemas import inbound as told
from schemas.instants import moment, parse
from sla.settings import Settings

SOURCE: Final = "/sla/cli"


class InstantType(click.ParamType):
    """An ISO 8601 instant with a zone; gives a datetime."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The aware datetime; fails with the remedy."""
        try:
            return moment(parse(value))
        except ValueError as error:
            self.fail(f"{error}; write 2026-04-02T18:00+08:00", param, ctx)


INSTANT: Final = InstantType()
WHO: Final[Callable[..., Any]] = click.option(
    "--who", default="cli", envvar="USER", show_default=True, help="Who says so."
)


def _publish(settings: Settings, *events: told.InboundEvent) -> None:
    """All of them or none."""
    from sla.publish import publish

    position = publish(settings, events)
    for event in events:
        click.echo(f"journaled at position {position} as event {event.id}")


def _head(subject: str, source: str = SOURCE) -> dict[str, Any]:
    """The envelope of an event that happens now."""
    from sla.clock import now_instant

    now = moment(now_instant())
    return {
        "specversion": "1.0",
        "id": f"cli-{uuid4()}",
        "source": source,
        "subject": subject,
        "time": now,
    }


def _source_of(settings: Settings, ticket: str, source: str | None) -> str:
    """The source of a known ticket, so that nobody has to type it."""
    if source is not None:
        return source
    import psycopg

    from sla.database import database

    with psycopg.connect(database(settings)) as connection:
        rows = connection.execute(
            "SELECT source FROM sla_v1.tickets WHERE ticket = %s", (ticket,)
        ).fetchall()
    if len(rows) != 1:
        found = "no ticket" if not rows else f"{len(rows)} tickets"
        raise click.ClickException(f"{found} {ticket}; name its --source")
    known: str = rows[0][0]
    return known


def _value(text: str) -> str | bool | int | None:
    """`true`, `false`, `null` and whole numbers are what they look like; the rest is text."""
    words: dict[str, bool | None] = {"true": True, "false": False, "null": None}
    if text in words:
        return words[text]
    return int(text) if text.lstrip("-").isdigit() else text


@click.group()
def account() -> None:
    """Facts about an account: the plan it bought, whether it uses the SDK, ..."""


@account.command("set")
@click.argument("account_id")
@click.argument("facts", nargs=-1, required=True, metavar="FACT=VALUE...")
@click.option("--from", "start", type=INSTANT, help="From when it holds; now where left out.")
@click.pass_obj
def set_fact(settings: Settings, account_id: str, facts: tuple[str, ...], start: Any) -> None:
    """States facts, for example `plan=gold sdk=true`."""
    events: list[told.InboundEvent] = []
    for text in facts:
        fact, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"{text!r} is no FACT=VALUE, such as plan=gold")
        data = told.FactStated(fact=fact, value=_value(value), effective_at=start)
        events.append(told.AccountFactStated(data=data, **_head(account_id)))
    _publish(settings, *events)


@click.group()
def closure() -> None:
    """Calendars closed for a while: a typhoon, a power cut."""


@closure.command("declare")
@click.argument("closure_id")
@click.option("--calendar", "calendars", multiple=True, required=True, help="May be repeated.")
@click.option("--from", "start", type=INSTANT, required=True)
@click.option("--to", "end", type=INSTANT, required=True)
@click.option("--name", required=True, help="As shown: `Typhoon signal 8`.")
@click.pass_obj
def declare(
    settings: Settings, closure_id: str, calendars: tuple[str, ...], start: Any, end: Any, name: str
) -> None:
    """Declares a closure; it acts as of its own from and to, even after the fact."""
    if end <= start:
        raise click.UsageError("--to must come after --from")
    data = told.ClosureDeclared(calendars=list(calendars), start=start, end=end, name=name)
    _publish(settings, told.ClosureWasDeclared(data=data, **_head(closure_id)))


@closure.command("withdraw")
@click.argument("closure_id")
@click.pass_obj
def withdraw_closure(settings: Settings, closure_id: str) -> None:
    """Withdraws a closure, as if it had not been."""
    _publish(settings, told.ClosureWithdrawn(**_head(closure_id)))


@click.command()
@click.argument("ticket")
@click.option("--from", "start", type=INSTANT)
@click.option("--to", "end", type=INSTANT)
@click.option("--why")
@WHO
@click.option("--source", help="Of the ticket, where its id is not enough.")
@click.option("--withdraw", "stretch", help="Withdraws the stretch that this event excluded.")
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
) -> None:
    """Excludes a stretch of time from a ticket's timers: --from, --to and --why are needed."""
    head = _head(ticket, _source_of(settings, ticket, source))
    if stretch is not None:
        gone = told.ExclusionWithdrawn(stretch=stretch, who=who)
        _publish(settings, told.TicketExclusionWithdrawn(data=gone, **head))
        return
    if start is None or end is None or why is None:
        raise click.UsageError("--from, --to and --why say what is excluded, and why")
    if end <= start:
        raise click.UsageError("--to must come after --from")
    data = told.StretchExcluded(stretch=head["id"], start=start, end=end, who=who, why=why)
    _publish(settings, told.TicketStretchExcluded(data=data, **head))


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
@click.pass_obj
def set_deadline(
    settings: Settings, ticket: str, target: str, due: Any, why: str, who: str, source: str | None
) -> None:
    """Sets the deadline of one TARGET of a TICKET."""
    data = told.DeadlineSet(target=target, due=due, who=who, why=why)
    head = _head(ticket, _source_of(settings, ticket, source))
    _publish(settings, told.TicketDeadlineSet(data=data, **head))


@deadline.command("withdraw")
@click.argument("ticket")
@click.argument("target")
@WHO
@click.option("--source", help="Of the ticket, where its id is not enough.")
@click.pass_obj
def withdraw_deadline(
    settings: Settings, ticket: str, target: str, who: str, source: str | None
) -> None:
    """Withdraws the deadline set by hand; the agreement's own counts again."""
    data = told.DeadlineWithdrawn(target=target, who=who)
    head = _head(ticket, _source_of(settings, ticket, source))
    _publish(settings, told.TicketDeadlineWithdrawn(data=data, **head))


@click.group()
def release() -> None:
    """Releases that targets are bound to."""


@release.command("schedule")
@click.argument("release_id")
@click.option("--at", "planned", type=INSTANT, required=True)
@click.option("--kind", default="maintenance", show_default=True)
@click.pass_obj
def schedule(settings: Settings, release_id: str, planned: Any, kind: str) -> None:
    """Plans a release."""
    data = told.ReleasePlanned(planned_at=planned, kind=kind)
    _publish(settings, told.ReleaseScheduled(data=data, **_head(release_id)))


@release.command("move")
@click.argument("release_id")
@click.option("--at", "planned", type=INSTANT, required=True)
@click.pass_obj
def move(settings: Settings, release_id: str, planned: Any) -> None:
    """Moves a planned release."""
    data = told.ReleaseMoved(planned_at=planned)
    _publish(settings, told.ReleaseWasMoved(data=data, **_head(release_id)))


@release.command("cancel")
@click.argument("release_id")
@click.pass_obj
def cancel(settings: Settings, release_id: str) -> None:
    """Cancels a release."""
    _publish(settings, told.ReleaseCancelled(**_head(release_id)))
