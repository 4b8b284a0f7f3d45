"""For who speaks for a helpdesk: publishes events to Kafka, each of them once and in order.

with Helpdesk(Cluster("localhost:9092")) as helpdesk:
    helpdesk.say(event)
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from kafka import KafkaProducer

from schemas.codec import fault_of
from schemas.inbound import InboundEvent
from streams.kafka.cluster import Cluster
from streams.kafka.topics import RECORD_BYTES, Topics

CONTENT_TYPE: Final = b"application/cloudevents+json"
_encode: Final = msgspec.json.Encoder().encode


class EventUnfit(ValueError):
    """An event that the intake would refuse; says the field and what was expected."""


class Helpdesk:
    """A connection to the topic of events. Raises KafkaError where no broker answers."""

    def __init__(self, cluster: Cluster) -> None:
        self._topic = Topics(cluster.prefix).inbound
        self._producer = KafkaProducer(
            acks="all",
            enable_idempotence=True,
            linger_ms=5,
            max_request_size=RECORD_BYTES,
            **cluster.for_kafka_python(),
        )
        self._sent: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.flush()
        finally:
            self._producer.close()

    def say(self, *events: InboundEvent) -> None:
        """Sends `events`; those of a ticket keep their order. Kept once `flush` has returned.

        Raises EventUnfit, sending none of them, where one is not fit for the tracker.
        """
        for event in events:
            fault = fault_of(event)
            if fault is not None:
                raise EventUnfit(f"event {event.id}: {fault.field}: expected {fault.expected}")
        self.say_checked(events)

    def say_checked(self, events: Sequence[InboundEvent]) -> None:
        """The same for events that were decoded, and so are fit."""
        for event in events:
            self._sent.append(
                self._producer.send(
                    self._topic,
                    _encode(event),
                    key=f"{event.source} {event.subject}".encode(),
                    headers=[("content-type", CONTENT_TYPE)],
                )
            )

    def flush(self, seconds: float = 60) -> None:
        """Returns once every event said is kept by the brokers. Raises KafkaError for one that is
        not: send again what was said since the last flush; the tracker passes over repeats.
        """
        self._producer.flush(timeout=seconds)
        sent, self._sent = self._sent, []
        for one in sent:
            one.get(timeout=seconds)
