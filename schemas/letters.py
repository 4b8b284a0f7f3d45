"""A dead letter of a cluster's intake: what was refused, where it stood, and why."""

import msgspec

from schemas.refusal import Refusal


class Letter(msgspec.Struct, frozen=True):
    """As it stands in its topic, a JSON object."""

    topic: str
    partition: int
    offset: int
    place: str
    """Within the message: `event`, `item 3` of a batch."""
    event: str | None
    source: str | None
    subject: str | None
    reason: str
    field: str
    detail: str
    body: str

    @property
    def key(self) -> str:
        """By which one that is written twice is known."""
        return f"{self.topic} {self.partition} {self.offset} {self.place}"


def letter_of(topic: str, partition: int, offset: int, refusal: Refusal) -> Letter:
    """What is known of a refusal, and the place of its message."""
    return Letter(
        topic,
        partition,
        offset,
        refusal.place,
        _whole(refusal.event),
        _whole(refusal.source),
        _whole(refusal.subject),
        refusal.reason,
        _text(refusal.field),
        _text(refusal.detail),
        _text(refusal.body),
    )


def _whole(text: str | None) -> str | None:
    return None if text is None else _text(text)


def _text(text: str) -> str:
    """What a stranger wrote may hold halves of characters, which no UTF-8 has."""
    return text.encode("utf-8", "backslashreplace").decode()
