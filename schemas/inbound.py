"""What a helpdesk, or a person, says to us: CloudEvents 1.0, one type for each wire name.

Wire names are promises: append only, never reused, never edited. Events keep the helpdesk's own
words (semantics 1.4) and carry neither message text nor personal data beyond ids and roles (1.8):
every text field is bounded and holds no line break, so no message fits in.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

# One line, no control character, no space at either end: ids and words, never prose. Written in the
# part of regular expressions that ECMA 262 and Python share; `(?!\n)` as Python's `$` is laxer.
_INNER = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]"
_EDGE = r"[^\s\x00-\x1f\x7f-\x9f\ufeff]"
PLAIN = rf"^{_EDGE}({_INNER}*{_EDGE})?$(?!\n)"


def _text(longest: int, pattern: str, says: str) -> Meta:
    """A bounded text. The pattern is stated by the schema and checked at the door (`codec`), not
    at every decoding: in the decoder it costs five times all the rest of an event."""
    return Meta(
        min_length=1,
        max_length=longest,
        description=says,
        extra_json_schema={"pattern": pattern},
    )


Id = Annotated[
    str, _text(128, PLAIN, "an id: one line of 1 to 128 characters, no space at its ends")
]
Source = Annotated[
    str,
    _text(
        128,
        r"^[!-~]+$(?!\n)",
        "1 to 128 ASCII characters without a space, such as /helpdesks/zendesk/main",
    ),
]
Word = Annotated[
    str, _text(80, PLAIN, "a word: one line of 1 to 80 characters, no space at its ends")
]
Why = Annotated[
    str, _text(200, PLAIN, "a reason: one line of 1 to 200 characters, no space at its ends")
]
Moment = Annotated[
    datetime,
    Meta(tz=True, description="a time with Z or an offset, such as 2026-04-02T10:00:00Z"),
]
Sequence = Annotated[str, _text(18, r"^[0-9]+$(?!\n)", "1 to 18 digits, as text")]
Whole = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1, description="a whole number within 64 bits")]


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


class TicketOpened(Event, frozen=True, tag="ticket.opened.v1"):
    data: Opened


class TicketReplied(Event, frozen=True, tag="ticket.replied.v1"):
    data: Replied


class TicketStatusChanged(Event, frozen=True, tag="ticket.status_changed.v1"):
    data: StatusChanged


class TicketSeverityChanged(Event, frozen=True, tag="ticket.severity_changed.v1"):
    data: SeverityChanged


class TicketPlanChanged(Event, frozen=True, tag="ticket.plan_changed.v1"):
    data: PlanChanged


class TicketAccountChanged(Event, frozen=True, tag="ticket.account_changed.v1"):
    data: AccountChanged


class TicketCategoryChanged(Event, frozen=True, tag="ticket.category_changed.v1"):
    data: CategoryChanged


class TicketAssigned(Event, frozen=True, tag="ticket.assigned.v1"):
    data: Assigned


class TicketWorkaroundProvided(Event, frozen=True, tag="ticket.workaround_provided.v1"):
    data: Nothing = Nothing()


class TicketResolved(Event, frozen=True, tag="ticket.resolved.v1"):
    data: MaybeStatus = MaybeStatus()


class TicketReopened(Event, frozen=True, tag="ticket.reopened.v1"):
    data: MaybeStatus = MaybeStatus()


class TicketClosed(Event, frozen=True, tag="ticket.closed.v1"):
    data: MaybeStatus = MaybeStatus()


class TicketMerged(Event, frozen=True, tag="ticket.merged.v1"):
    data: Merged


class TicketDeleted(Event, frozen=True, tag="ticket.deleted.v1"):
    data: Deleted = Deleted()


class TicketRestored(Event, frozen=True, tag="ticket.restored.v1"):
    data: Nothing = Nothing()


class TicketStretchExcluded(Event, frozen=True, tag="ticket.stretch_excluded.v1"):
    data: StretchExcluded


class TicketExclusionWithdrawn(Event, frozen=True, tag="ticket.exclusion_withdrawn.v1"):
    data: ExclusionWithdrawn


class TicketDeadlineSet(Event, frozen=True, tag="ticket.deadline_set.v1"):
    data: DeadlineSet


class TicketDeadlineWithdrawn(Event, frozen=True, tag="ticket.deadline_withdrawn.v1"):
    data: DeadlineWithdrawn


class TicketEventWithdrawn(Event, frozen=True, tag="ticket.event_withdrawn.v1"):
    data: EventWithdrawn


class TicketVerdictReported(Event, frozen=True, tag="ticket.verdict_reported.v1"):
    data: VerdictReported


class AccountFactStated(Event, frozen=True, tag="account.fact_stated.v1"):
    data: FactStated


class ClosureWasDeclared(Event, frozen=True, tag="closure.declared.v1"):
    data: ClosureDeclared


class ClosureWithdrawn(Event, frozen=True, tag="closure.withdrawn.v1"):
    data: Nothing = Nothing()


class ReleaseScheduled(Event, frozen=True, tag="release.scheduled.v1"):
    data: ReleasePlanned


class ReleaseWasMoved(Event, frozen=True, tag="release.moved.v1"):
    data: ReleaseMoved


class ReleaseCancelled(Event, frozen=True, tag="release.cancelled.v1"):
    data: Nothing = Nothing()


class AgreementWasPublished(Event, frozen=True, tag="agreement.published.v1"):
    data: AgreementPublished


class MappingWasPublished(Event, frozen=True, tag="mapping.published.v1"):
    data: MappingPublished


class SourceHeartbeat(Event, frozen=True, tag="source.heartbeat.v1"):
    data: Heartbeat


class SourceImportBegun(Event, frozen=True, tag="source.import_begun.v1"):
    data: ImportBegun


class SourceImportEnded(Event, frozen=True, tag="source.import_ended.v1"):
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
