"""Brings a database to the shape that this program needs: numbered SQL files, each applied once.

Each file runs in one transaction with its row in `sla.migrations`; all under one advisory lock,
so of two processes one applies and the other waits and finds it done.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import psycopg

from sla.trouble import Trouble

PACKAGES: Final = ("streams.postgres.sql", "projections.sql")
"""In the order they are applied in: read models may name what the tracker keeps."""

LOCK: Final = 5_147_000
"""The advisory lock of migrations."""

_NAME: Final = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")

_TABLE: Final = """
CREATE SCHEMA IF NOT EXISTS sla;
CREATE TABLE IF NOT EXISTS sla.migrations (
    package text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (package, number)
)
"""

_RECORD: Final = "INSERT INTO sla.migrations (package, number, name, digest) VALUES (%s,%s,%s,%s)"

Key = tuple[str, int]


class MigrationRefused(Trouble):
    """The database and this program's migrations do not fit; nothing more was applied."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One SQL file."""

    package: str
    number: int
    name: str
    """The file's name."""
    sql: str

    @property
    def key(self) -> Key:
        """What it is known by: two files of one package never share a number."""
        return self.package, self.number

    @property
    def digest(self) -> str:
        """SHA-256 of its text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"{self.package}/{self.name}"


def migrate(dsn: str) -> list[str]:
    """Applies what is missing and gives the names of it, in order; none where all was applied.

    Raises MigrationRefused for an applied file that was edited, one that this program does not
    have, one numbered below an applied one, and for SQL that fails; psycopg.OperationalError
    where there is no connection.
    """
    wanted = read_migrations(PACKAGES)
    with closing(psycopg.connect(dsn, autocommit=True)) as connection:
        return apply_migrations(connection, wanted)


def apply_migrations(connection: psycopg.Connection, wanted: Sequence[Migration]) -> list[str]:
    """The same on an open autocommit connection, with the files given."""
    if not _missing(wanted, _applied(connection)):
        return []
    connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
    try:
        _make_table(connection)
        missing = _missing(wanted, _applied(connection))
        for migration in missing:
            _apply(connection, migration)
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))
    return [migration.label for migration in missing]


def read_migrations(packages: Sequence[str]) -> list[Migration]:
    """All SQL files of `packages`, in order. Raises MigrationRefused for a name out of form."""
    found: dict[Key, Migration] = {}
    for package in packages:
        for file in sorted(files(package).iterdir(), key=lambda file: file.name):
            if not file.name.endswith(".sql"):
                continue
            match = _NAME.fullmatch(file.name)
            if match is None:
                raise MigrationRefused(
                    f"{package}/{file.name}: a migration is named NNNN_words_of_it.sql; rename it"
                )
            migration = Migration(package, int(match[1]), file.name, file.read_text("utf-8"))
            other = found.setdefault(migration.key, migration)
            if other is not migration:
                raise MigrationRefused(
                    f"{migration.label} has the number of {other.name}; give the newer one the next"
                )
    return list(found.values())


def _make_table(connection: psycopg.Connection) -> None:
    try:
        connection.execute(_TABLE)
    except psycopg.errors.InsufficientPrivilege as error:
        raise MigrationRefused(
            f"this database role may not make the tracker's schema ({error.diag.message_primary}); "
            "GRANT CREATE ON DATABASE to it, or connect as the database's owner"
        ) from error


def _applied(connection: psycopg.Connection) -> dict[Key, tuple[str, str]]:
    """(name, digest) of each file that was applied; empty in a new database."""
    try:
        rows = connection.execute("SELECT package, number, name, digest FROM sla.migrations")
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return {}
    except psycopg.errors.InsufficientPrivilege as error:
        raise MigrationRefused(
            f"this database role may not read sla.migrations ({error.diag.message_primary}); "
            "connect as the owner of the tracker's schema"
        ) from error
    return {(package, number): (name, digest) for package, number, name, digest in rows}


def _missing(wanted: Sequence[Migration], applied: dict[Key, tuple[str, str]]) -> list[Migration]:
    """What is still to be applied. Raises MigrationRefused where the two do not fit."""
    known = {migration.key for migration in wanted}
    for (package, number), (name, _) in sorted(applied.items()):
        if (package, number) not in known:
            raise MigrationRefused(
                f"this database has had {package}/{name}, which this program does not know: "
                "a newer program made it; use that one or a later one"
            )
    missing = []
    for migration in wanted:
        if migration.key not in applied:
            missing.append(migration)
            continue
        name, digest = applied[migration.key]
        if digest != migration.digest:
            raise MigrationRefused(
                f"{migration.label} was edited after it was applied to this database (as {name}); "
                "put its text back as it was and write the change as a new file with the next "
                "number"
            )
    for migration in missing:
        later = [n for package, n in applied if package == migration.package]
        if later and migration.number < max(later):
            raise MigrationRefused(
                f"{migration.label} is numbered below {max(later):04}, which is already applied "
                "to this database; give it a higher number"
            )
    return missing


def _apply(connection: psycopg.Connection, migration: Migration) -> None:
    try:
        with connection.transaction():
            # Every name must say its schema: what is found by default differs from role to role.
            connection.execute("SET LOCAL search_path = ''")
            # Without parameters the text goes to the server as it is, many statements at once.
            connection.execute(migration.sql.encode())
            connection.execute(
                _RECORD, (migration.package, migration.number, migration.name, migration.digest)
            )
    except psycopg.DatabaseError as error:
        if connection.closed:
            raise
        position = error.diag.statement_position
        line = migration.sql.count("\n", 0, int(position) - 1) + 1 if position else None
        place = migration.label if line is None else f"{migration.label}:{line}"
        raise MigrationRefused(
            f"{place}: {error.diag.message_primary}; the file was taken back whole. "
            "Repair what it names, then start again"
        ) from error
