"""`sla send FILE`: CloudEvents from a file or standard input into the journal."""

from typing import BinaryIO

import click
import orjson

from sla.settings import Settings


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_obj
def send(settings: Settings, file: BinaryIO, as_json: bool) -> None:
    """Sends the CloudEvents in FILE (`-`: standard input): one, a batch, or lines."""
    from sla.publish import publish_raw

    receipt = publish_raw(settings, file.read())
    refused = [
        {"place": r.place, "event": r.event, "reason": r.reason, "detail": r.detail}
        for r in receipt.refused
    ]
    if as_json:
        answer = {
            "accepted": receipt.accepted,
            "position": receipt.position,
            "refused": refused,
            "left_out": receipt.left_out,
        }
        click.echo(orjson.dumps(answer).decode())
    else:
        click.echo(f"{receipt.accepted} accepted, {len(refused)} refused")
        typed = getattr(file, "name", "<stdin>")
        name = "standard input" if typed == "<stdin>" else typed
        for refusal in receipt.refused:
            click.echo(f"  {name}: {refusal.place}: {refusal.reason}: {refusal.detail}")
        for field, count in sorted(receipt.left_out.items()):
            click.echo(f"  left out {count} x {field}: no field of that event")
    if refused:
        raise SystemExit(1)
