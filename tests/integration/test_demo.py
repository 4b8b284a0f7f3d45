"""`sla demo` as a stranger runs it: a database of its own, a desk lived through, answers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

pytestmark = pytest.mark.slow

# The seventeenth day is that of the late reply.
DAYS = 17


def sla(*asked: str, at: Path) -> str:
    """What `sla` answers in the directory `at`; fails with all it said where it failed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLA_")}
    done = subprocess.run(
        [sys.executable, "-m", "sla", *asked],
        cwd=at,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """(where it was lived, what it said)."""
    where = tmp_path_factory.mktemp("demo")
    try:
        yield where, sla("demo", "--days", str(DAYS), at=where)
    finally:
        sla("--home", ".sla-demo", "db", "stop", at=where)


def test_it_reports_explains_and_says_how_to_go_on(lived: tuple[Path, str]) -> None:
    _, said = lived
    assert "$ sla --home .sla-demo report --month 2026-03" in said
    assert "$ sla --home .sla-demo report --month 2026-04" in said
    assert "first_response met Tue 31 Mar 13:10 HKT" in said
    assert "WITHDRAWN: breached" in said
    assert "sla --home .sla-demo sql" in said


def test_the_database_stands_at_the_end_of_the_demo(lived: tuple[Path, str]) -> None:
    where, _ = lived
    asked = "SELECT current_setting('sla.now') AS now, records, seconds FROM lag"
    (row,) = orjson.loads(sla("--home", ".sla-demo", "sql", "--json", asked, at=where))
    assert row == {"now": "2026-04-01T09:00:00Z", "records": 0, "seconds": 0}


def test_the_breach_of_the_late_reply_came_and_went(lived: tuple[Path, str]) -> None:
    where, _ = lived
    asked = (
        "SELECT effective_at, published_at, status, publication_lag_s FROM breaches "
        "WHERE effective_at = '2026-03-31T14:00+08:00'"
    )
    (row,) = orjson.loads(sla("--home", ".sla-demo", "sql", "--json", asked, at=where))
    assert row["status"] == "withdrawn"
    # Published at the simulated instant at which it was known, not at ours.
    assert 0 < row["publication_lag_s"] < 1


def test_kept_it_tells_the_same_again_without_living(lived: tuple[Path, str]) -> None:
    where, said = lived
    again = sla("demo", "--keep", at=where)
    begin = said.index("$ sla --home .sla-demo report")
    assert again[again.index("$ sla --home .sla-demo report") :] == said[begin:]
    assert "lived through" not in again
