"""The two real logs, imported by the command into a running `sla up` (7.5, 8.1)."""

import random
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.running import Up, running, wait_for_rows

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SERVICENOW = ("servicenow_incident_event_log.csv.gz", "servicenow.yaml")
VOLVO = ("bpi13_volvo_incidents.csv.gz", "volvo.yaml")


def importing(home: Path, dsn: str, log: tuple[str, str]) -> subprocess.Popen[str]:
    """`sla import` of a log that comes with the project."""
    file, mapping = log
    command = ["--home", str(home), "--dsn", dsn, "import", str(ROOT / "tests/data" / file)]
    return subprocess.Popen(
        [sys.executable, "-m", "sla", *command, "--mapping", str(ROOT / "imports" / mapping)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> str:
    """What it said, once it has ended well."""
    said, _ = process.communicate(timeout=180)
    assert process.returncode == 0, said
    return said


def truth(dsn: str) -> str:
    """The truth digest by the command that users have."""
    done = subprocess.run(
        [sys.executable, "-m", "sla", "--dsn", dsn, "digest"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def rows(dsn: str) -> list[tuple[object, ...]]:
    """What analysts see, but for when it came to be known."""
    with psycopg.connect(dsn) as db:
        return db.execute(
            "SELECT source, ticket, count(*), md5(string_agg(t::text, '' ORDER BY timer))"
            " FROM sla.timers t GROUP BY source, ticket"
            " UNION ALL SELECT source, ticket, count(*), md5(string_agg("
            "   concat_ws(' ', timer, type, level, effective_at, revision), ''"
            "   ORDER BY timer, type, level, effective_at, revision))"
            " FROM sla.outcomes GROUP BY source, ticket ORDER BY 1, 2, 4"
        ).fetchall()


def test_the_servicenow_log(tmp_path: Path, database: str) -> None:
    with running(tmp_path, database):
        said = finished(importing(tmp_path, database, SERVICENOW))
    assert "5,998 rows read = 5,998 journaled + 0 refused" in said
    with psycopg.connect(database) as db:
        # The log holds 890 incidents: 891 different words in its first column, one the header's.
        assert db.execute("SELECT count(*) FROM sla_v1.tickets").fetchone() == (890,)
        firing = "SELECT count(*) FROM sla_v1.alerts WHERE state = 'firing'"
        assert db.execute(firing).fetchone() == (0,)
        crooked = db.execute(
            "SELECT t.ticket, t.timer FROM sla_v1.timers t JOIN ("
            "  SELECT source, ticket, timer, sum(wall_s) AS wall_s, coalesce(sum(working_s)"
            "    FILTER (WHERE kind IN ('ran', 'carried')), 0) AS spent_s"
            "  FROM sla_v1.timer_ledger GROUP BY source, ticket, timer"
            " ) l USING (source, ticket, timer)"
            " WHERE l.wall_s <> t.wall_s OR l.spent_s IS DISTINCT FROM t.spent_s"
        ).fetchall()
        assert crooked == []
        verdicts = "SELECT count(*) FROM sla_v1.tickets WHERE source_verdict IN ('met', 'missed')"
        assert db.execute(verdicts).fetchone() == (890,)


def test_the_volvo_log_in_under_a_minute(tmp_path: Path, database: str) -> None:
    with running(tmp_path, database):
        started = time.monotonic()
        said = finished(importing(tmp_path, database, VOLVO))
        took = time.monotonic() - started
    assert "65,533 rows read = 65,533 journaled + 0 refused" in said
    assert took < 60
    with psycopg.connect(database) as db:
        assert db.execute("SELECT count(*) FROM sla_v1.tickets").fetchone() == (7554,)


def test_killed_at_twenty_random_moments_of_the_volvo_import(
    tmp_path: Path, database: str, database_of_module: str
) -> None:
    """Design 4.4: the same truth and the same rows as undisturbed."""
    with running(tmp_path / "calm", database_of_module):
        finished(importing(tmp_path / "calm", database_of_module, VOLVO))
    rng = random.Random(20)
    process = importing(tmp_path, database, VOLVO)
    for _ in range(20):
        up = Up(tmp_path, database)
        up.wait_until("tracking")
        time.sleep(rng.uniform(0, 0.4))  # a random moment is what is tested
        up.kill()
    finished(process)
    with running(tmp_path, database), psycopg.connect(database, autocommit=True) as db:
        caught_up = (
            "SELECT 1 FROM sla.journal_head h JOIN sla.tracker_position t USING (position)"
            " JOIN sla.positions p USING (position)"
        )
        wait_for_rows(db, caught_up, 1, seconds=60)
    assert truth(database) == truth(database_of_module)
    assert rows(database) == rows(database_of_module)
