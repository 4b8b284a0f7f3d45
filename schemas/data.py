"""The `data` of each inbound event (semantics 1.8): the helpdesk's own words, ids, roles."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from schemas.bounds import Id, Moment, Whole, Why, Word


class Data(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """The `data` of an event: only the fields named here, nothing else."""


class Nothing(Data, frozen=True):
    """No data: the type says it all."""


class Opened(Data, frozen=True):
    """What is known of a ticket when it is opened; every word is the helpdesk's own."""

    status: Word | None = None
    severity: Word | None = None
    account: Id | None = None
    plan: Word | None = None
    category: Word | None = None
    requester: Id | None = None
    opened_by: Word | None = None
    """The role of who opened it, for example `requester` or `agent`."""
    channel: Word | None = None
    team: Id | None = None
    agent: Id | None = None
    cut_over_at: Moment | None = None
    """Set on a ticket that was already open when its desk was connected (1.7)."""


class Replied(Data, frozen=True):
    """A message or note was written."""

    role: Word
    public: bool
    author: Id | None = None
    automatic: bool = False


class StatusChanged(Data, frozen=True):
    status: Word


class MaybeStatus(Data, frozen=True):
    """The helpdesk's own status word, where the change came with one."""

    status: Word | None = None


class SecondStateChanged(Data, frozen=True):
    """A state that the helpdesk keeps beside the status (3.9); None: none any more."""

    state: Word | None


class PromiseMade(Data, frozen=True):
    """A promise with a due instant of its own (3.12)."""

    promise: Id
    due: Moment
    who: Id
    replaces_promise: Id | None = None
    """The promise that this one stands in for."""


class PromiseSpokenOf(Data, frozen=True):
    """The promise that was kept or withdrawn."""

    promise: Id


class SeverityChanged(Data, frozen=True):
    severity: Word | None


class PlanChanged(Data, frozen=True):
    plan: Word | None


class AccountChanged(Data, frozen=True):
    account: Id | None


class CategoryChanged(Data, frozen=True):
    category: Word | None


class Assigned(Data, frozen=True):
    team: Id | None = None
    agent: Id | None = None


class Merged(Data, frozen=True):
    into: Id


class Deleted(Data, frozen=True):
    reason: Literal["deleted", "spam"] = "deleted"


class StretchExcluded(Data, frozen=True):
    """Time that does not count, from `start` to `end`, whenever declared (4.9)."""

    stretch: Id
    start: Moment
    end: Moment
    who: Id
    why: Why


class ExclusionWithdrawn(Data, frozen=True):
    stretch: Id
    who: Id


class DeadlineSet(Data, frozen=True):
    """A deadline set by hand for one target (4.9)."""

    target: Word
    due: Moment
    who: Id
    why: Why


class DeadlineWithdrawn(Data, frozen=True):
    target: Word
    who: Id


class EventWithdrawn(Data, frozen=True):
    """The named event never happened (1.6)."""

    event: Id


class VerdictReported(Data, frozen=True):
    """What the source itself says became of its promise; we keep it beside our own outcome."""

    verdict: Literal["met", "missed"]


class FactStated(Data, frozen=True):
    """One dated fact about an account, such as `plan` or `sdk` (5.1)."""

    fact: Word
    value: Word | bool | Whole | None
    effective_at: Moment | None = None
    """From when it holds; the event's own time where left out."""


class ClosureDeclared(Data, frozen=True):
    """Calendars closed from one instant to another: a typhoon, a power cut (2.3)."""

    calendars: Annotated[
        list[Word],
        Meta(min_length=1, max_length=50, description="a list of 1 to 50 calendar names"),
    ]
    start: Moment
    end: Moment
    name: Word


class ReleasePlanned(Data, frozen=True):
    """A release of a kind that targets are bound to (3.13)."""

    planned_at: Moment
    kind: Word = "maintenance"


class ReleaseMoved(Data, frozen=True):
    planned_at: Moment


class AgreementPublished(Data, frozen=True):
    """A whole agreement document; its own `version` and `effective_from` say which and when."""

    agreement: dict[str, Any]


class MappingPublished(Data, frozen=True):
    """What a source's words mean, from `effective_at` on (1.4)."""

    mapping: dict[str, Any]
    effective_at: Moment | None = None


class Heartbeat(Data, frozen=True):
    """Everything that happened up to `complete_to` on this input (`subject`) is in (7.4)."""

    complete_to: Moment


class ImportBegun(Data, frozen=True):
    """An import of this source begins; its log is whole up to `complete_until` (7.5)."""

    complete_until: Moment
