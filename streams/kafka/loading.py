"""Reads what was committed of a partition: a consumer without a group, to the end only."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Final

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from streams.kafka.cluster import Cluster

CHUNK: Final = 10_000
"""Records taken at once."""
WAIT: Final = 0.02
"""Seconds that the client gathers a chunk for."""
ANSWER: Final = 30.0
"""Seconds in which the brokers must answer a question."""


def committed(cluster: Cluster, topic: str, partition: int) -> Iterator[tuple[bytes, Any]]:
    """Key and value of every committed record, in order. Raises KafkaException.

    What is appended meanwhile may or may not be among them: read where nobody else writes.
    """
    place = TopicPartition(topic, partition, OFFSET_BEGINNING)
    with closing(_consumer(cluster)) as consumer:
        consumer.assign([place])
        while True:
            for message in consumer.consume(CHUNK, WAIT):
                error = message.error()
                if error is None:
                    yield message.key(), message.value()
                elif error.code() == KafkaError._PARTITION_EOF:
                    return
                elif not error.retriable():
                    raise KafkaException(error)


def ends(cluster: Cluster, topic: str, partitions: Sequence[int]) -> Mapping[int, int]:
    """The offset after the last record of each partition. Raises KafkaException."""
    with closing(_consumer(cluster)) as consumer:
        return {
            partition: consumer.get_watermark_offsets(TopicPartition(topic, partition), ANSWER)[1]
            for partition in partitions
        }


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
            "queued.max.messages.kbytes": 128 << 10,
            "queued.min.messages": 200_000,
        }
    )
