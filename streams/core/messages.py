"""Outcomes as they are published: CloudEvents as JSON, the same identity for ever (7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import msgspec
import orjson
from msgspec import Struct
from msgspec.structs import astuple

from schemas.inbound import InboundEvent
from schemas.instants import iso
from schemas.outbound import EventRefused, Image
from schemas.outcomes import RETRACTED, WIRE_NAMES, Decided, Escalated, Outcome
from streams.core.difference import Publication
from streams.core.facts import TicketFact

OURS: Final = "/sla"

# Field of an outcome -> (field of its message, whether it is an instant).
_FIELDS: Final[dict[str, tuple[str, bool]]] = {
    "agreement": ("agreement", False),
    "version": ("version", False),
    "plan": ("plan", False),
    "severity": ("severity", False),
    "rule": ("rule", False),
    "calendar": ("calendar", False),
    "budget": ("budget_us", False),
    "carried": ("carried_us", False),
    "predecessor": ("predecessor", False),
    "successor": ("successor", False),
    "survivor": ("survivor", False),
    "status_category": ("status_category", False),
    "deadline": ("deadline_at", True),
    "spent": ("spent_us", False),
    "rung": ("level", False),
    "step": ("step", False),
    "notify": ("notify", False),
    "reason": ("reason", False),
}
_COMMON: Final = len(Decided.__struct_fields__)
_OWN: Final = {
    kind: tuple(_FIELDS[f] for f in kind.__struct_fields__[_COMMON:]) for kind in WIRE_NAMES
}
"""How the fields of each kind that follow the common ones are published, in their order."""
_IMAGES: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Place:
    """The journal record by which something came to be known."""

    partition: int
    position: int
    stamp: int
    at: str
    """The stamp as ISO text."""


def identity_text(source: str, ticket: str, outcome: Outcome) -> str:
    """A digest of ticket, timer, kind, level and instant: the same at every revision (7.1)."""
    text = (
        f"{source}\n{ticket}\n{outcome.timer}\n{WIRE_NAMES[type(outcome)]}\n"
        f"{outcome.level or ''}\n{outcome.effective_at}"
    )
    return blake2b(text.encode(), digest_size=16).hexdigest()


class Saying(Struct, frozen=True):
    """What all messages about one ticket share that follow from one record."""

    source: str
    ticket: str
    team: str | None
    place: Place
    judged_before: int | None
    """Up to when it had been judged: what was true before that corrects history (7.2)."""
    silent_before: int
    """Outcomes effective before this instant alert nobody (7.5)."""
    cause: str | None
    """The event that withdraws what is withdrawn."""


def outcome_messages(
    saying: Saying, publications: Sequence[Publication], index: int
) -> list[bytes]:
    """Publications as JSON, in their order; `index` is the first one's place in the record."""
    latest = latest_steps(publications)
    messages = []
    for number, publication in enumerate(publications):
        at = publication.outcome.effective_at
        marks = {}
        if saying.judged_before is not None and at < saying.judged_before:
            marks["corrected"] = True
        if number in latest:
            marks["latest"] = True
        if at < saying.silent_before:
            marks["alerting"] = False
        messages.append(outcome_message(saying, publication, index + number, marks))
    return messages


def outcome_message(
    saying: Saying, publication: Publication, index: int, marks: dict[str, bool]
) -> bytes:
    """One publication as JSON."""
    place, source, ticket = saying.place, saying.source, saying.ticket
    outcome = publication.outcome
    identity = identity_text(source, ticket, outcome)
    name = WIRE_NAMES[type(outcome)]
    effective = iso(outcome.effective_at)
    data: dict[str, Any] = {
        "ticket": ticket,
        "source": source,
        "timer": outcome.timer,
        "target": outcome.timer.partition("@")[0],
        "revision": publication.revision,
        "effective_at": effective,
        "detected_at": place.at,
        "rules": outcome.rules,
        "partition": place.partition,
        "position": place.position,
        "index": index,
        **marks,
    }
    if saying.team is not None:
        data["team"] = saying.team
    values = astuple(outcome)[_COMMON:]
    for (wire, is_instant), value in zip(_OWN[type(outcome)], values, strict=True):
        if value is not None:
            data[wire] = iso(value) if is_instant else value
    message: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{identity}.{publication.revision}",
        "type": name,
        "source": OURS,
        "subject": ticket,
        "time": effective,
        "recordedtime": place.at,
        "partitionkey": f"{source} {ticket}",
        "identity": identity,
        "data": data,
        "causationid": outcome.cause,
    }
    if not publication.holds:
        message["type"] = RETRACTED
        message["causationid"] = saying.cause or outcome.cause
        data["retracts"] = name
    return orjson.dumps(message)


def dead_letter(
    place: Place,
    index: int,
    said: InboundEvent | TicketFact,
    source: str,
    subject: str,
    reason: str,
    detail: str,
) -> bytes:
    """What the core refuses, with the reason, as JSON."""
    refused = EventRefused(
        event=said.id,
        source=source,
        subject=subject,
        reason=reason,
        detail=detail,
        body=_IMAGES.encode(said).decode(),
        position=place.position,
        index=index,
        stamp_us=place.stamp,
    )
    return image_message(refused)


def image_message(image: Image) -> bytes:
    """An image as JSON."""
    return _IMAGES.encode(image)


def latest_steps(publications: Sequence[Publication]) -> set[int]:
    """Of the steps of one timer that became due together, the place of the highest (6.3)."""
    highest: dict[str, int] = {}
    for place, publication in enumerate(publications):
        if publication.holds and isinstance(publication.outcome, Escalated):
            highest[publication.outcome.timer] = place
    return set(highest.values())
