"""From one topic to others: read as one of a group, append what follows, then say how far it is.

What was appended and not yet said is appended again by whoever reads next; both that use this
append only what may be repeated: events and facts are known by their ids.
"""

import asyncio
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError, KafkaTimeoutError

from streams.kafka.cluster import Cluster
from streams.kafka.sorting import Message
from streams.kafka.topics import RECORD_BYTES
from streams.kafka.ways import Append, Way, slices

log = structlog.get_logger()

POLL: Final = 2000
"""Messages taken together at most: enough to make large journal records."""
PACE: Final = 0.1
"""Seconds from one taking to the next while few come: what is small costs the brokers, and all who
read after us, the same as what is large."""
FEW: Final = 200
"""Messages; where more were taken at once, the next ones are taken at once."""
LOOK_UP_MS: Final = 200
"""How long one wait for messages lasts; only how often it is looked up."""
SESSION_MS: Final = 6000
"""After this long without a sign of life the others of the group take over."""
CLOSE: Final = 3.0
"""Seconds for which a client may take leave of a broker."""


def is_away(error: KafkaError) -> bool:
    """Whether it is the brokers that do not answer, which mends; else something must be done."""
    return error.retriable or isinstance(error, KafkaTimeoutError)


class Copier(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is not typed
    """Connected clients that follow a way. Raises KafkaError; see `is_away`."""

    def __init__(self, cluster: Cluster, way: Way) -> None:
        self._way = way
        given = cluster.for_aiokafka()
        self._consumer = AIOKafkaConsumer(
            client_id=way.group,
            group_id=way.group,
            group_instance_id=way.instance,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=SESSION_MS // 4,
            max_partition_fetch_bytes=4 << 20,
            fetch_max_wait_ms=LOOK_UP_MS,
            **given,
        )
        self._producer = AIOKafkaProducer(
            client_id=way.group,
            acks="all",
            enable_idempotence=True,
            max_batch_size=1 << 20,
            max_request_size=RECORD_BYTES,
            request_timeout_ms=30_000,
            **given,
        )
        self._settling: asyncio.Task[None] | None = None
        self.unsaid = 0
        """Messages that were read, whose appending is not yet said to the group."""

    async def __aenter__(self) -> Self:
        try:
            await self._producer.start()
            await self._consumer.start()
        except BaseException:
            await self._close()
            raise
        self._consumer.subscribe([self._way.topic], listener=self)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._close()

    async def run(self, stop: asyncio.Event) -> None:
        """Follows the way until `stop` is set, and ends when all that was read is said."""
        stopping = asyncio.ensure_future(stop.wait())
        try:
            while not stop.is_set():
                try:
                    polled = await self._poll(stopping)
                except UnicodeDecodeError:
                    await self._step_over()
                    continue
                if polled:
                    paced = monotonic() + PACE
                    await self._take(polled)
                    if sum(map(len, polled.values())) < FEW:
                        await asyncio.wait((stopping,), timeout=paced - monotonic())
                elif self._settling is not None and self._settling.done():
                    await self._settled()
            await self._settled()
        finally:
            stopping.cancel()

    async def answers(self) -> bool:
        """Whether the brokers do, within `CLOSE` seconds."""
        try:
            ends = self._consumer.end_offsets(list(self._consumer.assignment()))
            await asyncio.wait_for(ends, CLOSE)
        except (TimeoutError, KafkaError):
            return False
        return True

    async def on_partitions_revoked(self, revoked: set[Any]) -> None:
        """What was read is said before another takes over; so little of it is appended again."""
        if self._settling is not None:
            await asyncio.wait([self._settling])

    async def on_partitions_assigned(self, assigned: set[Any]) -> None:
        """Tells what is ours now."""
        log.info(
            "partitions assigned",
            topic=self._way.topic,
            partitions=sorted(place.partition for place in assigned),
        )

    async def _poll(self, stopping: "asyncio.Future[Any]") -> "dict[Any, list[Message]]":
        # While the group has no leader a poll waits for ever; we must still be able to end.
        polling = asyncio.ensure_future(
            self._consumer.getmany(timeout_ms=LOOK_UP_MS, max_records=POLL)
        )
        await asyncio.wait((polling, stopping), return_when=asyncio.FIRST_COMPLETED)
        if not polling.done():
            polling.cancel()
            with suppress(asyncio.CancelledError):
                await polling
            return {}
        return dict(polling.result())

    async def _take(self, polled: "dict[Any, list[Message]]") -> None:
        """Sends what follows from the messages; it is settled while the next ones are read."""
        if not polled:
            return
        sent = []
        for messages in polled.values():
            for some in slices(messages):
                for one in self._way.turn(some):
                    sent.append(await self._send(one))
                # Signs of life go out in between, however long the messages take to be read.
                await asyncio.sleep(0)
        self.unsaid += sum(len(messages) for messages in polled.values())
        await self._settled()
        self._settling = asyncio.create_task(self._settle(sent, polled))

    async def _step_over(self) -> None:
        """Goes past records with header names that are no UTF-8, which the client decodes always.

        It cannot read what follows one of them in its batch either: of the same sender, most of
        the time. What was fetched together with it is lost to us, so all is read again from where
        the group stands.
        """
        await self._settled()
        for place in self._consumer.assignment():
            if await self._consumer.committed(place) is None:
                await self._consumer.seek_to_beginning(place)
            else:
                await self._consumer.seek_to_committed(place)
        for place in self._consumer.assignment():
            try:
                await self._take(await self._fetch(place, POLL))
            except UnicodeDecodeError:
                await self._past(place)

    async def _past(self, place: Any) -> None:
        """Reads one by one until a record can be read after one that cannot."""
        refuse = self._way.unreadable
        assert refuse is not None, "Only strangers write such records, and none to our own topics."
        refused = False
        while True:
            try:
                polled = await self._fetch(place, 1)
            except UnicodeDecodeError:
                offset = await self._consumer.position(place)
                sent = [await self._send(refuse(place.topic, place.partition, offset))]
                await self._settled()
                await asyncio.gather(*sent)
                await self._consumer.commit({place: offset + 1})
                self._consumer.seek(place, offset + 1)
                refused = True
                continue
            await self._take(polled)
            if refused or not polled:
                return

    async def _fetch(self, place: Any, most: int) -> "dict[Any, list[Message]]":
        return dict(await self._consumer.getmany(place, timeout_ms=LOOK_UP_MS, max_records=most))

    async def _send(self, one: Append) -> Any:
        return await self._producer.send(
            one.topic, one.value, key=one.key, partition=one.partition, headers=list(one.headers)
        )

    async def _settled(self) -> None:
        """Returns once the last messages taken are said; raises what kept them from being so."""
        settling, self._settling = self._settling, None
        if settling is not None:
            await settling

    async def _settle(self, sent: "list[Any]", polled: "dict[Any, list[Message]]") -> None:
        await asyncio.gather(*sent)
        ours = self._consumer.assignment()
        said = {
            place: messages[-1].offset + 1 for place, messages in polled.items() if place in ours
        }
        if said:
            try:
                await self._consumer.commit(said)
            except (CommitFailedError, IllegalStateError) as error:
                # Another has these partitions now and appends the same again: a repeat.
                log.info("the group has changed meanwhile", topic=self._way.topic, told=str(error))
        self.unsaid -= sum(len(messages) for messages in polled.values())

    async def _close(self) -> None:
        """Takes leave. A broker that is away is told nothing: it finds out by itself."""
        if self._settling is not None:
            self._settling.cancel()
        for client in (self._consumer, self._producer):
            try:
                await asyncio.wait_for(client.stop(), CLOSE)
            except (TimeoutError, KafkaError) as error:
                log.info("left without a word", client=type(client).__name__, told=str(error))
