"""A topic, read from where one was to its present end, committed records only."""

from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition

_WAIT_MS: Final = 500


@dataclass(frozen=True, slots=True)
class Read:
    """One record as a consumer is given it."""

    partition: int
    offset: int
    stamp_ms: int
    key: str | None
    value: bytes | None
    headers: dict[str, bytes]


class TopicReader:
    """Reads all partitions of `topic`, each record once, however often it is asked."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._consumer: Any = KafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_poll_records=10_000,
            fetch_max_bytes=64 << 20,
            max_partition_fetch_bytes=8 << 20,
            reconnect_backoff_max_ms=1000,
        )
        numbers = self._consumer.partitions_for_topic(topic)
        assert numbers, f"There is no topic {topic}."
        self.partitions = sorted(numbers)
        self._all = [TopicPartition(topic, number) for number in self.partitions]
        self._consumer.assign(self._all)
        self._consumer.seek_to_beginning(*self._all)

    def new(self) -> list[Read]:
        """What came since the last time, up to the end as it is now.

        The end is that of what is committed: a transaction that is open keeps what follows back.
        """
        found: list[Read] = []
        ends = self._consumer.end_offsets(self._all)
        while any(self._consumer.position(one) < ends[one] for one in self._all):
            for records in self._consumer.poll(timeout_ms=_WAIT_MS).values():
                found.extend(map(_read, records))
        return found

    def close(self) -> None:
        """Lets go of the broker."""
        self._consumer.close()


def _read(record: Any) -> Read:
    return Read(
        record.partition,
        record.offset,
        record.timestamp,
        None if record.key is None else record.key.decode(),
        record.value,
        dict(record.headers),
    )
