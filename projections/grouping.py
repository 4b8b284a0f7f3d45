"""Messages of a topic into the feed's records: all that one journal record had as effects.

The tracker publishes each message as a record of its own, in one transaction with the progress
mark that follows the last of them: a record without key and value that says how far the journal is
judged. Each says in its headers the journal position it follows from, that record's stamp, and
when it was published.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from projections.feed import FeedRecord, Held
from projections.rows.batch import UnreadableRecord

Headers = Sequence[tuple[str, bytes | None]]


@dataclass(slots=True)
class _Group:
    """What was read so far of one journal position."""

    position: int
    stamp_us: int
    published_us: int
    messages: list[bytes]
    end: int
    """The offset after its last message."""


@dataclass(slots=True)
class Grouping:
    """The records of one partition, as they come whole. A group is whole when the next one begins,
    or the mark comes.
    """

    partition: int
    held: Held
    whole: "deque[FeedRecord]"
    """Where whole groups go; several partitions may share it."""
    _group: _Group | None = None
    _last: int = field(init=False)
    """The position of the last group given."""

    def __post_init__(self) -> None:
        self._last = self.held.position

    def take(self, offset: int, headers: Headers, value: bytes | None) -> None:
        """Takes the topic's record at `offset`. Raises UnreadableRecord for a stranger's."""
        position, stamp, published = self._said(offset, headers)
        group = self._group
        if group is not None and position != group.position:
            self._give(group, group.end)
            group = None
        if position < self._last or (value and position == self._last):
            # It is in the rows already, or was given before.
            return
        if not value:
            self._mark(group, position, stamp, published, offset + 1)
        elif group is None:
            self._group = _Group(position, stamp, published, [value], offset + 1)
        else:
            group.messages.append(value)
            group.end = offset + 1

    def _mark(
        self, group: _Group | None, position: int, stamp: int, published: int, end: int
    ) -> None:
        if group is not None:
            self._give(group, end)
        elif position > self._last:
            # Nothing followed from the records up to here, but time has passed.
            self._give(_Group(position, stamp, published, [], end), end)

    def _give(self, group: _Group, end: int) -> None:
        self._group = None
        self._last = group.position
        array = b"[" + b",".join(group.messages) + b"]"
        self.whole.append(
            FeedRecord(
                self.partition, group.position, group.stamp_us, group.published_us, array, end
            )
        )

    def _said(self, offset: int, headers: Headers) -> tuple[int, int, int]:
        said = dict(headers)
        try:
            return (
                int(said["position"] or b""),
                int(said["stamp_us"] or b""),
                int(said["published_us"] or b""),
            )
        except (KeyError, ValueError) as error:
            raise UnreadableRecord(
                f"outcomes of partition {self.partition}, offset {offset}: headers without "
                "position, stamp_us or published_us; only the tracker may write to this topic"
            ) from error
