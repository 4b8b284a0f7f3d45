"""One row of a CSV log to the events it stands for, beside what its ticket's rows said before.

Ids are `ticket:number:what`, where the number is which of its ticket's rows it is: importing a
file again repeats them and changes nothing, and so does importing a longer one of the same log.
A missing cell says nothing: what the ticket was known to have, it keeps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from schemas import inbound as told
from schemas.codec import fault_of
from streams.intake.csv_cells import Cells, RowRefused
from streams.intake.csv_document import MappingDocument
from streams.intake.csv_mapping import Changes, Constant, Opening, Said

Make = tuple[type[told.TicketEvent], str]


def _make(kind: type[told.TicketEvent]) -> Make:
    return kind, str(kind.__struct_config__.tag)


_OPENED: Final = _make(told.TicketOpened)
_ASSIGNED: Final = _make(told.TicketAssigned)
_VERDICT: Final = _make(told.TicketVerdictReported)
_CHANGED: Final = {
    "status": _make(told.TicketStatusChanged),
    "severity": _make(told.TicketSeverityChanged),
    "plan": _make(told.TicketPlanChanged),
    "account": _make(told.TicketAccountChanged),
    "category": _make(told.TicketCategoryChanged),
}
_SAID: Final = {
    "replied": _make(told.TicketReplied),
    "resolved": _make(told.TicketResolved),
    "reopened": _make(told.TicketReopened),
    "closed": _make(told.TicketClosed),
    "workaround_provided": _make(told.TicketWorkaroundProvided),
    "deleted": _make(told.TicketDeleted),
    "restored": _make(told.TicketRestored),
}
_OWNERS: Final = ("team", "agent")


@dataclass(slots=True)
class Known:
    """What the rows of one ticket have said so far."""

    rows: int = 0
    """How many rows of it were read, refused ones too."""
    opened: bool = False
    values: dict[str, str] = field(default_factory=dict)
    """By the name in `changes`; `verdict`; `dated N`."""


@dataclass(slots=True)
class Saying:
    """A row while its events are made: nothing of it is kept if the row is refused midway."""

    row: Sequence[str]
    ticket: str
    number: int
    at: datetime
    held: dict[str, str]
    """What is known of the ticket, this row's own values included."""
    events: list[told.TicketEvent] = field(default_factory=list)


