"""A ticket's state as it is kept: one byte for the engine's version, then msgpack."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

import msgspec

from schemas.outcomes import NOT_TRUTH, Outcome
from streams.core.difference import Publication, continued, difference
from streams.core.facts import TicketFact

ENGINE: Final = 1
"""Raised when judging changes its mind: tickets kept under another are judged again."""


NOTHING: Final = msgspec.Raw(msgspec.msgpack.encode([]))


class TicketState(msgspec.Struct, array_like=True):
    """Its own events in the order of semantics 1.3, and what was published of it."""

    facts: list[TicketFact]
    outcomes: msgspec.Raw = NOTHING
    """The publications, encoded: they are read only where one of them no longer holds."""
    judged_until: int | None = None
    waiting_since: int | None = None
    """When the first event of an orphan was recorded (1.7)."""

    @property
    def published(self) -> list[Publication]:
        """What was published, as it stands."""
        return _PUBLICATIONS.decode(self.outcomes)

    def publish(self, judged: Sequence[Outcome]) -> Sequence[Publication]:
        """Takes what is judged as published; gives what is new, to be sent in this order."""
        added = continued(bytes(self.outcomes), judged)
        if added is not None:
            self.outcomes = msgspec.Raw(added[0])
            return added[1]
        standing, sent = difference(self.published, judged)
        self.outcomes = msgspec.Raw(_ENCODER.encode(standing))
        return sent


_ENCODER = msgspec.msgpack.Encoder()
_PUBLICATIONS = msgspec.msgpack.Decoder(list[Publication])
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
