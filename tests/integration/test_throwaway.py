"""The server of the tests themselves: quick, and never left behind."""

import subprocess
from pathlib import Path

import psycopg
import pytest

from streams.postgres.embedded.throwaway import throwaway
from tests.servers import gone, kill_group, spawn, until

PARENT = """
import sys
from streams.postgres.embedded.throwaway import throwaway
with throwaway() as server:
    print(server.pid, server.directory, flush=True)
    sys.stdin.read()
"""


def _parent() -> tuple[subprocess.Popen[str], int, Path]:
    parent = spawn(PARENT)
    assert parent.stdout is not None
    line = parent.stdout.readline()
    assert line, parent.communicate()[1]
    pid, directory = line.split()
    return parent, int(pid), Path(directory)


@pytest.mark.slow
def test_it_dies_with_a_parent_killed_by_sigkill() -> None:
    parent, pid, directory = _parent()
    assert not gone(pid)
    kill_group(parent)
    until(lambda: gone(pid), seconds=10)
    with throwaway():
        assert not directory.exists()  # the next one sweeps what was left


@pytest.mark.slow
def test_it_is_gone_after_its_block_and_another_in_use_stays(tmp_path: Path) -> None:
    parent, pid, directory = _parent()
    with throwaway(tmp_path) as server:
        with psycopg.connect(server.dsn()) as connection:
            assert connection.execute("SHOW data_directory").fetchone() == (
                str(server.directory / "data"),
            )
        assert server.directory != directory
        assert directory.exists()
    assert gone(server.pid)
    assert not server.directory.exists()
    assert not gone(pid)
    out, error = parent.communicate("")
    assert (out, error, parent.returncode) == ("", "", 0)
    assert gone(pid)


def test_databases_are_fresh_and_apart(database: str, empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        found = connection.execute("SELECT FROM pg_namespace WHERE nspname = 'sla'")
        assert found.fetchone() is None
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) > 0 FROM sla.migrations").fetchone() == (True,)
