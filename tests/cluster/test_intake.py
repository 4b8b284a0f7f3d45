"""The intake on a real broker: nothing is lost, what is bad is told, what is repeated is none."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import msgspec
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from schemas import inbound as told
from schemas.codec import decode_batch
from schemas.instants import moment
from streams.core.partition import Partition
from streams.kafka.cluster import Cluster
from streams.kafka.journal_format import copied_from
from streams.kafka.routing import partition_of
from streams.kafka.topics import Topics
from tests.bench.traffic import events
from tests.builders import hk, story
from tests.cluster.broker import Broker
from tests.cluster.contents import journal, journal_events, read_all
from tests.cluster.fixtures import PARTITIONS
from tests.cluster.roles import Role, role
from tests.cluster.waiting import sockets_may_be_lost, until
from tests.hostile.corpus import corpus

pytestmark = pytest.mark.slow

STRUCTURED = [("content-type", b"application/cloudevents+json")]
NAMED = ("--instance", "one")
"""Who keeps a name takes its partitions up again at once when it was killed."""
encode = msgspec.json.Encoder().encode


@pytest.fixture
def desk(cluster: Cluster) -> Iterator[KafkaProducer]:
    """A helpdesk's producer."""
    with sockets_may_be_lost():
        producer = KafkaProducer(acks="all", linger_ms=5, **cluster.for_kafka_python())
        with closing(producer):
            yield producer
        del producer


def say(desk: KafkaProducer, cluster: Cluster, said: Sequence[Any]) -> None:
    """Publishes events, structured."""
    for event in said:
        key = f"{event.source} {event.subject}".encode()
        desk.send(Topics(cluster.prefix).inbound, encode(event), key=key, headers=STRUCTURED)
    desk.flush()


def stated(number: int, account: str = "acme") -> told.AccountFactStated:
    """A shared fact."""
    return told.AccountFactStated(
        specversion="1.0",
        id=f"fact-{number}",
        source="/test",
        subject=account,
        time=moment(hk("2026-03-30 10:00")),
        data=told.FactStated(fact=f"fact{number % 7}", value=number),
    )


def unread(cluster: Cluster, topic: str, group: str) -> int:
    """Records of `topic` that the group has not acknowledged."""
    consumer = KafkaConsumer(
        group_id=f"{cluster.prefix}{group}", enable_auto_commit=False, **cluster.for_kafka_python()
    )
    with closing(consumer):
        places = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic)]
        ends = consumer.end_offsets(places)
        return sum(ends[place] - (consumer.committed(place) or 0) for place in places)


def wait_until_read(cluster: Cluster) -> None:
    """Returns once intake and relay have acknowledged everything."""
    topics = Topics(cluster.prefix)
    until(lambda: unread(cluster, topics.inbound, "sla-intake"), lambda n: n == 0, 60)
    until(lambda: unread(cluster, topics.facts, "sla-relay"), lambda n: n == 0, 60)


def test_events_of_every_mode_come_into_the_partition_of_their_ticket(
    cluster: Cluster, desk: KafkaProducer
) -> None:
    inbound = Topics(cluster.prefix).inbound
    (structured,) = story("2026-03-30 10:00 opened severity=2 id=a1", ticket="T-1")
    (binary,) = story("2026-03-30 10:00 opened severity=2 id=b1", ticket="T-2")
    batch = [
        *story("2026-03-30 10:00 opened severity=2 id=c1", ticket="T-3"),
        *story("2026-03-30 10:00 opened severity=2 id=d1", ticket="T-4"),
        stated(1),
    ]
    said = msgspec.to_builtins(binary)
    data = said.pop("data")
    headers = [(f"ce_{name}", str(text).encode()) for name, text in said.items()]
    with role(cluster, "intake"):
        desk.send(inbound, encode(structured), headers=STRUCTURED)
        desk.send(inbound, encode(data), headers=headers)
        desk.send(
            inbound,
            encode(batch),
            headers=[("content-type", b"application/cloudevents-batch+json")],
        )
        desk.flush()
        until(lambda: len(journal_events(cluster)), lambda n: n >= 4 + PARTITIONS)
    found = journal_events(cluster)
    assert Counter(event.id for event in found) == {
        "a1": 1,
        "b1": 1,
        "c1": 1,
        "d1": 1,
        "fact-1": PARTITIONS,
    }
    assert {structured, binary, *batch} == set(found)
    for record in journal(cluster):
        for event in decode_batch(record.events):
            if isinstance(event, told.TicketOpened):
                key = f"{event.source} {event.subject}"
                assert record.partition == partition_of(key, PARTITIONS)
                assert record.facts_stamp is None


