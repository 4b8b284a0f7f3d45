"""What is published beside outcomes (`telling`): images, and what the core refuses."""

from dataclasses import dataclass
from typing import Final

import msgspec

from schemas.inbound import InboundEvent
from schemas.outbound import EventRefused, Image
from streams.core.facts import TicketFact

_IMAGES: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Place:
    """The journal record by which something came to be known."""

    partition: int
    position: int
    stamp: int
    at: str
    """The stamp as ISO text."""


def dead_letter(
    place: Place,
    index: int,
    said: InboundEvent | TicketFact,
    source: str,
    subject: str,
    reason: str,
    detail: str,
) -> bytes:
    """What the core refuses, with the reason, as JSON."""
    refused = EventRefused(
        event=said.id,
        source=source,
        subject=subject,
        reason=reason,
        detail=detail,
        body=_IMAGES.encode(said).decode(),
        position=place.position,
        index=index,
        stamp_us=place.stamp,
    )
    return image_message(refused)


def image_message(image: Image) -> bytes:
    """An image as JSON."""
    return _IMAGES.encode(image)
