"""What a helpdesk, or a person, says to us: CloudEvents 1.0, one type for each wire name.

Wire names are promises: append only, never reused, never edited. Events keep the helpdesk's own
words (semantics 1.4) and carry neither message text nor personal data beyond ids and roles (1.8):
every text field is bounded and holds no line break, so no message fits in.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

# Printable, no line break, no leading or trailing space: ids and words, never prose.
_PLAIN = r"\A[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f\u2028\u2029]*[^\s\x00-\x1f\x7f])?\Z"

Id = Annotated[str, Meta(min_length=1, max_length=128, pattern=_PLAIN)]
Source = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"\A[!-~]+\Z")]
Word = Annotated[str, Meta(min_length=1, max_length=80, pattern=_PLAIN)]
Why = Annotated[str, Meta(min_length=1, max_length=200, pattern=_PLAIN)]
Moment = Annotated[datetime, Meta(tz=True)]
Sequence = Annotated[str, Meta(min_length=1, max_length=18, pattern=r"\A[0-9]+\Z")]


class Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The `data` of an event: only the fields named here, nothing else."""


class Event(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="type",
):
    """The CloudEvents envelope. `subject` is the ticket, account, closure or release spoken of."""

    specversion: Literal["1.0"]
    id: Id
    source: Source
    subject: Id
    time: Moment
    sequence: Sequence | None = None
    """The source's own order at one instant (semantics 1.3); digits."""
    replaces: Id | None = None
    """The id of an earlier event of the same ticket that this one stands in for (1.6)."""


class Nothing(Data):
    """No data: the type says it all."""


class Opened(Data):
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


class Replied(Data):
    """A message or note was written."""

    role: Word
    public: bool
    author: Id | None = None
    automatic: bool = False


class StatusChanged(Data):
    status: Word


class MaybeStatus(Data):
    """The helpdesk's own status word, where the change came with one."""

    status: Word | None = None


class SeverityChanged(Data):
    severity: Word | None


class PlanChanged(Data):
    plan: Word | None


class AccountChanged(Data):
    account: Id | None


class CategoryChanged(Data):
    category: Word | None


class Assigned(Data):
    team: Id | None = None
    agent: Id | None = None


class Merged(Data):
    into: Id


class Deleted(Data):
    reason: Literal["deleted", "spam"] = "deleted"


class StretchExcluded(Data):
    """Time that does not count, from `start` to `end`, whenever declared (4.9)."""

    stretch: Id
    start: Moment
    end: Moment
    who: Id
    why: Why


class ExclusionWithdrawn(Data):
    stretch: Id
    who: Id


class DeadlineSet(Data):
    """A deadline set by hand for one target (4.9)."""

    target: Word
    due: Moment
    who: Id
    why: Why


class DeadlineWithdrawn(Data):
    target: Word
    who: Id


class EventWithdrawn(Data):
    """The named event never happened (1.6)."""

    event: Id


class VerdictReported(Data):
    """What the source itself says became of its promise; we keep it beside our own outcome."""

    verdict: Literal["met", "missed"]


class FactStated(Data):
    """One dated fact about an account, such as `plan` or `sdk` (5.1)."""

    fact: Word
    value: Word | bool | int | None
    effective_at: Moment | None = None
    """From when it holds; the event's own time where left out."""


class ClosureDeclared(Data):
    """Calendars closed from one instant to another: a typhoon, a power cut (2.3)."""

    calendars: Annotated[list[Word], Meta(min_length=1, max_length=50)]
    start: Moment
    end: Moment
    name: Word


class ReleasePlanned(Data):
    """A release of a kind that targets are bound to (3.13)."""

    planned_at: Moment
    kind: Word = "maintenance"


class ReleaseMoved(Data):
    planned_at: Moment


class AgreementPublished(Data):
    """A whole agreement document; its own `version` and `effective_from` say which and when."""

    agreement: dict[str, Any]


class MappingPublished(Data):
    """What a source's words mean, from `effective_at` on (1.4)."""

    mapping: dict[str, Any]
    effective_at: Moment | None = None


class Heartbeat(Data):
    """Everything that happened up to `complete_to` on this input (`subject`) is in (7.4)."""

    complete_to: Moment


class ImportBegun(Data):
    """An import of this source begins; its log is whole up to `complete_until` (7.5)."""

    complete_until: Moment


class TicketOpened(Event, tag="ticket.opened.v1"):
    data: Opened


