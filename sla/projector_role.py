"""The cluster's projector at work: one at a time, whatever database and brokers do."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any, Final

import psycopg
from prometheus_client import CollectorRegistry, Counter, Gauge
from psycopg import Connection

from projections.feed import Feed, FeedAway, FeedRecord
from projections.kafka_feed import KafkaFeed, OutcomesGone
from projections.letters import Letters
from projections.projector import NotOwner, OtherPartitions, Projector
from projections.rows.batch import UnreadableRecord
from projections.statements import statement
from sla.trouble import Trouble
from streams.kafka.cluster import Cluster
from streams.kafka.topics import Topics

LOCK: Final = 5_147_002
"""The advisory lock that the projector at work holds; another stands by."""


class ProjectorMetrics:
    """What came into the rows."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._records = Counter(
            "sla_projected_records_total", "Journal records projected", registry=self.registry
        )
        self._batches = Counter(
            "sla_projected_batches_total", "Transactions committed", registry=self.registry
        )
        self._position = Gauge(
            "sla_projector_position",
            "Journal position in rows",
            ["partition"],
            registry=self.registry,
        )
        self._clock = Gauge(
            "sla_projector_clock_seconds",
            "Journal's time in rows",
            ["partition"],
            registry=self.registry,
        )

    def projected(self, records: Sequence[FeedRecord]) -> None:
        """Takes a committed batch."""
        self._records.inc(len(records))
        self._batches.inc()
        for record in {one.partition: one for one in records}.values():
            self._position.labels(record.partition).set(record.position)
            self._clock.labels(record.partition).set(record.stamp_us / 1_000_000)


class ProjectorRole:
    """A projector in a thread of its own. `dsn` must have all migrations."""

    def __init__(self, dsn: str, cluster: Cluster, partitions: int) -> None:
        self._cluster = cluster
        self._topic = Topics(cluster.prefix).events
        self.metrics = ProjectorMetrics()
        self._state = "waiting for database or Kafka"
        make_room(dsn, partitions)
        letters = Topics(cluster.prefix).dead_letters
        self._letters = Letters(dsn, cluster.for_kafka_python(), letters)
        self._projector = Projector(
            dsn, self._feed, partitions=partitions, on_batch=self.metrics.projected
        )

    async def work(self, stop: asyncio.Event) -> None:
        """Until `stop`, and the batch in hand is committed. Raises Trouble."""
        told = threading.Event()
        running = [
            asyncio.ensure_future(asyncio.to_thread(run, told))
            for run in (self._projector.run, self._letters.run)
        ]
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait((*running, stopping), return_when=asyncio.FIRST_COMPLETED)
        told.set()
        stopping.cancel()
        try:
            await asyncio.gather(*running)
        except (NotOwner, OtherPartitions, OutcomesGone, UnreadableRecord) as error:
            raise Trouble(str(error)) from error

    def health(self) -> dict[str, Any]:
        """Whether it is at work or stands by."""
        at_work = self._projector.at_work
        state = "projecting" if at_work else self._state
        return {
            "ok": at_work or self._state == "standing by",
            "state": state,
            "positions": {
                str(number): held.position for number, held in self._projector.held.items()
            },
        }

    def left(self) -> str:
        """How far the rows are."""
        places = (f"{number}: {held.position}" for number, held in self._projector.held.items())
        return f"rows stand at journal positions {', '.join(places) or 'unknown'}"

    def _feed(self, connection: Connection[Any]) -> Feed:
        """The feed, once no other projector is at work. Raises FeedAway."""
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
        if row is None or not row[0]:
            self._state = "standing by"
            raise FeedAway("another projector is at work; standing by")
        self._state = "waiting for database or Kafka"
        return KafkaFeed(self._cluster.for_kafka_python(), self._topic)


def make_room(dsn: str, partitions: int) -> None:
    """A position for every partition, where the database is new."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement("add_positions"), {"partitions": partitions})
