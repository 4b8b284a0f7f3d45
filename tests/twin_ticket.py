"""A slow, plain reading of a ticket's events: what is so at every step of a grid of instants.

The ground on which `tests.twin_judge` counts. It shares no code with `streams.core` but the values
of the agreement: words, hours, cells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from schemas import inbound as told
from schemas.instants import SECOND, instant
from streams.core.agreement.model import Agreement
from streams.core.calendar import CalendarSpec, Hours

RESOLVED = ("resolved", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The ticket just after all changes of the instant `at`; below the line, what happened at it.

    Who or what is named is the id of an event, save `category`, `team`, `agent` and the like.
    """

    at: int
    category: str
    category_cause: str
    severity: str | None
    plan: str | None
    entitled_cause: str
    second: str | None = None
    """The category of a second state that the helpdesk keeps beside the status (3.9)."""
    team: str | None
    agent: str | None
    team_cause: str
    """The assignment, opening or reopening since when the open ticket is with its team (3.11)."""
    by_requester: bool
    gone: str | None = None
    waiting: bool = False
    """Whether a message of the requester is unanswered (3.5)."""
    wrote_while_resolved: bool = False
    manual: tuple[tuple[str, int, int], ...] = ()
    """The deadlines set by hand that hold: target, due, when it was set (4.9)."""
    responded: bool = False
    """Whether a first response was given, at this instant or before."""
    owned: bool = False
    """Whether it has, or had, an agent."""

    replied: str | None = None
    answered: str | None = None
    asked: str | None = None
    """The message of this instant that now waits for an answer (or the reopening, 3.5)."""
    workaround: str | None = None
    workaround_withdrawn: str | None = None
    opening: str | None = None
    restored: str | None = None
    reopened: bool = False
    """Whether it was reopened at this instant."""

    @property
    def resolved(self) -> bool:
        """Whether nothing is owed now (3.8)."""
        return self.category in RESOLVED

    def pauses(self, categories: frozenset[str]) -> bool:
        """Whether any of the pausing `categories` holds (3.9)."""
        return self.category in categories or self.second in categories

    def quiet(self, at: int) -> "Seen":
        """The same at an instant at which nothing happened."""
        return replace(
            self,
            at=at,
            replied=None,
            answered=None,
            asked=None,
            workaround=None,
            workaround_withdrawn=None,
            opening=None,
            restored=None,
            reopened=False,
        )


