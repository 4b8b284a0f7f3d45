"""The feed of the embedded home: the table into which the tracker publishes."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import Connection

from projections.feed import FeedRecord
from projections.statements import statement

BYTES: Final = 4_000_000
"""A batch is no larger than this, or a single record: it is held in memory a few times over."""


class TableFeed:
    """Reads `sla.outbox` on the projector's own connection."""

    def __init__(self, connection: Connection[Any], partition: int = 0) -> None:
        self._connection = connection
        self._partition = partition

    def read(self, after: int, limit: int) -> Sequence[FeedRecord]:
        """Up to `limit` records beyond position `after`, in order, and no more than `BYTES`."""
        rows = self._connection.execute(
            statement("read_outbox"),
            {"partition": self._partition, "after": after, "limit": limit, "bytes": BYTES},
            binary=True,
        )
        return [FeedRecord(*row) for row in rows]
