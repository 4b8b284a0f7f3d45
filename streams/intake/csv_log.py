"""A CSV log, by its mapping document: rows in, events out, nothing lost between them.

Every row that is read is either journaled, and then stands as at least one event, or refused with
its line, its column, what is wrong and what to do: rows read = journaled + refused.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

from schemas import inbound as told
from streams.intake.csv_cells import Cells, RowRefused
from streams.intake.csv_document import MappingDocument, MappingRefused
from streams.intake.csv_rows import Known, RowReader

# What a decoder puts for bytes that are no text of the stated encoding (`surrogateescape`).
_UNDECODED: Final = range(0xDC80, 0xDD00)


@dataclass(frozen=True, slots=True)
class Journaled:
    """A row that was read; `events` is never empty. `line` is where it ends in the file."""

    line: int
    ticket: str
    events: tuple[told.TicketEvent, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not read, and why."""

    line: int
    column: str
    problem: str
    remedy: str
    row: tuple[str, ...]

    def text(self, file: str) -> str:
        """One sentence: `log.csv:12: column opened: ...; correct it`."""
        return f"{file}:{self.line}: column {self.column}: {self.problem}; {self.remedy}"


RowResult: TypeAlias = Journaled | Refused


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first pass finds: how many rows, and up to when the log is whole (7.5)."""

    rows: int
    complete_until: datetime
    """As the mapping states it, or the greatest time in the file."""
    line: int | None
    """Where in the file that time stands; None where the mapping states it."""


def survey(document: MappingDocument, lines: Iterable[str]) -> Survey:
    """Reads all times and nothing else.

    Raises MappingRefused when columns are missing, or no row has a time and none is stated.
    """
    header, rows = _table(document, lines)
    cells = Cells(document, header)
    count = 0
    latest = _FIRST
    where: int | None = None
    for line, row, fault in rows:
        count += 1
        if fault is None and (at := cells.latest(row)) is not None and at > latest:
            latest, where = at, line
    if (stated := document.mapping.complete_until) is not None:
        return Survey(count, stated.astimezone(UTC), None)
    if where is None:
        raise MappingRefused(
            [
                f"{document.place('time', 'formats')}: no row of the file has a time of the form "
                f"{' or '.join(document.mapping.time.formats)}; correct the form"
            ]
        )
    return Survey(count, latest, where)


def read_rows(document: MappingDocument, lines: Iterable[str]) -> Iterator[RowResult]:
    """The rows of the file, each journaled or refused, in file order unless the mapping sorts.

    `lines` keep their ends, as an open text file gives them. Raises MappingRefused when the file
    lacks a column that the mapping names.
    """
    header, rows = _table(document, lines)
    reader = RowReader(document, header)
    if document.mapping.order == "time":
        rows = iter(_by_time(reader.cells, rows))
    tickets: dict[str, Known] = {}
    for line, row, fault in rows:
        try:
            if fault is not None:
                raise fault
            ticket = reader.cells.ticket(row)
            known = tickets.get(ticket)
            if known is None:
                known = tickets[ticket] = Known()
            yield Journaled(line, ticket, tuple(reader.events(row, ticket, known)))
        except RowRefused as refused:
            yield Refused(line, refused.column, refused.problem, refused.remedy, tuple(row))


_Row: TypeAlias = tuple[int, Sequence[str], RowRefused | None]


def _table(document: MappingDocument, lines: Iterable[str]) -> tuple[list[str], Iterator[_Row]]:
    """The header, and every row that is not blank."""
    lines = _Counted(lines)
    reader = csv.reader(lines, delimiter=document.mapping.file.delimiter)
    header = [name.strip().removeprefix("\ufeff") for name in next(reader, [])]
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise MappingRefused(
            [f"{document.name}:1: the file has two columns {twice!r}; rename one of them"]
        )
    return header, _numbered(header, reader, lines)


def _numbered(
    header: Sequence[str], reader: Iterator[list[str]], lines: "_Counted"
) -> Iterator[_Row]:
    last = header[-1] if header else ""
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield lines.read, (), RowRefused(last, str(error), "correct its quotes")
            continue
        if row:
            yield lines.read, row, _malformed(header, row)


class _Counted:
    """Lines, counted as the CSV reader takes them."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.read = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.read += 1
        return line


def _malformed(header: Sequence[str], row: Sequence[str]) -> RowRefused | None:
    """Why a row cannot stand under the header; None where it can."""
    if len(row) != len(header):
        problem = f"{len(row)} cells under {len(header)} columns"
        remedy = "check the delimiter, and quote cells that hold it"
        return RowRefused(header[min(len(row), len(header)) - 1], problem, remedy)
    for column, cell in zip(header, row, strict=True):
        if not cell.isascii() and any(ord(letter) in _UNDECODED for letter in cell):
            remedy = "state the file's encoding under file.encoding"
            return RowRefused(column, "bytes that are no text of the stated encoding", remedy)
    return None


def _by_time(cells: Cells, rows: Iterable[_Row]) -> list[_Row]:
    """The rows by their own time; those without a readable one first, to be refused in turn."""
    return sorted(rows, key=lambda numbered: _time_or_first(cells, numbered))


def _time_or_first(cells: Cells, numbered: _Row) -> datetime:
    _, row, fault = numbered
    try:
        return _FIRST if fault is not None else cells.at(row)
    except RowRefused:
        return _FIRST


_FIRST: Final = datetime.min.replace(tzinfo=UTC)
