"""What the projector reads: the outcomes of journal records, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """What one journal record had as effects. Instants in microseconds."""

    partition: int
    position: int
    stamp_us: int
    """The record's stamp: the partition's time (semantics 1.2)."""
    published_us: int
    """When it left the tracker (1.2)."""
    messages: bytes
    """A JSON array of messages (`schemas.outbound`), in the order of their index."""


class Feed(Protocol):
    """Gives what was published, each time from where it is told."""

    def read(self, after: int, limit: int) -> Sequence[FeedRecord]:
        """Up to `limit` records beyond position `after`, in order; none when there is none yet."""
        ...
