"""A ticket's own events, in the compact form in which its history keeps them.

Each fact is an inbound event with its instant as microseconds; the words stay the helpdesk's own.
"""

from typing import Final

from msgspec import Struct

LAST: Final = 2**62
"""The place in the order of an event without a source sequence: after every number (1.3)."""


class Fact(Struct, frozen=True, array_like=True, gc=False):
    """When it happened (`at`), its place at one instant (`seq`, then `id`)."""

    at: int
    seq: int
    id: str


class Opened(Fact, frozen=True, array_like=True, gc=False, tag=1):
    status: str | None
    severity: str | None
    account: str | None
    plan: str | None
    category: str | None
    requester: str | None
    opened_by: str | None
    channel: str | None
    team: str | None
    agent: str | None
    cut_over: int | None


class Replied(Fact, frozen=True, array_like=True, gc=False, tag=2):
    role: str
    public: bool
    author: str | None
    automatic: bool


class StatusChanged(Fact, frozen=True, array_like=True, gc=False, tag=3):
    status: str


class SeverityChanged(Fact, frozen=True, array_like=True, gc=False, tag=4):
    severity: str | None


class PlanChanged(Fact, frozen=True, array_like=True, gc=False, tag=5):
    plan: str | None


class AccountChanged(Fact, frozen=True, array_like=True, gc=False, tag=6):
    account: str | None


class CategoryChanged(Fact, frozen=True, array_like=True, gc=False, tag=7):
    category: str | None


class Assigned(Fact, frozen=True, array_like=True, gc=False, tag=8):
    team: str | None
    agent: str | None


class WorkaroundProvided(Fact, frozen=True, array_like=True, gc=False, tag=9):
    pass


class Resolved(Fact, frozen=True, array_like=True, gc=False, tag=10):
    status: str | None


class Reopened(Fact, frozen=True, array_like=True, gc=False, tag=11):
    status: str | None


class Closed(Fact, frozen=True, array_like=True, gc=False, tag=12):
    status: str | None


class Merged(Fact, frozen=True, array_like=True, gc=False, tag=13):
    into: str


class Deleted(Fact, frozen=True, array_like=True, gc=False, tag=14):
    reason: str


class Restored(Fact, frozen=True, array_like=True, gc=False, tag=15):
    pass


class Excluded(Fact, frozen=True, array_like=True, gc=False, tag=16):
    stretch: str
    start: int
    end: int
    who: str
    why: str


class ExclusionWithdrawn(Fact, frozen=True, array_like=True, gc=False, tag=17):
    stretch: str


class DeadlineSet(Fact, frozen=True, array_like=True, gc=False, tag=18):
    target: str
    due: int
    who: str
    why: str


class DeadlineWithdrawn(Fact, frozen=True, array_like=True, gc=False, tag=19):
    target: str


class Withdrawn(Fact, frozen=True, array_like=True, gc=False, tag=20):
    """The named event never happened (1.6); `recorded` orders a chain."""

    event: str
    recorded: int


class VerdictReported(Fact, frozen=True, array_like=True, gc=False, tag=21):
    verdict: str


class WorkaroundWithdrawn(Fact, frozen=True, array_like=True, gc=False, tag=23):
    pass


class FirstResponseRecorded(Fact, frozen=True, array_like=True, gc=False, tag=24):
    pass


class AgentContact(Fact, frozen=True, array_like=True, gc=False, tag=25):
    pass


class CustomerContact(Fact, frozen=True, array_like=True, gc=False, tag=26):
    pass


class SecondStateChanged(Fact, frozen=True, array_like=True, gc=False, tag=27):
    state: str | None


class PromiseMade(Fact, frozen=True, array_like=True, gc=False, tag=28):
    promise: str
    due: int
    replaces_promise: str | None


class PromiseKept(Fact, frozen=True, array_like=True, gc=False, tag=29):
    promise: str


class PromiseWithdrawn(Fact, frozen=True, array_like=True, gc=False, tag=30):
    promise: str


Plain = (
    Opened
    | Replied
    | StatusChanged
    | SeverityChanged
    | PlanChanged
    | AccountChanged
    | CategoryChanged
    | Assigned
    | WorkaroundProvided
    | Resolved
    | Reopened
    | Closed
    | Merged
    | Deleted
    | Restored
    | Excluded
    | ExclusionWithdrawn
    | DeadlineSet
    | DeadlineWithdrawn
    | VerdictReported
    | WorkaroundWithdrawn
    | FirstResponseRecorded
    | AgentContact
    | CustomerContact
    | SecondStateChanged
    | PromiseMade
    | PromiseKept
    | PromiseWithdrawn
)


class Replacing(Fact, frozen=True, array_like=True, gc=False, tag=22):
    """Stands in for an earlier event of the same ticket (1.6)."""

    replaces: str
    recorded: int
    fact: Plain


TicketFact = Plain | Withdrawn | Replacing
