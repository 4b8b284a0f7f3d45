"""Reads the views of `sla_v1`: what every question is answered from, and nothing else."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import click
import psycopg
from psycopg.rows import DictRow, dict_row

from schemas.instants import instant
from sla.database import asked_database, told
from sla.settings import Settings
from sla.show import LocalTime
from sla.trouble import Trouble

READER: Final = "sla_reader"
"""The role that reads the views and has no right to anything else."""
NAME: Final = "sla question"
"""How its connections are called on the server."""

Row = Mapping[str, Any]
Reading = psycopg.Connection[DictRow]


@dataclass(frozen=True, slots=True)
class Views:
    """A connection that reads, and how its instants are told."""

    connection: Reading
    now: int
    """The present instant, in microseconds, the same for all that is asked."""
    zone: str
    """Of the agreements where they share one, else UTC."""

    @property
    def local(self) -> LocalTime:
        """Instants in the zone that all agreements share."""
        return LocalTime(self.zone, self.now)

    def local_to(self, row: Row) -> LocalTime:
        """Instants in the zone of the row's own agreement."""
        return LocalTime(row.get("reporting_zone") or self.zone, self.now)

    def rows(self, name: str, **values: object) -> list[DictRow]:
        """The rows of the question `name`. Raises Trouble where the database does not fit."""
        return asked(self.connection, name, values)


@contextmanager
def views(settings: Settings) -> Iterator[Views]:
    """The views as of one instant: all that is asked inside sees the same rows and the same now.

    Raises Trouble where there is no database, or one that lacks what is read.
    """
    with reading(settings) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (found,) = asked(connection, "now", {})
        yield Views(connection, instant(found["now"]), found["zone"])


@contextmanager
def reading(settings: Settings, *, autocommit: bool = False) -> Iterator[Reading]:
    """A connection that only reads, as the reader role where its user may take it."""
    dsn = asked_database(settings)
    with reading_at(lambda: dsn, autocommit=autocommit) as connection:
        yield connection


@contextmanager
def reading_at(dsn: Callable[[], str], *, autocommit: bool = False) -> Iterator[Reading]:
    """The same where the database is said to be; starts nothing. Raises DatabaseUnavailable."""
    with told():
        connection: Reading = psycopg.connect(
            dsn(), autocommit=True, row_factory=dict_row, application_name=NAME
        )
    with connection:
        connection.execute("SET TIME ZONE 'UTC'")
        may = connection.execute(
            "SELECT FROM pg_roles WHERE rolname = %s AND pg_has_role(oid, 'SET')", (READER,)
        )
        if may.fetchone() is not None:
            connection.execute(f"SET ROLE {READER}")
        connection.read_only = True
        connection.autocommit = autocommit
        yield connection


def asked(connection: Reading, name: str, values: Mapping[str, object]) -> list[DictRow]:
    """The rows of the question `name`. Raises Trouble where the database does not fit."""
    try:
        return connection.execute(_query(name), values).fetchall()
    except (
        psycopg.errors.UndefinedTable,
        psycopg.errors.UndefinedColumn,
        psycopg.errors.InvalidSchemaName,
        psycopg.errors.InsufficientPrivilege,
    ) as error:
        raise Trouble(
            f"the views of sla_v1 are not as this program reads them: {error.diag.message_primary}"
            "\nwhat to do: start `sla up` once as the owner of the database, which brings it up "
            "to date; a reader needs the role sla_reader"
        ) from error


def _query(name: str) -> bytes:
    return (files("sla.queries") / f"{name}.sql").read_bytes()


def the_ticket(found: Views, ticket: str, source: str | None) -> DictRow:
    """The row of one ticket. Fails, saying what to add, where it is unknown or not the only one."""
    rows = found.rows("ticket", ticket=ticket, source=source)
    if not rows:
        where = "" if source is None else f" in {source}"
        behind = sum(row["records"] for row in found.rows("lag"))
        if behind:
            raise click.ClickException(
                f"no ticket {ticket!r}{where} is known yet; {behind:,} of the journal's records "
                "wait to be judged or shown, which `sla up` does"
            )
        raise click.ClickException(
            f"no ticket {ticket!r}{where} is known; `sla dead-letters` shows what was refused"
        )
    if len(rows) > 1:
        names = ", ".join(row["source"] for row in rows)
        raise click.UsageError(f"{ticket} is in several sources; add --source, one of: {names}")
    return rows[0]
