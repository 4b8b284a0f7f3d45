"""Who tells the events of a case: its ticket, its source, its account, and a line at a time."""

from dataclasses import dataclass
from typing import Any, Final

from schemas.instants import moment
from sla.cases.clock import At, Clock
from sla.cases.words import Known, check
from streams.core.agreement.node import Node

REQUESTER: Final = "the requester"


@dataclass(frozen=True, slots=True)
class Teller:
    """Makes the events of one case."""

    clock: Clock
    known: Known
    source: str
    ticket: str
    account: str

    def event(self, kind: type[Any], at: At, number: int, data: Any, **head: Any) -> Any:
        """An event about the ticket, or about the `subject` given."""
        subject = head.pop("subject", self.ticket)
        return kind(
            specversion="1.0",
            id=f"line {number}",
            source=self.source,
            subject=subject,
            time=moment(at.instant),
            sequence=str(number),
            data=data,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its place, time and number, and the words that its phrase takes."""

    teller: Teller
    node: Node
    at: At
    number: int
    words: tuple[str | None, ...]

    def say(self, kind: type[Any], data: Any, **head: Any) -> Any:
        """The event of this line."""
        return self.teller.event(kind, self.at, self.number, data, **head)

    @property
    def word(self) -> str:
        """The first word that the phrase takes."""
        return self.words[0] or ""

    def known(self, field: str, what: str) -> str | None:
        """The word of the line, which must be one of the agreement's."""
        return check(self.node, self.word, getattr(self.teller.known, field), what)

    def time(self, index: int) -> Any:
        """The instant that a later word of the line tells, as a datetime."""
        at = self.teller.clock.read(self.node, self.words[index], self.at.day)
        return None if at is None else moment(at.instant)


def value_of(text: str) -> str | bool | int | None:
    """A fact's value: `true`, `false`, `none` and whole numbers are what they look like."""
    plain: dict[str, bool | None] = {"true": True, "false": False, "none": None, "null": None}
    return plain[text] if text in plain else int(text) if text.isdigit() else text
