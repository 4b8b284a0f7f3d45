"""The embedded server under other users, and what it refuses: each with cause and remedy."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from streams.postgres.embedded import starting
from streams.postgres.embedded.postmaster import read_postmaster
from streams.postgres.embedded.programs import programs, run
from streams.postgres.embedded.rights import NOBODY, rights
from streams.postgres.server import Server, ServerUnavailable
from tests.servers import ENSURE, STAY, answer, copy_cluster, home, kill_group, ordinary_user, spawn

pytestmark = pytest.mark.slow

needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="is about root; as another user the rest of this suite runs"
)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """The data directory of a server that was made, started and stopped."""
    with home() as place:
        Server.ensure(place / "postgres").stop()
        yield place / "postgres"


@pytest.fixture
def data_dir(made: Path) -> Iterator[Path]:
    """A stopped server's directory of this test alone."""
    with home() as place:
        yield copy_cluster(made, place)


def refusal(data_dir: Path) -> ServerUnavailable:
    with pytest.raises(ServerUnavailable) as caught:
        Server.ensure(data_dir)
    assert caught.value.cause in str(caught.value)
    assert caught.value.remedy in str(caught.value)
    return caught.value


def test_an_ordinary_user_makes_starts_and_leaves_one() -> None:
    with home(mode=0o777) as place:
        parent = spawn(ENSURE + STAY, place / "postgres", prefix=ordinary_user())
        assert parent.stdout is not None
        line = parent.stdout.readline()
        assert line, parent.communicate()[1]
        kill_group(parent)
        joined = answer(spawn(ENSURE, place / "postgres", prefix=ordinary_user()))
        assert joined == line.strip()


@needs_root
def test_root_joins_and_stops_what_a_user_started() -> None:
    with home(mode=0o777) as place:
        pid = answer(spawn(ENSURE, place / "postgres", prefix=ordinary_user()))
        server = Server.ensure(place / "postgres")
        assert server.status().pid == int(pid)
        assert server.stop()
        # Started by root, the user's directory is still worked on as that user.
        Server.ensure(place / "postgres")
        owners = {file.stat().st_uid for file in (place / "postgres").rglob("*")}
        assert owners == {(place / "postgres").stat().st_uid}
        server.stop()
        assert answer(spawn(ENSURE, place / "postgres", prefix=ordinary_user()))


@needs_root
def test_root_without_namespaces_works_as_nobody() -> None:
    """The way taken where a container refuses `unshare`, chosen here by the directory's owner."""
    with home(mode=0o755) as place:
        (place / "postgres").mkdir()
        os.chown(place / "postgres", NOBODY, NOBODY)
        assert rights(place / "postgres").prefix[0] == "setpriv"
        server = Server.ensure(place / "postgres")
        pid = server.status().pid
        assert f"Uid:\t{NOBODY}" in Path(f"/proc/{pid}/status").read_text()
        with psycopg.connect(server.dsn) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert server.password_file.stat().st_uid == 0


@needs_root
def test_a_directory_of_another_user_is_refused(made: Path) -> None:
    with home(mode=0o755) as place:
        data_dir = copy_cluster(made, place)
        process = spawn(ENSURE, data_dir, prefix=("setpriv", "--reuid=1", "--clear-groups"))
        _, error = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "Permission denied" in error
        assert f"run as the user that {data_dir} belongs to" in error


def test_a_directory_of_something_else_is_refused() -> None:
    with home() as place:
        (place / "postgres").mkdir()
        (place / "postgres" / "letter.txt").write_text("dear")
        assert "no PostgreSQL database" in refusal(place / "postgres").cause
        assert (place / "postgres" / "letter.txt").read_text() == "dear"


def test_an_unknown_version_is_refused(data_dir: Path) -> None:
    (data_dir / "PG_VERSION").write_text("12\n")
    error = refusal(data_dir)
    assert "written by PostgreSQL 12, this program brings 18" in error.cause
    assert f"mv {data_dir} {data_dir}.12" in error.remedy


def test_the_remedy_for_an_older_version_works() -> None:
    """The commands of the message, run as they stand, bring the data over."""
    with home() as place:
        data_dir = place / "postgres"
        old = programs(16) / "initdb"
        how = rights(data_dir)
        made = run(
            [*how.prefix, str(old), "-D", data_dir, "-U", "sla", "--auth", "trust", "-E", "UTF8"]
        )
        assert made.returncode == 0, made.stderr
        _fill_with(16, data_dir)
        error = refusal(data_dir)
        _, *commands = error.remedy.splitlines()
        sla = f'sla() {{ "{sys.executable}" -m sla "$@"; }}\nset -e\n'
        script = sla + "\n".join(commands)
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        with psycopg.connect(Server.ensure(data_dir).dsn) as connection:
            assert connection.execute("SELECT word FROM kept").fetchone() == ("sixteen",)
            may = connection.execute("SELECT has_table_privilege('reader', 'kept', 'SELECT')")
            assert may.fetchone() == (True,)


