"""The journal on PostgreSQL: a table of one partition.

Position and stamp are given under a row lock held to commit, so there are no gaps and no stamp
goes back: stamp = max(last, clock).
"""

from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Final

import psycopg
from psycopg import AsyncConnection

from schemas.codec import encode_batch
from schemas.inbound import InboundEvent
from streams.core.partition import Record

CHANNEL: Final = "sla_journal"
RECORD_EVENTS_MAX: Final = 500
"""Events a record: most of the speed comes from batches, and 500 stay well under a second."""

_APPEND: Final = (files("streams.postgres.statements") / "append_record.sql").read_text()
_READ: Final = (files("streams.postgres.statements") / "read_records.sql").read_text()


def append_events(
    connection: psycopg.Connection, events: Sequence[InboundEvent], clock: int
) -> int:
    """Appends `events`, in records of at most 500, in the caller's transaction; the last position.

    `clock`: the instant of appending, microseconds. Not in the journal until that commits.
    """
    position = 0
    for start in range(0, len(events), RECORD_EVENTS_MAX):
        payload = encode_batch(events[start : start + RECORD_EVENTS_MAX])
        position = _position(connection.execute(_APPEND, {"events": payload, "clock": clock}))
    connection.execute(f"NOTIFY {CHANNEL}")
    return position


def _position(cursor: psycopg.Cursor[tuple[int]]) -> int:
    row = cursor.fetchone()
    assert row is not None, "An append gives its position."
    return row[0]


class PostgresJournal:
    """Reads the journal for a tracker, and appends its ticks."""

    def __init__(self, connection: AsyncConnection, clock: Callable[[], int]) -> None:
        self._connection = connection
        self._clock = clock
        self._listening = False

    async def read(self, after: int, limit: int, wait: float) -> list[Record]:
        """Records after the position `after`; waits up to `wait` seconds for the first."""
        if not self._listening:
            await self._connection.execute(f"LISTEN {CHANNEL}")
            self._listening = True
        records = await self._read(after, limit)
        if records or wait <= 0:
            return records
        async for _ in self._connection.notifies(timeout=wait, stop_after=1):
            pass
        return await self._read(after, limit)

    async def _read(self, after: int, limit: int) -> list[Record]:
        cursor = await self._connection.execute(
            _READ, {"after": after, "limit": limit}, binary=True
        )
        return [Record(0, position, stamp, events) async for position, stamp, events in cursor]

    async def append_tick(self) -> int:
        """Appends a record that only lets time pass; its stamp: never behind our clock."""
        clock = self._clock()
        await self._connection.execute(_APPEND, {"events": b"", "clock": clock})
        return clock
