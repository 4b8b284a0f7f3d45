"""`sla send FILE`: CloudEvents from a file or standard input into the journal, or to Kafka."""

from typing import TYPE_CHECKING, BinaryIO

import click
import orjson

from sla.cluster_options import through_kafka
from sla.settings import Settings
from streams.kafka.cluster import Cluster

if TYPE_CHECKING:
    from streams.postgres.door import Receipt


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@through_kafka
@click.pass_obj
def send(settings: Settings, cluster: Cluster | None, file: BinaryIO, as_json: bool) -> None:
    """Sends the CloudEvents in FILE (`-`: standard input): one, a batch, or lines."""
    receipt = _sent(settings, cluster, file.read())
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


def _sent(settings: Settings, cluster: Cluster | None, raw: bytes) -> "Receipt":
    """Sends what is good; all of it is kept when this returns. Raises Trouble."""
    from sla.publish import helpdesk_of, publish_raw, say_raw

    if cluster is None:
        return publish_raw(settings, raw)
    with helpdesk_of(cluster) as helpdesk:
        return say_raw(helpdesk, raw)
