"""The door: bytes in, events in the journal, refusals in their table; all in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

import psycopg

from schemas.codec import Decoded, Refusal
from schemas.inbound import InboundEvent
from schemas.refusal import storable
from streams.postgres.journal import append_events

_REFUSE: Final = (files("streams.postgres.statements") / "refuse.sql").read_text()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of what was sent: true once it is returned."""

    accepted: int
    position: int | None
    """Of the last journal record made; None where nothing was accepted."""
    refused: list[Refusal] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    """Unknown fields that were left out, counted by name (semantics 1.8)."""


def take_in(connection: psycopg.Connection, decoded: Decoded, clock: int) -> Receipt:
    """Appends what was read and keeps what was refused; commits before it returns."""
    with connection.transaction():
        position = take_in_uncommitted(connection, decoded.events, decoded.refused, clock)
    return Receipt(len(decoded.events), position, decoded.refused, decoded.left_out)


def take_in_uncommitted(
    connection: psycopg.Connection,
    events: Sequence[InboundEvent],
    refused: Sequence[Refusal],
    clock: int,
) -> int | None:
    """The same within the caller's transaction; the last position."""
    if refused:
        with connection.cursor() as cursor:
            cursor.executemany(_REFUSE, [_row(refusal) for refusal in refused])
    return append_events(connection, events, clock) if events else None


def _row(refusal: Refusal) -> dict[str, str | None]:
    return {
        "event": storable(refusal.event),
        "source": storable(refusal.source),
        "subject": storable(refusal.subject),
        "reason": refusal.reason,
        "detail": storable(f"{refusal.place}: {refusal.detail}"),
        "body": storable(refusal.body),
    }
