"""What is in a topic, from its beginning to its end."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from schemas.codec import decode_batch
from schemas.inbound import InboundEvent
from streams.core.partition import Record
from streams.kafka.cluster import Cluster
from streams.kafka.journal_format import to_record
from streams.kafka.topics import Topics


def read_all(cluster: Cluster, topic: str, *, committed: bool = True) -> list[Any]:
    """Every record of `topic`, in the order of each partition."""
    consumer = KafkaConsumer(
        enable_auto_commit=False,
        isolation_level="read_committed" if committed else "read_uncommitted",
        max_poll_records=5000,
        **cluster.for_kafka_python(),
    )
    with closing(consumer):
        return list(_all(consumer, topic))


def _all(consumer: Any, topic: str) -> Iterator[Any]:
    places = [
        TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))
    ]
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    ends = consumer.end_offsets(places)
    while any(consumer.position(place) < ends[place] for place in places):
        for records in consumer.poll(timeout_ms=200).values():
            yield from records


def journal(cluster: Cluster) -> list[Record]:
    """The whole journal, partition by partition in order."""
    return [
        to_record(one.partition, one.offset, one.timestamp, one.headers, one.value)
        for one in read_all(cluster, Topics(cluster.prefix).journal)
    ]


def journal_events(cluster: Cluster) -> list[InboundEvent]:
    """All events in the journal, with those that are there twice."""
    return [event for record in journal(cluster) for event in decode_batch(record.events)]