def _fill_with(version: int, data_dir: Path) -> None:
    how = rights(data_dir)
    statements = "CREATE ROLE reader; CREATE TABLE kept AS SELECT 'sixteen' AS word;"
    statements += "GRANT SELECT ON kept TO reader;"
    pg_ctl = [*how.prefix, str(programs(version) / "pg_ctl"), "-w", "-D", str(data_dir)]
    options = f"-c listen_addresses= -k {data_dir}"
    started = run([*pg_ctl, "-l", str(data_dir / "start.log"), "-o", options, "start"])
    assert started.returncode == 0, started.stdout
    for database, statement in (("postgres", "CREATE DATABASE sla"), ("sla", statements)):
        with psycopg.connect(
            host=str(data_dir), user="sla", dbname=database, autocommit=True
        ) as connection:
            connection.execute(statement.encode())
    assert run([*pg_ctl, "stop"]).returncode == 0


def test_a_setting_it_cannot_start_with_is_told_with_its_words(data_dir: Path) -> None:
    with (data_dir / "postgresql.auto.conf").open("a") as settings:
        settings.write("shared_buffers = 'plenty'\n")
    error = refusal(data_dir)
    assert "did not start" in error.cause
    assert 'invalid value for parameter "shared_buffers": "plenty"' in error.log


def test_a_lost_password_is_told_with_the_way_back(data_dir: Path) -> None:
    server = Server.ensure(data_dir)
    server.password_file.write_text("*:*:*:sla:other\n")
    error = refusal(data_dir)
    assert "does not take the password" in error.cause
    assert str(server.password_file) in error.cause
    assert "pg_hba.conf" in error.remedy


def test_a_pid_file_that_names_another_program(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut the number may be anybody's. PostgreSQL refuses; the file is not ours to
    delete, so the one who can look is told what to look at."""
    monkeypatch.setattr(starting, "DEAD_WAIT", 0.3)
    stranger = spawn(STAY.replace("sys", "__import__('sys')"), prefix=rights(data_dir).prefix)
    (data_dir / "postmaster.pid").write_text(
        f"{stranger.pid}\n{data_dir}\n1795539892\n5433\n{data_dir}\n\n 10020186         4\nready\n"
    )
    try:
        error = refusal(data_dir)
    finally:
        kill_group(stranger)
    assert f"process {stranger.pid}" in error.remedy
    assert "another program" in error.remedy
    assert (data_dir / "postmaster.pid").exists()
    assert Server(data_dir).status().state == "stopped"
    # Once the stranger is gone PostgreSQL itself sees that the file is stale.
    Server.ensure(data_dir)


def test_a_server_that_does_not_answer_is_not_called_running(data_dir: Path) -> None:
    server = Server.ensure(data_dir)
    found = read_postmaster(data_dir)
    assert found is not None
    assert found.socket_dir is not None
    assert found.port is not None
    socket = found.socket_dir / f".s.PGSQL.{found.port}"
    socket.rename(data_dir / "hidden")
    assert server.status().state == "not answering"
    (data_dir / "hidden").rename(socket)
    assert server.status().state == "running"


def test_a_foreign_server_at_the_address_is_not_joined(made: Path) -> None:
    """A pid file copied with its directory names a live server, but not ours."""
    with home() as first, home() as second:
        one, other = copy_cluster(made, first), copy_cluster(made, second)
        served = Server.ensure(one)
        (other / "postmaster.pid").write_text((one / "postmaster.pid").read_text())
        assert Server(other).status().state == "not answering"
        (other / "postmaster.pid").unlink()
        assert Server.ensure(other).status().pid != served.status().pid


def test_sigint_to_the_starter_does_not_reach_the_server(data_dir: Path) -> None:
    """Ctrl-C goes to the whole group of the terminal; the server has left it."""
    parent = spawn(ENSURE + STAY, data_dir)
    assert parent.stdout is not None
    assert parent.stdout.readline()
    os.killpg(parent.pid, signal.SIGINT)
    parent.communicate()
    assert Server(data_dir).status().state == "running"
