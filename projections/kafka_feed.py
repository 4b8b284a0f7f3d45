"""The feed of the cluster: the topic to which trackers publish."""

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import (
    KafkaConnectionError,
    KafkaError,
    LogTruncationError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)

from projections.feed import FeedAway, FeedRecord, Held
from projections.grouping import Grouping

POLL: Final = 2000
"""Messages taken from the client at once."""
PACE: Final = 0.1
"""Seconds from one batch to the next while they are small: a transaction costs the database the
same for one ticket as for many."""
SMALL: Final = 50
"""Records of the journal; after a batch of more the next is read at once."""
BYTES: Final = 4_000_000
"""A batch ends when it is as large as this: it is held in memory a few times over."""
ANSWER_MS: Final = 5000
"""In which the brokers should answer; else they are away, and that is told."""
SETTINGS: Final[Mapping[str, Any]] = {
    # What a tracker has not committed, or has taken back, is not for us.
    "isolation_level": "read_committed",
    "enable_auto_commit": False,
    "auto_offset_reset": "none",
    "max_poll_records": POLL,
    "fetch_max_wait_ms": 100,
    "reconnect_backoff_max_ms": 1000,
    "bootstrap_timeout_ms": ANSWER_MS,
    "allow_auto_create_topics": False,
}
"""How the consumer is made, besides where the cluster is."""

_GONE: Final = (LogTruncationError, NoOffsetForPartitionError, OffsetOutOfRangeError)


class OutcomesGone(RuntimeError):
    """The topic does not hold what comes next any more: the rows cannot be brought on."""


class KafkaFeed:
    """Reads committed records of `topic`, all partitions of it, from where the rows stand."""

    def __init__(self, cluster: Mapping[str, Any], topic: str) -> None:
        """`cluster`: where and how it is reached, in the client's words. Raises FeedAway."""
        with told():
            self._consumer = KafkaConsumer(**cluster, **SETTINGS)
        self._topic = topic
        self._groupings: dict[int, Grouping] = {}
        self._whole: deque[FeedRecord] = deque()
        self._waiting = 0
        self._paced = 0.0

    def read(self, held: Mapping[int, Held], limit: int) -> Sequence[FeedRecord]:
        """Up to `limit` records and `BYTES` of them, those of a partition in order.

        Raises FeedAway while no broker answers, UnreadableRecord for a record that no tracker
        wrote, OutcomesGone where the topic begins after what comes next.
        """
        time.sleep(max(0.0, self._paced - time.monotonic()))
        with told():
            if not self._groupings:
                self._begin(held)
            while len(self._whole) < limit and self._waiting < BYTES and self._take(0):
                pass
        batch = list(self._batch(limit))
        if 0 < len(batch) < SMALL:
            self._paced = time.monotonic() + PACE
        return batch

    def wait(self, seconds: float) -> None:
        """Until there is more, at most `seconds`."""
        with told():
            self._take(seconds)

    def close(self) -> None:
        """Ends the consumer; it is in no group, so nobody is to be told."""
        self._consumer.close(timeout_ms=1000)

    def _begin(self, held: Mapping[int, Held]) -> None:
        """Goes to where the rows stand: the offset beside the position, or the beginning."""
        places = {TopicPartition(self._topic, number): one for number, one in held.items()}
        self._consumer.assign(list(places))
        first = self._consumer.beginning_offsets(list(places), timeout_ms=ANSWER_MS)
        for place, one in places.items():
            if one.resume is None and one.position:
                raise OutcomesGone(
                    f"the rows of partition {place.partition} were not made from {self._topic}: "
                    "name a database of the cluster's own"
                )
            start = one.resume or 0
            if start < first[place]:
                raise OutcomesGone(
                    f"{self._topic} partition {place.partition} begins at offset {first[place]}; "
                    f"the rows go on at {start}: what is between is gone from it, and they cannot "
                    "be made whole; the topic must be kept for ever (sla kafka check)"
                )
            self._consumer.seek(place, start)
        self._groupings = {
            number: Grouping(number, one, self._whole) for number, one in held.items()
        }

    def _take(self, seconds: float) -> bool:
        """Takes what the client has by then; whether it had any."""
        polled = self._consumer.poll(timeout_ms=int(seconds * 1000))
        for place, records in polled.items():
            take = self._groupings[place.partition].take
            for record in records:
                take(record.offset, record.headers, record.value)
                self._waiting += len(record.value or b"")
        return bool(polled)

    def _batch(self, limit: int) -> Iterator[FeedRecord]:
        size = 0
        while self._whole and limit and size < BYTES:
            size += len(self._whole[0].messages)
            limit -= 1
            yield self._whole.popleft()
        self._waiting = sum(len(record.messages) for record in self._whole)


@contextmanager
def told() -> Iterator[None]:
    """What the client raises, as what it means to the projector."""
    try:
        yield
    except _GONE as error:
        raise OutcomesGone(
            f"the topic does not hold what comes next after the rows: {error}; "
            "it must be kept for ever (sla kafka check)"
        ) from error
    except KafkaError as error:
        if error.retriable or isinstance(error, KafkaConnectionError):
            raise FeedAway(f"{type(error).__name__}: {error}") from error
        raise
