"""What is to be appended where, and how large a record may be."""

import json
from dataclasses import dataclass, field

import msgspec

from schemas.codec import decode_batch
from schemas.inbound import InboundEvent
from streams.intake.cloudevents import Headers
from streams.kafka.routing import partition_of
from streams.kafka.sorting import RECORD_BYTES, RECORD_EVENTS, records_of, sort_out
from streams.kafka.ways import SLICE, slices
from tests.bench.traffic import events
from tests.builders import story


@dataclass(frozen=True)
class Said:
    """A message as a client gives it."""

    value: bytes | None
    topic: str = "helpdesk.events"
    partition: int = 3
    offset: int = 17
    timestamp: int = 0
    headers: Headers = field(default_factory=list)


def test_events_go_to_the_partition_of_their_ticket_in_their_order() -> None:
    told = list(events(20, 3))
    out = sort_out([Said(msgspec.json.encode(event)) for event in told], 4)
    assert out.events == len(told)
    for number, some in out.journal.items():
        assert some == [e for e in told if partition_of(f"{e.source} {e.subject}", 4) == number]
    assert not out.facts
    assert not out.letters


def test_a_dead_letter_says_where_it_stood_and_what_was_there() -> None:
    bad = b'{"id": "e-1", "source": "/\\ud800", "type": "ticket.opened.v1"}'
    out = sort_out([Said(b"[" + bad + b"]")], 4)
    ((key, value),) = out.letters
    letter = json.loads(value)
    assert key == b"helpdesk.events 3 17 item 1"
    assert (letter["topic"], letter["partition"], letter["offset"]) == ("helpdesk.events", 3, 17)
    assert letter["place"] == "item 1"
    assert letter["reason"]
    assert letter["body"] == bad.decode()


def test_records_hold_a_bounded_number_of_events() -> None:
    told: list[InboundEvent] = list(events(RECORD_EVENTS + 1, 1))
    first, second = records_of(told)
    assert decode_batch(first) + decode_batch(second) == told
    assert len(decode_batch(second)) == 1


def test_records_of_large_events_are_bounded_in_bytes() -> None:
    (opened,) = story("2026-03-30 10:00 opened severity=2")
    large = msgspec.structs.replace(
        opened, data=msgspec.structs.replace(opened.data, category="x" * 100_000)
    )
    told: list[InboundEvent] = [large] * 50
    records = list(records_of(told))
    assert sum(len(msgspec.json.decode(one)) for one in records) == len(told)
    assert max(len(one) for one in records) <= RECORD_BYTES
    assert len(records) < 10
    huge = msgspec.structs.replace(
        opened, data=msgspec.structs.replace(opened.data, category="x" * (RECORD_BYTES + 1))
    )
    assert len(list(records_of([huge, opened]))) == 2


def test_large_messages_are_turned_with_breaks_between_them() -> None:
    """A group drops a member that shows no sign of life, and hands its work to the next one."""
    small, large = Said(b"{}"), Said(b" " * SLICE)
    said = [small, large, small, small, large, large, small]
    runs = list(slices(said))
    assert [len(run) for run in runs] == [2, 3, 1, 1]
    assert [one for run in runs for one in run] == said
    assert list(slices([small] * 2000)) == [[small] * 2000]
    assert not list(slices([]))


def test_nothing_is_no_record() -> None:
    assert not list(records_of([]))
