"""The feed of the embedded home: the table into which the tracker publishes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg import Connection

from projections.feed import FeedRecord, Held
from projections.statements import statement

OUTBOX: Final = "sla_outbox"
"""Notified by the tracker when there is something new."""
BYTES: Final = 4_000_000
"""A batch is no larger than this, or a single record: it is held in memory a few times over."""


class TableFeed:
    """Reads `sla.outbox` on the projector's own connection."""

    def __init__(self, connection: Connection[Any], partition: int = 0) -> None:
        self._connection = connection
        self._partition = partition
        connection.execute(f"LISTEN {OUTBOX}")

    def read(self, held: Mapping[int, Held], limit: int) -> Sequence[FeedRecord]:
        """Up to `limit` records beyond the position held, in order, and no more than `BYTES`."""
        after = held[self._partition].position
        rows = self._connection.execute(
            statement("read_outbox"),
            {"partition": self._partition, "after": after, "limit": limit, "bytes": BYTES},
            binary=True,
        )
        return [FeedRecord(*row) for row in rows]

    def wait(self, seconds: float) -> None:
        """Until the tracker says that there is more, or it is time to look anyway."""
        for _ in self._connection.notifies(timeout=seconds, stop_after=1):
            pass

    def close(self) -> None:
        """The connection is the projector's to close."""
