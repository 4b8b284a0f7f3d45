"""What was published against what is true now, by identity (semantics 7.1, 7.2)."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from schemas.outcomes import Outcome


class Publication(Struct, frozen=True, array_like=True):
    """An outcome and its revision: odd, it holds; even, it is withdrawn."""

    outcome: Outcome
    revision: int

    @property
    def holds(self) -> bool:
        """Whether it is now held to be true."""
        return self.revision % 2 == 1


_ENCODER: Final = msgspec.msgpack.Encoder()
_SHORT: Final = tuple(bytes([0x90 | count]) for count in range(16))
_HEAD_LENGTHS: Final = {0xDC: 3, 0xDD: 5}
"""Of lists of 16 items and more; the head of a shorter one is one byte."""

Identity = tuple[str, type[Outcome], str | None, int]


def identity(outcome: Outcome) -> Identity:
    """Timer, kind, level, instant: with the ticket, the identity of an outcome (7.1)."""
    return (outcome.timer, type(outcome), outcome.level, outcome.effective_at)


def difference(
    published: Sequence[Publication], judged: Sequence[Outcome]
) -> tuple[list[Publication], list[Publication]]:
    """(all publications as they stand now, those that are new and to be sent, in order).

    A withdrawal is sent with an even revision. What holds unchanged is not sent again. Where an
    identity stays but its content changed, the old is withdrawn and the new published.
    """
    standing = {identity(p.outcome): p for p in published}
    withdrawn: list[Publication] = []
    sent: list[Publication] = []
    true_now = set()
    for outcome in judged:
        key = identity(outcome)
        true_now.add(key)
        before = standing.get(key)
        revision = 0 if before is None else before.revision
        if before is not None and before.holds:
            if before.outcome == outcome or _same_truth(before.outcome, outcome):
                continue
            revision += 1
            withdrawn.append(Publication(before.outcome, revision))
        standing[key] = Publication(outcome, revision + 1)
        sent.append(standing[key])
    for key, before in standing.items():
        if before.holds and key not in true_now:
            standing[key] = Publication(before.outcome, before.revision + 1)
            withdrawn.append(standing[key])
    return list(standing.values()), withdrawn + sent


def continued(
    published: bytes, judged: Sequence[Outcome]
) -> tuple[bytes, list[Publication]] | None:
    """`difference` where all that was published holds for the first time, in its order; else None.

    This is how history mostly goes on. It compares what is encoded, so nothing published needs to
    be decoded: equal values have equal bytes, and no encoded value is the beginning of another.
    """
    pieces: list[bytes] = [_head(len(judged))]
    sent: list[Publication] = []
    # What was published began with a list's head, of a length that its first byte tells.
    at = _HEAD_LENGTHS.get(published[0], 1)
    for outcome in judged:
        publication = Publication(outcome, 1)
        piece = _ENCODER.encode(publication)
        pieces.append(piece)
        if published.startswith(piece, at):
            at += len(piece)
        else:
            sent.append(publication)
    return (b"".join(pieces), sent) if at == len(published) else None


def _head(count: int) -> bytes:
    """How msgpack begins a list of `count` items."""
    if count < 16:
        return _SHORT[count]
    if count < 65_536:
        return b"\xdc" + count.to_bytes(2, "big")
    return b"\xdd" + count.to_bytes(4, "big")


def _same_truth(a: Outcome, b: Outcome) -> bool:
    """Equal but for the cause, which explains and is not part of what is true (7.6)."""
    return replace(a, cause=b.cause) == b
