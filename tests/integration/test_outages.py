"""What becomes of a running `sla up` when its database, or its owner, changes (design 4)."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from projections.projector import Projector
from projections.table_feed import TableFeed
from schemas.codec import decode_events
from schemas.instants import SECOND, moment
from sla.clock import now_instant
from sla.intake_queue import IntakeQueue
from sla.runtime import NAME, ProjectorThread, Runtime
from streams.postgres.server import Server
from tests.hostile.inputs import GOOD
from tests.integration.test_up import opened, publish
from tests.projecting import Fed, ticket
from tests.running import Up, running, wait_for_rows
from tests.servers import home, until

pytestmark = pytest.mark.slow

TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def db(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def read_only(db: psycopg.Connection, switched_on: bool) -> None:
    """The server as a fail-over leaves it: sessions end, and those that follow take no writes."""
    (name,) = db.execute("SELECT current_database()").fetchone() or ("",)
    value = sql.SQL("on" if switched_on else "off")
    db.execute("SET default_transaction_read_only = off")
    db.execute(
        sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}").format(
            sql.Identifier(name), value
        )
    )
    db.execute(TERMINATE)


def breaches(db: psycopg.Connection, count: int) -> list[tuple[Any, ...]]:
    """The breaches once there are so many."""
    return wait_for_rows(db, "SELECT ticket, effective_at FROM sla_v1.breaches", count)


def listening(up: Up) -> str:
    """The address that this one says, whatever the file does."""
    until(lambda: any("listening on" in line for line in up.log))
    (line,) = [line for line in up.log if "listening on" in line]
    return line.partition("listening on ")[2].partition(";")[0]


def test_an_owner_that_lost_its_connection_alone_stands_by(
    tmp_path: Path, database: str, db: psycopg.Connection
) -> None:
    """Design 3: the other takes over; neither's projector ends its process."""
    with running(tmp_path / "a", database) as first:
        publish(first)
        with running(tmp_path / "b", database, "standing by") as second:
            at = now_instant()
            first.say([opened("T-1", at)])
            ended = db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity a USING (pid)"
                " WHERE locktype = 'advisory' AND granted AND application_name = %s",
                (NAME,),
            ).fetchall()
            assert ended == [(True,)]
            second.wait_until("tracking")
            first.wait_until("standing by")
            second.say([opened("T-2", at)])
            rows = breaches(db, 2)
            assert {row[0] for row in rows} == {"T-1", "T-2"}
            assert {row[1] for row in rows} == {moment(at + 3 * SECOND)}
            assert first.stop() == 0
            assert second.stop() == 0


def test_the_projector_ends_before_the_partition_is_asked_for_again(
    database: str, db: psycopg.Connection
) -> None:
    """By then another may own it, and its projector be at work."""
    seen: list[str] = []

    def place() -> str:
        seen.append("asked")
        return database

    async def lost_and_found() -> None:
        runtime = Runtime(place, now_instant, on_owner=lambda ours: seen.append(f"ours {ours}"))
        tracking = asyncio.create_task(runtime.run_tracker())
        for state in ("tracking", "waiting for the database", "tracking"):
            async with asyncio.timeout(20):
                while runtime.state != state:
                    await asyncio.sleep(0)
            if seen[-1] == "ours True" and len(seen) == 2:
                db.execute(TERMINATE)
        runtime.stop()
        await tracking

    asyncio.run(lost_and_found())
    assert seen == ["asked", "ours True", "ours False", "asked", "ours True"]


def test_a_projector_that_was_overtaken_goes_on_from_there(
    database: str, db: psycopg.Connection
) -> None:
    """Two are at work for a moment when the partition changes hands; no process ends by it."""
    fed = Fed(database)
    thread = ProjectorThread(lambda: database)
    try:
        with db.transaction():  # the other projector, in the middle of its batch
            db.execute("UPDATE sla.positions SET position = 1 WHERE partition = 0")
            fed.publish(ticket("T-1"))
            thread.own(True)
            until(lambda: at_work(fed, "wait_event_type = 'Lock'"))
        fed.publish(ticket("T-2"))
        until(lambda: fed.column("SELECT ticket FROM sla.tickets") == ["T-2"])
        thread.check()
    finally:
        thread.stop()
        fed.connection.close()


def at_work(fed: Fed, how: str = "true") -> bool:
    """Whether a projector is connected, and so."""
    return bool(
        fed.column(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            f" AND application_name = 'sla projector' AND {how}"
        )
    )


