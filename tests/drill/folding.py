"""A journal taken in by one process, record by record: what all else is held against. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
import orjson

from projections.feed import FeedRecord
from schemas.codec import decode_batch
from schemas.outbound import EventRefused
from schemas.outcomes import RETRACTED, WIRE_NAMES, Breached
from streams.core.partition import Partition, Record
from streams.kafka.alerts import alerts
from streams.kafka.headings import heading

BREACHED = WIRE_NAMES[Breached]
_REFUSED = msgspec.json.Decoder(EventRefused)

Place = tuple[int, int]
"""Journal position and index of a message."""


@dataclass(slots=True)
class Folded:
    """One partition as it ought to be, up to the last record taken."""

    number: int
    partition: Partition = field(init=False)
    states: dict[str, bytes] = field(default_factory=dict)
    book: dict[str, bytes] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    """Of the events that the journal holds."""
    refused: set[str] = field(default_factory=set)
    """Of those of them that the tracker refuses."""
    messages: dict[Place, bytes] = field(default_factory=dict)
    """What is published, since it was last taken away."""
    feed: list[FeedRecord] = field(default_factory=list)
    """The same as the projector is fed it."""
    alerts: dict[str, bytes] = field(default_factory=dict)
    """The latest word on each, as `sla.alerts` is to hold it."""

    def __post_init__(self) -> None:
        self.partition = Partition(self.number)

    def take(self, records: Iterable[Record]) -> None:
        """Takes the next records in."""
        for record in records:
            effects = self.partition.apply(record)
            if record.events:
                self.ids.update(event.id for event in decode_batch(record.events))
            for kept, changes in ((self.states, effects.states), (self.book, effects.book)):
                for key, value in changes.items():
                    if value is None:
                        kept.pop(key, None)
                    else:
                        kept[key] = value
            for index, message in enumerate(effects.messages):
                self.messages[record.position, index] = message
                if b'"sla.event_refused.v1"' in message[:60]:
                    self.refused.add(_REFUSED.decode(message).event)
            told = [(heading(message), message) for message in effects.messages]
            for alert in alerts(told):
                self.alerts[alert.identity] = alert.value()
            if effects.messages:
                body = b"[" + b",".join(effects.messages) + b"]"
                self.feed.append(FeedRecord(self.number, record.position, effects.clock, 0, body))

    def take_away(self) -> tuple[dict[Place, bytes], list[FeedRecord]]:
        """What was published since the last time; it is kept here no longer."""
        taken = self.messages, self.feed
        self.messages, self.feed = {}, []
        return taken


@dataclass(slots=True)
class Standing:
    """Breaches as a reader of outcomes comes to hold them, and what is wrong in what it is told."""

    revisions: dict[str, int] = field(default_factory=dict)
    held: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Identity -> ticket, target, deadline as ISO text."""
    faults: list[str] = field(default_factory=list)

    def hear(self, messages: Iterable[bytes]) -> None:
        """Takes published messages in their order."""
        for message in messages:
            for said in _of_breaches(message):
                self._hear(said)

    def _hear(self, said: dict[str, object]) -> None:
        data = said["data"]
        assert isinstance(data, dict)
        identity, revision = str(said["identity"]), data["revision"]
        expected = self.revisions.get(identity, 0) + 1
        if revision != expected:
            self.faults.append(f"breach {identity}: revision {revision} follows {expected - 1}")
        self.revisions[identity] = revision
        if said["type"] == BREACHED:
            self.held[identity] = data["ticket"], data["target"], str(said["time"])
        elif self.held.pop(identity, None) is None:
            self.faults.append(f"breach {identity}: withdrawn, and nobody held it")


def _of_breaches(message: bytes) -> Iterator[dict[str, object]]:
    if b'"sla.timer_breached.v1"' not in message:
        return
    said = orjson.loads(message)
    if said["type"] == BREACHED or (
        said["type"] == RETRACTED and said["data"]["retracts"] == BREACHED
    ):
        yield said


def by_place(messages: Sequence[tuple[Place, bytes]]) -> list[str]:
    """What is wrong in the order of messages of one partition: a place twice, or going back."""
    faults = []
    last = (0, -1)
    for place, _ in messages:
        if place == last:
            faults.append(f"position {place[0]}, message {place[1]} was given twice")
        elif place < last:
            faults.append(f"position {place[0]}, message {place[1]} came after {last}")
        last = max(last, place)
    return faults
