"""What is empty is said to be, by the name it was given."""

import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner

from sla.cli import main

MAPPING = Path(__file__).parents[2] / "imports" / "servicenow.yaml"


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", gzip.compress(b"")], ids=["none", "blank", "gz"]
)
def test_an_empty_log_is_called_empty(tmp_path: Path, content: bytes) -> None:
    """Not by the columns it lacks."""
    file = tmp_path / "log.csv"
    file.write_bytes(content)
    done = CliRunner().invoke(main, ["import", str(file), "--mapping", str(MAPPING), "--check"])
    assert (done.exit_code, done.stderr) == (
        1,
        f"Error: {file}: the file is empty; fetch it again\n",
    )


@pytest.mark.slow
def test_what_is_sent_is_named_as_it_was_typed(tmp_path: Path, database: str) -> None:
    file = tmp_path / "events.json"
    file.touch()
    for typed, name in (
        (str(file), str(file)),
        ("/dev/null", "/dev/null"),
        ("-", "standard input"),
    ):
        done = CliRunner().invoke(main, ["--dsn", database, "send", typed], input="")
        assert done.exit_code == 1
        assert f"  {name}: input: empty: expected at least one event" in done.output
