"""Messages of helpdesks into what is to be appended where: the journal, the facts, dead letters."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, get_args

import msgspec

from schemas import inbound
from schemas.codec import Refusal, encode_batch
from schemas.letters import letter_of
from streams.intake.cloudevents import Headers, decode_message
from streams.kafka.routing import partition_of

RECORD_EVENTS: Final = 500
"""Events of a journal record at most: most of the speed comes from batches."""
RECORD_BYTES: Final = 1 << 20
"""Bytes of a record that holds more than one event, at most."""

_OF_TICKETS: Final = frozenset(get_args(inbound.TicketEvent))


class Message(Protocol):
    """What a consumer gives, as far as it concerns us."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int:
        """When the log took it, or the sender sent it, milliseconds."""

    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


@dataclass(slots=True)
class Sorted:
    """What follows from some messages, each list in their order."""

    journal: dict[int, list[inbound.InboundEvent]] = field(default_factory=dict)
    """Events of tickets, by partition."""
    facts: list[inbound.InboundEvent] = field(default_factory=list)
    letters: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Dead letters: (key, value)."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Fields that no event has, counted by `type.field`."""
    events: int = 0


def sort_out(messages: Iterable[Message], partitions: int) -> Sorted:
    """Reads `messages`; what cannot be read becomes a dead letter. Raises nothing."""
    out = Sorted()
    journal = out.journal
    for message in messages:
        decoded = decode_message(message.value, message.headers)
        for event in decoded.events:
            if type(event) in _OF_TICKETS:
                number = partition_of(f"{event.source} {event.subject}", partitions)
                batch = journal.get(number)
                if batch is None:
                    journal[number] = [event]
                else:
                    batch.append(event)
            else:
                out.facts.append(event)
        out.events += len(decoded.events)
        for refusal in decoded.refused:
            out.letters.append(letter(message.topic, message.partition, message.offset, refusal))
        for name, times in decoded.left_out.items():
            out.left_out[name] = out.left_out.get(name, 0) + times
    return out


def records_of(events: Sequence[inbound.InboundEvent]) -> Iterator[bytes]:
    """The values of as few records as hold `events`, in order, none larger than it must be."""
    for start in range(0, len(events), RECORD_EVENTS):
        yield from _within(events[start : start + RECORD_EVENTS])


def _within(events: Sequence[inbound.InboundEvent]) -> Iterator[bytes]:
    encoded = encode_batch(events)
    if len(encoded) <= RECORD_BYTES or len(events) == 1:
        yield encoded
        return
    middle = len(events) // 2
    yield from _within(events[:middle])
    yield from _within(events[middle:])


def letter(topic: str, partition: int, offset: int, refusal: Refusal) -> tuple[bytes, bytes]:
    """A dead letter: a key by which one that is written twice is told, and all that is known."""
    said = letter_of(topic, partition, offset, refusal)
    return said.key.encode(), msgspec.json.encode(said)