def test_hostile_inputs_become_dead_letters_and_stop_nothing(
    cluster: Cluster, desk: KafkaProducer
) -> None:
    inbound = Topics(cluster.prefix).inbound
    inputs = [one for one in corpus() if one.content == "single" and len(one.raw) < 900_000]
    sent = {}
    with role(cluster, "intake") as running:
        for one in inputs:
            where = desk.send(inbound, one.raw, key=b"hostile", headers=STRUCTURED)
            sent[one.name] = where
        desk.send(inbound, None, key=b"a tombstone")
        (last,) = story("2026-03-30 10:00 opened severity=2 id=last", ticket="T-9")
        desk.send(inbound, encode(last), key=b"hostile", headers=STRUCTURED)
        desk.flush()
        wait_until_read(cluster)
        assert running.stop() == 0
    assert "last" in {event.id for event in journal_events(cluster)}
    letters = [
        (one.key, json.loads(one.value))
        for one in read_all(cluster, Topics(cluster.prefix).dead_letters)
    ]
    refused = [one for one in inputs if one.reason is not None]
    found = {(x["topic"], x["partition"], x["offset"]): x for _, x in letters}
    assert len(letters) == len(found) == len(refused) + 1
    for one in refused:
        told_at = sent[one.name].get()
        letter = found[inbound, told_at.partition, told_at.offset]
        assert letter["reason"] == one.reason, one
        assert letter["detail"], one


class BadName(str):
    """A header's name that is sent as bytes which are no UTF-8."""

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """As a careless sender in another language does."""
        return b"ce_\xff"


def test_a_message_that_no_client_can_decode_is_stepped_over(cluster: Cluster) -> None:
    """Not even its value can be had, nor what follows it in its batch; all else is taken."""
    topics = Topics(cluster.prefix)
    told = [
        story("2026-03-30 10:00 opened severity=2", ticket=f"T-{number}")[0] for number in range(60)
    ]
    sent = []
    with (
        sockets_may_be_lost(),
        closing(KafkaProducer(linger_ms=5, **cluster.for_kafka_python())) as desk,
    ):
        for number, event in enumerate(told):
            name = BadName("x") if number in (20, 40) else "content-type"
            headers = [(name, b"application/cloudevents+json")]
            if number in (19, 20, 21, 40, 41):
                desk.flush()  # alone in its batch, but for 20, which 22 follows
            sent.append(
                desk.send(topics.inbound, encode(event), partition=number % 2, headers=headers)
            )
        desk.flush()
        with role(cluster, "intake") as running:
            wait_until_read(cluster)
            assert running.stop() == 0
    letters = [json.loads(one.value) for one in read_all(cluster, topics.dead_letters)]
    refused = {(one["partition"], one["offset"]) for one in letters}
    places = [(one.get().partition, one.get().offset) for one in sent]
    assert {places[20], places[40]} <= refused
    assert len(refused) < 25
    assert all(one["reason"] == "bad_encoding" for one in letters)
    taken = {event.subject for event in journal_events(cluster)}
    good = {
        event.subject for event, place in zip(told, places, strict=True) if place not in refused
    }
    assert taken == good


def effect(cluster: Cluster) -> tuple[dict[str, Counter[str]], list[set[str]], int]:
    """Of the folded journal: the facts of each ticket by id, the book of each partition, and how
    many messages refuse something.
    """
    partitions = [Partition(number) for number in range(PARTITIONS)]
    refused = 0
    for record in journal(cluster):
        effects = partitions[record.partition].apply(record)
        refused += sum(b"sla.event_refused.v1" in message for message in effects.messages)
    tickets: dict[str, Counter[str]] = defaultdict(Counter)
    for event in journal_events(cluster):
        if not isinstance(event, told.AccountFactStated):
            tickets[event.subject].update([event.id])
    books = [{known.id for known in one.book.events.values()} for one in partitions]
    return dict(tickets), books, refused


