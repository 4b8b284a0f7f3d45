"""Goal: a tracker killed at any moment loses and repeats nothing.

Method: the same journal is drained by processes that kill themselves (SIGKILL) at every step of a
commit, at its first, a middle and a late occurrence; the next process goes on. After each, truth
digest, log and position equal those of an undisturbed run (design 4, semantics 7.6).
"""

import subprocess
import sys
from hashlib import sha256

import psycopg
import pytest

from schemas.codec import encode_batch
from schemas.instants import HOUR
from tests.bench.traffic import BEGIN, events

STEPS = ("begin", "position", "states", "book", "outbox", "committed")
RECORDS = 60
EVENTS = 20


def fill(dsn: str) -> None:
    """Writes a journal whose stamps let deadlines pass between its records."""
    told = list(events(tickets=150, each=8))
    with psycopg.connect(dsn) as connection:
        rows = []
        for number in range(RECORDS):
            batch = told[number * EVENTS : (number + 1) * EVENTS]
            rows.append((0, number + 1, BEGIN + (number + 1) * HOUR, encode_batch(batch)))
        connection.cursor().executemany("INSERT INTO sla.journal VALUES (%s, %s, %s, %s)", rows)
        connection.execute(
            "UPDATE sla.journal_head SET position = %s, stamp_us = %s", (rows[-1][1], rows[-1][2])
        )


def child(dsn: str, *kill: str) -> subprocess.CompletedProcess[str]:
    """Runs a draining process; with `kill` = (step, nth) it does not survive."""
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation.child", dsn, *kill],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def log_digest(dsn: str) -> str:
    """A digest of everything published, in order (7.6)."""
    digest = sha256()
    with psycopg.connect(dsn) as connection:
        for (messages,) in connection.execute(
            "SELECT messages FROM sla.outbox ORDER BY position", binary=True
        ):
            digest.update(messages)
    return digest.hexdigest()


@pytest.fixture(scope="module")
def undisturbed(database_of_module: str) -> tuple[str, str]:
    """(truth digest, log digest) of a run that nothing stopped."""
    fill(database_of_module)
    done = child(database_of_module)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), log_digest(database_of_module)


@pytest.mark.slow
@pytest.mark.parametrize("nth", [1, 3, 6])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_of_the_commit(
    database: str, undisturbed: tuple[str, str], step: str, nth: int
) -> None:
    fill(database)
    killed = child(database, step, str(nth))
    assert killed.returncode == -9, killed.stderr
    went_on = child(database)
    assert went_on.returncode == 0, went_on.stderr
    assert (went_on.stdout.strip(), log_digest(database)) == undisturbed
