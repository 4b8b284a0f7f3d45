"""`sla up` as its users meet it: HTTP in, rows out, within a second of the deadline."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import orjson
import psycopg
import pytest

from schemas import inbound as told
from schemas.inbound import InboundEvent
from schemas.instants import SECOND, moment
from sla.agreement_files import load
from sla.clock import now_instant
from streams.postgres.server import Server
from tests.running import Up, running, wait_for_rows
from tests.servers import home, until

pytestmark = pytest.mark.slow

SOURCE = "/tests/seconds"
SECONDS = Path(__file__).parents[1] / "data" / "seconds.yaml"


def publish(up: Up) -> None:
    """Publishes the agreement of seconds."""
    document, _ = load(SECONDS)
    up.say(
        [
            told.AgreementWasPublished(
                specversion="1.0",
                id="agreement-1",
                source="/tests",
                subject="seconds",
                time=moment(now_instant()),
                data=told.AgreementPublished(agreement=document),
            )
        ]
    )


def opened(ticket: str, at: int, severity: str = "1") -> told.TicketOpened:
    """An opening at the instant `at`."""
    return told.TicketOpened(
        specversion="1.0",
        id=f"{ticket}-opened",
        source=SOURCE,
        subject=ticket,
        time=moment(at),
        data=told.Opened(status="open", severity=severity),
    )


def replied(ticket: str, at: int) -> told.TicketReplied:
    """An agent's public reply at the instant `at`."""
    return told.TicketReplied(
        specversion="1.0",
        id=f"{ticket}-replied",
        source=SOURCE,
        subject=ticket,
        time=moment(at),
        data=told.Replied(role="agent", public=True),
    )


def test_a_breach_is_a_row_within_a_second_and_a_late_reply_withdraws_it(
    tmp_path: Path, database: str
) -> None:
    """1.2, 7.2: both the breach and its withdrawal are to be seen."""
    with running(tmp_path, database) as up, psycopg.connect(database, autocommit=True) as db:
        publish(up)
        at = now_instant()
        up.say([opened("T-1", at)])
        query = "SELECT effective_at FROM sla_v1.breaches WHERE ticket = 'T-1'"
        ((effective_at,),) = wait_for_rows(db, query, 1)
        seen = now_instant()
        deadline = at + 3 * SECOND
        assert effective_at == moment(deadline)
        assert deadline < seen < deadline + SECOND
        up.say([replied("T-1", at + SECOND)])
        withdrawn = f"{query} AND status = 'withdrawn'"
        assert wait_for_rows(db, withdrawn, 1) == [(moment(deadline),)]
        states = "SELECT state, spent_s FROM sla_v1.timers WHERE ticket = 'T-1' AND state = 'met'"
        ((state, spent),) = wait_for_rows(db, states, 1)
        assert (state, float(spent)) == ("met", 1.0)


def test_a_second_tracker_stands_by_and_takes_over(tmp_path: Path, database: str) -> None:
    """Design 3: an advisory lock says who owns the partition."""
    with running(tmp_path / "a", database) as first:
        publish(first)
        with running(tmp_path / "b", database, "standing by") as second:
            at = now_instant()
            second.say([opened("T-1", at)])
            first.kill()
            second.wait_until("tracking")
            with psycopg.connect(database, autocommit=True) as db:
                rows = wait_for_rows(db, "SELECT ticket, effective_at FROM sla_v1.breaches", 1)
            assert rows == [("T-1", moment(at + 3 * SECOND))]
            assert second.stop() == 0


def test_the_door_says_what_it_refused(tmp_path: Path, database: str) -> None:
    with running(tmp_path, database) as up:
        good: list[InboundEvent] = [opened("T-1", now_instant())]
        assert up.post(msgspec.json.encode(good), token="wrong")[0] == 401
        assert up.post(b"{}", kind="text/plain")[0] == 415
        assert up.post(b"x" * (17 * 1024 * 1024))[0] == 413
        bad = orjson.loads(msgspec.json.encode(good[0])) | {
            "id": "e2",
            "time": "2026-03-30T10:00:00",
        }
        body = orjson.dumps([bad, orjson.loads(msgspec.json.encode(good[0]))])
        status, answer = up.post(body)
        assert (status, answer["accepted"]) == (200, 1)
        (refused,) = answer["refused"]
        assert (refused["event"], refused["reason"]) == ("e2", "naive_time")
        status, answer = up.post(b"not json")
        assert (status, answer["accepted"]) == (400, 0)
        with psycopg.connect(database) as db:
            reasons = db.execute("SELECT reason FROM sla_v1.dead_letters ORDER BY 1").fetchall()
        assert reasons == [("naive_time",), ("not_json",)]