def test_killed_while_it_works_it_loses_nothing_and_repeats_without_effect(
    cluster: Cluster, desk: KafkaProducer
) -> None:
    said = list(events(1500, 8))
    kills = 0
    one = Role(cluster, "intake", *NAMED)
    try:
        for start in range(0, len(said), 3000):
            one.wait_until_ok()
            say(desk, cluster, said[start : start + 3000])
            # It has begun with these and has not acknowledged them all.
            one.wait_for("sla_intake_events_total")
            one.kill()
            kills += 1
            one = Role(cluster, "intake", *NAMED)
        one.wait_until_ok()
        wait_until_read(cluster)
        assert one.stop() == 0
    finally:
        if one.process.poll() is None:
            one.kill()
    assert kills == 4
    tickets, _, refused = effect(cluster)
    assert refused == 0
    wanted: dict[str, set[str]] = defaultdict(set)
    for event in said:
        wanted[event.subject].add(event.id)
    assert {ticket: set(ids) for ticket, ids in tickets.items()} == wanted
    folded = [Partition(number) for number in range(PARTITIONS)]
    for record in journal(cluster):
        folded[record.partition].apply(record)
    assert sum(len(list(one.states())) for one in folded) == 1500


def test_a_relay_that_is_killed_copies_every_fact_once_in_effect(
    cluster: Cluster, desk: KafkaProducer
) -> None:
    said = [stated(number) for number in range(600)]
    one = Role(cluster, "intake", *NAMED)
    try:
        for start in range(0, len(said), 200):
            one.wait_until_ok()
            for event in said[start : start + 200]:
                say(desk, cluster, [event])
            one.wait_for("sla_relay_facts_total")
            one.kill()
            one = Role(cluster, "intake", *NAMED)
        one.wait_until_ok()
        wait_until_read(cluster)
        assert one.stop() == 0
    finally:
        if one.process.poll() is None:
            one.kill()
    _, books, refused = effect(cluster)
    assert refused == 0
    assert books == [{event.id for event in said}] * PARTITIONS
    facts = read_all(cluster, Topics(cluster.prefix).facts)
    stamps = {fact.offset + 1: fact.timestamp * 1000 for fact in facts}
    copies: dict[int, list[int]] = {number: [] for number in range(PARTITIONS)}
    for record in read_all(cluster, Topics(cluster.prefix).journal):
        copied = copied_from(record.headers)
        assert copied is not None
        assert copied.stamp == stamps[copied.number]
        assert record.value == facts[copied.number - 1].value
        copies[record.partition].append(copied.number)
    for numbers in copies.values():
        first = list(dict.fromkeys(numbers))
        assert first == list(stamps), "every partition has them first in the order of their log"


def test_a_broker_that_is_killed_and_comes_back_costs_nothing(
    cluster: Cluster, desk: KafkaProducer, kafka: Broker
) -> None:
    said = list(events(500, 8))
    with role(cluster, "intake") as running:
        say(desk, cluster, said[:2000])
        kafka.kill()
        kafka.start()
        say(desk, cluster, said[2000:])
        wait_until_read(cluster)
        assert running.stop() == 0
    assert {event.id for event in journal_events(cluster)} == {event.id for event in said}
    assert effect(cluster)[2] == 0


def test_told_to_stop_it_ends_in_time_and_leaves_nothing_to_be_repeated(
    cluster: Cluster, desk: KafkaProducer
) -> None:
    said = list(events(1000, 8))
    for start in range(0, len(said), 4000):
        with role(cluster, "intake") as running:
            say(desk, cluster, said[start : start + 4000])
            running.wait_for("sla_intake_events_total")
            assert running.stop() == 0
            assert "0 messages" in running.log[-1]
    with role(cluster, "intake") as running:
        wait_until_read(cluster)
        assert running.stop() == 0
    assert Counter(event.id for event in journal_events(cluster)) == {e.id: 1 for e in said}


def test_two_share_the_work_and_what_changes_hands_is_not_lost(
    cluster: Cluster, desk: KafkaProducer
) -> None:
    said = list(events(600, 8))
    with role(cluster, "intake") as first:
        say(desk, cluster, said[:2400])
        with role(cluster, "intake") as second:
            say(desk, cluster, said[2400:])
            until(
                lambda: (unread(cluster, Topics(cluster.prefix).inbound, "sla-intake"),),
                lambda left: left == (0,),
                60,
            )
            assert second.stop() == 0
        wait_until_read(cluster)
        assert first.stop() == 0
    assert {event.id for event in journal_events(cluster)} == {event.id for event in said}
    assert effect(cluster)[2] == 0
