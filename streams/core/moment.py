"""The ticket at an instant at which something changed."""

from copy import copy
from typing import TYPE_CHECKING, Final

from streams.core.book import Entitlement

if TYPE_CHECKING:
    from streams.core.fold import Fold

RESOLVED: Final = frozenset({"resolved", "closed"})


class Rest:
    """What seldom changes; moments share it until it does. Causes are event ids."""

    __slots__ = (
        "fixed_cause",
        "gone",
        "gone_cause",
        "manual",
        "merged_into",
        "second",
        "second_cause",
    )

    def __init__(self) -> None:
        self.gone: str | None = None
        self.gone_cause = ""
        self.merged_into: str | None = None
        self.manual: dict[str, tuple[int, int]] = {}
        self.fixed_cause = ""
        self.second: str | None = None
        self.second_cause = ""


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
        "owner_cause",
        "pause_cause",
        "promises",
        "reply",
        "resolved",
        "responded",
        "rest",
        "status",
        "status_cause",
        "team",
        "workaround",
        "workaround_withdrawn",
    )

    def __init__(self, fold: "Fold", at: int, changed: int) -> None:
        self.at = at
        self.changed = changed
        self.rest = fold.rest
        self.team = fold.team
        self.agent = fold.agent
        self.owner_cause = fold.owner_cause
        self.category = fold.category
        self.category_cause = fold.category_cause
        self.entitlement = fold.entitlement
        self.entitled_cause = fold.entitled_cause
        self.reply = fold.reply
        self.workaround = fold.workaround
        self.resolved = fold.category in RESOLVED
        self.answer = fold.answer
        self.asked = fold.asked
        self.responded = fold.responded
        self.pause_cause = fold.pause_cause
        self.status = fold.status
        self.status_cause = fold.status_cause
        self.promises = fold.promises
        self.workaround_withdrawn = fold.workaround_withdrawn

    def pausing(self, pauses: frozenset[str]) -> tuple[str, str] | None:
        """(pausing category, its event): paused while any pausing fact holds (3.9)."""
        if self.category in pauses:
            return self.category, self.category_cause
        second = self.rest.second
        if second is not None and second in pauses:
            return second, self.rest.second_cause
        return None

    def under(self, entitlement: Entitlement) -> "Moment":
        """The same moment, had `entitlement` held then (4.5)."""
        seen = copy(self)
        seen.entitlement = entitlement
        return seen