def test_the_database_goes_away_and_comes_back(tmp_path: Path, database: str) -> None:
    """Design 4.3: the outside world down is a retry; nothing is lost."""
    with running(tmp_path, database) as up, psycopg.connect(database, autocommit=True) as db:
        publish(up)
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        at = now_instant()
        up.say([opened("T-1", at)])
        rows = wait_for_rows(db, "SELECT ticket FROM sla_v1.breaches", 1)
        assert rows == [("T-1",)]
        assert up.stop() == 0


def test_one_that_stands_by_stops_at_once(tmp_path: Path, database: str) -> None:
    with running(tmp_path / "a", database), running(tmp_path / "b", database, "standing by") as up:
        began = time.monotonic()
        assert up.stop() == 0
        assert time.monotonic() - began < 5
        assert not any("Traceback" in line for line in up.log)


def test_a_port_that_is_taken_is_named_with_the_remedy(tmp_path: Path, database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "sla", "--home", str(tmp_path), "--dsn", database]
        done = subprocess.run(
            [*command, "up", "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: cannot listen on 127.0.0.1:{port}: ")
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_another_text_of_a_published_version_is_refused_where_it_is_said(
    tmp_path: Path, database: str
) -> None:
    """4.6: who publishes is told at once, not by a dead letter."""
    edited = tmp_path / "edited.yaml"
    edited.write_text(SECONDS.read_text() + "title: Edited\n")
    command = [sys.executable, "-m", "sla", "--home", str(tmp_path), "--dsn", database]

    def publish_file(file: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, "agreement", "publish", str(file)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    with running(tmp_path, database), psycopg.connect(database, autocommit=True) as db:
        assert publish_file(SECONDS).stdout.startswith("journaled at position 1: agreement ")
        wait_for_rows(db, "SELECT version FROM sla_v1.agreements", 1)
        status = subprocess.run([*command, "status"], capture_output=True, text=True, check=True)
        assert "no tracker is at work" not in status.stdout
        assert publish_file(SECONDS).stdout.endswith("is published already; nothing changes\n")
        again = publish_file(edited)
        assert again.returncode == 1
        assert "another text; raise its `version`" in again.stderr
        assert db.execute("SELECT position FROM sla.journal_head").fetchone() == (1,)


def test_its_own_database_is_started_again_when_it_was_killed() -> None:
    """Nobody else would; no timer is to stand still until somebody types a command."""
    with home() as place, running(place, None) as up:
        publish(up)
        server = Server(place / "postgres")
        pid = server.status().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: server.status().state == "running")
        up.wait_until("tracking")
        at = now_instant()
        up.say([opened("T-1", at)])
        with psycopg.connect(server.dsn, autocommit=True) as db:
            rows = wait_for_rows(db, "SELECT ticket, effective_at FROM sla_v1.breaches", 1)
        assert rows == [("T-1", moment(at + 3 * SECOND))]
        assert up.stop() == 0


def test_a_home_that_cannot_be_is_named_with_the_remedy(tmp_path: Path, database: str) -> None:
    (tmp_path / "file").touch()
    command = [sys.executable, "-m", "sla", "--home", str(tmp_path / "file" / "home")]
    done = subprocess.run(
        [*command, "--dsn", database, "up", "--port", "0"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {tmp_path / 'file' / 'home'}: ")
    assert "--home" in done.stderr


def test_of_several_facts_of_an_account_all_are_stated_or_none(
    tmp_path: Path, database: str
) -> None:
    command = [sys.executable, "-m", "sla", "--home", str(tmp_path), "--dsn", database]
    for facts, position in (
        ("plan=gold seats=", 0),
        ("plan=gold seats", 0),
        ("plan=gold sdk=true", 1),
    ):
        done = subprocess.run(
            [*command, "account", "set", "acme", *facts.split()],
            capture_output=True,
            timeout=30,
            check=False,
        )
        assert (done.returncode == 0) == (position > 0)
        with psycopg.connect(database) as db:
            assert db.execute("SELECT position FROM sla.journal_head").fetchone() == (position,)


def test_an_exclusion_is_withdrawn_by_the_event_that_made_it_alone(
    tmp_path: Path, database: str
) -> None:
    command = [sys.executable, "-m", "sla", "--home", str(tmp_path), "--dsn", database]
    exclude = [*command, "exclude", "T-1", "--source", SOURCE]

    def exits(*more: str) -> int:
        return subprocess.run([*exclude, *more], capture_output=True, check=False).returncode

    assert exits("--withdraw", "e-1") == 0
    assert exits("--from", "2026-04-02T10:00Z", "--why", "agreed") == 2
