"""Writes to the journal as intake and relay do, with stamps of our own where the journal allows."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast, get_args

from kafka import KafkaProducer

from schemas import inbound as told
from schemas.codec import encode_batch
from streams.kafka.cluster import Cluster
from streams.kafka.journal_format import Copied
from streams.kafka.routing import partition_of
from streams.kafka.topics import Topics

TICKET_EVENTS = get_args(told.TicketEvent)


@dataclass(slots=True)
class Voice:
    """Speaks to every partition."""

    producer: Any
    journal: str
    partitions: int
    facts: int = 0
    said: list[int] = field(default_factory=list)
    """Records appended to each partition by us."""

    def __post_init__(self) -> None:
        self.said = [0] * self.partitions

    def say(self, events: Sequence[told.InboundEvent], stamp: int | None = None) -> None:
        """Appends events: of tickets where they live, shared facts everywhere.

        `stamp`: microseconds, where the journal keeps it; of the log of facts, too.
        """
        for event in events:
            if not isinstance(event, TICKET_EVENTS):
                self.facts += 1
                copied = Copied(self.facts, stamp or 0)
                for partition in range(self.partitions):
                    self._append(partition, encode_batch([event]), stamp, copied.headers())
        for partition, own in self._split(events).items():
            self._append(partition, encode_batch(own), stamp)

    def tick(self, stamp: int | None = None) -> None:
        """Lets time pass everywhere."""
        for partition in range(self.partitions):
            self._append(partition, b"", stamp)

    def _split(self, events: Iterable[told.InboundEvent]) -> dict[int, list[told.InboundEvent]]:
        split: dict[int, list[told.InboundEvent]] = {}
        for event in events:
            if isinstance(event, TICKET_EVENTS):
                key = f"{event.source} {cast(Any, event).subject}"
                split.setdefault(partition_of(key, self.partitions), []).append(event)
        return split

    def _append(
        self,
        partition: int,
        value: bytes,
        stamp: int | None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        self.said[partition] += 1
        self.producer.send(
            self.journal,
            value,
            partition=partition,
            timestamp_ms=None if stamp is None else stamp // 1000,
            headers=list(headers),
        )


@contextmanager
def voice(cluster: Cluster, partitions: int) -> Iterator[Voice]:
    """Speaks; what was said is in the journal when the block ends."""
    producer = KafkaProducer(acks="all", linger_ms=5, **cluster.for_kafka_python())
    try:
        yield Voice(producer, Topics(cluster.prefix).journal, partitions)
        producer.flush()
    finally:
        producer.close()
