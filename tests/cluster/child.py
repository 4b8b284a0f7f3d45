"""A worker that is told the time, on a journal that keeps its senders' stamps: for the past.

Arguments: bootstrap, prefix, and how its clock goes (`Hurry`).
"""

import asyncio
import sys

import click

from sla import logs
from sla.roles import live
from sla.serving import serving
from sla.worker_role import WorkerRole
from streams.kafka.app import Membership
from streams.kafka.cluster import Cluster
from tests.cluster.hurry import Hurry


async def run(bootstrap: str, prefix: str, clock: Hurry) -> None:
    role = WorkerRole(Cluster(bootstrap, prefix), Membership(), clock)
    async with serving("127.0.0.1:0", role.health, role.metrics.registry) as address:
        click.echo(f"health and metrics at {address}", err=True)
        await live(role.work, role.left)


if __name__ == "__main__":
    logs.configure()
    asyncio.run(run(sys.argv[1], sys.argv[2], Hurry.of(sys.argv[3])))
