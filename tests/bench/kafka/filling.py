"""Fills topics before a measurement begins, as fast as the broker takes it."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Final

import msgspec
from kafka import KafkaProducer

from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import MINUTE
from sla.clock import now_instant
from streams.kafka.cluster import Cluster
from streams.kafka.journal_format import Copied
from streams.kafka.routing import partition_of
from streams.kafka.topics import Topics
from tests.bench.embedded import publish_passkit
from tests.bench.kafka_intake import STRUCTURED, Told, publish
from tests.bench.traffic import events

RECORD: Final = 200
"""Events a journal record, as a busy intake makes them."""
_ENCODE: Final = msgspec.json.Encoder().encode


def recent(tickets: int, each: int) -> Iterable[told.TicketEvent]:
    """Tickets of the last minutes: nothing that is promised them is due yet."""
    return events(tickets, each, begin=now_instant() - (each + 1) * MINUTE)


def fill_inbound(cluster: Cluster, said: Iterable[told.TicketEvent]) -> int:
    """Publishes the agreement and all of `said` as a helpdesk would; the number of events."""

    def messages() -> Iterator[Told]:
        yield "passkit", _ENCODE(publish_passkit()), STRUCTURED
        for event in said:
            yield event.subject, _ENCODE(event), STRUCTURED

    return asyncio.run(publish(cluster, messages()))


def fill_journal(cluster: Cluster, partitions: int, said: Iterable[told.TicketEvent]) -> int:
    """Writes the agreement and all of `said` as intake and relay would; records in all."""
    topic, records = Topics(cluster.prefix).journal, 0
    shared = encode_batch([publish_passkit()])
    waiting: defaultdict[int, list[told.TicketEvent]] = defaultdict(list)
    settings = cluster.for_kafka_python()
    with closing(KafkaProducer(acks="all", linger_ms=20, batch_size=512 << 10, **settings)) as to:

        def append(number: int) -> None:
            nonlocal records
            records += 1
            to.send(topic, encode_batch(waiting.pop(number)), partition=number)

        for number in range(partitions):
            headers = Copied(1, now_instant()).headers()
            to.send(topic, shared, partition=number, headers=headers).get(30)
        for event in said:
            number = partition_of(f"{event.source} {event.subject}", partitions)
            waiting[number].append(event)
            if len(waiting[number]) == RECORD:
                append(number)
        for number in list(waiting):
            append(number)
        to.flush(timeout=120)
    return records + partitions
