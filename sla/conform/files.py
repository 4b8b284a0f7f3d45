"""Files of conformance cases."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sla.trouble import Trouble

PARTS: Final = ("calendar", "lifecycle")
_FORM: Final = 'a case file is {"part": "calendar" or "lifecycle", "rows": [{"id": ..., ...}]}'


@dataclass(frozen=True, slots=True)
class Written:
    """One case as it stands in a file."""

    file: Path
    part: str
    case: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its id, which no two cases of one file share."""
        return str(self.case["id"])


def cases_in(paths: Iterable[Path]) -> Iterator[Written]:
    """The cases of `paths` in their order; of a folder, those of all its `.json` files.

    Raises Trouble, naming the file, for one that is no case file, and for a folder without any.
    """
    for path in paths:
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        if not files:
            raise Trouble(f"{path}: no .json file; name case files, or a folder that holds some")
        for file in files:
            yield from _cases(file)


def _cases(file: Path) -> Iterator[Written]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Trouble(f"{file}: no JSON ({error}); {_FORM}") from error
    part = said.get("part") if isinstance(said, dict) else None
    if part not in PARTS:
        raise Trouble(f"{file}: part {part!r}; {_FORM}")
    rows = said.get("rows")
    if not isinstance(rows, list):
        raise Trouble(f"{file}: rows are missing; {_FORM}")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or "id" not in row:
            raise Trouble(f"{file}: row {number} has no id; {_FORM}")
        yield Written(file, part, row)
