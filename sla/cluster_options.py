"""How every command of the cluster is told where Kafka is: `--bootstrap` and the environment."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click

from sla.trouble import Trouble
from streams.kafka.cluster import SECURITY, Cluster

ENVIRONMENT: Final = "SLA_KAFKA"


def cluster_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives the command a `cluster` from `--bootstrap`, `--prefix` and the security variables."""

    @_bootstrap(required=True)
    @_prefix
    @wraps(command)
    def with_cluster(*args: Any, bootstrap: str, prefix: str, **kwargs: Any) -> Any:
        return command(*args, cluster=Cluster(bootstrap, prefix, security()), **kwargs)

    return with_cluster


def through_kafka(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives the command a `cluster` where `--kafka` is told, else None."""

    @click.option("--kafka", is_flag=True, help="Through Kafka, to the trackers of a cluster.")
    @_bootstrap(required=False)
    @_prefix
    @wraps(command)
    def with_cluster(
        *args: Any, kafka: bool, bootstrap: str | None, prefix: str, **kwargs: Any
    ) -> Any:
        if not kafka:
            return command(*args, cluster=None, **kwargs)
        if bootstrap is None:
            raise click.UsageError(f"--kafka needs --bootstrap (or {ENVIRONMENT})")
        return command(*args, cluster=Cluster(bootstrap, prefix, security()), **kwargs)

    return with_cluster


def _bootstrap(*, required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "--bootstrap",
        envvar=ENVIRONMENT,
        required=required,
        metavar="HOST:PORT,...",
        help=f"Kafka brokers (or {ENVIRONMENT}). Security: {ENVIRONMENT}_SECURITY_PROTOCOL, "
        f"{ENVIRONMENT}_SASL_USERNAME, ...",
    )


_prefix = click.option(
    "--prefix",
    envvar=f"{ENVIRONMENT}_PREFIX",
    default="",
    help="Of the names of topics and groups, where several trackers share the brokers.",
)


def cluster_of_environment() -> Cluster | None:
    """The cluster that the environment names; None: it names none."""
    bootstrap = os.environ.get(ENVIRONMENT)
    if not bootstrap:
        return None
    return Cluster(bootstrap, os.environ.get(f"{ENVIRONMENT}_PREFIX", ""), security())


def security() -> dict[str, str]:
    """The security settings of the environment: `SLA_KAFKA_SASL_MECHANISM` and the like."""
    names = {name: f"{ENVIRONMENT}_{name.upper()}" for name in SECURITY}
    return {
        name: os.environ[variable] for name, variable in names.items() if variable in os.environ
    }


def checked(cluster: Cluster) -> int:
    """The number of partitions of a cluster whose topics are as they must be.

    Raises Trouble, with all that is wrong, where they are not, or where no broker answers.
    """
    from kafka.errors import KafkaError

    from streams.kafka.topics import check, fixed_partitions

    try:
        wrong = check(cluster)
        partitions = fixed_partitions(cluster) if not wrong else None
    except KafkaError as error:
        raise Trouble(no_answer(cluster, error)) from error
    if wrong:
        raise Trouble("the topics are not as they must be:\n" + "\n".join(wrong))
    assert partitions is not None, "The check found the number."
    return partitions


def no_answer(cluster: Cluster, error: Exception) -> str:
    """What to tell where Kafka could not be asked."""
    return (
        f"no answer from Kafka at {cluster.bootstrap}: {type(error).__name__}: {error}\n"
        f"what to do: check --bootstrap (or {ENVIRONMENT}), and that the brokers are up"
    )
