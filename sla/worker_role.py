"""A worker of the cluster at work: tracks the partitions that its group gives it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog
from confluent_kafka import KafkaException
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sla.cluster_options import no_answer
from sla.metrics import Committed
from sla.trouble import Trouble
from streams.core.partition import Effects
from streams.kafka.app import Membership
from streams.kafka.cluster import Cluster
from streams.kafka.holding import Holding
from streams.kafka.journal import RecordsMissing
from streams.kafka.watching import NothingRead
from streams.kafka.working import Worker
from streams.tracker import AheadOfTime, NotOwner

log = structlog.get_logger()


class WorkerMetrics(Committed):
    """Counts what was committed; asks each partition how far it is when it is asked itself."""

    def committed(self, partition: int, effects: Sequence[Effects]) -> None:
        """Takes the effects of one commit."""
        self.count(effects)

    def watch(self, holdings: Callable[[], Sequence[Holding]], clock: Callable[[], int]) -> None:
        """Tells of the partitions held, whenever it is asked."""
        self.registry.register(_Partitions(holdings, clock))


class _Partitions(Collector):
    """Gauges of what is held now; what was given away is told no more."""

    def __init__(self, holdings: Callable[[], Sequence[Holding]], clock: Callable[[], int]) -> None:
        self._holdings = holdings
        self._clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One line a partition; lengths in seconds."""
        position = _gauge("sla_tracker_position", "Journal position committed")
        clock = _gauge("sla_tracker_clock_seconds", "The partition's time")
        waiting = _gauge("sla_tracker_waiting_records", "Journal records read and not yet judged")
        overdue = _gauge("sla_tracker_overdue_seconds", "For how long something has been due")
        now = self._clock()
        for holding in self._holdings():
            label = [str(holding.number)]
            due = holding.next_due
            position.add_metric(label, holding.position or 0)
            clock.add_metric(label, holding.clock / 1_000_000)
            waiting.add_metric(label, holding.waiting)
            overdue.add_metric(label, 0 if due is None else max(0, now - due) / 1_000_000)
        yield from (position, clock, waiting, overdue)


def _gauge(name: str, told: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, labels=["partition"])


class WorkerRole:
    """One worker. To be made on a running event loop."""

    def __init__(self, cluster: Cluster, member: Membership, clock: Callable[[], int]) -> None:
        self._cluster = cluster
        self.metrics = WorkerMetrics()
        self._worker = Worker(cluster, member, clock, self.metrics.committed)
        self.metrics.watch(self._holdings, clock)

    def _holdings(self) -> Sequence[Holding]:
        return list(self._worker.owner.holdings.values())

    async def work(self, stop: asyncio.Event) -> None:
        """Until `stop`, and what is being committed is. Raises Trouble."""
        stopping = asyncio.ensure_future(stop.wait())
        stopping.add_done_callback(lambda _: self._worker.stop())
        try:
            await self._worker.run()
        except (NotOwner, AheadOfTime, RecordsMissing, NothingRead) as error:
            raise Trouble(str(error)) from error
        except KafkaException as error:
            raise Trouble(no_answer(self._cluster, error)) from error
        finally:
            stopping.cancel()

    def health(self) -> dict[str, Any]:
        """Whether it is in the group, and how far each partition is that it was given."""
        state = self._worker.owner.state
        return {
            "ok": state == "tracking",
            "state": state,
            "positions": {holding.number: holding.position for holding in self._holdings()},
        }

    def left(self) -> str:
        """How far each partition is, and what was read of it in vain."""
        places = [f"{h.number}: {h.position} (+{h.waiting})" for h in self._holdings()]
        return f"partitions at journal positions {', '.join(places) or 'none'}"
