"""The tracker's store on Kafka: states, book, publications and position in one transaction."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from streams.core.partition import Effects
from streams.kafka.cluster import Cluster
from streams.kafka.headings import Headers
from streams.kafka.loading import Closed, committed
from streams.kafka.publishing import Outgoing, outgoing
from streams.kafka.state_format import entries, saved
from streams.kafka.topics import Topics
from streams.kafka.transactions import Transactions
from streams.tracker import NotOwner, Saved

_NO_HEADERS: Final[Headers] = []


class KafkaStore:
    """Of one partition. Loading takes it over; the previous owner can commit no more."""

    def __init__(self, cluster: Cluster, partition: int, clock: Callable[[], int]) -> None:
        self._cluster = cluster
        self._partition = partition
        self._clock = clock
        self._topics = Topics(cluster.prefix)
        # A thread of its own: every partition's commit may be under way at once.
        self._thread = ThreadPoolExecutor(1, f"partition-{partition}")
        self._interrupted = threading.Event()
        self._transactions: Transactions | None = None
        self._position = 0

    async def load(self) -> Saved:
        """Takes the partition over, then gives all that was committed."""
        found = await asyncio.get_running_loop().run_in_executor(self._thread, self._load)
        self._position = found.position
        return found

    async def commit(self, expected: int, effects: Sequence[Effects]) -> None:
        """Saves and publishes all of `effects` in one transaction, or nothing. Raises NotOwner."""
        assert self._transactions is not None, "A partition is loaded first."
        if expected != self._position:
            raise NotOwner(
                f"partition {self._partition} stands at {self._position}, not at {expected}"
            )
        await asyncio.get_running_loop().run_in_executor(
            self._thread, self._transactions.commit, self._records(effects)
        )
        self._position = effects[-1].position

    def close(self) -> None:
        """Lets go of the partition; whatever waits for the brokers ends by raising Closed."""
        if self._interrupted.is_set():
            return
        self._interrupted.set()
        self._thread.submit(self._end)
        self._thread.shutdown(wait=False)

    async def closed(self) -> None:
        """Returns once nothing more is done to the partition. Close first."""
        await asyncio.to_thread(self._thread.shutdown)

    def _load(self) -> Saved:
        if self._interrupted.is_set():
            raise Closed(f"partition {self._partition} is ours no more")
        # First the fence, then the reading: nothing may be added behind our back.
        identity = f"{self._cluster.prefix}sla-{self._partition}"
        transactions = Transactions(self._cluster, identity, self._partition, self._interrupted)
        self._transactions = transactions
        transactions.take_over()
        if self._interrupted.is_set():
            raise Closed(f"partition {self._partition} was given up while it was taken over")
        state = self._topics.state
        return saved(committed(self._cluster, state, self._partition, self._interrupted))

    def _end(self) -> None:
        if self._transactions is not None:
            self._transactions.close()

    def _records(self, effects: Sequence[Effects]) -> Iterator[Outgoing]:
        for key, value in entries(effects):
            yield Outgoing(self._topics.state, key, value, _NO_HEADERS)
        yield from outgoing(self._topics, effects, self._clock())
