"""The embedded server: whose it is, who may join it, and what it survives."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from streams.postgres.embedded.postmaster import read_postmaster
from streams.postgres.server import Server
from tests.servers import (
    ENSURE,
    STAY,
    answer,
    copy_cluster,
    gone,
    home,
    kill_group,
    spawn,
    until,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """The data directory of a server that was made, started and stopped."""
    with home() as place:
        server = Server.ensure(place / "postgres")
        assert server.stop()
        yield place / "postgres"


@pytest.fixture
def data_dir(made: Path) -> Iterator[Path]:
    """A stopped server's directory of this test alone."""
    with home() as place:
        yield copy_cluster(made, place)


def pid_of(data_dir: Path) -> int:
    found = read_postmaster(data_dir)
    assert found is not None
    return found.pid


def write(server: Server, word: str) -> None:
    with psycopg.connect(server.dsn) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", (word,))


def words(server: Server) -> list[str]:
    with psycopg.connect(server.dsn) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM kept ORDER BY word")]


def test_made_started_joined_stopped() -> None:
    with home() as place:
        data_dir = place / "deeper" / "postgres"
        assert Server(data_dir).status().state == "absent"
        first = Server.ensure(data_dir)
        try:
            second = Server.ensure(data_dir)
            write(first, "shared")
            assert words(second) == ["shared"]
            assert first.status() == second.status()
            assert first.status().state == "running"
        finally:
            assert second.stop()
        assert not first.stop()
        assert first.status().state == "stopped"


def test_the_address_outlives_a_restart(data_dir: Path) -> None:
    """What holds the connection string must find the server again after `db stop`, `db start`."""
    server = Server.ensure(data_dir)
    before = server.dsn
    server.stop()
    assert Server.ensure(data_dir).dsn == before


def test_what_was_killed_is_revived_and_what_was_stopped_is_left(data_dir: Path) -> None:
    server = Server.ensure(data_dir)
    before = server.dsn
    assert not server.revive()
    os.kill(pid_of(data_dir), signal.SIGKILL)
    until(lambda: gone(pid_of(data_dir)))
    assert server.revive()
    assert server.dsn == before
    assert server.stop()
    assert not server.revive()
    assert server.status().state == "stopped"


def test_nobody_gets_in_without_the_password(data_dir: Path) -> None:
    server = Server.ensure(data_dir)
    parts = conninfo_to_dict(server.dsn)
    assert not parts["password"]
    assert stat.S_IMODE(server.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    with psycopg.connect(server.dsn, host="127.0.0.1") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    for host in ("127.0.0.1", str(parts["host"])):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.dsn, host=host, passfile="/nowhere")


def test_settings_for_our_load(data_dir: Path) -> None:
    wanted = {
        "synchronous_commit": "on",
        "fsync": "on",
        "jit": "off",
        "max_wal_size": "2GB",
        "TimeZone": "UTC",
        "listen_addresses": "127.0.0.1",
        "server_encoding": "UTF8",
        "logging_collector": "on",
        "log_truncate_on_rotation": "on",
    }
    with psycopg.connect(Server.ensure(data_dir).dsn) as connection:
        rows = connection.execute(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s)",
            (list(wanted),),
        )
        assert dict(rows.fetchall()) == wanted


def test_the_log_holds_no_statement(data_dir: Path) -> None:
    """A statement may hold a ticket; the log tells errors without it (semantics 1.8)."""
    server = Server.ensure(data_dir)
    with psycopg.connect(server.dsn) as connection, pytest.raises(psycopg.DataError):
        connection.execute("SELECT 'secret-subject', 1 / (length('x') - 1)")
    twice = (
        "CREATE TABLE one (word text PRIMARY KEY); INSERT INTO one VALUES ('secret'), ('secret')"
    )
    with psycopg.connect(server.dsn) as connection, pytest.raises(psycopg.IntegrityError):
        connection.execute(twice)
    server.stop()
    logs = "".join(log.read_text() for log in (data_dir / "log").glob("*.log"))
    assert "division by zero" in logs
    assert "duplicate key" in logs
    assert "secret" not in logs


def test_a_killed_parent_leaves_it_running(data_dir: Path) -> None:
    parent = spawn(ENSURE + STAY, data_dir)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    kill_group(parent)
    assert Server(data_dir).status().state == "running"
    write(Server.ensure(data_dir), "after")
    assert pid_of(data_dir) == pid


@pytest.mark.parametrize("sign", ["postgres.making", "postgres/PG_VERSION", "postgres/start.log"])
def test_killed_while_it_was_made(sign: str) -> None:
    """Whatever step the first process dies at, the next one gets a whole server."""
    with home() as place:
        parent = spawn(ENSURE, place / "postgres")
        until((place / sign).exists)
        kill_group(parent)
        server = Server.ensure(place / "postgres")
        write(server, "whole")
        assert words(server) == ["whole"]
        assert not (place / "postgres.making").exists()


def test_many_at_once_get_one_server() -> None:
    with home() as place:
        processes = [spawn(ENSURE, place / "postgres") for _ in range(6)]
        assert len({answer(process) for process in processes}) == 1


def test_a_killed_server_comes_back_with_what_was_committed(data_dir: Path) -> None:
    server = Server.ensure(data_dir)
    write(server, "committed")
    killed = pid_of(data_dir)
    os.kill(killed, signal.SIGKILL)
    # At once: its pid file stays, and its number answers until it is collected.
    again = Server.ensure(data_dir)
    assert pid_of(data_dir) != killed
    assert words(again) == ["committed"]


def test_many_at_once_bring_back_a_killed_server(data_dir: Path) -> None:
    Server.ensure(data_dir)
    os.kill(pid_of(data_dir), signal.SIGKILL)
    processes = [spawn(ENSURE, data_dir) for _ in range(4)]
    assert {answer(process) for process in processes} == {str(pid_of(data_dir))}


def test_a_path_too_long_for_a_socket(made: Path) -> None:
    with home(depth=6) as place:
        data_dir = copy_cluster(made, place)
        assert len(os.fsencode(data_dir)) > 107
        server = Server.ensure(data_dir)
        write(server, "deep")
        socket_dir = server.status().socket_dir
        assert socket_dir is not None
        assert socket_dir != data_dir
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
        assert int(answer(spawn(ENSURE, data_dir))) == pid_of(data_dir)
        server.stop()
        assert not socket_dir.exists()


@pytest.mark.parametrize("name", ['it\'s a "desk" $HOME 世界', "one,two", "back\\slash"])
def test_a_path_with_odd_characters(name: str) -> None:
    with home() as place:
        server = Server.ensure(place / name / "postgres")
        try:
            write(server, "odd")
            assert words(server) == ["odd"]
        finally:
            server.stop()


def test_variables_of_other_servers_lead_nobody_astray(data_dir: Path) -> None:
    process = spawn(
        ENSURE,
        data_dir,
        PGDATA="/nowhere",
        PGPORT="1",
        PGHOST="/nowhere",
        PGUSER="other",
        PGOPTIONS="-c nonsense=1",
        PGDATABASE="other",
        PGPASSWORD="wrong",
        LC_ALL="C",
    )
    assert int(answer(process)) == pid_of(data_dir)


def test_stop_ends_open_sessions(data_dir: Path) -> None:
    server = Server.ensure(data_dir)
    pid = pid_of(data_dir)
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        assert server.stop()
        assert gone(pid)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
