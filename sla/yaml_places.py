"""YAML 1.2 as plain data, with the place of every part, and every fault of the text at once.

The data is what is written: keys and times stay text, and only plain decimal numbers, `true`,
`false` and `null` are anything else, so JSON made from it says the same as the file.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Steps = tuple[str | int, ...]

DEPTH_MAX: Final = 40
PARTS_MAX: Final = 30_000
SIZE_MAX: Final = 2_000_000
"""Bytes of a file; an agreement with ten years of holidays has some 20,000."""

_TAG: Final = "tag:yaml.org,2002:"
_WHOLE: Final = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?\d{1,15}\.\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: lines and columns count from 1."""

    file: Path
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Misprint:
    """One thing wrong at one place of a file."""

    place: Place
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem} — {self.remedy}"


@dataclass(slots=True)
class Places:
    """Where every part of a document stands, and what is wrong with its text."""

    of: dict[Steps, Place] = field(default_factory=dict)
    faults: list[Misprint] = field(default_factory=list)

    def nearest(self, steps: Steps) -> Place | None:
        """The place of the part at `steps`, or of the nearest around it."""
        while steps and steps not in self.of:
            steps = steps[:-1]
        return self.of.get(steps)


def read_yaml(file: Path, steps: Steps, places: Places) -> Any:
    """The data of `file`, which stands at `steps` of the document. None, with a fault, if there
    is none to read: no such file, no UTF-8, no YAML."""
    start = Place(file, 1, 1)
    places.of.setdefault(steps, start)
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8") if len(raw) <= SIZE_MAX else None
    except OSError as error:
        reason = error.strerror or str(error)
        places.faults.append(Misprint(start, f"cannot be read: {reason}", "name a file that can"))
        return None
    except UnicodeDecodeError as error:
        places.faults.append(
            Misprint(start, f"byte {error.start} is no UTF-8", "save the file as UTF-8")
        )
        return None
    if text is None:
        places.faults.append(Misprint(start, "is over 2 MB", "an agreement is shorter"))
        return None
    node = _composed(text, start, places)
    return None if node is None else _Reader(file, places).data(node, steps)


def _composed(text: str, start: Place, places: Places) -> Node | None:
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = start if mark is None else Place(start.file, mark.line + 1, mark.column + 1)
        what = error.problem or error.context or "no YAML"
        places.faults.append(
            Misprint(at, f"no YAML: {what}", "correct the text here or just above")
        )
        return None
    except (YAMLError, RecursionError) as error:
        what = str(error).partition("\n")[0] or "nested too deeply"
        places.faults.append(Misprint(start, f"no YAML: {what}", "correct the text"))
        return None
    if node is None:
        places.faults.append(Misprint(start, "is empty", "write an agreement"))
    return node


class _Reader:
    """Turns the nodes of one file into plain data and notes their places."""

    def __init__(self, file: Path, places: Places) -> None:
        self._file = file
        self._places = places
        self._parts = 0

    def data(self, node: Node, steps: Steps, depth: int = 0) -> Any:
        """What `node` says."""
        self._parts += 1
        # Anchors may name one part many times over; a file that grows so is refused.
        if depth > DEPTH_MAX or self._parts > PARTS_MAX:
            if self._parts <= PARTS_MAX + 1:
                self._parts = PARTS_MAX + 1
                self._fault(node, "is nested too deeply or repeats too much", "write it plainly")
            return None
        match node:
            case MappingNode():
                return self._mapping(node.value, steps, depth)
            case SequenceNode():
                return [self._item(one, (*steps, n), depth) for n, one in enumerate(node.value)]
            case ScalarNode():
                return _scalar(node)
            case _:
                return None

    def _item(self, node: Node, steps: Steps, depth: int) -> Any:
        self._places.of[steps] = self._place(node)
        return self.data(node, steps, depth + 1)

    def _mapping(self, pairs: Iterable[tuple[Node, Node]], steps: Steps, depth: int) -> Any:
        found: dict[str, Any] = {}
        first: dict[str, Place] = {}
        for key, value in pairs:
            if not isinstance(key, ScalarNode):
                self._fault(key, "a key that is a list or mapping", "write keys as text")
                continue
            word = key.value
            if word in first:
                self._fault(
                    key,
                    f"a second {word!r}; the first is in line {first[word].line}",
                    "leave one of them",
                )
                continue
            first[word] = self._places.of[*steps, word] = self._place(key)
            found[word] = self.data(value, (*steps, word), depth + 1)
        return found

    def _place(self, node: Node) -> Place:
        mark = node.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1)

    def _fault(self, node: Node, problem: str, remedy: str) -> None:
        self._places.faults.append(Misprint(self._place(node), problem, remedy))


def _scalar(node: ScalarNode) -> Any:
    text = str(node.value)
    match str(node.tag).removeprefix(_TAG):
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" if _WHOLE.fullmatch(text):
            return int(text)
        case "float" if _DECIMAL.fullmatch(text):
            return float(text)
        case _:
            return text
