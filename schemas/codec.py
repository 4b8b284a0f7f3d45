"""Bytes to events and back: at the door with every check, in the journal as fast as it goes.

At the door (`decode_events`) an event is checked once and for all; the journal holds only what
passed, so `decode_batch`, in the tracker's hot path, checks no pattern again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from schemas.checks import fault_in_depth
from schemas.inbound import InboundEvent
from schemas.reading import LeftOut, head_of, read_item
from schemas.refusal import Fault, Reason, Refusal, body_of, shown
from schemas.splitting import Content, Item, split

__all__ = [
    "Content",
    "Decoded",
    "Fault",
    "Reason",
    "Refusal",
    "decode_batch",
    "decode_events",
    "encode_batch",
    "fault_of",
]

_BATCH: Final = msgspec.json.Decoder(list[InboundEvent])
_ENCODER: Final = msgspec.json.Encoder()


@dataclass(slots=True)
class Decoded:
    """What was read of one input, in its order."""

    events: list[InboundEvent] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    """Fields that no event has, left out of those taken; counted by `type.field`."""


def decode_events(raw: bytes, *, content: Content) -> Decoded:
    """The events in `raw`: CloudEvents 1.0 in JSON, one, a batch, or one a line.

    Every event that is good is taken, its instants in UTC (a seventh decimal of a second rounds);
    each other item is a refusal. Raises nothing, whatever the bytes.
    """
    decoded = Decoded()
    left_out = LeftOut(decoded.left_out)
    for item in split(raw, content):
        read = item.fault or read_item(item.raw, left_out)
        if isinstance(read, Fault):
            decoded.refused.append(_refusal(item, read))
        else:
            decoded.events.append(read)
    return decoded


def fault_of(event: InboundEvent) -> Fault | None:
    """What `decode_events` would refuse in an event built in this process; None: it is good.

    For those who append events without bytes: nothing after the door checks again.
    """
    deep = fault_in_depth(event)
    if deep is not None:
        return deep
    read = read_item(_ENCODER.encode(event), LeftOut())
    return read if isinstance(read, Fault) else None


def _refusal(item: Item, fault: Fault) -> Refusal:
    id_, source, subject = head_of(item.raw)
    return Refusal(
        place=item.place,
        event=shown(id_),
        source=shown(source),
        subject=shown(subject),
        reason=fault.reason,
        field=fault.field,
        expected=fault.expected,
        body=body_of(item.raw if fault.kept is None else fault.kept),
    )


def encode_batch(events: Sequence[InboundEvent]) -> bytes:
    """A journal payload: a JSON array of the events, as `decode_events` gave them."""
    return _ENCODER.encode(events)


def decode_batch(payload: bytes) -> list[InboundEvent]:
    """The events of a journal payload made by `encode_batch`.

    Raises msgspec.DecodeError for anything else: a journal that holds what never passed the door
    is broken, and nobody may guess.
    """
    return _BATCH.decode(payload)
