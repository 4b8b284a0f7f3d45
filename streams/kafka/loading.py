"""Reads what was committed of a partition: a consumer without a group, to the end only."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Final

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from streams.kafka.cluster import LIBRARY, Cluster

CHUNK: Final = 10_000
"""Records taken at once."""
WAIT: Final = 0.02
"""Seconds that the client gathers a chunk for."""
ANSWER: Final = 3.0
"""Seconds in which the brokers should answer a question; then it is asked again."""

_PASSING: Final = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._RESOLVE,
        KafkaError._TIMED_OUT,
        KafkaError._TRANSPORT,
        KafkaError.FENCED_LEADER_EPOCH,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.REPLICA_NOT_AVAILABLE,
        KafkaError.REQUEST_TIMED_OUT,
        KafkaError.UNKNOWN_LEADER_EPOCH,
    }
)
"""What brokers that are away or come up do to a reader, and mend."""


class Closed(Exception):
    """It was told to end while it waited for the brokers."""


def committed(
    cluster: Cluster, topic: str, partition: int, interrupted: threading.Event | None = None
) -> Iterator[tuple[bytes, Any]]:
    """Key and value of every committed record, in order; waits for brokers that are away.

    What is appended meanwhile may or may not be among them: read where nobody else writes.
    Raises Closed once `interrupted` is set, KafkaException.
    """
    place = TopicPartition(topic, partition, OFFSET_BEGINNING)
    with closing(_consumer(cluster)) as consumer:
        consumer.assign([place])
        while True:
            if interrupted is not None and interrupted.is_set():
                raise Closed(f"{topic} {partition}: not read to its end")
            for message in consumer.consume(CHUNK, WAIT):
                error = message.error()
                if error is None:
                    yield message.key(), message.value()
                elif error.code() == KafkaError._PARTITION_EOF:
                    return
                elif error.code() not in _PASSING:
                    raise KafkaException(error)


def ends(
    cluster: Cluster, topic: str, partitions: Sequence[int], interrupted: threading.Event
) -> Mapping[int, int]:
    """The offset after the last record of each partition; waits for brokers that are away.

    Raises Closed once `interrupted` is set, KafkaException.
    """
    with closing(_consumer(cluster)) as consumer:
        return {number: _end(consumer, topic, number, interrupted) for number in partitions}


def _end(consumer: Any, topic: str, partition: int, interrupted: threading.Event) -> int:
    while True:
        try:
            end: int = consumer.get_watermark_offsets(TopicPartition(topic, partition), ANSWER)[1]
            return end
        except KafkaException as failure:
            if failure.args[0].code() not in _PASSING:
                raise
            if interrupted.is_set():
                raise Closed(f"{topic} {partition}: its end is not known") from failure


def _consumer(cluster: Cluster) -> Any:
    return Consumer(
        {
            **cluster.for_librdkafka(),
            # The library wants a name; nothing is ever committed under it.
            "group.id": f"{cluster.prefix}sla-loading",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
            "fetch.message.max.bytes": 8 << 20,
            # Enough to keep it busy, little enough that several loads at once stay small.
            "queued.max.messages.kbytes": 16 << 10,
            "queued.min.messages": 20_000,
        },
        logger=LIBRARY,
    )