class TicketReplied(Event, tag="ticket.replied.v1"):
    data: Replied


class TicketStatusChanged(Event, tag="ticket.status_changed.v1"):
    data: StatusChanged


class TicketSeverityChanged(Event, tag="ticket.severity_changed.v1"):
    data: SeverityChanged


class TicketPlanChanged(Event, tag="ticket.plan_changed.v1"):
    data: PlanChanged


class TicketAccountChanged(Event, tag="ticket.account_changed.v1"):
    data: AccountChanged


class TicketCategoryChanged(Event, tag="ticket.category_changed.v1"):
    data: CategoryChanged


class TicketAssigned(Event, tag="ticket.assigned.v1"):
    data: Assigned


class TicketWorkaroundProvided(Event, tag="ticket.workaround_provided.v1"):
    data: Nothing = Nothing()


class TicketResolved(Event, tag="ticket.resolved.v1"):
    data: MaybeStatus = MaybeStatus()


class TicketReopened(Event, tag="ticket.reopened.v1"):
    data: MaybeStatus = MaybeStatus()


class TicketClosed(Event, tag="ticket.closed.v1"):
    data: MaybeStatus = MaybeStatus()


class TicketMerged(Event, tag="ticket.merged.v1"):
    data: Merged


class TicketDeleted(Event, tag="ticket.deleted.v1"):
    data: Deleted = Deleted()


class TicketRestored(Event, tag="ticket.restored.v1"):
    data: Nothing = Nothing()


class TicketStretchExcluded(Event, tag="ticket.stretch_excluded.v1"):
    data: StretchExcluded


class TicketExclusionWithdrawn(Event, tag="ticket.exclusion_withdrawn.v1"):
    data: ExclusionWithdrawn


class TicketDeadlineSet(Event, tag="ticket.deadline_set.v1"):
    data: DeadlineSet


class TicketDeadlineWithdrawn(Event, tag="ticket.deadline_withdrawn.v1"):
    data: DeadlineWithdrawn


class TicketEventWithdrawn(Event, tag="ticket.event_withdrawn.v1"):
    data: EventWithdrawn


class TicketVerdictReported(Event, tag="ticket.verdict_reported.v1"):
    data: VerdictReported


class AccountFactStated(Event, tag="account.fact_stated.v1"):
    data: FactStated


class ClosureWasDeclared(Event, tag="closure.declared.v1"):
    data: ClosureDeclared


class ClosureWithdrawn(Event, tag="closure.withdrawn.v1"):
    data: Nothing = Nothing()


class ReleaseScheduled(Event, tag="release.scheduled.v1"):
    data: ReleasePlanned


class ReleaseWasMoved(Event, tag="release.moved.v1"):
    data: ReleaseMoved


class ReleaseCancelled(Event, tag="release.cancelled.v1"):
    data: Nothing = Nothing()


class AgreementWasPublished(Event, tag="agreement.published.v1"):
    data: AgreementPublished


class MappingWasPublished(Event, tag="mapping.published.v1"):
    data: MappingPublished


class SourceHeartbeat(Event, tag="source.heartbeat.v1"):
    data: Heartbeat


class SourceImportBegun(Event, tag="source.import_begun.v1"):
    data: ImportBegun


class SourceImportEnded(Event, tag="source.import_ended.v1"):
    data: Nothing = Nothing()


TicketEvent = (
    TicketOpened
    | TicketReplied
    | TicketStatusChanged
    | TicketSeverityChanged
    | TicketPlanChanged
    | TicketAccountChanged
    | TicketCategoryChanged
    | TicketAssigned
    | TicketWorkaroundProvided
    | TicketResolved
    | TicketReopened
    | TicketClosed
    | TicketMerged
    | TicketDeleted
    | TicketRestored
    | TicketStretchExcluded
    | TicketExclusionWithdrawn
    | TicketDeadlineSet
    | TicketDeadlineWithdrawn
    | TicketEventWithdrawn
    | TicketVerdictReported
)
SharedEvent = (
    AccountFactStated
    | ClosureWasDeclared
    | ClosureWithdrawn
    | ReleaseScheduled
    | ReleaseWasMoved
    | ReleaseCancelled
    | AgreementWasPublished
    | MappingWasPublished
    | SourceHeartbeat
    | SourceImportBegun
    | SourceImportEnded
)
InboundEvent = TicketEvent | SharedEvent
