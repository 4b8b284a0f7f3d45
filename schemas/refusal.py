"""What is said of an input that was not taken: where it stood, why, and what was expected."""

from dataclasses import dataclass
from typing import Final, Literal

Reason = Literal[
    "empty",
    "bad_encoding",
    "not_json",
    "number_out_of_range",
    "too_deep",
    "too_large",
    "too_many_items",
    "not_an_object",
    "duplicate_field",
    "unknown_type",
    "missing_field",
    "invalid_field",
    "naive_time",
    "invalid_time",
    "time_out_of_range",
    "end_not_after_start",
    "merged_into_itself",
    "names_itself",
]
"""Append only, like wire names: alerts and queries count by them."""

BODY_MAX: Final = 8192
"""Characters of a refused input that are kept. Every event within the bounds of its fields is
shorter, so what can be mended and sent again is whole."""

SHOWN_MAX: Final = 128
"""Characters of an id, source or subject that are shown; a longer one is none."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field, or with the whole input (`field` empty)."""

    reason: Reason
    field: str
    """Its path: `time`, `data.role`, `data.calendars[2]`."""
    expected: str
    kept: bytes | None = None
    """What to keep of the input in place of its bytes: without the fields that no event has, so
    that message text does not get into the dead letters by way of another fault (1.8)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One input that was not taken. Everything but `reason` may hold what a stranger wrote."""

    place: str
    """`event`, `item 3` of a batch or `line 3`, counted from 1; `input` for all of it."""
    event: str | None
    """The event's id, where it could be read; so `source` and `subject`."""
    source: str | None
    subject: str | None
    reason: Reason
    field: str
    expected: str
    body: str
    """What was sent, at most `BODY_MAX` characters of it; what is no UTF-8 as `\\xff`. Without its
    unknown fields, where its type is known."""

    @property
    def detail(self) -> str:
        """In one line: the event, the field, and what was expected."""
        event = "" if self.event is None else f"event {_quoted(self.event)}: "
        field = "" if not self.field else f"field {_quoted(self.field)}: "
        return f"{event}{field}expected {self.expected}"


def _quoted(text: str) -> str:
    """As it is when it is one printable line, else with its escapes, so it cannot break a log."""
    return f"`{text}`" if text.isprintable() else f"`{ascii(text)[1:-1]}`"


def shown(value: object) -> str | None:
    """An id, source or subject to show; None where it is no text, or too long to be one."""
    return value if isinstance(value, str) and 0 < len(value) <= SHOWN_MAX else None


def body_of(raw: bytes) -> str:
    """What to keep of a refused input."""
    # A character takes at most four bytes.
    return raw[: 4 * BODY_MAX].decode("utf-8", "backslashreplace")[:BODY_MAX]


def storable(text: str | None) -> str | None:
    """As a database keeps it: PostgreSQL's text holds no NUL, what was refused may."""
    return None if text is None else text.replace("\x00", "\\u0000")
