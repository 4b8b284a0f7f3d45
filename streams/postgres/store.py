"""The tracker's store on PostgreSQL: states, book, publications and position in one transaction."""

import struct
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Final

from psycopg import AsyncConnection, AsyncCursor

from streams.core.partition import Effects
from streams.tracker import NotOwner, Saved

OUTBOX: Final = "sla_outbox"


def _sql(name: str) -> str:
    return (files("streams.postgres.statements") / f"{name}.sql").read_text()


_ADVANCE: Final = _sql("advance_position")
_SAVE_STATES: Final = _sql("save_states")
_SAVE_STATE: Final = _sql("save_state")
FEW: Final = 32
"""States saved without staging them."""
_SAVE_BOOK: Final = _sql("save_book")
_COPY_HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + struct.pack("!ii", 0, 0)
_COPY_END: Final = struct.pack("!h", -1)

Step = Callable[[str], None]


def _no_step(name: str) -> None:
    """Nothing is to be done between the steps of a commit, but in crash tests."""


class PostgresStore:
    """`at_step` is called with the name of each step of a commit, before and after it."""

    def __init__(self, connection: AsyncConnection, at_step: Step = _no_step) -> None:
        self._connection = connection
        self._at_step = at_step
        self._staged = False

    async def load(self) -> Saved:
        """All that was committed."""
        async with self._connection.transaction():
            row = await (
                await self._connection.execute(
                    "SELECT position, clock_us FROM sla.tracker_position WHERE partition = 0"
                )
            ).fetchone()
            assert row is not None, "The migration made the row."
            states = await self._connection.execute(
                "SELECT ticket, state FROM sla.ticket_states WHERE partition = 0", binary=True
            )
            book = await self._connection.execute(
                "SELECT key, entry FROM sla.book_entries WHERE partition = 0 ORDER BY key",
                binary=True,
            )
            return Saved(row[0], row[1], await states.fetchall(), dict(await book.fetchall()))

    async def commit(self, expected: int, effects: Sequence[Effects]) -> None:
        """Saves all of `effects` in one transaction. Raises NotOwner, saving nothing."""
        if not self._staged:
            await self._connection.execute(
                "CREATE TEMP TABLE staged_states (ticket text, state bytea)"
            )
            self._staged = True
        self._at_step("begin")
        async with self._connection.transaction(), self._connection.cursor() as cursor:
            await self._advance(cursor, expected, effects[-1])
            self._at_step("position")
            await self._save_states(cursor, effects)
            self._at_step("states")
            await self._save_book(cursor, effects)
            self._at_step("book")
            await self._publish(cursor, effects)
            self._at_step("outbox")
        self._at_step("committed")

    async def _advance(self, cursor: AsyncCursor, expected: int, last: Effects) -> None:
        await cursor.execute(
            _ADVANCE, {"position": last.position, "clock": last.clock, "expected": expected}
        )
        if cursor.rowcount != 1:
            raise NotOwner(
                f"the tracker's position is no longer {expected}: another tracker has this "
                "partition; this one stops"
            )

    async def _save_states(self, cursor: AsyncCursor, effects: Sequence[Effects]) -> None:
        newest: dict[str, bytes | None] = {}
        for one in effects:
            newest.update(one.states)
        gone = [ticket for ticket, state in newest.items() if state is None]
        if gone:
            await cursor.execute(
                "DELETE FROM sla.ticket_states WHERE partition = 0 AND ticket = ANY(%s)", (gone,)
            )
        rows = [(ticket.encode(), state) for ticket, state in newest.items() if state is not None]
        if 0 < len(rows) <= FEW:
            # In one round trip; staging costs four, which a quiet desk would pay for each event.
            await cursor.executemany(
                _SAVE_STATE, [{"ticket": ticket.decode(), "state": state} for ticket, state in rows]
            )
        elif rows:
            await cursor.execute("TRUNCATE staged_states")
            async with cursor.copy("COPY staged_states FROM STDIN (FORMAT BINARY)") as copy:
                await copy.write(_copy_rows(rows))
            await cursor.execute(_SAVE_STATES)

    async def _save_book(self, cursor: AsyncCursor, effects: Sequence[Effects]) -> None:
        newest: dict[str, bytes | None] = {}
        for one in effects:
            newest.update(one.book)
        entries = [{"key": key, "entry": entry} for key, entry in newest.items()]
        if entries:
            await cursor.executemany(_SAVE_BOOK, entries)

    async def _publish(self, cursor: AsyncCursor, effects: Sequence[Effects]) -> None:
        said = [one for one in effects if one.messages]
        if not said:
            return
        async with cursor.copy(
            "COPY sla.outbox (partition, position, stamp_us, messages) FROM STDIN (FORMAT BINARY)"
        ) as copy:
            await copy.write(_outbox_rows(said))
        await cursor.execute(f"NOTIFY {OUTBOX}")


def _copy_rows(rows: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Rows of two values in PostgreSQL's binary COPY format."""
    parts = [_COPY_HEADER]
    for key, value in rows:
        parts.append(struct.pack("!hi", 2, len(key)))
        parts.append(key)
        parts.append(struct.pack("!i", len(value)))
        parts.append(value)
    parts.append(_COPY_END)
    return b"".join(parts)


def _outbox_rows(effects: Sequence[Effects]) -> bytes:
    parts = [_COPY_HEADER]
    for one in effects:
        messages = b"[" + b",".join(one.messages) + b"]"
        parts.append(
            struct.pack("!hiiiqiqi", 4, 4, 0, 8, one.position, 8, one.clock, len(messages))
        )
        parts.append(messages)
    parts.append(_COPY_END)
    return b"".join(parts)