@lru_cache(maxsize=1 << 16)
def _open_by_the_week(zone: str, hours: tuple[Hours, ...], at: int) -> bool:
    local = datetime.fromtimestamp(at // SECOND, ZoneInfo(zone))
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    (only,) = hours
    return any(opens <= seconds < closes for opens, closes in only.week[local.weekday()])


def is_open(calendar: CalendarSpec, at: int) -> bool:
    """Whether the calendar is open at the instant `at`; for weeks that are all alike."""
    return calendar.always or _open_by_the_week(calendar.zone, calendar.hours, at)


def in_force(events: Sequence[told.TicketEvent]) -> list[told.TicketEvent]:
    """The events without those that were withdrawn (1.6), in the order of 1.3."""
    withdrawn = {e.data.event for e in events if isinstance(e, told.TicketEventWithdrawn)}
    left = [
        e for e in events if e.id not in withdrawn and not isinstance(e, told.TicketEventWithdrawn)
    ]
    return sorted(left, key=lambda e: (e.time, not isinstance(e, told.TicketOpened), e.id))


class Reader:
    """Takes the events of a ticket one after the other; `now` is what is so after the last."""

    def __init__(self, agreement: Agreement, opened: told.TicketOpened) -> None:
        self.words = agreement.words
        self.opened_at = instant(opened.time)
        said = opened.data
        words = self.words
        self.now = Seen(
            at=instant(opened.time),
            category=words.statuses.get(said.status or "", "open"),
            category_cause=opened.id,
            severity=words.severities.get(said.severity or ""),
            plan=words.plans.get(said.plan or ""),
            entitled_cause=opened.id,
            team=said.team,
            agent=said.agent,
            team_cause=opened.id,
            by_requester=said.opened_by == "requester",
            opening=opened.id,
        )

    def take(self, event: told.TicketEvent) -> None:
        """What `event` changes."""
        match event:
            case told.TicketReplied():
                self._message(event)
            case told.TicketAgentContactRecorded():
                self._answer(event.id)
            case told.TicketCustomerContactRecorded():
                self._ask(event.id)
            case told.TicketFirstResponseRecorded():
                self._respond(event.id)
            case told.TicketStatusChanged():
                category = self.words.statuses.get(event.data.status)
                self._put(category or self.now.category, event.id)
            case told.TicketResolved() | told.TicketClosed() | told.TicketReopened():
                self._by_event(event)
            case told.TicketSecondStateChanged():
                word = event.data.state
                second = None if word is None else self.words.statuses.get(word, self.now.second)
                self.now = replace(self.now, second=second)
            case told.TicketDeleted() | told.TicketMerged():
                gone = "merged" if isinstance(event, told.TicketMerged) else event.data.reason
                self.now = replace(self.now, gone=gone)
            case told.TicketRestored():
                self.now = replace(self.now, gone=None, restored=event.id)
            case told.TicketOpened() | told.TicketStretchExcluded():
                pass
            case told.TicketDeadlineSet() | told.TicketDeadlineWithdrawn():
                self._by_hand(event)
            case _:
                self._redecide(event)

    def _redecide(self, event: told.TicketEvent) -> None:
        """Who has it, what is owed."""
        match event:
            case told.TicketSeverityChanged():
                severity = self.words.severities.get(event.data.severity or "")
                self.now = replace(self.now, severity=severity, entitled_cause=event.id)
            case told.TicketPlanChanged():
                plan = self.words.plans.get(event.data.plan or "")
                self.now = replace(self.now, plan=plan, entitled_cause=event.id)
            case told.TicketAssigned():
                team, agent = event.data.team, event.data.agent
                cause = self.now.team_cause if team == self.now.team else event.id
                self.now = replace(self.now, team=team, agent=agent, team_cause=cause)
            case told.TicketWorkaroundProvided():
                self.now = replace(self.now, workaround=event.id, workaround_withdrawn=None)
            case told.TicketWorkaroundWithdrawn():
                self.now = replace(self.now, workaround=None, workaround_withdrawn=event.id)
            case _:
                raise AssertionError(f"{type(event).__name__} is not for this twin")

    def _by_hand(self, event: told.TicketDeadlineSet | told.TicketDeadlineWithdrawn) -> None:
        """The latest not withdrawn holds; one set to the past is due when it is set (4.9)."""
        manual = [one for one in self.now.manual if one[0] != event.data.target]
        if isinstance(event, told.TicketDeadlineSet):
            set_at = max(instant(event.time), self.opened_at)
            manual.append((event.data.target, max(instant(event.data.due), set_at), set_at))
        self.now = replace(self.now, manual=tuple(manual))

    def _message(self, event: told.TicketReplied) -> None:
        role = self.words.roles.get(event.data.role)
        if not event.data.public or event.data.automatic:
            return
        if role == "agent":
            self._answer(event.id)
            self._respond(event.id)
        elif role == "requester":
            self._ask(event.id)

    def _respond(self, event: str) -> None:
        replied = self.now.replied or event
        self.now = replace(self.now, replied=replied, responded=True)

    def _answer(self, event: str) -> None:
        answered = self.now.answered or event
        self.now = replace(
            self.now, answered=answered, asked=None, waiting=False, wrote_while_resolved=False
        )

    def _ask(self, event: str) -> None:
        if self.now.resolved:
            self.now = replace(self.now, wrote_while_resolved=True)
        elif not self.now.waiting:
            self.now = replace(self.now, waiting=True, asked=event)

    def _by_event(
        self, event: told.TicketResolved | told.TicketClosed | told.TicketReopened
    ) -> None:
        """The event itself says resolved or not; its word may only refine that (3.8)."""
        category = {told.TicketResolved: "resolved", told.TicketClosed: "closed"}.get(
            type(event), "open"
        )
        meaning = self.words.statuses.get(event.data.status or "")
        if meaning is not None and (meaning in RESOLVED) == (category in RESOLVED):
            category = meaning
        self._put(category, event.id)

    def _put(self, category: str, cause: str) -> None:
        """Another category; a resolution ends the wait, a reopening may begin one (3.5)."""
        was = self.now
        if category == was.category:
            return
        self.now = replace(was, category=category, category_cause=cause)
        if was.resolved != self.now.resolved:
            again = was.wrote_while_resolved
            asked = cause if again else None
            self.now = replace(self.now, waiting=again, asked=asked, wrote_while_resolved=False)
            if was.resolved:
                self.now = replace(self.now, team_cause=cause, reopened=True)


def walk(
    agreement: Agreement, events: Sequence[told.TicketEvent], step: int, until: int
) -> Iterator[Seen]:
    """The ticket at its opening and at every step after it, up to `until`."""
    counted = in_force(events)
    opened = next((e for e in counted if isinstance(e, told.TicketOpened)), None)
    if opened is None:
        return
    reader = Reader(agreement, opened)
    at = reader.now.at
    while at <= until:
        while counted and instant(counted[0].time) <= at:
            reader.take(counted.pop(0))
        assert not counted or instant(counted[0].time) % step == at % step, "off the grid"
        if reader.now.agent is not None:
            reader.now = replace(reader.now, owned=True)
        yield reader.now
        at += step
        reader.now = reader.now.quiet(at)


def excluded(events: Sequence[told.TicketEvent], until: int) -> list[tuple[int, int]]:
    """The stretches that are excluded as known at `until`; each counts whenever declared (4.9)."""
    return [
        (instant(e.data.start), instant(e.data.end))
        for e in in_force(events)
        if isinstance(e, told.TicketStretchExcluded) and instant(e.time) <= until
    ]