def test_a_server_that_takes_no_writes_is_waited_for(
    tmp_path: Path, database: str, db: psycopg.Connection
) -> None:
    """Design 4.3: a fail-over is the outside world, not an error of ours."""
    with running(tmp_path, database) as up:
        publish(up)
        read_only(db, True)
        up.wait_until("waiting for the database")
        status, answer = up.post(GOOD, kind="application/cloudevents+json")
        assert (status, "read-only transaction" in answer["error"]) == (503, True)
        read_only(db, False)
        up.wait_until("tracking")
        at = now_instant()
        up.say([opened("T-1", at)])
        assert breaches(db, 1) == [("T-1", moment(at + 3 * SECOND))]
        assert up.stop() == 0
        told = [line for line in up.log if "takes no writes" in line]
        assert len(told) == 1, told


def test_a_projector_waits_for_a_server_that_takes_no_writes(
    database: str, db: psycopg.Connection
) -> None:
    fed = Fed(database)
    fed.publish(ticket("T-1"))
    fed.connection.close()
    read_only(db, True)
    fed = Fed(database)
    stop = threading.Event()
    thread = threading.Thread(target=Projector(database, TableFeed).run, args=(stop,))
    thread.start()
    try:
        until(lambda: at_work(fed))
        read_only(db, False)
        assert wait_for_rows(db, "SELECT ticket FROM sla.tickets", 1) == [("T-1",)]
    finally:
        stop.set()
        thread.join(10)
        fed.connection.close()


def test_the_door_leaves_a_server_that_takes_no_writes(database: str) -> None:
    """A connection that lives on at the old primary is no use; the next try opens another."""
    standby = make_conninfo(database, options="-c default_transaction_read_only=on")
    places = iter([standby, database])
    queue = IntakeQueue(lambda: next(places), now_instant)
    decoded = decode_events(GOOD, content="single")

    async def taken() -> int:
        running = asyncio.ensure_future(queue.run())
        receipt = await asyncio.wait_for(queue.take_in(decoded), 10)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert queue._connection is not None
        queue._connection.close()
        return receipt.accepted

    assert asyncio.run(taken()) == 1


@contextmanager
def following(place: Path, out: Path) -> Iterator[Callable[[], str]]:
    """`sla events --follow`, interrupted at the end; gives what it has said so far."""
    with out.open("w") as writing:
        process = subprocess.Popen(
            [sys.executable, "-m", "sla", "--home", str(place), "events", "--follow"],
            stdout=writing,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            # Tests that run in the background of a shell would hand down that it is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        try:
            yield out.read_text
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0, out.read_text()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def test_an_embedded_database_that_moved_to_another_port_is_found(tmp_path: Path) -> None:
    """By the tracker, the projector, the door, and by who follows the outcomes."""
    with home() as place, running(place, None) as up, following(place, tmp_path / "said") as told:
        publish(up)
        server = Server(place / "postgres")
        port = server.status().port
        assert port is not None
        up.say([opened("T-0", now_instant())])
        until(lambda: "T-0" in told())
        server.stop()
        up.wait_until("waiting for the database")
        with socket.create_server(("127.0.0.1", port)):
            assert Server.ensure(place / "postgres").status().port != port
            up.wait_until("tracking")
            at = now_instant()
            up.say([opened("T-1", at)])
            with psycopg.connect(server.dsn, autocommit=True) as db:
                assert ("T-1", moment(at + 3 * SECOND)) in breaches(db, 2)
            until(lambda: "breached     /tests/seconds T-1" in told())
            assert up.stop() == 0
        assert told().count("going on after position") == 1
        assert told().count("T-0 first_response@T-0-opened") >= 1


def test_of_two_on_one_home_the_first_is_named_until_it_ends(tmp_path: Path, database: str) -> None:
    file = tmp_path / "address"
    with running(tmp_path, database) as first:
        named = file.read_text()
        assert named.strip() == listening(first)
        second = Up(tmp_path, database)
        try:
            until(lambda: any("stays named" in line for line in second.log))
            assert file.read_text() == named
            assert first.stop() == 0
            until(lambda: file.exists() and file.read_text().strip() == listening(second))
            assert second.stop() == 0
            assert not file.exists()
        finally:
            if second.process.poll() is None:
                second.kill()


def test_the_address_of_one_that_was_killed_is_written_over(tmp_path: Path, database: str) -> None:
    with running(tmp_path, database) as first:
        first.kill()
        assert (tmp_path / "address").exists()
        with running(tmp_path, database) as second:
            assert (tmp_path / "address").read_text().strip() == listening(second)