class RowReader:
    """Turns rows under one header into events; what it knows of a ticket comes with each call."""

    def __init__(self, document: MappingDocument, header: Sequence[str]) -> None:
        """Raises MappingRefused when the header lacks a column that the mapping names."""
        mapping = document.mapping
        self.cells = Cells(document, header)
        self._document = document
        self._mapping = mapping
        self._status = mapping.changes.status
        self._others = _columns(mapping.changes, [w for w in _CHANGED if w != "status"])
        self._owners = _columns(mapping.changes, _OWNERS)
        self._opening, self._constants = _opening(mapping.opening, mapping.changes)
        self._status_at_opening = mapping.opening.at is None

    def events(self, row: Sequence[str], ticket: str, known: Known) -> list[told.TicketEvent]:
        """What the row says: at least one event. `known` is brought up to date.

        Raises RowRefused, and then of the row only its number is kept.
        """
        known.rows += 1
        said = Saying(row, ticket, known.rows, self.cells.at(row), dict(known.values))
        if not known.opened:
            self._open(said)
        self._say_status(said)
        self._say_changes(said)
        self._say_owners(said)
        self._say_activity(said)
        self._say_dated(said)
        self._say_verdict(said)
        if not said.events:
            self._say_again(said)
        known.opened = True
        known.values = said.held
        return said.events

    def _open(self, said: Saying) -> None:
        at = said.at
        if self._mapping.opening.at is not None:
            at = self.cells.time(said.row, self._mapping.opening.at) or at
        data = dict(self._constants)
        for what, column in self._opening:
            if (value := self.cells.value(said.row, column)) is not None:
                data[what] = value
        self._say(said, _OPENED, "opened", data, at)
        said.held.update({what: data[what] for what in Changes.__struct_fields__ if what in data})

    def _say_status(self, said: Saying) -> None:
        """Each row states the status, changed or not: so every row is on record as an event."""
        if self._status is None or (word := self.cells.value(said.row, self._status)) is None:
            return
        opens = bool(said.events) and self._status_at_opening
        if opens and word == said.held.get("status"):
            return
        said.held["status"] = word
        self._say(said, _CHANGED["status"], "status", {"status": word})

    def _say_changes(self, said: Saying) -> None:
        for what, column in self._others:
            value = self.cells.value(said.row, column)
            if value is not None and value != said.held.get(what):
                said.held[what] = value
                self._say(said, _CHANGED[what], what, {what: value})

    def _say_owners(self, said: Saying) -> None:
        changed = False
        for what, column in self._owners:
            value = self.cells.value(said.row, column)
            if value is not None and value != said.held.get(what):
                said.held[what] = value
                changed = True
        if changed:
            self._say_assigned(said)

    def _say_assigned(self, said: Saying) -> None:
        owners: dict[str, Any] = {w: said.held[w] for w in _OWNERS if w in said.held}
        self._say(said, _ASSIGNED, "assigned", owners)

    def _say_activity(self, said: Saying) -> None:
        activity = self._mapping.activity
        if activity is None or (word := self.cells.value(said.row, activity.column)) is None:
            return
        if word in activity.silent:
            return
        if word not in activity.means:
            raise RowRefused(
                activity.column,
                f"{word[:40]!r} stands for no event",
                "add it to activity.means, or to activity.silent if it says nothing "
                f"({self._document.place('activity')})",
            )
        meaning = activity.means[word]
        self._say(said, _SAID[meaning.event], "activity", _data(meaning))

    def _say_dated(self, said: Saying) -> None:
        for number, dated in enumerate(self._mapping.dated):
            key = f"dated {number}"
            text = self.cells.value(said.row, dated.column)
            if text is not None and text != said.held.get(key):
                said.held[key] = text
                at = self.cells.time(said.row, dated.column)
                self._say(said, _SAID[dated.event], f"dated{number}", _data(dated), at)

    def _say_verdict(self, said: Saying) -> None:
        verdict = self._mapping.verdict
        if verdict is None or (word := self.cells.value(said.row, verdict.column)) is None:
            return
        if word not in verdict.met and word not in verdict.missed:
            raise RowRefused(
                verdict.column,
                f"{word[:40]!r} is no verdict",
                "correct it, or add it to verdict.met or verdict.missed "
                f"({self._document.place('verdict')})",
            )
        if word != said.held.get("verdict"):
            said.held["verdict"] = word
            outcome = "met" if word in verdict.met else "missed"
            self._say(said, _VERDICT, "verdict", {"verdict": outcome})

    def _say_again(self, said: Saying) -> None:
        """A row that changes nothing states the first thing it holds, so that it is on record."""
        for what, column in self._others:
            if (value := self.cells.value(said.row, column)) is not None:
                self._say(said, _CHANGED[what], what, {what: value})
                return
        if any(self.cells.value(said.row, column) for _, column in self._owners):
            self._say_assigned(said)
            return
        raise RowRefused(
            self._mapping.ticket,
            "the row says nothing of its ticket",
            f"fill in a column under changes, or map one that is ({self._document.place()})",
        )

    def _say(
        self, said: Saying, make: Make, what: str, data: dict[str, Any], at: datetime | None = None
    ) -> None:
        kind, wire_name = make
        number = str(said.number)
        raw = {
            "type": wire_name,
            "specversion": "1.0",
            "id": f"{said.ticket}:{number}:{what}",
            "source": self._mapping.source,
            "subject": said.ticket,
            "time": at or said.at,
            "sequence": number,
            "data": data,
        }
        try:
            event = msgspec.convert(raw, kind)
        except msgspec.ValidationError as error:
            problem, _, where = str(error).partition(" - at `$.")
            raise self._refused(where.rstrip("`"), problem) from None
        fault = fault_of(event)
        if fault is not None:
            raise self._refused(fault.field, f"expected {fault.expected}")
        said.events.append(event)

    def _refused(self, field: str, problem: str) -> RowRefused:
        remedy = "an id or a word is short and has no line breaks"
        return RowRefused(self._column(field.removeprefix("data.")), problem, remedy)

    def _column(self, what: str) -> str:
        """The column behind a field of an event, for messages."""
        columns = {**dict(self._opening), **dict(self._others), **dict(self._owners)}
        if self._status is not None:
            columns["status"] = self._status
        return columns.get(what, self._mapping.ticket)


def _columns(changes: Changes, names: Sequence[str]) -> list[tuple[str, str]]:
    """The named columns: (name, column)."""
    return [(what, column) for what in names if (column := getattr(changes, what)) is not None]


def _opening(opening: Opening, changes: Changes) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The columns and the constants that open a ticket, by field."""
    columns: list[tuple[str, str]] = []
    constants: dict[str, str] = {}
    for what in Opening.__struct_fields__:
        if what == "at":
            continue
        term = getattr(opening, what)
        if term is None and not (what == "status" and opening.at is not None):
            term = getattr(changes, what, None)
        if isinstance(term, Constant):
            constants[what] = term.constant
        elif term is not None:
            columns.append((what, term))
    return columns, constants


def _data(said: Said) -> dict[str, Any]:
    """The data of an event that a word or a dated column stands for."""
    if said.event != "replied":
        return {}
    return {"role": said.role, "public": said.public, "automatic": said.automatic}
