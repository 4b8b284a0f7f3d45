"""What is read from a topic, and what is to be appended for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from streams.kafka.sorting import Message

SLICE: Final = 1 << 20
"""Bytes of messages that are turned without a break; a second's work where they are hostile."""


@dataclass(frozen=True, slots=True)
class Append:
    """A record to be appended."""

    topic: str
    partition: int
    value: bytes
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()


Turn = Callable[[Sequence[Message]], Sequence[Append]]
"""What is to be appended for some messages of one partition, in order."""


@dataclass(frozen=True, slots=True)
class Way:
    """What is read, as one of which group, and what is made of it."""

    topic: str
    group: str
    turn: Turn
    instance: str | None = None
    """A name that stays over restarts: then a restart is no rebalance."""
    unreadable: Callable[[str, int, int], Append] | None = None
    """What is to be appended in the place of a record that the client cannot decode, of which only
    topic, partition and offset are known; None: there is no such record."""


def slices(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """The messages in their order, in runs that end when they have `SLICE` bytes."""
    start = size = 0
    for number, message in enumerate(messages, 1):
        size += len(message.value or b"")
        if size >= SLICE:
            yield messages[start:number]
            start, size = number, 0
    if start < len(messages):
        yield messages[start:]
