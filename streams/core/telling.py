"""Outcomes as they are published: CloudEvents as JSON, the same identity for ever (7.1)."""

from collections.abc import Callable, Sequence, Set
from hashlib import blake2b
from typing import Any, Final

import orjson
from msgspec import Struct
from msgspec.structs import astuple

from schemas.at_hand import AtHand
from schemas.instants import iso
from schemas.outcomes import (
    RETRACTED,
    WIRE_NAMES,
    Breached,
    Decided,
    Escalated,
    Outcome,
    Paused,
    Reopened,
    Resumed,
    Started,
)
from streams.core.difference import Publication
from streams.core.messages import Place

OURS: Final = "/sla"
CORRECTED: Final = ',"corrected":true'
LATEST: Final = ',"latest":true'
SILENT: Final = ',"alerting":false'
"""Marks of a message, each as JSON that goes on in its data."""


def _text(text: str) -> str:
    """A text as JSON."""
    return orjson.dumps(text).decode()


_TEXTS: Final = AtHand(_text)
"""Of what many tickets have in common."""


def _instant(at: int) -> str:
    return f'"{iso(at)}"'


def _texts(texts: Sequence[str]) -> str:
    return orjson.dumps(texts).decode()


# Field of an outcome -> (field of its message, how that is written).
_FIELDS: Final[dict[str, tuple[str, Callable[[Any], str]]]] = {
    "agreement": ("agreement", _text),
    "version": ("version", _text),
    "plan": ("plan", _text),
    "severity": ("severity", _text),
    "rule": ("rule", _text),
    "calendar": ("calendar", _text),
    "budget": ("budget_us", str),
    "carried": ("carried_us", str),
    "predecessor": ("predecessor", _text),
    "successor": ("successor", _text),
    "survivor": ("survivor", _text),
    "status_category": ("status_category", _text),
    "deadline": ("deadline_at", _instant),
    "spent": ("spent_us", str),
    "rung": ("level", _text),
    "step": ("step", _text),
    "notify": ("notify", _texts),
    "reason": ("reason", _text),
}
_COMMON: Final = len(Decided.__struct_fields__)
_OWN: Final = {
    kind: tuple(_FIELDS[f] for f in kind.__struct_fields__[_COMMON:]) for kind in WIRE_NAMES
}
"""How the fields of each kind that follow the common ones are published, in their order."""
_RULES: Final = {kind: orjson.dumps(kind.rules).decode() for kind in WIRE_NAMES}
_TERMS: Final = frozenset({Started, Paused, Resumed, Breached, Escalated, Reopened})
"""Kinds whose own fields are mostly those of the terms: the same for many tickets."""


_NONE: Final[frozenset[int]] = frozenset()


class Saying(Struct, frozen=True, gc=False):
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
    judged_before, silent_before = saying.judged_before, saying.silent_before
    messages = []
    for number, publication in enumerate(publications):
        at = publication.outcome.effective_at
        marks = ""
        if judged_before is not None and at < judged_before:
            marks = CORRECTED
        if number in latest:
            marks += LATEST
        if at < silent_before:
            marks += SILENT
        messages.append(outcome_message(saying, publication, index + number, marks))
    return messages


def outcome_message(saying: Saying, publication: Publication, index: int, marks: str = "") -> bytes:
    """One publication as JSON, with some of the marks.

    Put together from texts: a dict for each to be encoded takes twice as long.
    """
    place, outcome, revision = saying.place, publication.outcome, publication.revision
    kind = type(outcome)
    identity = identity_text(saying.source, saying.ticket, outcome)
    source, ticket = _TEXTS[saying.source], _text(saying.ticket)
    timer = _text(outcome.timer)
    effective = iso(outcome.effective_at)
    told_as = name = WIRE_NAMES[kind]
    cause = outcome.cause
    own = kind, astuple(outcome)[_COMMON:]
    said = _OWN_AT_HAND[own] if kind in _TERMS else _own(own)
    if saying.team is not None:
        marks = f'{marks},"team":{_TEXTS[saying.team]}'
    if not revision & 1:  # what does not hold is withdrawn
        told_as = RETRACTED
        cause = saying.cause or cause
        said = f'{said},"retracts":"{name}"'
    return (
        f'{{"specversion":"1.0","id":"{identity}.{revision}","type":"{told_as}","source":"{OURS}",'
        f'"subject":{ticket},"time":"{effective}","recordedtime":"{place.at}",'
        f'"partitionkey":{source[:-1]} {ticket[1:]},"identity":"{identity}",'
        f'"data":{{"ticket":{ticket},"source":{source},"timer":{timer},'
        f'"target":{timer.partition("@")[0]}","revision":{revision},"effective_at":"{effective}",'
        f'"detected_at":"{place.at}","rules":{_RULES[kind]},"partition":{place.partition},'
        f'"position":{place.position},"index":{index}{marks}{said}}},"causationid":{_text(cause)}}}'
    ).encode()


def identity_text(source: str, ticket: str, outcome: Outcome) -> str:
    """A digest of ticket, timer, kind, level and instant: the same at every revision (7.1)."""
    text = (
        f"{source}\n{ticket}\n{outcome.timer}\n{WIRE_NAMES[type(outcome)]}\n"
        f"{outcome.level or ''}\n{outcome.effective_at}"
    )
    return blake2b(text.encode(), digest_size=16).hexdigest()


def latest_steps(publications: Sequence[Publication]) -> Set[int]:
    """Of the steps of one timer that became due together, the place of the highest (6.3)."""
    highest: dict[str, int] = {}
    for place, publication in enumerate(publications):
        if type(publication.outcome) is Escalated and publication.holds:
            highest[publication.outcome.timer] = place
    return set(highest.values()) if highest else _NONE


def _own(own: tuple[type[Outcome], tuple[Any, ...]]) -> str:
    """The fields that only outcomes of one kind have, as JSON that goes on in an object."""
    kind, values = own
    said = ""
    for (name, write), value in zip(_OWN[kind], values, strict=True):
        if value is not None:
            said += f',"{name}":{write(value)}'
    return said


_OWN_AT_HAND: Final = AtHand(_own)
