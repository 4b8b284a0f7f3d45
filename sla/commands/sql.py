"""`sla sql`: the views of `sla_v1` by psql, or by ourselves where there is none."""

import os
import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NoReturn

import click
import orjson

from sla.settings import Settings
from sla.trouble import Trouble

READER: Final = "sla_reader"
"""The role that reads the views and nothing else."""


@click.command("sql")
@click.argument("statement", required=False)
@click.option("--json", "as_json", is_flag=True, help="Rows as a JSON array of objects.")
@click.pass_obj
def sql(settings: Settings, statement: str | None, as_json: bool) -> None:
    """Asks the views of sla_v1, read only: one STATEMENT, or a session of psql without one."""
    from sla.database import asked_database, told

    if as_json and statement is None:
        raise click.UsageError("--json needs a statement, as in `sla sql --json 'table tickets'`")
    dsn = asked_database(settings)
    with told():
        dsn = reading(dsn)
    psql = find_psql()
    if psql is not None and not as_json:
        _become_psql(psql, dsn, statement)
    if statement is None:
        click.echo(dsn)
        return
    columns, rows = ask(dsn, statement)
    click.echo(_json(columns, rows) if as_json else _table(columns, rows))


def reading(dsn: str) -> str:
    """`dsn` for a session that reads: views found by name, transactions read only, as the reader
    role where the user may take it. Raises psycopg.OperationalError where nothing answers."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    options = ["-c search_path=sla_v1", "-c default_transaction_read_only=on"]
    with psycopg.connect(dsn, autocommit=True) as connection:
        may = connection.execute(
            "SELECT FROM pg_roles WHERE rolname = %s AND pg_has_role(oid, 'SET')", (READER,)
        )
        if may.fetchone() is not None:
            options.append(f"-c role={READER}")
    given = conninfo_to_dict(dsn).get("options")
    return make_conninfo(dsn, options=" ".join(([str(given)] if given else []) + options))


def find_psql() -> Path | None:
    """The psql of the embedded PostgreSQL, which fits it, else that of the machine, else None."""
    from streams.postgres.embedded.programs import programs
    from streams.postgres.embedded.unavailable import ServerUnavailable

    try:
        own = programs() / "psql"
    except ServerUnavailable:
        own = None
    if own is not None and own.is_file():
        return own
    found = shutil.which("psql")
    return None if found is None else Path(found)


def ask(dsn: str, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """(columns, rows) of one statement. Raises Trouble with the server's words."""
    import psycopg

    try:
        with psycopg.connect(dsn) as connection:
            cursor = connection.execute(statement.encode())
            columns = [column.name for column in cursor.description or ()]
            return columns, cursor.fetchall() if columns else []
    except psycopg.Error as error:
        raise Trouble(str(error).strip()) from error


def _become_psql(psql: Path, dsn: str, statement: str | None) -> NoReturn:
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    parts = conninfo_to_dict(dsn)
    password = parts.get("password")
    environment = dict(os.environ)
    if password:  # it must not stand in the list of processes
        environment["PGPASSWORD"] = str(parts.pop("password"))
    address = make_conninfo("", **parts)
    asked = [] if statement is None else ["--command", statement]
    # Replaced rather than called: Ctrl-C must end psql's query, not us.
    os.execve(psql, [str(psql), "--dbname", address, *asked], environment)


def _json(columns: list[str], rows: list[tuple[Any, ...]]) -> str:
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    return orjson.dumps(found, default=_plain).decode()


def _plain(value: object) -> float | str:
    if isinstance(value, Decimal):
        return float(value)
    return value.total_seconds() if isinstance(value, timedelta) else str(value)


def _table(columns: list[str], rows: list[tuple[Any, ...]]) -> str:
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    console = Console()
    with console.capture() as said:
        console.print(table)
        console.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", highlight=False)
    return said.get().rstrip()
