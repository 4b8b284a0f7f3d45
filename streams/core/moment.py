"""The ticket at an instant at which something changed."""

from typing import Final, TypeVar

from msgspec import Struct

from schemas.setting import plainly_set
from streams.core.changes import MESSAGE, PROMISE, REPLY, WORKAROUND
from streams.core.facts import PromiseKept, PromiseMade, PromiseWithdrawn
from streams.core.terms import NO_AGREEMENT, Circumstances, Entitlement
from streams.core.unsaved import Seldom, Unsaved

RESOLVED: Final = frozenset({"resolved", "closed"})


class Rest(Struct, array_like=True, gc=False):
    """What seldom changes; moments share it until it does. Causes are event ids."""

    gone: str | None = None
    gone_cause: str = ""
    merged_into: str | None = None
    manual: dict[str, tuple[int, int]] = {}
    fixed_cause: str = ""
    second: str | None = None
    second_cause: str = ""


NOTHING_ELSE: Final = Rest()
"""Shared by all tickets to which nothing of it ever happened; never changed itself."""

S = TypeVar("S", bound=Struct)


def copy_of(struct: S) -> S:
    """What `copy.copy` gives, without its search for how: that takes longer than the copying."""
    copied: S = struct.__copy__()  # type: ignore[attr-defined]  # in C, and untyped
    return copied


@plainly_set
class Moment(Struct, array_like=True, gc=False):
    """The ticket just after the changes of one instant; causes are event ids.

    A struct, as its copy is made in C: the history is read by changing one moment, of which a
    copy is kept wherever something changed, and that is done for every ticket that is judged.
    """

    rest: Seldom[Rest]
    team: str | None
    agent: str | None
    owner_cause: str
    team_cause: Seldom[str]
    """What gave the open ticket to its team: an assignment, the opening or a reopening (3.11)."""
    category_cause: str
    pause_cause: str
    status_cause: str
    entitled_cause: str
    status: str | None = None
    category: str = "open"
    resolved: bool = False
    responded: bool = False
    """A first response was given before this instant."""
    owned: bool = False
    """It had an agent, before the one or none that it has now."""
    waiting: str | None = None
    """The requester's message that has had no answer yet."""
    team_at: int | None = None
    """When that happened; 0: at the opening. None: not known, as no version ever asked (4.6)."""
    at: Unsaved[int] = 0
    changed: Unsaved[int] = 0
    entitlement: Unsaved[Entitlement] = NO_AGREEMENT
    circumstances: Unsaved[Circumstances | None] = None
    """Kept where some version is for new timers, which asks by them for itself (4.6)."""
    reply: Unsaved[str | None] = None
    """This and the rest: what was said at this very instant."""
    workaround: Unsaved[str | None] = None
    workaround_withdrawn: Unsaved[str | None] = None
    answer: Unsaved[str | None] = None
    asked: Unsaved[str | None] = None
    promises: Unsaved[tuple[PromiseMade | PromiseKept | PromiseWithdrawn, ...]] = ()

    def pausing(self, pauses: frozenset[str]) -> tuple[str, str] | None:
        """(pausing category, its event): paused while any pausing fact holds (3.9)."""
        if self.category in pauses:
            return self.category, self.category_cause
        second = self.rest.second
        if second is not None and second in pauses:
            return second, self.rest.second_cause
        return None

    def entitled_as(self, other: "Moment") -> "Moment":
        """The same moment, had the ticket been entitled then as it is at `other` (4.5)."""
        seen = copy_of(self)
        seen.entitlement = other.entitlement
        seen.circumstances = other.circumstances
        return seen

    def forget_what_was_said(self) -> None:
        """The next instant begins: what was said belongs to this one alone."""
        if self.changed & (REPLY | MESSAGE):
            self.responded = self.responded or self.reply is not None
            self.reply = self.answer = self.asked = None
        if self.changed & WORKAROUND:
            self.workaround = self.workaround_withdrawn = None
        if self.changed & PROMISE:
            self.promises = ()
