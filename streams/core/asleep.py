"""Walks as they are saved: encoded, until something happens that concerns them."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from schemas.instants import NEVER
from streams.core.account import Near
from streams.core.changes import EVERYTHING
from streams.core.terms import Terms
from streams.core.walk import Walk

_ENCODER: Final = msgspec.msgpack.Encoder()
_WALKS: Final = msgspec.msgpack.Decoder(Walk)


class Asleep(Struct, array_like=True, gc=False):
    """A walk between two runs. Most of what happens to a ticket lets most of its walks sleep."""

    target: str
    wakes: int
    """The changes where it has to run; 0: it is over, and nothing concerns it."""
    bound: int | None
    """From when it has to run, whatever happens, as something comes due; None: not for that."""
    walk: bytes

    def wake(self, terms: Mapping[int, Terms], near: Near) -> Walk:
        """It stands as it stood. `near`: what it was put to sleep with.

        Raises HistoryNeeded where terms are not known.
        """
        walk = _WALKS.decode(self.walk)
        walk.target = self.target
        walk.matters = self.wakes
        walk.link(terms, near)
        return walk


def asleep(walk: Walk, near: Near) -> Asleep:
    """`walk` as it is saved; it is of no use itself from then on."""
    target = walk.target
    if walk.over:
        return Asleep(target, 0, None, b"")
    # One that has not begun looks whether its target applies by now.
    wakes = walk.matters if walk.begun else EVERYTHING
    bound = NEVER
    for timer in walk.held():
        if timer.bound < bound:
            bound = timer.bound
    kept = _ENCODER.encode(walk.let_go(near))
    return Asleep(target, wakes, None if bound == NEVER else bound, kept)
