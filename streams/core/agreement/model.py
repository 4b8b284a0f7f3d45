"""The compiled agreement that the judge reads: built by `read.py`, never edited (semantics 4.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, Literal

from streams.core.calendar import CalendarSpec

StatusCategory = Literal[
    "open", "in_progress", "waiting_on_customer", "waiting_on_third_party", "resolved", "closed"
]
WriterRole = Literal["requester", "agent", "automatic"]


class TargetKind(StrEnum):
    """What sort of promise a target is (semantics 3.4 to 3.13)."""

    FIRST_RESPONSE = "first_response"
    TIME_TO_OWN = "time_to_own"
    NEXT_REPLY = "next_reply"
    PERIODIC_UPDATE = "periodic_update"
    RESOLUTION = "resolution"
    FIRST_RESOLUTION = "first_resolution"
    REQUESTER_WAIT = "requester_wait"
    AGENT_WORK = "agent_work"
    OWNERSHIP = "ownership"
    PROMISE = "promise"
    """Made on a ticket by its own event (3.12); no agreement names it."""


MEASURES: Final = frozenset({TargetKind.REQUESTER_WAIT, TargetKind.AGENT_WORK})
"""Kinds that only measure; a budget given to them is not judged (3.10)."""
ChangeMode = Literal["carry", "recompute", "restart", "freeze"]
"""What a change of target does to the time spent (4.1, 4.2)."""
ReopenMode = Literal[
    "continue_excluding_closed", "continue_including_closed", "new_cycle", "no_new_tracker"
]
"""What a reopening does to the timers that the resolution ended (4.7)."""
Scope = Literal["new_tickets", "new_timers", "open_timers"]
"""Which timers a version is for (4.6)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: at a share of the budget, or an amount of open time off the deadline.

    Exactly one of `share` and `offset` is set (semantics 6.1). `offset` in microseconds of open
    time, negative before the deadline.
    """

    level: str
    text: str
    """As written: `75%`, `+30 minutes`."""
    notify: tuple[str, ...]
    share: Fraction | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One promise: what a target owes at one plan and severity.

    `budget` is in microseconds of the calendar's open time, or None: open-ended (3.13), unless
    `release` names the kind of release that fixes its deadline.
    """

    target: str
    kind: TargetKind
    plan: str
    severity: str
    calendar: str
    budget: int | None
    budget_text: str
    """As written: `2 business_days`."""
    release: str | None
    pauses: frozenset[str]
    """Status categories in which it is paused (3.9); empty for replies by default."""
    stops_at_workaround: bool
    start_at_attach: Literal["created", "attached"]
    ladder: tuple[Step, ...]
    at_risk: Fraction
    on_upgrade: ChangeMode = "carry"
    on_downgrade: ChangeMode = "carry"
    reopen: ReopenMode = "continue_excluding_closed"
    agent_created: Literal["first_response_runs", "no_first_response"] = "first_response_runs"
    """Whether a first response is owed on a ticket that an agent or nobody opened (3.4)."""
    first_response_by: frozenset[str] = frozenset({"public_reply_agent"})
    """What stops a first response: `public_reply_agent`, `status_category:<category>`,
    `status:<word>` (3.4)."""
    resolve_without_reply: Literal["void", "fulfils_first_response"] = "void"
    next_reply_start: Literal["later_message", "opening_message"] = "later_message"
    """What starts the first cycle of a next reply (3.5)."""
    from_opening: bool = False
    """Whether the first cycle of a periodic update starts at the opening (3.6)."""
    team: str | None = None
    """The team whose ownership is counted; None: whichever has it (3.11)."""
    close_boundary: Literal["close", "next_open"] = "close"
    """Where a deadline stands that falls on a close (2.4)."""
    day_rule: str = "schedule_day_length"
    days: Fraction | None = None
    """Set under a day rule that fixes the budget only at the start (2.5): so many days."""


@dataclass(frozen=True, slots=True)
class WordMap:
    """What a source's words mean (semantics 1.4). A word that is no key is unmapped."""

    statuses: Mapping[str, StatusCategory]
    severities: Mapping[str, str]
    plans: Mapping[str, str]
    categories: Mapping[str, str]
    roles: Mapping[str, WriterRole]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule: the value of `subject` is one of `values`.

    `subject` is `account.<fact>` or `ticket.<field>` (`category`, `severity`, `channel`).
    """

    subject: str
    values: tuple[str | bool | int | None, ...]
    text: str
    """In plain words, for explanations: `account.sdk is false`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entitlement rule (semantics 5.2): the first whose conditions all hold decides."""

    name: str
    when: tuple[Condition, ...]
    plan: str | None
    """The plan granted. None with `plan_of_account` False: nothing is promised."""
    plan_of_account: bool
    """Grant the plan that the account has bought (or that the ticket states)."""
    reason: str
    """Why nothing is promised, where that is so; else empty."""


@dataclass(frozen=True, slots=True)
class AppliesTo:
    """Which tickets an agreement is for. Empty sets say nothing; `*` is every source."""

    accounts: frozenset[str]
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of an agreement."""

    name: str
    version: str
    effective_from: int
    """The instant from which new tickets are judged by it."""
    zone: str
    """The reporting zone (8.2)."""
    applies_to: AppliesTo
    plans: tuple[str, ...]
    """Ranked, lowest first."""
    severities: tuple[str, ...]
    """Ranked, least severe first."""
    severity_names: Mapping[str, str]
    calendars: Mapping[str, CalendarSpec]
    words: WordMap
    unknown_facts: Mapping[str, str | bool | int | None]
    """What a fact never stated is taken as (5.1)."""
    rules: tuple[Rule, ...]
    targets: Mapping[str, Mapping[tuple[str, str], Cell]]
    """Target name -> (plan, severity) -> cell."""
    on_upgrade: ChangeMode
    """The default of its targets, as the two that follow."""
    on_downgrade: ChangeMode
    reopen: ReopenMode
    at_risk: Fraction
    skew_max: int
    """How far ahead of the log an event may be dated (1.5), in microseconds."""
    orphan_after: int
    """How long events wait for their ticket's opening (1.7), in microseconds."""
    scope: Scope = "new_tickets"
    """Which timers this version is for (4.6): those of tickets opened from its `effective_from` on,
    the cycles that start from then on too, or all that are open then, by the modes of 4.1."""
    on_edit: ChangeMode | None = None
    """How open timers change over to this version; None: as at any change, by its direction."""

    def cell(self, target: str, plan: str | None, severity: str | None) -> Cell | None:
        """What `target` owes at `plan` and `severity`; None: no promise."""
        if plan is None or severity is None:
            return None
        return self.targets[target].get((plan, severity))
