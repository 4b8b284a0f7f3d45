"""Messages as the projector reads them: fields that become columns, the rest left as JSON text.

What read models keep whole (a decision, stretches, an outcome's `data`) is not decoded. `gc=False`:
they live for one batch and hold no cycle, so the collector need not visit them.
"""

from collections.abc import Callable
from typing import Any, Final, cast

import msgspec
from msgspec import Raw, Struct

from schemas.outbound import (
    AccountStated,
    AgreementTaken,
    CalendarCompiled,
    EventRefused,
    SourceSeen,
    TicketJudged,
    TimerImage,
)
from schemas.outcomes import RETRACTED, WIRE_NAMES

ABSENT: Final = Raw(b"null")
NO_ITEMS: Final = Raw(b"[]")


class Timer(TimerImage, gc=False):
    """A timer's image; stretches and levels as they were written."""

    # Left encoded: what is only stored is not taken apart.
    stretches: Raw  # type: ignore[assignment]
    levels: Raw = NO_ITEMS  # type: ignore[assignment]


class Ticket(TicketJudged, gc=False, tag="sla.ticket_judged.v1", tag_field="type"):
    """A ticket's image; decision and unmapped words as they were written."""

    # Left encoded, as above.
    decision: Raw = ABSENT  # type: ignore[assignment]
    unmapped: Raw = NO_ITEMS  # type: ignore[assignment]
    timers: list[Timer] = msgspec.field(default_factory=list)  # type: ignore[assignment]


class Said(Struct, kw_only=True, gc=False):
    """An outcome's `data`, as far as it has columns of its own."""

    ticket: str
    source: str
    timer: str
    target: str
    revision: int
    effective_at: str
    detected_at: str
    level: str | None = None
    retracts: str | None = None
    corrected: bool = False
    latest: bool = False
    alerting: bool = True
    step: str | None = None
    notify: Raw = ABSENT


class Outcome(Struct, kw_only=True, gc=False, tag_field="type"):
    """An outcome or the withdrawal of one; a subclass for each wire name."""

    identity: str
    data: Raw
    causationid: str | None = None


OUTCOMES: Final[dict[type[Any], str]] = {
    msgspec.defstruct(f"Outcome{number}", [], bases=(Outcome,), gc=False, tag=name): name
    for number, name in enumerate((*WIRE_NAMES.values(), RETRACTED))
}
"""The wire name of each class of outcome."""

Shared = CalendarCompiled | AgreementTaken | AccountStated | SourceSeen | EventRefused
Message = Ticket | Outcome | Shared

_every: Any = Ticket | Shared
for _kind in OUTCOMES:
    _every |= _kind

read_data: Final = msgspec.json.Decoder(Said).decode
read_messages: Final = cast(
    "Callable[[bytes], list[Message]]", msgspec.json.Decoder(list[_every]).decode
)


def text(raw: Raw) -> str | None:
    """The JSON text of `raw`; None where the field was absent or null."""
    if raw is ABSENT:
        return None
    if raw is NO_ITEMS:
        return "[]"
    return str(memoryview(raw), "utf-8")
