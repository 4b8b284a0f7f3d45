"""How a history is written down: facts and publications one after the other, only ever added to.

A publication is an outcome of which two texts are mostly replaced by numbers: a timer that was
named before, and the ticket's own events, which cause outcomes and give timers their names. A
number stands there as a text that begins with a space, as no name of an event or a timer does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
from msgspec.structs import astuple

from schemas.outcomes import WIRE_NAMES, Outcome
from streams.core.difference import Identity, Publication, identity
from streams.core.facts import TicketFact

_ENCODER: Final = msgspec.msgpack.Encoder()
_FACTS: Final = msgspec.msgpack.Decoder(list[TicketFact])
_SAID: Final = msgspec.msgpack.Decoder(list[Publication])
_TAGS: Final = {kind: kind.__struct_config__.tag for kind in WIRE_NAMES}
_LIST: Final = b"\xdd"
"""How msgpack begins a list whose length follows in four bytes."""


@dataclass(slots=True)
class Written:
    """What was published of a ticket, and the numbers of its timers."""

    standing: dict[Identity, Publication] = field(default_factory=dict)
    """The latest publication of each identity."""
    numbers: dict[str, int] = field(default_factory=dict)


write_fact: Final[Callable[[TicketFact], bytes]] = _ENCODER.encode
"""One fact, to be added."""


def read_facts(count: int, raw: bytes) -> list[TicketFact]:
    """The `count` facts in `raw`."""
    return _FACTS.decode(_LIST + count.to_bytes(4, "big") + raw)


def write_said(
    sent: Sequence[Publication], numbers: dict[str, int], named: int, events: Mapping[str, int]
) -> tuple[bytes, int]:
    """Publications, to be added; and how many timers have a number then.

    `numbers` of timers are added to; `events`: the places of facts in the order of arrival.
    """
    pieces: list[bytes] = []
    for publication in sent:
        outcome = publication.outcome
        values = astuple(outcome)
        name = values[0]
        number = numbers.get(name)
        if number is None:
            numbers[name] = named
            named += 1
            target, _, start = name.partition("@")
            name = f"{target}@{_short(start, events)}"
        else:
            name = f" {number}"
        began = (_TAGS[type(outcome)], name, values[1], _short(values[2], events))
        pieces.append(_ENCODER.encode((began + values[3:], publication.revision)))
    return b"".join(pieces), named


def read_said(count: int, raw: bytes, events: Sequence[str]) -> Written:
    """The `count` publications in `raw`; `events`: the ids of the facts in order of arrival."""
    written = Written()
    names: list[str] = []
    for publication in _SAID.decode(_LIST + count.to_bytes(4, "big") + raw):
        name, at, cause, *rest = astuple(publication.outcome)
        if name.startswith(" "):
            name = names[int(name)]
        else:
            target, _, start = name.partition("@")
            name = f"{target}@{_long(start, events)}"
            written.numbers[name] = len(names)
            names.append(name)
        cause = _long(cause, events)
        outcome: Outcome = type(publication.outcome)(name, at, cause, *rest)
        written.standing[identity(outcome)] = Publication(outcome, publication.revision)
    return written


def _short(event: str, events: Mapping[str, int]) -> str:
    place = events.get(event)
    return event if place is None else f" {place}"


def _long(event: str, events: Sequence[str]) -> str:
    return events[int(event)] if event.startswith(" ") else event
