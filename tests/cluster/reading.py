"""What a consumer of committed records is given; with another library than the tracker's own."""

from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from typing import Any

import orjson
from kafka import KafkaConsumer, TopicPartition

from streams.core.state import truth_digest
from streams.kafka.cluster import Cluster
from streams.kafka.state_format import saved
from streams.kafka.topics import Topics
from streams.tracker import Saved


def committed(cluster: Cluster, topic: str) -> Iterator[Any]:
    """Every committed record of all partitions, those of a partition in order."""
    consumer = KafkaConsumer(
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
        max_partition_fetch_bytes=8 << 20,
        **cluster.for_kafka_python(),
    )
    with closing(consumer):
        places = [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic)]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends = consumer.end_offsets(places)
        while any(consumer.position(place) < ends[place] for place in places):
            for records in consumer.poll(timeout_ms=500).values():
                yield from records


def states(cluster: Cluster) -> dict[int, Saved]:
    """What `sla.state` says of each partition."""
    found: dict[int, list[tuple[bytes, bytes | None]]] = {}
    for record in committed(cluster, Topics(cluster.prefix).state):
        found.setdefault(record.partition, []).append((record.key, record.value))
    return {partition: saved(records) for partition, records in found.items()}


def digest(cluster: Cluster) -> str:
    """The truth digest of all partitions together."""
    return truth_digest(chain.from_iterable(one.states for one in states(cluster).values()))


def alerts(cluster: Cluster) -> dict[str, dict[str, Any]]:
    """The latest word on each alert."""
    topic = Topics(cluster.prefix).alerts
    return {record.key.decode(): orjson.loads(record.value) for record in committed(cluster, topic)}


def published(cluster: Cluster) -> list[tuple[int, int, int]]:
    """Partition, journal position and index of every message in `sla.events`, as they come."""
    found = []
    for record in committed(cluster, Topics(cluster.prefix).events):
        if record.value:
            said = dict(record.headers)
            found.append((record.partition, int(said["position"]), int(said["index"])))
    return found


def nothing_twice(cluster: Cluster) -> None:
    """Fails where a message is there twice, or not in the order of the journal."""
    last: dict[int, tuple[int, int]] = {}
    for partition, *place in published(cluster):
        position, index = place
        assert (position, index) > last.get(partition, (0, -1)), (partition, place)
        last[partition] = (position, index)
