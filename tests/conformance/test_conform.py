"""`sla conform` as people run it: what it says of each case, its last line, its exit."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from sla.cli import main

WEEK: Final = {"tz": "UTC", "hours": {"mon": [["09:00", "17:00"]]}, "hol": []}
OPEN: Final[dict[str, Any]] = {
    "id": "open-1",
    "kind": "open",
    "cal": WEEK,
    "at": "2026-06-01T09:00:00",
    "expect": True,
}
WRONG: Final = OPEN | {"id": "open-2", "expect": False}
LATE: Final = OPEN | {"id": "close-1", "kind": "next_close", "expect": "2026-06-01T18:00:00"}
FORKED: Final = OPEN | {"id": "open-3", "setting": {"dst_gap": "refused"}}
LIBRARY: Final = OPEN | {"id": "last-1", "kind": "last_open"}


def write(folder: Path, *rows: dict[str, Any], part: str = "calendar", name: str = "a") -> Path:
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"part": part, "rows": rows}))
    return file


def conform(*paths: Path) -> Result:
    return CliRunner().invoke(main, ["conform", *map(str, paths)])


def test_every_failing_case_has_its_line_and_every_skip_its_name(tmp_path: Path) -> None:
    result = conform(write(tmp_path, OPEN, WRONG, LATE, FORKED, LIBRARY))
    assert result.output.splitlines() == [
        "open-2: expected False, got True",
        "close-1: expected 2026-06-01T18:00:00Z, got 2026-06-01T17:00:00Z",
        "skipped 1: dst_gap=refused",
        "skipped 1: kind=last_open",
        "1 passed, 2 failed, 2 skipped",
    ]
    assert result.exit_code == 1


def test_nothing_skipped_is_not_spoken_of(tmp_path: Path) -> None:
    result = conform(write(tmp_path, OPEN))
    assert (result.output, result.exit_code) == ("1 passed, 0 failed\n", 0)


def test_a_folder_stands_for_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    write(tmp_path, OPEN)
    write(tmp_path / "below", OPEN, FORKED, name="b")
    result = conform(tmp_path)
    assert result.output.splitlines()[-1] == "2 passed, 0 failed, 1 skipped"


@pytest.mark.parametrize(
    ("row", "got"),
    [
        ({"id": "x"}, "no field 'kind'"),
        ({"id": "x", "kind": "open", "at": "2026-06-01"}, "no field 'cal'"),
        (OPEN | {"kind": "mood"}, "kind mood; taken: due, shift, elapsed"),
        (OPEN | {"at": "noon"}, "ValueError: "),
        (OPEN | {"at": 5}, "Error: "),
        (OPEN | {"cal": None}, "TypeError: "),
        (
            OPEN | {"cal": WEEK | {"hours": {"mon": [["17:00", "09:00"]]}}},
            "17:00-09:00 ends before it has begun",
        ),
    ],
)
def test_a_case_that_cannot_be_read_fails_and_the_others_run(
    tmp_path: Path, row: dict[str, Any], got: str
) -> None:
    result = conform(write(tmp_path, row, OPEN))
    first, last = result.output.splitlines()
    assert first.startswith(f"{row['id']}: expected a case in the form of ")
    assert got in first
    assert (last, result.exit_code) == ("1 passed, 1 failed", 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "no JSON"),
        ("[]", "part None; a case file is"),
        ('{"part": "weather", "rows": []}', "part 'weather'; a case file is"),
        ('{"part": "calendar"}', "rows are missing; a case file is"),
        ('{"part": "calendar", "rows": [{}]}', "row 1 has no id; a case file is"),
    ],
)
def test_a_file_of_another_form_is_refused_by_name(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    result = conform(file)
    assert f"Error: {file}: {told}" in result.output
    assert result.exit_code == 1


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    result = conform(tmp_path)
    assert f"Error: {tmp_path}: no .json file; name case files" in result.output
    assert result.exit_code == 1


def test_a_path_that_is_none_is_refused(tmp_path: Path) -> None:
    assert conform(tmp_path / "gone.json").exit_code == 2
