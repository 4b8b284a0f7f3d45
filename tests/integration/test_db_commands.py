"""`sla db` and `sla sql`, as typed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import psycopg
import pytest
from click.testing import CliRunner
from psycopg.conninfo import make_conninfo

from sla.cli import main
from sla.commands import sql as sql_command
from sla.database import DatabaseUnavailable, database
from sla.migrations import PACKAGES, read_migrations
from sla.settings import Settings
from tests.servers import home

pytestmark = pytest.mark.slow


def typed(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What the command line does, as a process: `sla sql` becomes psql."""
    return subprocess.run(
        [sys.executable, "-m", "sla", *words],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
        timeout=60,
    )


@pytest.fixture(name="home")
def _home() -> Iterator[Path]:
    with home() as place:
        yield place


def test_db_from_nothing_to_stopped(home: Path) -> None:
    at = ("--home", str(home), "db")
    absent = typed(*at, "status")
    assert (absent.returncode, absent.stdout.startswith("no database was made in")) == (3, True)
    assert typed(*at, "stop").stdout == "it did not run\n"
    started = typed(*at, "start")
    assert started.stdout.startswith("running: process "), started.stderr
    assert orjson.loads(typed(*at, "status", "--json").stdout)["state"] == "running"
    with psycopg.connect(typed(*at, "dsn").stdout) as connection:
        applied = connection.execute("SELECT count(*) FROM sla.migrations").fetchone()
        assert applied == (len(read_migrations(PACKAGES)),)
    asked = typed("--home", str(home), "sql", "SELECT current_setting('data_directory')")
    assert "permission denied" in asked.stderr  # as the reader, not as the server's owner
    assert typed(*at, "stop").stdout == "stopped\n"
    assert typed(*at, "status").stdout.startswith("stopped; its data are in")


def test_db_leaves_other_databases_alone() -> None:
    done = CliRunner().invoke(main, ["--dsn", "host=/nowhere", "db", "stop"])
    assert done.exit_code == 1
    assert "not ours to start, stop or look at" in done.output


@pytest.mark.parametrize("dsn", ["host=/nowhere", "hots=/nowhere"])
def test_a_database_that_does_not_answer_is_told(dsn: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="what to do: check the string given by --dsn"):
        database(Settings(Path("/nowhere"), dsn))


def test_a_dsn_is_brought_up_to_date_and_given_back(empty_database: str) -> None:
    assert database(Settings(Path("/nowhere"), empty_database)) == empty_database
    with psycopg.connect(empty_database) as connection:
        applied = connection.execute("SELECT count(*) FROM sla.migrations").fetchone()
    assert applied == (len(read_migrations(PACKAGES)),)


def test_sql_reads_the_views_and_nothing_else(database: str) -> None:
    def ask(statement: str) -> subprocess.CompletedProcess[str]:
        return typed("--dsn", database, "sql", statement)

    assert "sla_reader" in ask("SELECT current_user").stdout
    views = ask("SELECT viewname FROM pg_views WHERE schemaname = current_schema()")
    assert "tickets" in views.stdout
    assert ask("TABLE tickets").returncode == 0
    assert "permission denied for schema sla" in ask("TABLE sla.journal").stderr
    assert "read-only transaction" in ask("CREATE TEMP TABLE mine (a integer)").stderr


def test_sql_as_json(database: str) -> None:
    statement = (
        "SELECT 1 AS one, 1.5 AS share, interval '1 hour' AS spent, NULL AS none,"
        " timestamptz '2026-04-02 10:00Z' AS at, date '2026-04-02' AS day, 'T-1' AS ticket"
    )
    done = CliRunner().invoke(main, ["--dsn", database, "sql", "--json", statement])
    assert orjson.loads(done.output) == [
        {
            "one": 1,
            "share": 1.5,
            "spent": 3600.0,
            "none": None,
            "at": "2026-04-02T10:00:00+00:00",
            "day": "2026-04-02",
            "ticket": "T-1",
        }
    ]


def test_sql_that_fails_says_the_servers_words(database: str) -> None:
    done = CliRunner().invoke(main, ["--dsn", database, "sql", "--json", "SELECT % FROM tickets"])
    assert done.exit_code == 1
    assert 'syntax error at or near "%"' in done.output


def test_sql_without_psql_draws_a_table_or_gives_the_dsn(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_command, "find_psql", lambda: None)
    done = CliRunner().invoke(main, ["--dsn", database, "sql", "SELECT 41 + 1 AS answer"])
    assert "answer" in done.output
    assert "42" in done.output
    assert done.output.splitlines()[-1] == "1 row"
    done = CliRunner().invoke(main, ["--dsn", database, "sql"])
    with psycopg.connect(done.output.strip()) as connection:
        assert connection.execute("SHOW search_path").fetchone() == ("sla_v1",)


def test_json_needs_a_statement() -> None:
    done = CliRunner().invoke(main, ["--dsn", "host=/nowhere", "sql", "--json"])
    assert done.exit_code == 2
    assert "--json needs a statement" in done.output


def test_psql_is_not_shown_the_password(database: str, tmp_path: Path) -> None:
    """The list of processes is everybody's."""
    stand_in = tmp_path / "psql"
    stand_in.write_text('#!/bin/sh\necho "$@"\necho "PGPASSWORD=$PGPASSWORD"\n')
    stand_in.chmod(0o755)
    code = (
        "import sys; from pathlib import Path; from sla.commands.sql import _become_psql;"
        "_become_psql(Path(sys.argv[1]), sys.argv[2], 'TABLE tickets')"
    )
    dsn = make_conninfo(database, password="secret")
    done = subprocess.run(
        [sys.executable, "-c", code, str(stand_in), dsn], capture_output=True, text=True, check=True
    )
    shown, kept = done.stdout.splitlines()
    assert "secret" not in shown
    assert kept == "PGPASSWORD=secret"
