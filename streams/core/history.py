"""A ticket's history: events become facts, in their order; what is withdrawn does not count."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from schemas import inbound as told
from schemas.instants import instant
from streams.core.facts import (
    LAST,
    AccountChanged,
    AgentContact,
    Assigned,
    CategoryChanged,
    Closed,
    CustomerContact,
    DeadlineSet,
    DeadlineWithdrawn,
    Deleted,
    Excluded,
    ExclusionWithdrawn,
    Fact,
    FirstResponseRecorded,
    Merged,
    Opened,
    Plain,
    PlanChanged,
    PromiseKept,
    PromiseMade,
    PromiseWithdrawn,
    Reopened,
    Replacing,
    Replied,
    Resolved,
    Restored,
    SecondStateChanged,
    SeverityChanged,
    StatusChanged,
    TicketFact,
    VerdictReported,
    Withdrawn,
    WorkaroundProvided,
    WorkaroundWithdrawn,
)


def order(fact: Fact) -> tuple[int, bool, int, str]:
    """Where a fact stands among its ticket's own (1.3)."""
    return (fact.at, type(fact) is not Opened, fact.seq, fact.id)


def _at(moment: datetime | None) -> int | None:
    return None if moment is None else instant(moment)


def _opened(at: int, seq: int, id_: str, d: told.Opened) -> Opened:
    return Opened(
        at,
        seq,
        id_,
        d.status,
        d.severity,
        d.account,
        d.plan,
        d.category,
        d.requester,
        d.opened_by,
        d.channel,
        d.team,
        d.agent,
        _at(d.cut_over_at),
    )


# One row a wire name; the data's type is the event's own, which a mapping cannot express.
_BUILD: Final[dict[type[told.TicketEvent], Callable[[int, int, str, Any], Plain]]] = {
    told.TicketOpened: _opened,
    told.TicketReplied: lambda a, s, i, d: Replied(
        a, s, i, d.role, d.public, d.author, d.automatic
    ),
    told.TicketStatusChanged: lambda a, s, i, d: StatusChanged(a, s, i, d.status),
    told.TicketSeverityChanged: lambda a, s, i, d: SeverityChanged(a, s, i, d.severity),
    told.TicketPlanChanged: lambda a, s, i, d: PlanChanged(a, s, i, d.plan),
    told.TicketAccountChanged: lambda a, s, i, d: AccountChanged(a, s, i, d.account),
    told.TicketCategoryChanged: lambda a, s, i, d: CategoryChanged(a, s, i, d.category),
    told.TicketAssigned: lambda a, s, i, d: Assigned(a, s, i, d.team, d.agent),
    told.TicketWorkaroundProvided: lambda a, s, i, d: WorkaroundProvided(a, s, i),
    told.TicketResolved: lambda a, s, i, d: Resolved(a, s, i, d.status),
    told.TicketReopened: lambda a, s, i, d: Reopened(a, s, i, d.status),
    told.TicketClosed: lambda a, s, i, d: Closed(a, s, i, d.status),
    told.TicketMerged: lambda a, s, i, d: Merged(a, s, i, d.into),
    told.TicketDeleted: lambda a, s, i, d: Deleted(a, s, i, d.reason),
    told.TicketRestored: lambda a, s, i, d: Restored(a, s, i),
    told.TicketStretchExcluded: lambda a, s, i, d: Excluded(
        a, s, i, d.stretch, instant(d.start), instant(d.end), d.who, d.why
    ),
    told.TicketExclusionWithdrawn: lambda a, s, i, d: ExclusionWithdrawn(a, s, i, d.stretch),
    told.TicketDeadlineSet: lambda a, s, i, d: DeadlineSet(
        a, s, i, d.target, instant(d.due), d.who, d.why
    ),
    told.TicketDeadlineWithdrawn: lambda a, s, i, d: DeadlineWithdrawn(a, s, i, d.target),
    told.TicketVerdictReported: lambda a, s, i, d: VerdictReported(a, s, i, d.verdict),
    told.TicketWorkaroundWithdrawn: lambda a, s, i, d: WorkaroundWithdrawn(a, s, i),
    told.TicketFirstResponseRecorded: lambda a, s, i, d: FirstResponseRecorded(a, s, i),
    told.TicketAgentContactRecorded: lambda a, s, i, d: AgentContact(a, s, i),
    told.TicketCustomerContactRecorded: lambda a, s, i, d: CustomerContact(a, s, i),
    told.TicketSecondStateChanged: lambda a, s, i, d: SecondStateChanged(a, s, i, d.state),
    told.TicketPromiseMade: lambda a, s, i, d: PromiseMade(
        a, s, i, d.promise, instant(d.due), d.replaces_promise
    ),
    told.TicketPromiseKept: lambda a, s, i, d: PromiseKept(a, s, i, d.promise),
    told.TicketPromiseWithdrawn: lambda a, s, i, d: PromiseWithdrawn(a, s, i, d.promise),
}


def fact_of(event: told.TicketEvent, recorded: int) -> TicketFact:
    """The fact that a ticket's history keeps of `event`, recorded at the instant `recorded`."""
    at = instant(event.time)
    seq = LAST if event.sequence is None else int(event.sequence)
    if type(event) is told.TicketEventWithdrawn:
        return Withdrawn(at, seq, event.id, event.data.event, recorded)
    fact = _BUILD[type(event)](at, seq, event.id, event.data)
    if event.replaces is None:
        return fact
    return Replacing(at, seq, event.id, event.replaces, recorded, fact)


def same_content(a: TicketFact, b: TicketFact) -> bool:
    """Whether two facts of one id say the same; when each was recorded does not count (1.6)."""
    match a, b:
        case Withdrawn(), Withdrawn():
            return (a.at, a.seq, a.event) == (b.at, b.seq, b.event)
        case Replacing(), Replacing():
            return a.replaces == b.replaces and a.fact == b.fact
        case _:
            return a == b


def in_force(history: list[TicketFact]) -> list[Plain]:
    """The facts that count, in the order of 1.3: withdrawn ones gone, replaced ones replaced.

    The last of a chain by (recorded, id) counts, under the first one's id (1.6).
    """
    for fact in history:
        kind = type(fact)
        if kind is Withdrawn or kind is Replacing:
            return _amended(history)
    return history  # type: ignore[return-value]  # no Withdrawn or Replacing in it


def _amended(history: list[TicketFact]) -> list[Plain]:
    root = {f.id: f.id for f in history}
    amendments = [f for f in history if isinstance(f, Withdrawn | Replacing)]
    names = {f.id: f.event if isinstance(f, Withdrawn) else f.replaces for f in amendments}
    for id_ in names:
        seen = {id_}
        here = id_
        while here in names and names[here] not in seen:
            here = names[here]
            seen.add(here)
        root[id_] = here
    last: dict[str, Withdrawn | Replacing] = {}
    for amendment in sorted(amendments, key=lambda f: (f.recorded, f.id)):
        last[root[amendment.id]] = amendment
    counted: list[Plain] = [
        f for f in history if not isinstance(f, Withdrawn | Replacing) and f.id not in last
    ]
    for first, amendment in last.items():
        if isinstance(amendment, Replacing):
            counted.append(_under(amendment.fact, first))
    counted.sort(key=order)
    return counted


def _under(fact: Plain, id_: str) -> Plain:
    return replace(fact, id=id_)
