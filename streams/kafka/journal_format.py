"""How a journal record stands in Kafka.

Value: what `schemas.codec.encode_batch` gives; empty: a tick. A record that was copied from the
log of shared facts says in a header which one it is and when that log took it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from streams.core.partition import Record

FACTS: Final = "facts"
"""Header of a record copied from the log of shared facts: `<number> <stamp in microseconds>`."""

Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Copied:
    """Which record of the log of shared facts a journal record is a copy of."""

    number: int
    """Its offset there, plus one."""
    stamp: int
    """When that log took it, microseconds."""

    def headers(self) -> list[tuple[str, bytes]]:
        """As the journal keeps it."""
        return [(FACTS, b"%d %d" % (self.number, self.stamp))]


def copied_from(headers: Headers) -> Copied | None:
    """What the headers say of the record's origin; None: it was written to the journal itself."""
    for name, value in headers:
        if name == FACTS:
            number, stamp = value.split()
            return Copied(int(number), int(stamp))
    return None


def to_record(
    partition: int, offset: int, timestamp_ms: int, headers: Headers, value: bytes | None
) -> Record:
    """The journal record at `offset`: its position is one above, for 0 means that none was read."""
    copied = copied_from(headers) if headers else None
    return Record(
        partition,
        offset + 1,
        timestamp_ms * 1000,
        value or b"",
        None if copied is None else copied.stamp,
    )
