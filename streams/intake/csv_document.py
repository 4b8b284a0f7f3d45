"""Reads a mapping document from YAML.

Every fault is told with the document's name and line, what is wrong, and what to write instead.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError

from streams.core.agreement.faults import AgreementFaults
from streams.core.agreement.words import read_mapping
from streams.intake.csv_mapping import Changes, CsvMapping


class _TimesAsWritten(RoundTripConstructor):
    """Leaves times as text: a naive one must be refused, not taken as some zone's."""


_TimesAsWritten.add_constructor(
    "tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_scalar
)


class MappingRefused(ValueError):
    """The document cannot be used; `faults` are whole sentences, each with its place."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class MappingDocument(Struct, frozen=True):
    """A mapping, and where in the document its parts stand, for messages."""

    name: str
    mapping: CsvMapping
    lines: Mapping[tuple[str | int, ...], int]

    def place(self, *path: str | int) -> str:
        """`servicenow.yaml:12`, the line of the part at `path` or of the nearest around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines.get(path, 1)}"

    def check_header(self, header: Sequence[str]) -> None:
        """Raises MappingRefused, naming every mapped column that the file does not have."""
        known = set(header)
        faults = [
            f"{self.place(*path)}: the file has no column {column!r}; "
            f"its columns are {', '.join(header)}"
            for path, column in self.mapping.columns()
            if column not in known
        ]
        if faults:
            raise MappingRefused(faults)


def read_mapping_document(text: str, name: str) -> MappingDocument:
    """The mapping that YAML `text` states. Raises MappingRefused; `name` names it in messages."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _TimesAsWritten
    try:
        tree = yaml.load(text)
    except MarkedYAMLError as error:
        line = 1 if error.problem_mark is None else error.problem_mark.line + 1
        raise MappingRefused(
            [f"{name}:{line}: {error.problem or error}; correct the YAML"]
        ) from None
    lines = dict(_lines(tree, ()))
    try:
        mapping = msgspec.convert(_plain(tree), CsvMapping)
    except msgspec.ValidationError as error:
        raise MappingRefused([_fault(str(error), name, lines)]) from None
    document = MappingDocument(name, mapping, lines)
    faults = list(_inner_faults(document))
    if faults:
        raise MappingRefused(faults)
    return document


def _inner_faults(document: MappingDocument) -> Iterator[str]:
    """What the shape alone does not show."""
    mapping = document.mapping
    try:
        ZoneInfo(mapping.time.zone)
    except (ValueError, KeyError, OSError):
        yield (
            f"{document.place('time', 'zone')}: {mapping.time.zone!r} is no zone; "
            "write an IANA name such as UTC or Europe/Brussels"
        )
    try:
        "".encode(mapping.file.encoding)
    except LookupError:
        yield (
            f"{document.place('file', 'encoding')}: {mapping.file.encoding!r} is no encoding; "
            "write one that Python knows, such as utf-8 or cp1252"
        )
    says = (mapping.activity, mapping.verdict, *mapping.dated)
    if not any(says) and not any(getattr(mapping.changes, k) for k in Changes.__struct_fields__):
        yield (
            f"{document.place('changes')}: the rows would say nothing; "
            "name a column under changes, activity, dated or verdict"
        )
    try:
        read_mapping(mapping.words)
    except AgreementFaults as refused:
        for fault in refused.faults:
            place = document.place("words", *fault.path)
            yield f"{place}: {'.'.join(map(str, fault.path))}: {fault.problem}; {fault.remedy}"
    if mapping.verdict and (both := set(mapping.verdict.met) & set(mapping.verdict.missed)):
        yield (
            f"{document.place('verdict')}: {', '.join(sorted(both))} stands for both met and "
            "missed; leave it in one"
        )


def _fault(message: str, name: str, lines: Mapping[tuple[str | int, ...], int]) -> str:
    """A sentence with its line, from what msgspec says: `... - at `$.file.missing[0]``."""
    problem, _, where = message.partition(" - at `$")
    steps = re.findall(r"\.([A-Za-z_]\w*)|\[(\d+)\]", where)
    path: tuple[str | int, ...] = tuple(key or int(index) for key, index in steps)
    if unknown := re.search(r"unknown field `(.+)`", problem):
        path = (*path, unknown[1])
    while path and path not in lines:
        path = path[:-1]
    field = ".".join(str(step) for step in path) or "the document"
    problem = problem.removeprefix("Object ")
    return f"{name}:{lines.get(path, 1)}: {field}: {problem}; see imports/README.md for the keys"


def _plain(node: Any) -> Any:
    """Plain dicts, lists and scalars out of what the YAML reader keeps for round trips."""
    if isinstance(node, Mapping):
        # A log's words may be numbers; as keys they are words all the same.
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, str):
        return str(node)
    return node


def _lines(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """The line of every key and item, counted from 1."""
    # `lc` is the reader's own, on every mapping and list that it makes.
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield (*path, str(key)), node.lc.key(key)[0] + 1  # type: ignore[attr-defined]
            yield from _lines(value, (*path, str(key)))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield (*path, number), node.lc.item(number)[0] + 1  # type: ignore[attr-defined]
            yield from _lines(value, (*path, number))
