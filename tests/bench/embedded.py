"""The embedded chain: from a full journal to committed read models, by a real `sla up`."""

import tempfile
import time
from pathlib import Path

import psycopg

from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import MINUTE, moment
from sla.agreement_files import load
from sla.migrations import migrate
from streams.postgres.server import Server
from tests.bench.traffic import BEGIN, events
from tests.running import running

RECORD = 200
"""Events a record, as a busy door makes them."""
PASSKIT = Path(__file__).parents[2] / "agreements" / "passkit.yaml"


def publish_passkit() -> told.AgreementWasPublished:
    """The event that publishes the agreement to start from."""
    document, _ = load(PASSKIT)
    return told.AgreementWasPublished(
        specversion="1.0",
        id="passkit",
        source="/bench",
        subject="passkit",
        time=moment(BEGIN),
        data=told.AgreementPublished(agreement=document),
    )


def fill(dsn: str, tickets: int, each: int) -> tuple[int, int, float]:
    """Fills the journal with interleaved events; (records, events, bytes an event)."""
    told_all = list(events(tickets, each))
    payloads = [encode_batch([publish_passkit()])]
    payloads += [encode_batch(told_all[i : i + RECORD]) for i in range(0, len(told_all), RECORD)]
    stamp = BEGIN + each * MINUTE
    rows = [(0, n, stamp, payload) for n, payload in enumerate(payloads, 1)]
    with psycopg.connect(dsn) as db, db.cursor() as cursor:
        cursor.executemany("INSERT INTO sla.journal VALUES (%s, %s, %s, %s)", rows)
        cursor.execute(
            "UPDATE sla.journal_head SET position = %s, stamp_us = %s", (len(rows), stamp)
        )
    return len(rows), len(told_all), sum(map(len, payloads[1:])) / len(told_all)


def run(tickets: int = 20_000, each: int = 8) -> list[str]:
    """Events a second of the whole chain, on a server that keeps its data safe (fsync on)."""
    with tempfile.TemporaryDirectory() as home:
        server = Server.ensure(Path(home) / "postgres")
        try:
            migrate(server.dsn)
            records, count, size = fill(server.dsn, tickets, each)
            started = time.perf_counter()
            with (
                running(Path(home) / "home", server.dsn),
                psycopg.connect(server.dsn, autocommit=True) as db,
            ):
                tracked = None
                while True:
                    row = db.execute(
                        "SELECT t.position, p.position FROM sla.tracker_position t, sla.positions p"
                    ).fetchone()
                    assert row is not None
                    if tracked is None and row[0] >= records:
                        tracked = time.perf_counter() - started
                    if row[1] >= records:
                        break
                    time.sleep(0.05)
                took = time.perf_counter() - started
                rows = db.execute("SELECT count(*) FROM sla_v1.timers").fetchone()
            assert rows is not None
            assert tracked is not None
            return [
                f"{count} events of {size:.0f} bytes, {tickets} tickets interleaved: "
                f"{count / took:,.0f} events/s from journal to committed read models "
                f"(tracker alone done at {count / tracked:,.0f}/s; process start included); "
                f"{rows[0]} timers"
            ]
        finally:
            server.stop()


if __name__ == "__main__":
    print("\n".join(run()))
