"""Facts by hand that tickets share: accounts, closures, releases. Each command says what it did."""

from collections.abc import Callable, Sequence
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
ANYWAY: Final[Callable[..., Any]] = click.option(
    "--anyway", is_flag=True, help="Say it even where it speaks of what is not known."
)


def publish_all(settings: Settings, *events: told.InboundEvent) -> None:
    """Appends all of them or none, and says where."""
    from sla.publish import publish

    where = publish(settings, events)
    for event in events:
        click.echo(f"{where} as event {event.id}")


def head_of(subject: str, source: str = SOURCE) -> dict[str, Any]:
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
@ANYWAY
@click.pass_obj
def set_fact(
    settings: Settings, account_id: str, facts: tuple[str, ...], start: Any, anyway: bool
) -> None:
    """States facts, for example `plan=gold sdk=true`."""
    events: list[told.AccountFactStated] = []
    for text in facts:
        fact, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"{text!r} is no FACT=VALUE, such as plan=gold")
        data = told.FactStated(fact=fact, value=_value(value), effective_at=start)
        events.append(told.AccountFactStated(data=data, **head_of(account_id)))
    _look_at_facts(settings, [event.data for event in events], anyway)
    publish_all(settings, *events)


def _look_at_facts(settings: Settings, facts: Sequence[told.FactStated], anyway: bool) -> None:
    """A plan that no agreement knows promises nothing; a fact that none reads changes nothing."""
    from sla.known import known

    with known(settings, makes=True) as about:
        if about.is_current and not about.book.agreements:
            return  # the account comes first, the agreement later
        plans = [one.value for one in facts if one.fact == "plan" and isinstance(one.value, str)]
        about.refuse_unknown("plan", plans, about.plans, anyway)
        for one in facts:
            if about.is_current and one.fact not in about.account_facts and not anyway:
                names = ", ".join(sorted(about.account_facts))
                click.echo(
                    f"warning: no agreement reads the fact {one.fact!r}; they read {names}",
                    err=True,
                )


@click.group()
def closure() -> None:
    """Calendars closed for a while: a typhoon, a power cut."""


@closure.command("declare")
@click.argument("closure_id")
@click.option("--calendar", "calendars", multiple=True, required=True, help="May be repeated.")
@click.option("--from", "start", type=INSTANT, required=True)
@click.option("--to", "end", type=INSTANT, required=True)
@click.option("--name", required=True, help="As shown: `Typhoon signal 8`.")
@ANYWAY
@click.pass_obj
def declare(
    settings: Settings,
    closure_id: str,
    calendars: tuple[str, ...],
    start: Any,
    end: Any,
    name: str,
    anyway: bool,
) -> None:
    """Declares a closure; it acts as of its own from and to, even after the fact."""
    if end <= start:
        raise click.UsageError("--to must come after --from")
    from sla.known import known

    with known(settings, makes=True) as about:
        about.refuse_unknown("calendar", calendars, about.calendars, anyway)
    data = told.ClosureDeclared(calendars=list(calendars), start=start, end=end, name=name)
    publish_all(settings, told.ClosureWasDeclared(data=data, **head_of(closure_id)))


@closure.command("withdraw")
@click.argument("closure_id")
@ANYWAY
@click.pass_obj
def withdraw_closure(settings: Settings, closure_id: str, anyway: bool) -> None:
    """Withdraws a closure, as if it had not been."""
    from sla.known import known

    with known(settings) as about:
        about.refuse_unknown("closure", [closure_id], about.closures, anyway)
    publish_all(settings, told.ClosureWithdrawn(**head_of(closure_id)))


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
    publish_all(settings, told.ReleaseScheduled(data=data, **head_of(release_id)))


@release.command("move")
@click.argument("release_id")
@click.option("--at", "planned", type=INSTANT, required=True)
@ANYWAY
@click.pass_obj
def move(settings: Settings, release_id: str, planned: Any, anyway: bool) -> None:
    """Moves a planned release."""
    _look_for_release(settings, release_id, anyway)
    data = told.ReleaseMoved(planned_at=planned)
    publish_all(settings, told.ReleaseWasMoved(data=data, **head_of(release_id)))


@release.command("cancel")
@click.argument("release_id")
@ANYWAY
@click.pass_obj
def cancel(settings: Settings, release_id: str, anyway: bool) -> None:
    """Cancels a release."""
    _look_for_release(settings, release_id, anyway)
    publish_all(settings, told.ReleaseCancelled(**head_of(release_id)))


def _look_for_release(settings: Settings, release_id: str, anyway: bool) -> None:
    from sla.known import known

    with known(settings) as about:
        about.refuse_unknown("release", [release_id], about.releases, anyway)
