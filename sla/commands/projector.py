"""`sla projector`: turns what trackers publish on Kafka into the rows that analysts read."""

import click

from sla.cluster_options import cluster_options
from sla.settings import Settings
from streams.kafka.cluster import Cluster


@click.command()
@cluster_options
@click.option(
    "--listen",
    default="127.0.0.1:8414",
    show_default=True,
    metavar="HOST:PORT",
    help="Where health and metrics are answered; port 0: any.",
)
@click.pass_obj
def projector(settings: Settings, cluster: Cluster, listen: str) -> None:
    """Turns outcomes into rows of PostgreSQL; a second one stands by."""
    import asyncio

    from sla import logs
    from sla.cluster_options import checked
    from sla.database import database
    from sla.projector_role import ProjectorRole
    from sla.roles import live
    from sla.serving import serving

    logs.configure()
    role = ProjectorRole(database(settings), cluster, checked(cluster))

    async def run() -> None:
        async with serving(listen, role.health, role.metrics.registry) as address:
            click.echo(f"health and metrics at {address}", err=True)
            await live(role.work, role.left)

    asyncio.run(run())
