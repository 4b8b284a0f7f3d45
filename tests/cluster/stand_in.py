"""A tracker in its simplest form: folds the whole journal and publishes what follows.

It stands in for the worker where a test is about what comes after it.
"""

from collections.abc import Generator, Sequence
from contextlib import closing

from kafka import KafkaProducer

from projections.feed import FeedRecord
from streams.core.partition import Effects, Partition, Record
from streams.kafka.cluster import Cluster
from streams.kafka.topics import RECORD_BYTES, Topics

Headers = list[tuple[str, bytes]]


def folded(records: Sequence[Record], partitions: int) -> dict[int, list[Effects]]:
    """What follows from each record, by partition."""
    folds = [Partition(number) for number in range(partitions)]
    effects: dict[int, list[Effects]] = {number: [] for number in range(partitions)}
    for record in records:
        effects[record.partition].append(folds[record.partition].apply(record))
    return effects


def feed_records(effects: dict[int, list[Effects]]) -> list[FeedRecord]:
    """The same as the projector reads it, without Kafka between."""
    return [
        FeedRecord(
            number, one.position, one.clock, one.clock, b"[" + b",".join(one.messages) + b"]"
        )
        for number, some in effects.items()
        for one in some
    ]


def publish(
    cluster: Cluster, effects: dict[int, list[Effects]], group: int = 5
) -> Generator[int, None, None]:
    """Publishes as a tracker does, `group` journal records a transaction; one a step."""
    with closing(
        KafkaProducer(
            acks="all",
            transactional_id=f"{cluster.prefix}stand-in",
            linger_ms=5,
            max_request_size=RECORD_BYTES,
            **cluster.for_kafka_python(),
        )
    ) as producer:
        producer.init_transactions()
        longest = max(len(some) for some in effects.values())
        for start in range(0, longest, group):
            producer.begin_transaction()
            for number, some in effects.items():
                _send(producer, Topics(cluster.prefix).events, number, some[start : start + group])
            producer.commit_transaction()
            yield start


def abandon(cluster: Cluster, number: int, effects: Sequence[Effects]) -> None:
    """Publishes in a transaction that is taken back."""
    with closing(
        KafkaProducer(
            acks="all",
            transactional_id=f"{cluster.prefix}stand-in-{number}",
            **cluster.for_kafka_python(),
        )
    ) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        _send(producer, Topics(cluster.prefix).events, number, effects)
        producer.flush()
        producer.abort_transaction()


def _send(producer: KafkaProducer, topic: str, number: int, effects: Sequence[Effects]) -> None:
    for one in effects:
        for index, message in enumerate(one.messages):
            headers = [*_place(one), ("index", b"%d" % index)]
            producer.send(topic, message, key=b"ticket", partition=number, headers=headers)
    if effects:
        producer.send(topic, b"", partition=number, headers=_place(effects[-1]))


def _place(one: Effects) -> Headers:
    stamp = b"%d" % one.clock
    return [("position", b"%d" % one.position), ("stamp_us", stamp), ("published_us", stamp)]
