"""The ticket at an instant at which something changed."""

from copy import copy
from typing import TYPE_CHECKING, Final

from streams.core.book import Entitlement

if TYPE_CHECKING:
    from streams.core.fold import Fold

RESOLVED: Final = frozenset({"resolved", "closed"})
# What changed at a moment; a moment at which none of these did is not kept.
CATEGORY: Final = 1
ENTITLED: Final = 2
GONE: Final = 4
REPLY: Final = 8
WORKAROUND: Final = 16
FIXED: Final = 32
MESSAGE: Final = 64
OWNER: Final = 128
STATUS: Final = 256
PROMISE: Final = 512


class Moment:
    """The ticket just after the changes of one instant; causes are event ids."""

    __slots__ = (
        "agent",
        "answer",
        "asked",
        "at",
        "category",
        "category_cause",
        "changed",
        "entitled_cause",
        "entitlement",
        "fixed_cause",
        "gone",
        "gone_cause",
        "manual",
        "merged_into",
        "owner_cause",
        "pause_cause",
        "promises",
        "reply",
        "resolved",
        "responded",
        "second",
        "second_cause",
        "status",
        "status_cause",
        "team",
        "workaround",
        "workaround_withdrawn",
    )

    def __init__(self, fold: "Fold", at: int, changed: int) -> None:
        self.at = at
        self.changed = changed
        self.category = fold.category
        self.category_cause = fold.category_cause
        self.entitlement = fold.entitlement
        self.entitled_cause = fold.entitled_cause
        self.gone = fold.gone
        self.gone_cause = fold.gone_cause
        self.merged_into = fold.merged_into
        self.reply = fold.reply
        self.workaround = fold.workaround
        self.manual = fold.manual
        self.fixed_cause = fold.fixed_cause
        self.resolved = fold.category in RESOLVED
        self.answer = fold.answer
        self.asked = fold.asked
        self.responded = fold.responded
        self.second = fold.second
        self.second_cause = fold.second_cause
        self.pause_cause = fold.pause_cause
        self.status = fold.status
        self.status_cause = fold.status_cause
        self.team = fold.team
        self.agent = fold.agent
        self.owner_cause = fold.owner_cause
        self.promises = fold.promises
        self.workaround_withdrawn = fold.workaround_withdrawn

    def pausing(self, pauses: frozenset[str]) -> tuple[str, str] | None:
        """(pausing category, its event): paused while any pausing fact holds (3.9)."""
        if self.category in pauses:
            return self.category, self.category_cause
        if self.second is not None and self.second in pauses:
            return self.second, self.second_cause
        return None

    def under(self, entitlement: Entitlement) -> "Moment":
        """The same moment, had `entitlement` held then (4.5)."""
        seen = copy(self)
        seen.entitlement = entitlement
        return seen
