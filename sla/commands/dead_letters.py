"""`sla dead-letters`: what was refused, why, and sending it again."""

from typing import TYPE_CHECKING, Final

import click

from sla.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sla.views import Row, Views
    from streams.postgres.door import Receipt

SHOWN: Final = 50
"""Rows shown; `--json` gives all."""


@click.group("dead-letters", invoke_without_command=True)
@click.option("--reason", help="Only those refused for this reason.")
@click.option("--source", help="Only those of this helpdesk.")
@click.option("--json", "as_json", is_flag=True, help="All of them as JSON, bodies included.")
@click.pass_context
def dead_letters(ctx: click.Context, reason: str | None, source: str | None, as_json: bool) -> None:
    """Lists what was refused, with the reason. Nothing refused has changed anything."""
    if ctx.invoked_subcommand is not None:
        return
    from sla.show import print_json
    from sla.views import views

    with views(ctx.obj) as found:
        rows = found.rows("dead_letters", reason=reason, source=source)
        if as_json:
            print_json(rows)
        else:
            _tell(found, rows)


def _tell(found: "Views", rows: "Sequence[Row]") -> None:
    from collections import Counter

    from schemas.instants import instant
    from sla.show import console, table

    out = console()
    if not rows:
        out.print("no dead letters: nothing was refused")
        return
    counts = Counter(row["reason"] for row in rows)
    out.print(table(("reason", ">refused"), counts.most_common()))
    out.print()
    columns = ("=id", "=refused", "reason", "source", "about", "event", "what is wrong")
    newest = [
        (
            row["id"],
            found.local.brief(instant(row["refused_at"])),
            row["reason"],
            row["source"],
            row["subject"],
            row["event"],
            row["detail"],
        )
        for row in rows[-SHOWN:]
    ]
    out.print(table(columns, newest))
    if len(rows) > SHOWN:
        out.print(f"and {len(rows) - SHOWN:,} older ones; --json gives all")
    out.print("sla dead-letters resend ID sends one again once its cause is gone", soft_wrap=True)


@dead_letters.command()
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--reason", help="Only those refused for this reason.")
@click.option("--yes", is_flag=True, help="Do not ask before all of them are sent.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_obj
def resend(
    settings: Settings, ids: tuple[str, ...], reason: str | None, yes: bool, as_json: bool
) -> None:
    """Sends dead letters again, as they were: those named, or all of them.

    What was taken already is not taken twice; what is still wrong becomes a dead letter again.
    """
    from sla.show import print_json
    from sla.views import views

    with views(settings) as found:
        rows = found.rows("dead_letters", reason=reason, source=None)
    wanted = _wanted(rows, ids)
    if not ids and wanted and not yes:
        click.confirm(f"send all {len(wanted):,} dead letters again?", abort=True, err=True)
    sent = _send(settings, wanted)
    if as_json:
        print_json(sent)
        return
    for one in sent:
        click.echo(_sentence(one))
    taken = sum(1 for one in sent if one["accepted"])
    click.echo(
        f"{len(sent):,} sent again: {taken:,} journaled, {len(sent) - taken:,} refused at the door"
    )


def _wanted(rows: "Sequence[Row]", ids: "Sequence[str]") -> "list[Row]":
    by_id = {row["id"]: row for row in rows}
    unknown = [one for one in ids if one not in by_id]
    if unknown:
        raise click.UsageError(
            f"no dead letter {', '.join(unknown)}; `sla dead-letters` lists them with their ids"
        )
    return [by_id[one] for one in dict.fromkeys(ids)] if ids else list(rows)


def _send(settings: Settings, rows: "Sequence[Row]") -> "list[dict[str, object]]":
    """Each by itself, so that it is known what became of which."""
    if not rows:
        return []
    from sla.publish import Publisher, helpdesk_of, say_raw, spoken_to

    cluster = spoken_to(settings)
    if cluster is not None:
        with helpdesk_of(cluster) as helpdesk:
            return [_became(row, say_raw(helpdesk, row["body"].encode())) for row in rows]
    with Publisher(settings) as publisher:
        return [_became(row, publisher.append_raw(row["body"].encode())) for row in rows]


def _became(row: "Row", receipt: "Receipt") -> "dict[str, object]":
    return {
        "id": row["id"],
        "accepted": receipt.accepted,
        "position": receipt.position,
        "refused": [f"{one.reason}: {one.detail}" for one in receipt.refused],
    }


def _sentence(one: "Row") -> str:
    if one["accepted"] and one["position"] is None:
        return f"{one['id']}: sent to the cluster"
    if one["accepted"]:
        return f"{one['id']}: journaled at position {one['position']}"
    return f"{one['id']}: refused again, {'; '.join(one['refused']) or 'nothing in it'}"
