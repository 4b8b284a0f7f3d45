"""`sla lag`: how far each stage of a cluster is behind."""

from typing import TYPE_CHECKING

import click

from sla.cluster_options import cluster_options
from sla.settings import Settings
from streams.kafka.cluster import Cluster

if TYPE_CHECKING:
    from sla.lag import Lag


@click.command()
@cluster_options
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_obj
def lag(settings: Settings, cluster: Cluster, as_json: bool) -> None:
    """Says how many records each stage is behind, by partition, and since when."""
    from kafka.errors import KafkaError

    from sla import lag as lags
    from sla.clock import now_instant
    from sla.cluster_options import checked, no_answer
    from sla.database import asked_database
    from sla.show import print_json
    from sla.trouble import Trouble

    checked(cluster)
    try:
        found = lags.lag(cluster, lambda: asked_database(settings), now_instant)
    except KafkaError as error:
        raise Trouble(no_answer(cluster, error)) from error
    if as_json:
        print_json(found.as_dict())
    else:
        _tell(found)


def _tell(found: "Lag") -> None:
    from sla.show import console, seconds, table

    out = console()
    rows = [
        (one.stage, one.partition, one.records, seconds(found.seconds(one))) for one in found.behind
    ]
    out.print(table(("=stage", ">partition", ">records behind", ">oldest waits"), rows))
    out.print()
    if found.no_rows is not None:
        out.print(f"nothing is known of the rows: {found.no_rows}", soft_wrap=True)
        return
    if not found.lateness:
        out.print("no breach was told in the last hour")
        return
    late = [
        (row["partition"], row["breaches"], seconds(row["median_s"]), seconds(row["max_s"]))
        for row in found.lateness
    ]
    columns = (">partition", ">breaches, last hour", ">told after (median)", ">at most")
    out.print(table(columns, late))
