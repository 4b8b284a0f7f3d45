"""Read models held against those of a second database that the fold was projected into."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import psycopg

from projections.feed import FeedRecord, Held
from projections.projector import Projector

COMPARED: Final = {
    # Left out is what is told by the wall clock of whoever writes, and `timers_changed`, which
    # depends on how records fall into batches.
    "tickets": ("ticket, source", ("timers_changed",)),
    "timers": ("ticket, source, timer", ()),
    "outcomes": ("partition, position, index", ("published_at",)),
    "alerts": ("ticket, source, timer, kind, level", ("published_at",)),
    "dead_letters": ("partition, position, index", ()),
    "accounts": ("account, event", ()),
    "agreements": ("agreement, version", ()),
    "calendars": ("calendar", ()),
    "sources": ("source", ()),
}
"""Table -> (its order, columns left out)."""


class ListFeed:
    """Feeds what it was given; a `projections.feed.Feed`."""

    def __init__(self, records: Sequence[FeedRecord]) -> None:
        self._records = records
        self._given = 0

    def read(self, held: Mapping[int, Held], limit: int) -> Sequence[FeedRecord]:
        """The next of them; whoever reads keeps what it was given."""
        given = self._records[self._given : self._given + limit]
        self._given += len(given)
        return given

    def wait(self, seconds: float) -> None:
        """There is never more to come."""

    def close(self) -> None:
        """Holds nothing."""


def project(dsn: str, partitions: int, records: Sequence[FeedRecord]) -> None:
    """Projects `records`, those of a partition in their order, into the database at `dsn`."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO sla.positions (partition, position)"
            " SELECT number, 0 FROM generate_series(0, %s) number ON CONFLICT DO NOTHING",
            (partitions - 1,),
        )
    projector = Projector(dsn, lambda _: ListFeed(records), partitions=partitions)
    try:
        while projector.project_once():
            pass
    finally:
        projector.close()


def differences(expected: str, found: str) -> list[str]:
    """What differs between the tables of two databases, each given by its connection string."""
    faults = []
    with psycopg.connect(expected) as one, psycopg.connect(found) as other:
        for table, (order, left_out) in COMPARED.items():
            query = _query(one, table, order, left_out)
            ours, theirs = _rows(one, query), _rows(other, query)
            if ours == theirs:
                continue
            less, more = set(ours) - set(theirs), set(theirs) - set(ours)
            faults.append(
                f"table {table}: {len(ours)} rows by the fold, {len(theirs)} found; {len(less)} of "
                f"the fold's are not there, {len(more)} there are not the fold's; "
                f"for example {_shown(less)} against {_shown(more)}"
            )
    return faults


def _query(connection: psycopg.Connection[Any], table: str, order: str, left_out: Any) -> str:
    names = connection.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'sla' AND table_name = %s AND column_name <> ALL (%s)"
        " ORDER BY ordinal_position",
        (table, list(left_out)),
    ).fetchall()
    assert names, f"There is no table sla.{table}."
    columns = ", ".join(name for (name,) in names)
    return f"COPY (SELECT {columns} FROM sla.{table} ORDER BY {order}) TO STDOUT"


def _rows(connection: psycopg.Connection[Any], query: str) -> list[bytes]:
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(bytes(part) for part in copy).splitlines()


def _shown(rows: set[bytes]) -> str:
    return min(rows, default=b"none").decode()[:300]
