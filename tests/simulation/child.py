"""A tracker as a process that can be killed: takes in what the journal holds, then ends.

    python -m tests.simulation.child DSN [STEP NTH]

With a step, it kills itself (SIGKILL) when a commit reaches that step for the NTH time.
"""

import asyncio
import os
import signal
import sys

import psycopg
from psycopg import AsyncConnection

from streams.postgres.journal import PostgresJournal
from streams.postgres.store import PostgresStore
from streams.tracker import Tracker


class KillAt:
    """Counts the steps of commits; at the chosen one the process is gone, as by a power cut."""

    def __init__(self, step: str, nth: int) -> None:
        self._step = step
        self._left = nth

    def __call__(self, name: str) -> None:
        if name == self._step:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


async def drain(dsn: str, at_step: KillAt | None) -> str:
    """Takes in all that the journal holds; the truth digest."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT position, stamp_us FROM sla.journal_head").fetchone()
    assert row is not None
    last, stamp = row
    async with await AsyncConnection.connect(dsn, autocommit=True) as connection:
        store = PostgresStore(connection) if at_step is None else PostgresStore(connection, at_step)
        journal = PostgresJournal(connection, lambda: stamp)
        tracker = Tracker(journal, store, lambda: stamp, batch=10)
        await tracker.load()
        while tracker.partition.position < last:
            await tracker.step(0)
        return tracker.partition.truth_digest()


if __name__ == "__main__":
    kill = KillAt(sys.argv[2], int(sys.argv[3])) if len(sys.argv) > 2 else None
    print(asyncio.run(drain(sys.argv[1], kill)))
