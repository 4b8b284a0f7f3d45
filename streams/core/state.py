"""A ticket's state as it is kept: one byte for the engine's version, then msgpack."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

import msgspec

from schemas.outcomes import NOT_TRUTH
from streams.core.difference import Publication
from streams.core.facts import TicketFact

ENGINE: Final = 1
"""Raised when judging changes its mind: tickets kept under another are judged again."""


class TicketState(msgspec.Struct, array_like=True):
    """Its own events in the order of semantics 1.3, and what was published of it."""

    facts: list[TicketFact]
    published: list[Publication]
    judged_until: int | None = None
    waiting_since: int | None = None
    """When the first event of an orphan was recorded (1.7)."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(TicketState)
_PREFIX = bytes([ENGINE])


def encode_state(state: TicketState) -> bytes:
    """The bytes that are saved."""
    return _PREFIX + _ENCODER.encode(state)


def decode_state(raw: bytes) -> TicketState:
    """The state in `raw`. Raises msgspec.DecodeError where it is none."""
    return _DECODER.decode(memoryview(raw)[1:])


def of_this_engine(raw: bytes) -> bool:
    """Whether `raw` was judged by this version of the engine."""
    return raw[0] == ENGINE


def truth_digest(states: Iterable[tuple[str, bytes]]) -> str:
    """A digest of all outcomes now held (semantics 7.6), whatever order `states` come in."""
    digest = sha256()
    for ticket, raw in sorted(states):
        held = [p.outcome for p in decode_state(raw).published if p.holds]
        if not held:
            continue
        digest.update(_ENCODER.encode(ticket))
        for line in sorted(_ENCODER.encode(_truth(outcome)) for outcome in held):
            digest.update(line)
    return digest.hexdigest()


def _truth(outcome: msgspec.Struct) -> list[object]:
    fields = [f for f in outcome.__struct_fields__ if f not in NOT_TRUTH]
    return [type(outcome).__name__, *(getattr(outcome, f) for f in fields)]
