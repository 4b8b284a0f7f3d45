"""What the projector reads: the outcomes of journal records, in order."""

from collections.abc import Mapping, Sequence
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
    resume: int | None = None
    """Where the feed goes on after it, in the feed's own terms; None: by the position."""


@dataclass(frozen=True, slots=True)
class Held:
    """How far a partition is in the rows."""

    position: int
    resume: int | None
    """As the feed said it of the record at `position`."""


class FeedAway(Exception):
    """What the feed reads from does not answer; it is tried again."""


class Feed(Protocol):
    """Gives what was published, of every partition that is held, from where that one stands."""

    def read(self, held: Mapping[int, Held], limit: int) -> Sequence[FeedRecord]:
        """Up to `limit` records beyond what is `held`, those of a partition in order.

        None when there is none yet. Raises FeedAway.
        """
        ...

    def wait(self, seconds: float) -> None:
        """Until there may be more to read, at most `seconds`. Raises FeedAway."""
        ...

    def close(self) -> None:
        """Lets go of what it reads from."""
        ...
