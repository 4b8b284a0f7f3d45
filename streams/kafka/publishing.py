"""What a commit writes, as Kafka records: outcomes and images, alerts, and the progress mark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from streams.core.partition import Effects
from streams.kafka.alerts import TOLD, alerts
from streams.kafka.headings import Headers, heading
from streams.kafka.topics import Topics

POSITION: Final = "position"
"""Header: the journal position of which this is an effect."""
INDEX: Final = "index"
"""Header: the message's place among those of its record."""
STAMP: Final = "stamp_us"
"""Header: the partition's time, microseconds."""
PUBLISHED: Final = "published_us"
"""Header: when it left the tracker, microseconds."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record to be written."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


def outgoing(topics: Topics, effects: Sequence[Effects], published_us: int) -> Iterator[Outgoing]:
    """The records of one commit, without states: every message, the alerts, the progress mark.

    The mark ends a commit. It has no key and no value: silence is told by it, too.
    """
    published = (PUBLISHED, b"%d" % published_us)
    for one in effects:
        yield from _messages(topics, one, published)
    last = effects[-1]
    yield Outgoing(topics.events, None, b"", [*_place(last), published])


def _messages(topics: Topics, one: Effects, published: tuple[str, bytes]) -> Iterator[Outgoing]:
    position, stamp = _place(one)
    told = [(heading(message), message) for message in one.messages]
    for index, (head, message) in enumerate(told):
        place: Headers = [position, (INDEX, b"%d" % index), stamp, published]
        yield Outgoing(topics.events, head.key, message, head.cloudevents() + place)
    if any(head.type in TOLD for head, _ in told):
        for alert in alerts(told):
            yield Outgoing(
                topics.alerts, alert.identity.encode(), alert.value(), [position, stamp, published]
            )


def _place(one: Effects) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    return (POSITION, b"%d" % one.position), (STAMP, b"%d" % one.clock)
