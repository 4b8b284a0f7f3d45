"""What a helpdesk, or a person, says to us: CloudEvents 1.0, one type for each wire name.

Wire names are promises: append only, never reused, never edited. Events keep the helpdesk's own
words (semantics 1.4) and carry neither message text nor personal data beyond ids and roles (1.8):
every text field is bounded and holds no line break, so no message fits in.
"""

# ruff: noqa: PLC0414 -- the whole language is named by this module, the data with the events.

from typing import Literal

from msgspec import Struct

from schemas.bounds import Id as Id
from schemas.bounds import Moment as Moment
from schemas.bounds import Sequence as Sequence
from schemas.bounds import Source as Source
from schemas.bounds import Why as Why
from schemas.bounds import Word as Word
from schemas.data import AccountChanged as AccountChanged
from schemas.data import AgreementPublished as AgreementPublished
from schemas.data import Assigned as Assigned
from schemas.data import CategoryChanged as CategoryChanged
from schemas.data import ClosureDeclared as ClosureDeclared
from schemas.data import DeadlineSet as DeadlineSet
from schemas.data import DeadlineWithdrawn as DeadlineWithdrawn
from schemas.data import Deleted as Deleted
from schemas.data import EventWithdrawn as EventWithdrawn
from schemas.data import ExclusionWithdrawn as ExclusionWithdrawn
from schemas.data import FactStated as FactStated
from schemas.data import Heartbeat as Heartbeat
from schemas.data import ImportBegun as ImportBegun
from schemas.data import MappingPublished as MappingPublished
from schemas.data import MaybeStatus as MaybeStatus
from schemas.data import Merged as Merged
from schemas.data import Nothing as Nothing
from schemas.data import Opened as Opened
from schemas.data import PlanChanged as PlanChanged
from schemas.data import PromiseMade as PromiseMade
from schemas.data import PromiseSpokenOf as PromiseSpokenOf
from schemas.data import ReleaseMoved as ReleaseMoved
from schemas.data import ReleasePlanned as ReleasePlanned
from schemas.data import Replied as Replied
from schemas.data import SecondStateChanged as SecondStateChanged
from schemas.data import SeverityChanged as SeverityChanged
from schemas.data import StatusChanged as StatusChanged
from schemas.data import StretchExcluded as StretchExcluded
from schemas.data import VerdictReported as VerdictReported


