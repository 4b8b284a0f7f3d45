"""The cells of a CSV row under one header: values, tickets, instants; and what is refused."""

from collections.abc import Sequence
from datetime import datetime

from streams.intake.csv_document import MappingDocument
from streams.intake.csv_times import NoTime, TimeReader


class RowRefused(ValueError):
    """The row cannot be used: in which column, what is wrong, and what to do."""

    def __init__(self, column: str, problem: str, remedy: str) -> None:
        super().__init__(f"column {column}: {problem}; {remedy}")
        self.column = column
        self.problem = problem
        self.remedy = remedy


class Cells:
    """Finds values in rows that stand under `header`."""

    def __init__(self, document: MappingDocument, header: Sequence[str]) -> None:
        """Raises MappingRefused when the header lacks a column that the mapping names."""
        document.check_header(header)
        mapping = document.mapping
        self._document = document
        self._ticket = mapping.ticket
        self._at = mapping.at
        self._place = {column: place for place, column in enumerate(header)}
        self._missing = frozenset(mapping.file.missing) | {""}
        self._times = TimeReader(mapping.time.zone, mapping.time.formats)
        opened = () if mapping.opening.at is None else (mapping.opening.at,)
        dated = (each.column for each in mapping.dated)
        self.time_columns = tuple(dict.fromkeys((mapping.at, *opened, *dated)))

    def value(self, row: Sequence[str], column: str) -> str | None:
        """What stands in a column; None where it is missing."""
        text = row[self._place[column]].strip()
        return None if text in self._missing else text

    def ticket(self, row: Sequence[str]) -> str:
        """Whose row it is. Raises RowRefused."""
        ticket = self.value(row, self._ticket)
        if ticket is None:
            raise RowRefused(self._ticket, "no ticket is named", "fill it in")
        return ticket

    def at(self, row: Sequence[str]) -> datetime:
        """When the row happened, UTC. Raises RowRefused."""
        found = self.time(row, self._at)
        if found is None:
            raise RowRefused(self._at, "no time is told", "fill it in")
        return found

    def time(self, row: Sequence[str], column: str) -> datetime | None:
        """The UTC instant in a column; None where it is missing. Raises RowRefused."""
        text = self.value(row, column)
        if text is None:
            return None
        try:
            return self._times.read(text)
        except NoTime as error:
            place = self._document.place("time", "formats")
            remedy = f"correct it, or add its form to time.formats ({place})"
            raise RowRefused(column, str(error), remedy) from None

    def latest(self, row: Sequence[str]) -> datetime | None:
        """The latest readable instant of the row; None where it has none. Never raises."""
        found: datetime | None = None
        for column in self.time_columns:
            try:
                at = self.time(row, column)
            except RowRefused:
                continue
            if at is not None and (found is None or at > found):
                found = at
        return found
