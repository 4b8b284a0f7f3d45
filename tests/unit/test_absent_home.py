"""A question put to a directory where no tracker lives: a mistyped --home makes no database."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from sla.cli import main


@pytest.mark.parametrize(
    "words",
    [
        "status",
        "status T-1",
        "explain T-1",
        "at-risk",
        "report",
        "events",
        "dead-letters",
        "dead-letters resend",
        "digest",
        "sql SELECT",
        "db dsn",
        "exclude T-1 --withdraw s1",
        "exclude T-1 --withdraw s1 --source /desk",
        "deadline withdraw T-1 resolution",
        "deadline set T-1 resolution --due 2026-04-08T00:00Z --why agreed --source /desk",
        "closure withdraw c1",
        "release move r1 --at 2026-04-08T00:00Z",
        "release cancel r1",
    ],
)
def test_no_database_is_made_by_asking(tmp_path: Path, words: str) -> None:
    home = tmp_path / "mistyped"
    done = CliRunner().invoke(main, ["--home", str(home), *words.split()])
    assert done.exit_code == 1
    assert f"no tracker lives in {home}; `sla up` makes one" in done.stderr
    assert "--home" in done.stderr
    assert not home.exists()
