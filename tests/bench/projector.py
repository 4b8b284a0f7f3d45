"""The projector alone: published outcomes of interleaved tickets to committed rows."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

from projections.feed import FeedRecord
from projections.projector import Projector
from projections.rows import batch_of
from projections.table_feed import TableFeed
from schemas.codec import encode_batch
from schemas.instants import MINUTE
from sla.migrations import migrate
from streams.core.partition import Partition, Record
from streams.postgres.server import Server
from tests.bench.embedded import publish_passkit
from tests.bench.traffic import BEGIN, events

RECORD = 200
"""Events a record, as a busy door makes them."""
QUESTIONS = ("timers", "attainment", "at_risk", "percentiles")


def published(tickets: int, each: int) -> list[FeedRecord]:
    """What the tracker publishes of `each` events of every ticket: an image for each event."""
    told = list(events(tickets, each))
    partition = Partition()
    records = []
    stamps = [BEGIN + (i // tickets + 1) * MINUTE for i in range(0, len(told), RECORD)]
    payloads = [encode_batch(told[i : i + RECORD]) for i in range(0, len(told), RECORD)]
    everything = [(BEGIN, encode_batch([publish_passkit()])), *zip(stamps, payloads, strict=True)]
    for position, (stamp, payload) in enumerate(everything, 1):
        messages = partition.apply(Record(0, position, stamp, payload)).messages
        array = b"[" + b",".join(messages) + b"]"
        records.append(FeedRecord(0, position, stamp, stamp, array))
    return records


def fill(dsn: str, records: Sequence[FeedRecord]) -> None:
    """Puts the records where the projector reads them."""
    rows = [(one.partition, one.position, one.stamp_us, one.messages) for one in records]
    with psycopg.connect(dsn) as db, db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO sla.outbox (partition, position, stamp_us, messages)"
            " VALUES (%s, %s, %s, %s)",
            rows,
        )


def run(tickets: int = 20_000, each: int = 8) -> list[str]:
    """Images a second, and what of it is Python; then what the views take to answer."""
    records = published(tickets, each)
    count = tickets * each
    size = sum(len(one.messages) for one in records) / count
    with tempfile.TemporaryDirectory() as home:
        server = Server.ensure(Path(home) / "postgres")
        try:
            migrate(server.dsn)
            fill(server.dsn, records)
            projector = Projector(server.dsn, TableFeed)
            started, cpu = time.perf_counter(), time.process_time()
            batches = 0
            while projector.project_once():
                batches += 1
            took, busy = time.perf_counter() - started, time.process_time() - cpu
            projector.close()
            started = time.perf_counter()
            for i in range(0, len(records), max(1, len(records) // batches)):
                batch_of(records[i : i + max(1, len(records) // batches)])
            alone = time.perf_counter() - started
            return [
                f"{count} events, as many images with two timers each ({size:.0f} bytes with "
                f"their outcomes), {tickets} tickets interleaved: {count / took:,.0f} images/s "
                f"in {batches} transactions",
                f"of {took / count * 1e6:.0f} us an image Python takes {busy / count * 1e6:.0f} "
                f"({alone / count * 1e6:.0f} to make rows of messages), PostgreSQL the rest",
                *answers(server.dsn),
            ]
        finally:
            server.stop()


def answers(dsn: str) -> list[str]:
    """How long a view takes to give all that it has."""
    with psycopg.connect(dsn, autocommit=True) as db:
        db.execute("VACUUM ANALYZE")
        told = []
        for view in QUESTIONS:
            started = time.perf_counter()
            rows = len(db.execute(f"SELECT * FROM sla_v1.{view}".encode()).fetchall())
            told.append(f"{view}: {rows} rows in {(time.perf_counter() - started) * 1e3:,.0f} ms")
        return [f"sla_v1, all columns of all rows: {', '.join(told)}"]


if __name__ == "__main__":
    print("\n".join(run()))
