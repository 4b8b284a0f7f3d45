"""`sla intake`: takes in what helpdesks publish to Kafka, and relays the shared facts."""

import click

from sla.cluster_options import cluster_options
from streams.kafka.cluster import Cluster


@click.command()
@cluster_options
@click.option(
    "--listen",
    default="127.0.0.1:8412",
    show_default=True,
    metavar="HOST:PORT",
    help="Where health and metrics are answered; port 0: any.",
)
@click.option(
    "--instance",
    envvar="SLA_INSTANCE",
    help="A name that this one keeps over restarts: then a restart disturbs no other.",
)
def intake(cluster: Cluster, listen: str, instance: str | None) -> None:
    """Takes in what helpdesks publish; several share the work."""
    import asyncio

    from sla import logs
    from sla.cluster_options import checked
    from sla.intake_role import IntakeRole
    from sla.roles import live
    from sla.serving import serving

    logs.configure()
    role = IntakeRole(cluster, checked(cluster), instance)

    async def run() -> None:
        async with serving(listen, role.health, role.metrics.registry) as address:
            click.echo(f"health and metrics at {address}", err=True)
            await live(role.work, role.left)

    asyncio.run(run())
