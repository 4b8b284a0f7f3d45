"""Imports a CSV log: the file read twice, its events appended in batches."""

import csv
import gzip
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol, TextIO

from schemas.inbound import InboundEvent
from streams.intake.csv_bracket import after, before
from streams.intake.csv_document import MappingDocument, MappingRefused
from streams.intake.csv_log import Journaled, Refused, Survey, read_rows, survey

_GZIP: Final = b"\x1f\x8b"


class Sink(Protocol):
    """Takes events for good: they are kept when `append` returns."""

    def append(self, events: Sequence[InboundEvent], /) -> object: ...


@dataclass(slots=True)
class Tally:
    """What became of the rows: read = journaled + refused."""

    journaled: int = 0
    refused: int = 0
    events: int = 0
    tickets: set[str] = field(default_factory=set)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a column was refused with a remedy: what to mend first."""
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        """Rows read, the header and blank lines not among them."""
        return self.journaled + self.refused


@dataclass(frozen=True, slots=True)
class Plan:
    """A file, its mapping, and what a first pass found."""

    file: Path
    document: MappingDocument
    survey: Survey
    run: str
    agreements: Sequence[Mapping[str, Any]]


def plan_import(
    file: Path, document: MappingDocument, agreements: Sequence[Mapping[str, Any]]
) -> Plan:
    """Reads all times of `file`. Raises MappingRefused, OSError, EOFError or zlib.error."""
    with open_log(file, document) as lines:
        if not any(line.strip() for line in lines):
            raise MappingRefused([f"{file}: the file is empty; fetch it again"])
    with open_log(file, document) as lines:
        surveyed = survey(document, lines)
    with file.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    return Plan(file, document, surveyed, f"import-{digest[:16]}", agreements)


def run_import(
    plan: Plan,
    sink: Sink,
    batch: int,
    *,
    on_rows: Callable[[int], None] = lambda rows: None,
    on_refused: Callable[[Refused], None] = lambda refused: None,
) -> Tally:
    """Appends what the file says, in batches of at least `batch` events; a row is never split.

    Broken off and run again it repeats the same ids, so nothing is doubled.
    """
    mapping = plan.document.mapping
    until = plan.survey.complete_until
    tally = Tally()
    began = monotonic()
    sink.append(before(mapping, plan.run, until, plan.agreements))
    held: list[InboundEvent] = []
    rows = 0
    with open_log(plan.file, plan.document) as lines:
        for result in read_rows(plan.document, lines):
            rows += 1
            match result:
                case Journaled():
                    tally.journaled += 1
                    tally.tickets.add(result.ticket)
                    held.extend(result.events)
                case Refused():
                    tally.refused += 1
                    tally.reasons[result.column, result.remedy] += 1
                    on_refused(result)
            if len(held) >= batch:
                _flush(sink, held, tally)
                on_rows(rows)
                rows = 0
    _flush(sink, held, tally)
    on_rows(rows)
    sink.append(after(mapping, plan.run, until))
    tally.seconds = monotonic() - began
    return tally


def _flush(sink: Sink, held: list[InboundEvent], tally: Tally) -> None:
    if held:
        sink.append(list(held))
        tally.events += len(held)
        held.clear()


@contextmanager
def open_log(file: Path, document: MappingDocument) -> Iterator[TextIO]:
    """The text of a log, plain or gzip (told by its first bytes).

    Bytes that are no text become marks that the reader refuses row by row.
    """
    with file.open("rb") as raw:
        packed = raw.read(2) == _GZIP
    # `newline=""`: a cell may hold line breaks, which are the CSV reader's to judge.
    with (
        gzip.open(file, "rb") if packed else file.open("rb") as stream,
        io.TextIOWrapper(
            stream,
            encoding=document.mapping.file.encoding,
            errors="surrogateescape",
            newline="",
        ) as text,
    ):
        yield text


class RefusedFile:
    """Writes refused rows to a CSV file: line, column, problem, remedy, and the row itself."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(["line", "column", "problem", "remedy", "row"])

    def write(self, refused: Refused) -> None:
        """Adds one row."""
        cells = ",".join(refused.row)
        self._writer.writerow(
            [refused.line, refused.column, refused.problem, refused.remedy, cells]
        )
