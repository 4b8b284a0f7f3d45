"""Intake and relay at work: each follows its way, and rides out brokers that are away."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry, Counter, Gauge

from projections.outage import Outage
from sla.cluster_options import no_answer
from sla.roles import together
from sla.trouble import Trouble
from streams.kafka.cluster import Cluster
from streams.kafka.copying import Copier, is_away
from streams.kafka.intake import intake
from streams.kafka.relay import relay
from streams.kafka.sorting import Sorted
from streams.kafka.topics import Topics
from streams.kafka.ways import Way

AWAY: Final = "waiting for Kafka"
AT_WORK: Final = "at work"
LOOK_EVERY: Final = 2.0
"""Seconds between looks at whether the brokers answer."""


class IntakeMetrics:
    """Counts what was appended; what a restart appends again is counted again."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = Counter("sla_intake_events_total", "Events taken in", registry=self.registry)
        self._refused = Counter(
            "sla_intake_refused_total", "Inputs refused", registry=self.registry
        )
        self._left_out = Counter(
            "sla_intake_left_out_total", "Fields that no event has", registry=self.registry
        )
        self._facts = Counter(
            "sla_relay_facts_total", "Records of shared facts copied", registry=self.registry
        )
        self._unsaid = Gauge(
            "sla_intake_in_hand", "Messages read and not yet acknowledged", registry=self.registry
        )

    def sorted_out(self, out: Sorted) -> None:
        """Takes what some messages came to."""
        self._events.inc(out.events)
        self._refused.inc(len(out.letters))
        self._left_out.inc(sum(out.left_out.values()))

    def copied(self, records: int) -> None:
        """Takes how many records of shared facts were copied."""
        self._facts.inc(records)

    def in_hand(self, look: Callable[[], float]) -> None:
        """Asks `look` for the messages in hand whenever it is asked itself."""
        self._unsaid.set_function(look)


@dataclass(slots=True)
class Follower:
    """One way, followed whatever the brokers do."""

    cluster: Cluster
    way: Way
    state: str = AWAY
    _copier: Copier | None = field(default=None)

    @property
    def in_hand(self) -> int:
        """Messages read and not yet acknowledged."""
        return 0 if self._copier is None else self._copier.unsaid

    async def follow(self, stop: asyncio.Event) -> None:
        """Until `stop`. Raises Trouble for what does not mend by itself."""
        outage = Outage(self.way.group, what="Kafka")
        while not stop.is_set():
            try:
                async with Copier(self.cluster, self.way) as copier:
                    self._copier = copier
                    self.state = AT_WORK
                    outage.over()
                    await self._watched(copier, stop)
            except KafkaError as error:
                if not is_away(error):
                    raise Trouble(no_answer(self.cluster, error)) from error
                self.state = AWAY
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), outage.pause(error))

    async def _watched(self, copier: Copier, stop: asyncio.Event) -> None:
        """Follows on, and looks now and then whether the brokers are there: the clients wait."""
        watching = asyncio.ensure_future(self._watch(copier))
        try:
            await copier.run(stop)
        finally:
            watching.cancel()

    async def _watch(self, copier: Copier) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self.state = AT_WORK if await copier.answers() else AWAY


class IntakeRole:
    """Both ways of one process. `instance`: a name that stays over restarts."""

    def __init__(self, cluster: Cluster, partitions: int, instance: str | None) -> None:
        topics = Topics(cluster.prefix)
        self.metrics = IntakeMetrics()
        self._intake = Follower(
            cluster, intake(topics, partitions, self.metrics.sorted_out, instance)
        )
        self._relay = Follower(cluster, relay(topics, partitions, self.metrics.copied, instance))
        self.metrics.in_hand(lambda: self._intake.in_hand + self._relay.in_hand)

    async def work(self, stop: asyncio.Event) -> None:
        """Until `stop`. Raises Trouble."""
        await together(self._intake.follow(stop), self._relay.follow(stop))

    def health(self) -> dict[str, Any]:
        """Whether both are at work."""
        states = {"intake": self._intake.state, "relay": self._relay.state}
        return {"ok": all(state == AT_WORK for state in states.values()), **states}

    def left(self) -> str:
        """What is in hand."""
        return (
            f"{self._intake.in_hand} messages and {self._relay.in_hand} records of shared facts "
            "not acknowledged"
        )
