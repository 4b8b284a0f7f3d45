"""Joins a running server: finds its address, connects, and asks whether it is the right one."""

import os
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from streams.postgres.embedded.cluster import DATABASE, USER
from streams.postgres.embedded.place import Place
from streams.postgres.embedded.postmaster import life_of, read_postmaster
from streams.postgres.embedded.unavailable import ServerUnavailable

MAINTENANCE: Final = "postgres"
"""The database that every cluster has from the beginning."""

_PASSWORD_REFUSED: Final = ("password authentication failed", "no password supplied")


def dsn_of(place: Place, database: str) -> str:
    """The connection string by socket. Raises ServerUnavailable where no server runs.

    The empty values keep PGPASSWORD, PGHOSTADDR and PGOPTIONS, meant for other servers, out of it.
    """
    found = read_postmaster(place.data_dir)
    if found is None or found.port is None or found.socket_dir is None:
        raise ServerUnavailable(
            f"no server runs on {place.data_dir}", "start it: `sla db start`", place.last_words()
        )
    return make_conninfo(
        host=str(found.socket_dir),
        port=found.port,
        user=USER,
        dbname=database,
        passfile=str(place.password_file),
        password="",
        hostaddr="",
        options="",
        connect_timeout=10,
    )


def why_not_joined(place: Place, database: str) -> str | None:
    """None where the server of this directory lets us into `database`, else what stands against it.

    Raises ServerUnavailable where waiting cannot help: the password is not the server's.
    """
    found = read_postmaster(place.data_dir)
    if found is None or found.port is None or found.socket_dir is None:
        return "it does not run"
    if life_of(found.pid) != "alive":
        return f"its process {found.pid} was killed"
    try:
        with psycopg.connect(dsn_of(place, database), autocommit=True) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
    except psycopg.OperationalError as error:
        said = str(error).strip()
        if any(words in said for words in _PASSWORD_REFUSED):
            raise _password_refused(place, said) from error
        return said
    serves = Path(row[0]) if row is not None else None
    if serves is None or os.path.realpath(serves) != os.path.realpath(place.data_dir):
        return f"at its address answers the server of {serves}"
    return None


def _password_refused(place: Place, said: str) -> ServerUnavailable:
    hba = place.data_dir / "pg_hba.conf"
    return ServerUnavailable(
        f"the server on {place.data_dir} runs, but does not take the password in "
        f"{place.password_file}: {said}",
        f"put that file back as it was (mode 0600, owner as the data directory's); if it is lost: "
        f"write a new one (`*:*:*:{USER}:NEW`), set `trust` for `scram-sha-256` in {hba}, send the "
        f"server SIGHUP, run `ALTER ROLE {USER} PASSWORD 'NEW'` in psql, and set it back",
    )


def make_database(place: Place) -> None:
    """Makes the tracker's database where it is missing. The caller holds the lock."""
    with psycopg.connect(dsn_of(place, MAINTENANCE), autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,))
        if found.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
