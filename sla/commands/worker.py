"""`sla worker`: tracks its share of the partitions; several share the work."""

import click

from sla.cluster_options import cluster_options
from streams.kafka.cluster import Cluster


@click.command()
@cluster_options
@click.option(
    "--listen",
    default="127.0.0.1:8413",
    show_default=True,
    metavar="HOST:PORT",
    help="Where health and metrics are answered; port 0: any.",
)
@click.option(
    "--instance",
    envvar="SLA_INSTANCE",
    help="A name that this one keeps over restarts: then a restart disturbs no other.",
)
@click.option(
    "--session",
    envvar="SLA_SESSION",
    type=click.FloatRange(1, 300),
    default=6,
    show_default=True,
    help="Seconds without a sign of life after which others take its partitions over.",
)
def worker(cluster: Cluster, listen: str, instance: str | None, session: float) -> None:
    """Judges what the journal says, and publishes what follows."""
    import asyncio

    from sla import logs
    from sla.clock import now_instant
    from sla.cluster_options import checked
    from sla.roles import live
    from sla.serving import serving
    from sla.worker_role import WorkerRole
    from streams.kafka.app import Membership

    logs.configure()
    keep_memory_together()
    checked(cluster)

    async def run() -> None:
        role = WorkerRole(cluster, Membership(instance, session), now_instant)
        async with serving(listen, role.health, role.metrics.registry) as address:
            click.echo(f"health and metrics at {address}", err=True)
            await live(role.work, role.left)

    asyncio.run(run())


def keep_memory_together() -> None:
    """Has the C library give out memory to all threads from two places, not eight a core.

    A partition is loaded in one thread, judged in another and written by a third; what each lets
    go of stays with its own place else, and a worker grows with every rebalance.
    """
    import ctypes

    arena_max = -8  # glibc's name for it is M_ARENA_MAX; others have no such call
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(arena_max, 2)
