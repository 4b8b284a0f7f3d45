"""How far each stage of a cluster is behind what it reads, asked of Kafka itself."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition

from streams.kafka.cluster import Cluster
from streams.kafka.intake import GROUP as INTAKE
from streams.kafka.publishing import POSITION, PUBLISHED
from streams.kafka.relay import GROUP as RELAY
from streams.kafka.topics import Topics

_WAIT_MS: Final = 500
_TAILS: Final = (64, 1024, 1 << 14, 1 << 62)
"""How many offsets before the end the last mark is looked for, one after the other: what was taken
back and what ends transactions takes offsets too."""


@dataclass(frozen=True, slots=True)
class Behind:
    """How far a stage is behind in one partition of what it reads."""

    stage: str
    partition: int
    records: int
    since_us: int | None
    """When the first of them was written; None where there is none."""


def behind_of_groups(cluster: Cluster) -> list[Behind]:
    """Of intake and relay: what their groups have not acknowledged. Raises KafkaError."""
    topics = Topics(cluster.prefix)
    found = []
    for stage, topic, group in (
        ("intake", topics.inbound, INTAKE),
        ("relay", topics.facts, RELAY),
    ):
        with _consumer(cluster, group_id=f"{cluster.prefix}{group}") as consumer:
            places = _places(consumer, topic)
            first = consumer.beginning_offsets(places)
            reached = {place: max(consumer.committed(place) or 0, first[place]) for place in places}
            found += _behind(stage, consumer, reached, lambda record: int(record.timestamp) * 1000)
    return found


def behind_of_tracker(cluster: Cluster) -> tuple[list[Behind], dict[int, int]]:
    """Of the trackers: what is not judged; and up to which position each partition is."""
    topics = Topics(cluster.prefix)
    with _consumer(cluster) as consumer:
        judged = {
            place.partition: _last_mark(consumer, place)
            for place in _places(consumer, topics.events)
        }
        # A record's position is its offset plus one: the position judged is the next offset.
        reached = {TopicPartition(topics.journal, n): position for n, position in judged.items()}
        found = _behind("tracker", consumer, reached, lambda record: int(record.timestamp) * 1000)
    return found, judged


def behind_of_rows(
    cluster: Cluster, judged: Mapping[int, int], rows: Mapping[int, tuple[int, int | None]]
) -> list[Behind]:
    """Of the projector: what is `judged` and not in the `rows`, (position, next offset) each."""
    topic = Topics(cluster.prefix).events
    with _consumer(cluster) as consumer:
        reached = {
            TopicPartition(topic, number): resume or 0 for number, (_, resume) in rows.items()
        }

        def published(record: Any) -> int | None:
            said = dict(record.headers)
            beyond = int(said[POSITION]) > rows[record.partition][0]
            return int(said[PUBLISHED]) if beyond else None

        waiting = {
            one.partition: one.since_us for one in _behind("rows", consumer, reached, published)
        }
    return [
        Behind("projector", n, max(0, judged.get(n, 0) - position), waiting.get(n))
        for n, (position, _) in rows.items()
    ]


def _behind(
    stage: str,
    consumer: KafkaConsumer,
    reached: "dict[Any, int]",
    written: Callable[[Any], int | None],
) -> list[Behind]:
    ends = consumer.end_offsets(list(reached))
    waiting = {place: offset for place, offset in reached.items() if offset < ends[place]}
    since = _first(consumer, waiting, ends, written)
    return [
        Behind(stage, place.partition, max(0, ends[place] - offset), since.get(place))
        for place, offset in reached.items()
    ]


def _first(
    consumer: KafkaConsumer,
    start: "dict[Any, int]",
    ends: "dict[Any, int]",
    written: Callable[[Any], int | None],
) -> "dict[Any, int]":
    """When the first record from `start` on was written, by partition; none where there is none."""
    found: dict[Any, int] = {}
    for record_place, record in _from(consumer, start, ends):
        if record_place not in found:
            at = written(record)
            if at is not None:
                found[record_place] = at
                consumer.pause(record_place)
        if len(found) == len(start):
            break
    return found


def _last_mark(consumer: KafkaConsumer, place: Any) -> int:
    """The last position that a committed record of the partition says; 0: there is none."""
    (first,) = consumer.beginning_offsets([place]).values()
    ends = consumer.end_offsets([place])
    for tail in _TAILS:
        start = max(first, ends[place] - tail)
        position = 0
        for _, record in _from(consumer, {place: start}, ends):
            position = int(dict(record.headers)[POSITION])
        if position or start == first:
            return position
    raise AssertionError("The last look goes to the beginning.")


def _from(
    consumer: KafkaConsumer, start: "dict[Any, int]", ends: "dict[Any, int]"
) -> Iterator[tuple[Any, Any]]:
    """The records of each partition from `start` to its end."""
    consumer.assign(list(start))
    for place, offset in start.items():
        consumer.seek(place, offset)
    open_places = {place for place in start if start[place] < ends[place]}
    while open_places:
        for place, records in consumer.poll(timeout_ms=_WAIT_MS).items():
            for record in records:
                if record.offset < ends[place]:
                    yield place, record
        open_places = {
            place
            for place in open_places
            if place not in consumer.paused() and consumer.position(place) < ends[place]
        }


def _places(consumer: KafkaConsumer, topic: str) -> list[Any]:
    numbers = sorted(consumer.partitions_for_topic(topic) or ())
    return [TopicPartition(topic, number) for number in numbers]


@contextmanager
def _consumer(cluster: Cluster, group_id: str | None = None) -> Iterator[KafkaConsumer]:
    """A consumer that joins nothing and acknowledges nothing."""
    with closing(
        KafkaConsumer(
            group_id=group_id,
            enable_auto_commit=False,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            **cluster.for_kafka_python(),
        )
    ) as consumer:
        yield consumer
