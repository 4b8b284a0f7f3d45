"""Appends ticks to the journal; in no order, in no transaction: one too many says nothing."""

from collections.abc import Callable
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.kafka.cluster import Cluster
from streams.kafka.journal import Appended
from streams.kafka.topics import Topics

log = structlog.get_logger()

ANSWER_MS: Final = 5000
"""How long the brokers may take; then the loop has its turn and tries again."""


class Ticks:
    """One for all partitions of a process. Use it as an async context manager."""

    def __init__(self, cluster: Cluster, clock: Callable[[], int]) -> None:
        self._topic = Topics(cluster.prefix).journal
        self._clock = clock
        self._producer = AIOKafkaProducer(
            acks="all", request_timeout_ms=ANSWER_MS, **cluster.for_aiokafka()
        )

    async def __aenter__(self) -> "Ticks":
        await self._producer.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._producer.stop()

    async def append(self, partition: int) -> Appended | None:
        """Appends a tick; None where the brokers do not take it now."""
        try:
            # The brokers put their own stamp on it, but where a test's journal keeps the sender's.
            told: Any = await self._producer.send_and_wait(
                self._topic, b"", partition=partition, timestamp_ms=self._clock() // 1000
            )
        except KafkaError as error:
            log.warning("no tick could be appended", partition=partition, error=str(error))
            return None
        return Appended(told.offset + 1, told.timestamp * 1000)