class Event(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
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


class TicketOpened(Event, frozen=True, tag="ticket.opened.v1"):
    """A ticket was opened; its history begins here (3.1)."""

    data: Opened


class TicketReplied(Event, frozen=True, tag="ticket.replied.v1"):
    """Somebody wrote on the ticket, to the requester or as a note."""

    data: Replied


class TicketStatusChanged(Event, frozen=True, tag="ticket.status_changed.v1"):
    """The ticket has another status; what it means is the mapping's to say."""

    data: StatusChanged


class TicketSeverityChanged(Event, frozen=True, tag="ticket.severity_changed.v1"):
    """The ticket has another severity, or none (4.1)."""

    data: SeverityChanged


class TicketPlanChanged(Event, frozen=True, tag="ticket.plan_changed.v1"):
    """The ticket falls under another plan, or none (4.1)."""

    data: PlanChanged


class TicketAccountChanged(Event, frozen=True, tag="ticket.account_changed.v1"):
    """The ticket belongs to another account, or none (5.1)."""

    data: AccountChanged


class TicketCategoryChanged(Event, frozen=True, tag="ticket.category_changed.v1"):
    """The ticket is about something else (4.1)."""

    data: CategoryChanged


class TicketAssigned(Event, frozen=True, tag="ticket.assigned.v1"):
    """The ticket is with this team and agent from now on; what is left out is nobody."""

    data: Assigned


class TicketWorkaroundProvided(Event, frozen=True, tag="ticket.workaround_provided.v1"):
    """The requester can work again, the cause remains (3.7)."""

    data: Nothing = Nothing()


class TicketResolved(Event, frozen=True, tag="ticket.resolved.v1"):
    """The helpdesk calls the ticket resolved (3.8)."""

    data: MaybeStatus = MaybeStatus()


class TicketReopened(Event, frozen=True, tag="ticket.reopened.v1"):
    """The ticket is owed work again (4.7)."""

    data: MaybeStatus = MaybeStatus()


class TicketClosed(Event, frozen=True, tag="ticket.closed.v1"):
    """The helpdesk calls the ticket closed (3.8)."""

    data: MaybeStatus = MaybeStatus()


class TicketMerged(Event, frozen=True, tag="ticket.merged.v1"):
    """The ticket went on in another one (4.8)."""

    data: Merged


class TicketDeleted(Event, frozen=True, tag="ticket.deleted.v1"):
    """The ticket was deleted, or was spam (4.8)."""

    data: Deleted = Deleted()


class TicketRestored(Event, frozen=True, tag="ticket.restored.v1"):
    """A deletion or merge is undone (4.8)."""

    data: Nothing = Nothing()


class TicketStretchExcluded(Event, frozen=True, tag="ticket.stretch_excluded.v1"):
    """Time that does not count for this ticket (4.9)."""

    data: StretchExcluded


class TicketExclusionWithdrawn(Event, frozen=True, tag="ticket.exclusion_withdrawn.v1"):
    """An excluded stretch counts again (4.9)."""

    data: ExclusionWithdrawn


class TicketDeadlineSet(Event, frozen=True, tag="ticket.deadline_set.v1"):
    """A target of this ticket has a deadline set by hand (4.9)."""

    data: DeadlineSet


class TicketDeadlineWithdrawn(Event, frozen=True, tag="ticket.deadline_withdrawn.v1"):
    """The deadline set by hand no longer holds (4.9)."""

    data: DeadlineWithdrawn


class TicketEventWithdrawn(Event, frozen=True, tag="ticket.event_withdrawn.v1"):
    """An earlier event of this ticket never happened (1.6)."""

    data: EventWithdrawn


class TicketVerdictReported(Event, frozen=True, tag="ticket.verdict_reported.v1"):
    """What the source itself made of its promise."""

    data: VerdictReported


class TicketWorkaroundWithdrawn(Event, frozen=True, tag="ticket.workaround_withdrawn.v1"):
    """The workaround does not hold: resolution is owed again (4.8)."""

    data: Nothing = Nothing()


class TicketFirstResponseRecorded(Event, frozen=True, tag="ticket.first_response_recorded.v1"):
    """The helpdesk recorded a first response without a message (3.15)."""

    data: Nothing = Nothing()


class TicketAgentContactRecorded(Event, frozen=True, tag="ticket.agent_contact_recorded.v1"):
    """The helpdesk recorded that an agent spoke, without a message (3.15)."""

    data: Nothing = Nothing()


class TicketCustomerContactRecorded(Event, frozen=True, tag="ticket.customer_contact_recorded.v1"):
    """The helpdesk recorded that the requester spoke, without a message (3.15)."""

    data: Nothing = Nothing()


class TicketSecondStateChanged(Event, frozen=True, tag="ticket.second_state_changed.v1"):
    """The second state, beside the status, changed (3.9)."""

    data: SecondStateChanged


class TicketPromiseMade(Event, frozen=True, tag="ticket.promise_made.v1"):
    """Somebody promised something by an instant (3.12)."""

    data: PromiseMade


class TicketPromiseKept(Event, frozen=True, tag="ticket.promise_kept.v1"):
    """A promise was kept; nothing else meets it (3.12)."""

    data: PromiseSpokenOf


class TicketPromiseWithdrawn(Event, frozen=True, tag="ticket.promise_withdrawn.v1"):
    """A promise is no longer owed (3.12)."""

    data: PromiseSpokenOf


class AccountFactStated(Event, frozen=True, tag="account.fact_stated.v1"):
    """A dated fact about the account `subject` (5.1)."""

    data: FactStated


class ClosureWasDeclared(Event, frozen=True, tag="closure.declared.v1"):
    """The closure `subject` closes calendars for a while (2.3)."""

    data: ClosureDeclared


class ClosureWithdrawn(Event, frozen=True, tag="closure.withdrawn.v1"):
    """The closure `subject` never was (2.3)."""

    data: Nothing = Nothing()


class ReleaseScheduled(Event, frozen=True, tag="release.scheduled.v1"):
    """The release `subject` is planned (3.13)."""

    data: ReleasePlanned


class ReleaseWasMoved(Event, frozen=True, tag="release.moved.v1"):
    """The release `subject` is planned for another instant (3.13)."""

    data: ReleaseMoved


class ReleaseCancelled(Event, frozen=True, tag="release.cancelled.v1"):
    """The release `subject` will not come (3.13)."""

    data: Nothing = Nothing()


class AgreementWasPublished(Event, frozen=True, tag="agreement.published.v1"):
    """A version of the agreement `subject` (4.6)."""

    data: AgreementPublished


class MappingWasPublished(Event, frozen=True, tag="mapping.published.v1"):
    """What the words of the source `subject` mean (1.4)."""

    data: MappingPublished


class SourceHeartbeat(Event, frozen=True, tag="source.heartbeat.v1"):
    """An input of the source has been read up to an instant (7.4)."""

    data: Heartbeat


class SourceImportBegun(Event, frozen=True, tag="source.import_begun.v1"):
    """A log of the source is being imported (7.5)."""

    data: ImportBegun


class SourceImportEnded(Event, frozen=True, tag="source.import_ended.v1"):
    """The import of the source is over (7.5)."""

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
    | TicketWorkaroundWithdrawn
    | TicketFirstResponseRecorded
    | TicketAgentContactRecorded
    | TicketCustomerContactRecorded
    | TicketSecondStateChanged
    | TicketPromiseMade
    | TicketPromiseKept
    | TicketPromiseWithdrawn
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
