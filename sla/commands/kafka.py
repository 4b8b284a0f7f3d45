"""`sla kafka`: makes the topics, and says what is not as it must be."""

import click

from sla.cluster_options import checked, cluster_options, no_answer
from sla.trouble import Trouble
from streams.kafka.cluster import Cluster


@click.group()
def kafka() -> None:
    """The topics of a cluster."""


@kafka.command()
@cluster_options
@click.option(
    "--partitions",
    type=click.IntRange(1, 1000),
    default=8,
    show_default=True,
    help="Of the journal and what follows from it; for good: tickets live where this puts them.",
)
@click.option(
    "--replicas",
    type=click.IntRange(1),
    help="Copies of each partition; the brokers' own default where not told.",
)
def init(cluster: Cluster, partitions: int, replicas: int | None) -> None:
    """Makes the topics that are missing, then checks all of them."""
    from kafka.errors import KafkaError

    from streams.kafka import topics

    try:
        made = topics.init(cluster, partitions, replicas=replicas or -1)
    except KafkaError as error:
        raise Trouble(no_answer(cluster, error)) from error
    for name in made:
        click.echo(f"made {name}")
    fixed = checked(cluster)
    if fixed != partitions:
        raise Trouble(f"the topics have {fixed} partitions, for good; {partitions} were asked for")
    _say(fixed)


@kafka.command()
@cluster_options
def check(cluster: Cluster) -> None:
    """Says everything that is not as it must be; exit code 1 where there is anything."""
    _say(checked(cluster))


def _say(partitions: int) -> None:
    click.echo(f"the topics are as they must be; {partitions} partitions")
