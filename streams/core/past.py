"""What happened before on a ticket, as far as it is at hand."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from streams.core.moment import Moment

ALL: Final = -(2**63)
"""Before any instant."""


class HistoryNeeded(Exception):
    """What happened earlier decides, and the head does not hold it: judge the whole history."""


class Past(Struct, frozen=True, gc=False):
    """The moments of a ticket that lie after `known_after`."""

    moments: Sequence[Moment]
    known_after: int = ALL

    @property
    def whole(self) -> bool:
        """Whether all moments since the opening are known."""
        return self.known_after == ALL

    def after(self, at: int) -> Sequence[Moment]:
        """The moments, all that lie after `at` among them.

        Raises HistoryNeeded where some of them are not at hand.
        """
        if at < self.known_after:
            raise HistoryNeeded
        return self.moments
