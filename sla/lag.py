"""How far every stage of a cluster is behind, and how late breaches were told."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg
from psycopg.rows import dict_row

from sla.database import DatabaseUnavailable
from streams.kafka.behind import Behind, behind_of_groups, behind_of_rows, behind_of_tracker
from streams.kafka.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Lag:
    """What was found."""

    behind: list[Behind]
    lateness: list[dict[str, Any]]
    """By partition: `breaches` of the last hour, `median_s` and `max_s` from deadline to told."""
    no_rows: str | None
    """Why nothing is known of the rows."""
    now_us: int

    def seconds(self, one: Behind) -> float:
        """For how long the first of its records has waited; 0 where there is none."""
        return 0.0 if one.since_us is None else max(0, self.now_us - one.since_us) / 1_000_000

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        stages = [
            {
                "stage": one.stage,
                "partition": one.partition,
                "records": one.records,
                "seconds": round(self.seconds(one), 3),
            }
            for one in self.behind
        ]
        return {"stages": stages, "lateness": self.lateness, "no_rows": self.no_rows}


def lag(cluster: Cluster, dsn: Callable[[], str], clock: Callable[[], int]) -> Lag:
    """Asks Kafka and the database. Raises KafkaError; a database that is away is told of."""
    # What comes later is asked first: nothing seems behind what it has overtaken since.
    lateness: list[dict[str, Any]] = []
    rows: dict[int, tuple[int, int | None]] = {}
    no_rows = None
    try:
        with closing(psycopg.connect(dsn(), autocommit=True, row_factory=dict_row)) as db:
            rows = {
                row["partition"]: (row["position"], row["resume"])
                for row in db.execute(_query("rows_held"))
            }
            lateness = db.execute(_query("lateness")).fetchall()
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as error:
        no_rows = str(error).strip()
    except DatabaseUnavailable as error:
        no_rows = str(error)
    tracker, judged = behind_of_tracker(cluster)
    found = [*behind_of_groups(cluster), *tracker]
    if no_rows is None:
        found += behind_of_rows(cluster, judged, {n: rows.get(n, (0, None)) for n in judged})
    return Lag(found, lateness, no_rows, clock())


def _query(name: str) -> bytes:
    return (files("sla.queries") / f"{name}.sql").read_bytes()
