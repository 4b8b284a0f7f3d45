"""The transactional producer of one partition: all of a commit, or nothing.

Whoever makes one with the same transactional id takes the partition over: what the previous owner
had under way is rolled back, and whatever it tries afterwards fails.

librdkafka, for it takes a third of aiokafka's time for a small transaction and half its work.
"""

import threading
from collections.abc import Iterable
from typing import Any, Final

import structlog
from confluent_kafka import KafkaError, KafkaException, Producer

from streams.kafka.cluster import LIBRARY, Cluster
from streams.kafka.loading import Closed
from streams.kafka.publishing import Outgoing
from streams.kafka.topics import RECORD_BYTES
from streams.tracker import NotOwner

log = structlog.get_logger()

TIMEOUT_MS: Final = 300_000
"""After so long the brokers roll back what was not committed. A new owner does so at once; this is
long so that an owner that cannot reach the brokers for a while keeps what it has under way."""
PATIENCE: Final = 5.0
"""Seconds after which a call that waits for the brokers is asked whether it should go on."""
_FENCED: Final = frozenset(
    {
        KafkaError._FENCED,
        KafkaError.PRODUCER_FENCED,
        KafkaError.INVALID_PRODUCER_EPOCH,
        KafkaError.INVALID_PRODUCER_ID_MAPPING,
    }
)


class Transactions:
    """Writes to one partition of several topics. Every call blocks; one thread at a time."""

    def __init__(
        self, cluster: Cluster, identity: str, partition: int, interrupted: threading.Event
    ) -> None:
        """Whatever waits for the brokers ends by raising Closed once `interrupted` is set."""
        self._identity = identity
        self._partition = partition
        self._interrupted = interrupted
        self._producer = Producer(
            {
                **cluster.for_librdkafka(),
                "transactional.id": identity,
                "transaction.timeout.ms": TIMEOUT_MS,
                # A transaction is flushed by its commit: there is nothing to wait for before.
                "linger.ms": 0,
                "message.max.bytes": RECORD_BYTES,
                "queue.buffering.max.messages": 0,
                "queue.buffering.max.kbytes": 1 << 20,
                "batch.size": 1 << 20,
                "error_cb": self._told,
            },
            logger=LIBRARY,
        )

    def take_over(self) -> None:
        """Fences whoever owned the partition before. Raises Closed, KafkaException."""
        self._again(lambda: self._producer.init_transactions(PATIENCE))

    def commit(self, records: Iterable[Outgoing]) -> None:
        """Writes all records, or none. Raises NotOwner, Closed, KafkaException."""
        kept = list(records)
        while not self._tried(kept):
            log.warning("a transaction was rolled back; writing it again", id=self._identity)

    def close(self) -> None:
        """Ends the producer. What it has under way is rolled back by whoever comes next: to do it
        here would mean to wait for brokers that may be away.
        """
        self._producer.purge()
        del self._producer

    def _tried(self, records: list[Outgoing]) -> bool:
        """Whether they were committed; False: rolled back for a passing reason."""
        try:
            self._producer.begin_transaction()
            for record in records:
                self._producer.produce(
                    record.topic,
                    record.value,
                    record.key,
                    self._partition,
                    headers=record.headers,
                )
            self._again(lambda: self._producer.commit_transaction(PATIENCE))
        except KafkaException as failure:
            error: KafkaError = failure.args[0]
            self._refuse_fenced(error)
            if not error.txn_requires_abort():
                raise
            log.warning("a transaction failed", id=self._identity, error=str(error))
            self._again(lambda: self._producer.abort_transaction(PATIENCE))
            return False
        return True

    def _again(self, call: Any) -> None:
        """Calls until it does not fail for a reason that passes."""
        while True:
            try:
                call()
                return
            except KafkaException as failure:
                error: KafkaError = failure.args[0]
                self._refuse_fenced(error)
                if not error.retriable():
                    raise
                if self._interrupted.is_set():
                    raise Closed(f"{self._identity}: {error}") from failure

    def _refuse_fenced(self, error: KafkaError) -> None:
        if error.code() in _FENCED:
            raise NotOwner(
                f"{self._identity}: the brokers hold partition {self._partition} for another: a "
                "tracker that has taken it over, or a try of this one that they never answered; "
                "this one stops, start it again"
            )

    def _told(self, error: KafkaError) -> None:
        """What librdkafka says by itself: brokers that are away, mostly; it goes on trying."""
        LIBRARY.warning("brokers of %s: %s", self._identity, error)
