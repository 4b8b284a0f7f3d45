"""The topics: their names, how each must be set, and whether a cluster has them so.

The number of partitions is fixed for good when the topics are made: a ticket's partition follows
from it. It is kept as the first record of `sla.state`, which compaction never removes.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from streams.kafka.cluster import Cluster

PARTITIONS: Final = 8
"""Of journal, state, events and alerts, unless told otherwise at `init`."""
PARTITIONS_KEY: Final = b"partitions"
"""Key of the record in `sla.state` that says how many partitions there are."""
RECORD_BYTES: Final = 8 << 20
"""A record may be this large: a ticket of 5,000 events, an agreement of a large company."""
KEPT: Final = "-1"
"""Kept for ever."""
ANSWER_MS: Final = 5000
"""How long a broker may take to answer the first question."""
APPEND_TIME: Final = "LogAppendTime"


@dataclass(frozen=True, slots=True)
class Topics:
    """The names of the topics."""

    prefix: str = ""

    @property
    def inbound(self) -> str:
        """Where helpdesks publish CloudEvents."""
        return f"{self.prefix}helpdesk.events"

    @property
    def facts(self) -> str:
        """Facts shared by tickets, accepted, ordered and stamped once; one partition."""
        return f"{self.prefix}sla.facts"

    @property
    def journal(self) -> str:
        """Our log, split by ticket."""
        return f"{self.prefix}sla.journal"

    @property
    def state(self) -> str:
        """What a tracker takes up: states, book and each partition's position and clock."""
        return f"{self.prefix}sla.state"

    @property
    def events(self) -> str:
        """Outcomes and images, for the projector and whoever else consumes."""
        return f"{self.prefix}sla.events"

    @property
    def alerts(self) -> str:
        """The latest word on each alert."""
        return f"{self.prefix}sla.alerts"

    @property
    def dead_letters(self) -> str:
        """What the intake refused, with the reason."""
        return f"{self.prefix}sla.dead-letters"


@dataclass(frozen=True, slots=True)
class Layout:
    """One topic as it must be."""

    name: str
    partitions: int
    settings: Mapping[str, str] = field(default_factory=dict)
    """What must be so."""
    at_first: Mapping[str, str] = field(default_factory=dict)
    """How it is made; whoever runs it may choose otherwise."""


def layouts(topics: Topics, partitions: int, stamps: str = APPEND_TIME) -> list[Layout]:
    """Every topic as it must be. `stamps`: who dates the journal; only tests let the sender."""
    large = {"max.message.bytes": str(RECORD_BYTES)}
    passing = {"cleanup.policy": "delete", **large}
    kept = passing | {"retention.ms": KEPT, "retention.bytes": KEPT}
    compacted = {"cleanup.policy": "compact", **large}
    month = {"retention.ms": str(30 * 24 * 3600 * 1000)}
    return [
        Layout(topics.inbound, partitions, passing, month),
        Layout(topics.facts, 1, kept | {"message.timestamp.type": stamps}),
        Layout(topics.journal, partitions, kept | {"message.timestamp.type": stamps}),
        Layout(topics.state, partitions, compacted),
        Layout(topics.events, partitions, kept),
        Layout(topics.alerts, partitions, compacted),
        Layout(topics.dead_letters, 1, passing, month),
    ]


def init(
    cluster: Cluster,
    partitions: int = PARTITIONS,
    stamps: str = APPEND_TIME,
    replicas: int = -1,
) -> list[str]:
    """Makes the topics that are missing and fixes their number of partitions; names made.

    `replicas` -1: as many as the brokers make by default. What is there already is left as it is:
    `check` says where it is wrong.
    """
    topics = Topics(cluster.prefix)
    with closing(_admin(cluster)) as admin:
        there = set(admin.list_topics())
        new = [one for one in layouts(topics, partitions, stamps) if one.name not in there]
        if new:
            admin.create_topics(
                {
                    one.name: {
                        "num_partitions": one.partitions,
                        "replication_factor": replicas,
                        "configs": {**one.settings, **one.at_first},
                    }
                    for one in new
                },
                wait_for_metadata=True,
            )
    if fixed_partitions(cluster) is None:
        _fix_partitions(cluster, partitions)
    return [one.name for one in new]


def check(cluster: Cluster, stamps: str = APPEND_TIME) -> list[str]:
    """Whatever is not as it must be, all of it, as sentences; nothing: all is well."""
    topics = Topics(cluster.prefix)
    with closing(_admin(cluster)) as admin:
        names = [one.name for one in layouts(topics, 1)]
        described = {
            topic["name"]: len(topic["partitions"])
            for topic in admin.describe_topics(names)
            if not topic["error_code"]
        }
        missing = [
            f"{name} is missing: run `sla kafka init`" for name in names if name not in described
        ]
        if topics.state not in described:
            return missing
        settings = _settings(admin, list(described))
    fixed = fixed_partitions(cluster)
    if fixed is None:
        return [*missing, f"{topics.state} does not say how many partitions there are"]
    wrong = missing
    for one in layouts(topics, fixed, stamps):
        if one.name in described:
            wrong += _mismatches(one, described[one.name], settings[one.name])
    return wrong


def _admin(cluster: Cluster) -> Any:
    return KafkaAdminClient(bootstrap_timeout_ms=ANSWER_MS, **cluster.for_kafka_python())


def _mismatches(one: Layout, partitions: int, settings: Mapping[str, str]) -> list[str]:
    wrong = []
    if partitions != one.partitions:
        wrong.append(
            f"{one.name} has {partitions} partitions; it was made with {one.partitions}, and "
            "where tickets live follows from that"
        )
    for name, value in one.settings.items():
        found = settings.get(name)
        if found != value:
            wrong.append(f"{one.name}: {name} is {found}, must be {value}")
    return wrong


def _settings(admin: Any, names: list[str]) -> dict[str, dict[str, str]]:
    wanted = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    said = admin.describe_configs(wanted, config_filter="all")["topic"]
    return {
        name: {key: entry["value"] for key, entry in entries.items()}
        for name, entries in said.items()
    }


def fixed_partitions(cluster: Cluster) -> int | None:
    """The number of partitions that `init` fixed; None: it has not."""
    first = TopicPartition(Topics(cluster.prefix).state, 0)
    consumer = KafkaConsumer(
        enable_auto_commit=False, max_poll_records=1, **cluster.for_kafka_python()
    )
    with closing(consumer):
        consumer.assign([first])
        consumer.seek_to_beginning(first)
        end = consumer.end_offsets([first])[first]
        while consumer.position(first) < end:
            for record in consumer.poll(timeout_ms=500).get(first, []):
                return int(record.value) if record.key == PARTITIONS_KEY else None
    return None


def _fix_partitions(cluster: Cluster, partitions: int) -> None:
    with closing(KafkaProducer(acks="all", **cluster.for_kafka_python())) as producer:
        state = Topics(cluster.prefix).state
        said = producer.send(state, b"%d" % partitions, key=PARTITIONS_KEY, partition=0)
        said.get(timeout=30)
