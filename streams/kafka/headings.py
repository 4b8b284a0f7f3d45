"""The head of a message: as much of it as routing, headers and alerts need, and no more."""

from typing import Final

import msgspec
from msgspec import Struct

from schemas.outcomes import RETRACTED, WIRE_NAMES

OUTCOMES: Final = frozenset((*WIRE_NAMES.values(), RETRACTED))
"""Types of the messages that are CloudEvents; the rest are images."""
TICKET_JUDGED: Final = "sla.ticket_judged.v1"


Headers = list[tuple[str, str | bytes | None]]
"""Of a Kafka record, as librdkafka takes them."""


class Heading(Struct, gc=False):
    """Of an outcome or an image; what the other has only is empty."""

    type: str = ""
    id: str = ""
    source: str = ""
    subject: str = ""
    time: str = ""
    partitionkey: str = ""
    ticket: str = ""

    @property
    def key(self) -> bytes | None:
        """The ticket it is about, as `source ticket`; None where it is about none."""
        if self.partitionkey:
            return self.partitionkey.encode()
        if self.type == TICKET_JUDGED:
            return f"{self.source} {self.ticket}".encode()
        return None

    def cloudevents(self) -> Headers:
        """The headers by which a consumer of CloudEvents filters; none for an image."""
        if self.type not in OUTCOMES:
            return []
        return [
            ("ce_specversion", b"1.0"),
            ("ce_id", self.id.encode()),
            ("ce_type", self.type.encode()),
            ("ce_source", self.source.encode()),
            ("ce_subject", self.subject.encode()),
            ("ce_time", self.time.encode()),
            ("content-type", b"application/json"),
        ]


heading: Final = msgspec.json.Decoder(Heading).decode
"""The head of a message as published."""
