"""What README.md and imports/README.md tell people to type is typed here, and must work."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import orjson
import psycopg
import pytest

from schemas.codec import decode_events
from sla.cli import main
from tests.running import running, wait_for_rows

pytestmark = pytest.mark.slow

ROOT: Final = Path(__file__).parents[2]
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
IMPORTS: Final = (ROOT / "imports" / "README.md").read_text(encoding="utf-8")
SLA: Final = ".venv/bin/sla"


def blocks(text: str) -> list[str]:
    """The fenced blocks of a document."""
    return re.findall(r"```\n(.*?)```", text, re.DOTALL)


def commands(block: str) -> list[str]:
    """The commands of a block, comments left out; one may go on over several lines."""
    found: list[str] = []
    part = ""
    for line in block.splitlines():
        part += re.sub(r" +#.*$", "", line) + "\n"
        if line.endswith("\\") or not _whole(part):
            continue
        if part.strip():
            found.append(part.strip())
        part = ""
    assert not part, f"A command without an end: {part}"
    return found


def _whole(text: str) -> bool:
    try:
        shlex.split(text)
    except ValueError:
        return False
    return True


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory in which the paths of the documents lead to this checkout, and nothing else."""
    for name in ("agreements", "imports", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    return tmp_path


def shell(command: str, place: Path, dsn: str | None = None) -> str:
    """What a command prints in `place`; it must end well."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SLA_")}
    environment |= {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    if dsn is not None:
        environment["SLA_DSN"] = dsn
    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{command}"],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_first_commands_of_the_readme(place: Path) -> None:
    (block,) = (one for one in blocks(README) if "agreement check" in one)
    typed = commands(block)
    assert len(typed) >= 3
    for command in typed:
        assert command.startswith(SLA)
        assert shell(command, place).strip()


def test_five_minutes_with_the_readme(place: Path, empty_database: str) -> None:
    """Up, an agreement, an account, an event over HTTP, and the questions about it."""
    (block,) = (one for one in blocks(README) if f"{SLA} up &" in one)
    up, *typed = commands(block)
    assert up == f"{SLA} up &"
    with (
        running(place / ".sla", empty_database),
        psycopg.connect(empty_database, autocommit=True) as connection,
    ):
        for number, command in enumerate(typed):
            printed = shell(command, place, empty_database)
            assert printed.strip(), command
            if command.startswith("curl"):
                assert orjson.loads(printed)["accepted"] == 1, printed
                wait_for_rows(connection, "SELECT 1 FROM sla_v1.timers", 1)
                asked = typed[number + 1 :]
    assert len(asked) >= 2
    assert any("explain" in command for command in asked)


def test_the_json_of_the_readme_is_an_event() -> None:
    (event,) = re.findall(r"-d '(\{.*?\})'", README, re.DOTALL)
    decoded = decode_events(event.encode(), content="single")
    assert [one.subject for one in decoded.events] == ["T-1"]
    assert (decoded.refused, decoded.left_out) == ([], {})


def _named(text: str) -> Iterator[list[str]]:
    """The words of every `sla ...` that a text names, up to its first argument."""
    for words in re.findall(r"`sla ([a-z][^`]*)`", text):
        yield [word for word in words.split() if re.fullmatch(r"[a-z-]+", word)]


@pytest.mark.parametrize("text", [README, IMPORTS], ids=["README", "imports"])
def test_every_command_named_exists(text: str) -> None:
    named = list(_named(text))
    assert named
    for words in named:
        command: click.Command = main
        context = click.Context(main)
        for word in words:
            if not isinstance(command, click.Group):
                break
            found = command.get_command(context, word)
            assert found is not None, f"no sla {' '.join(words)}"
            command = found
        assert command is not main


def test_every_target_of_make_exists() -> None:
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)
    assert {"demo", "test"} <= set(named)
    for target in set(named):
        assert re.search(rf"^{target}:", made, re.MULTILINE), target


def test_every_folder_of_the_readme_exists() -> None:
    named = re.findall(r"^\| `([a-z_/.]+)` \|", README, re.MULTILINE)
    assert len(named) >= 8
    for name in named:
        assert (ROOT / name).exists(), name


def test_the_imports_of_the_documents(place: Path, empty_database: str) -> None:
    """Each is checked as a whole; the smaller is imported too."""
    typed = [command for block in blocks(IMPORTS) for command in commands(block)]
    assert len(typed) == 2
    for command in typed:
        assert command.startswith("sla import ")
        checked = shell(f".venv/bin/{command} --check", place)
        assert "+ 0 refused" in checked
        assert "nothing was appended" in checked
    smaller = f".venv/bin/{typed[0]}"
    assert "+ 0 refused" in shell(smaller, place, empty_database)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        count = "SELECT count(*) FROM sla.journal"
        before = connection.execute(count).fetchone()
        assert before is not None
        assert before[0] > 0
