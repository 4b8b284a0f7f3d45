"""A batch of changes into the tables, within the transaction that the projector holds."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import msgspec
from msgspec import Struct
from psycopg import Cursor

from projections.rows import Batch
from projections.rows.tickets import Row
from projections.statements import statement

_OUTCOME_COLUMNS: Final = (
    "partition, position, index, identity, revision, type, retracts, source, ticket, timer, "
    "target, level, effective_at, detected_at, published_at, cause, corrected, latest, alerting, "
    "data"
)
_JSON: Final = msgspec.json.Encoder()


def write(cursor: Cursor[Any], batches: Mapping[int, Batch]) -> None:
    """Writes the batch of each partition. Whatever PostgreSQL has against it is raised; nothing is
    kept then.
    """
    batch = _together(list(batches.values()))
    if batch.tickets:
        _write_tickets(cursor, batch)
    if batch.outcomes:
        _copy(cursor, f"sla.outcomes ({_OUTCOME_COLUMNS})", batch.outcomes)
    if batch.alerts:
        _copy(cursor, "staged_alerts", batch.alerts)
        cursor.execute(statement("save_alerts"))
    shared: tuple[tuple[str, Sequence[Struct | dict[str, Any]]], ...] = (
        ("save_calendars", batch.calendars),
        ("save_agreements", batch.agreements),
        ("save_accounts", batch.accounts),
        ("save_sources", batch.sources),
        ("save_heard", [{"source": s, "last_event_us": at} for s, at in batch.heard.items()]),
    )
    for name, rows in shared:
        if rows:
            cursor.execute(statement(name), {"rows": _JSON.encode(rows).decode()})
    for partition, one in batches.items():
        if one.dead_letters:
            letters = {"rows": _JSON.encode(one.dead_letters).decode(), "partition": partition}
            cursor.execute(statement("save_dead_letters"), letters)


def _together(batches: Sequence[Batch]) -> Batch:
    """One batch of them all, but for dead letters, which do not say their partition.

    A ticket lives in one partition, and one partition speaks of what they share: nothing of one
    replaces anything of another.
    """
    if len(batches) == 1:
        return batches[0]
    whole = Batch()
    for batch in batches:
        for field in fields(Batch):
            mine = getattr(batch, field.name)
            if isinstance(mine, list):
                getattr(whole, field.name).extend(mine)
        for source, at in batch.heard.items():
            whole.heard[source] = max(at, whole.heard.get(source, at))
    return whole


def _write_tickets(cursor: Cursor[Any], batch: Batch) -> None:
    _copy(cursor, "staged_tickets", batch.tickets)
    if batch.timers:
        _copy(cursor, "staged_timers", batch.timers)
    cursor.execute(statement("save_tickets"))
    whole = [{"source": source, "ticket": ticket} for source, ticket in cursor]
    if whole:
        cursor.execute(statement("drop_vanished"), {"tickets": _JSON.encode(whole).decode()})


def _copy(cursor: Cursor[Any], into: str, rows: list[Row]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN (FORMAT csv, NULL 'null', ESCAPE '\\')") as copy:
        copy.write(csv(rows))


def csv(rows: list[Row]) -> bytes:
    r"""Rows as CSV of which quotes and backslashes are escaped by a backslash.

    JSON encodes a row as such a line, but for the brackets around it and the control characters,
    which no id or word of a ticket can hold (`schemas.inbound`). A line break is never part of a
    line: JSON writes it as \n.
    """
    return _JSON.encode_lines(rows)[1:-2].replace(b"]\n[", b"\n") + b"\n"
