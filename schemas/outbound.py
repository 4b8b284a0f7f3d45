"""What the tracker publishes: messages, each a JSON object, in the order of their `index`.

Two sorts. *Outcomes* (`sla.timer_*.v1`, `sla.outcome_retracted.v1`) are CloudEvents for people and
alert consumers: instants are ISO text, lengths whole microseconds named `_us`. *Images*
(`sla.ticket_judged.v1` and the rest below) carry the present state of one thing for read models:
instants and lengths are whole microseconds named `_us`, and a newer one replaces an older. Of a
ticket on which time went on in order, an image tells only what looks different (`changed`).
"""

from typing import Final, Literal

from msgspec import Struct

from schemas.setting import plainly_set


class OutcomeData(Struct, kw_only=True, omit_defaults=True):
    """The `data` of an outcome; fields that do not apply to its kind are absent."""

    ticket: str
    source: str
    """Of the ticket; the envelope's own `source` is this tracker."""
    timer: str
    target: str
    revision: int
    """Odd: it holds. Even: withdrawn. Consumers keep the highest of each identity (7.1)."""
    effective_at: str
    detected_at: str
    rules: list[str]
    partition: int
    position: int
    index: int
    corrected: bool = False
    """It came to be known through a correction of history (7.2)."""
    latest: bool = False
    """The highest of several steps that one record made due (6.3)."""
    alerting: bool = True
    """False where it alerts nobody: imported or cut-over history (7.5, 1.7)."""
    agreement: str | None = None
    version: str | None = None
    plan: str | None = None
    severity: str | None = None
    team: str | None = None
    rule: str | None = None
    calendar: str | None = None
    budget_us: int | None = None
    carried_us: int | None = None
    predecessor: str | None = None
    successor: str | None = None
    survivor: str | None = None
    status_category: str | None = None
    deadline_at: str | None = None
    spent_us: int | None = None
    level: str | None = None
    step: str | None = None
    notify: list[str] | None = None
    reason: str | None = None
    retracts: str | None = None
    """On a retraction: the wire name of the outcome withdrawn."""


class OutcomeMessage(Struct, kw_only=True, omit_defaults=True):
    """One outcome as published. `id` is identity and revision; `time` is `effective_at`."""

    specversion: str
    id: str
    type: str
    source: str
    subject: str
    time: str
    recordedtime: str
    partitionkey: str
    identity: str
    """The same at every revision, for ever: a digest of ticket, timer, kind, level, instant."""
    data: OutcomeData
    causationid: str | None = None


class Stretch(Struct, frozen=True, array_like=True, gc=False):
    """A part of a timer's life of one kind; they touch, and none overlaps another (8.1)."""

    from_us: int
    to_us: int | None
    """None while it lasts."""
    kind: str
    """`ran`, `paused`, `excluded`, `resolved` or `carried` (zero wall time)."""
    cause: str
    """The event that began it."""
    label: str = ""
    """The pausing category; who and why of an exclusion."""


@plainly_set
class TimerImage(Struct, kw_only=True, omit_defaults=True, gc=False):
    """One timer as it stands. Lengths are working time unless named wall."""

    timer: str
    target: str
    kind: str
    """What sort of promise: `first_response` or `resolution`."""
    state: str
    """`running`, `paused`, `met`, `breached`, `met_late`, `superseded` or `void` (3.2)."""
    start_event: str
    started_us: int
    calendar: str
    agreement: str
    version: str
    plan: str
    severity: str
    rule: str
    spent_us: int
    """Up to `running_since_us` where it runs, else up to its end or pause."""
    stretches: list[Stretch]
    """From its stretch number `stretches_from` on; those before are as they were published."""
    stretches_from: int = 0
    cycle: int = 1
    """Its number among the timers of its target, from 1 on."""
    budget_us: int | None = None
    deadline_us: int | None = None
    """None while paused, void, superseded or open-ended; kept when met or breached."""
    first_deadline_us: int | None = None
    ended_us: int | None = None
    breached_us: int | None = None
    running_since_us: int | None = None
    """Set while time counts: spent now = spent_us + open time since."""
    at_risk_us: int | None = None
    """When its spent time reaches, or reached, the at-risk share; None while paused and not yet."""
    carried_us: int = 0
    levels: list[str] = []
    reason: str | None = None
    survivor: str | None = None
    predecessor: str | None = None
    successor: str | None = None
    team_at_start: str | None = None
    """The team that had the ticket; at the deadline: or at the end, where that came first."""
    team_at_deadline: str | None = None
    severity_at_start: str | None = None
    severity_at_deadline: str | None = None


class DecisionImage(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who is entitled to what, and why (5.2)."""

    rule: str | None = None
    """The rule that matched; None where none did or no agreement applies."""
    plan: str | None = None
    """The plan granted; None: no promise runs."""
    reason: str | None = None
    """Why no promise runs: `no_agreement`, `no_rule`, `not_covered`, `no_severity`, ..."""
    passed: tuple[tuple[str, str], ...] = ()
    """Rules passed over, each with its first condition that failed."""
    assumed: tuple[str, ...] = ()
    """Facts never stated, taken as the agreement says."""


Part = Literal["status", "owner", "promised", "gone", "said"]
"""Fields of a ticket that are told together: `PARTS`."""

PARTS: Final[dict[Part, tuple[str, ...]]] = {
    "status": ("status", "status_category", "first_resolved_us", "resolved_us"),
    "owner": ("team", "agent"),
    "promised": (
        "severity_word",
        "severity",
        "account",
        "category",
        "agreement",
        "version",
        "decision",
    ),
    "gone": ("gone", "merged_into"),
    "said": ("verdict", "unmapped"),
}


@plainly_set
class TicketJudged(
    Struct, kw_only=True, omit_defaults=True, gc=False, tag="sla.ticket_judged.v1", tag_field="type"
):
    """One ticket as it stands after a journal record, with its timers."""

    source: str
    ticket: str
    partition: int
    position: int
    detected_us: int
    judged_us: int
    """Up to when it was judged."""
    opened_us: int | None = None
    """None for an orphan: events wait for its opening (1.7)."""
    waiting: int = 0
    """Events held for an orphan."""
    status: str | None = None
    status_category: str | None = None
    severity_word: str | None = None
    severity: str | None = None
    account: str | None = None
    category: str | None = None
    channel: str | None = None
    team: str | None = None
    agent: str | None = None
    agreement: str | None = None
    version: str | None = None
    decision: DecisionImage | None = None
    first_resolved_us: int | None = None
    resolved_us: int | None = None
    """Since when it is resolved; None while it is not."""
    gone: str | None = None
    """`merged`, `deleted` or `spam`."""
    merged_into: str | None = None
    verdict: str | None = None
    """What the source itself reported: `met` or `missed`."""
    last_event_us: int | None = None
    facts: int = 0
    unmapped: list[tuple[str, str]] = []
    """Words without mapping: (field, word) (1.4)."""
    timers: list[TimerImage] = []
    changed: list[Part] | None = None
    """None: this is the whole of the ticket, with all its timers. Else the parts that it tells,
    beside how far it was judged and heard of, and the timers that look different; all other fields
    and timers stand as they stood."""


class CalendarCompiled(Struct, kw_only=True, tag="sla.calendar_compiled.v1", tag_field="type"):
    """All spans of one calendar; replaces what was published for it before."""

    calendar: str
    """`agreement version/name`, as a timer's `calendar` says it."""
    name: str
    zone: str
    calendar_version: str
    position: int
    day_length_us: int
    spans: list[tuple[int, int, str, str, int]]
    """(from, to, kind, name, open time before it since the first span) touching, ascending.
    Kind: `open`, `closed`, `holiday` or `closure`; name: of the holiday or closure, else empty."""


class AgreementTaken(Struct, kw_only=True, tag="sla.agreement_taken.v1", tag_field="type"):
    """A version of an agreement that the tracker judges by."""

    agreement: str
    version: str
    effective_us: int
    zone: str
    """The reporting zone: months are its months (8.2)."""
    at_risk_permille: int
    document: str
    """The agreement as JSON text."""
    position: int


class AccountStated(Struct, kw_only=True, tag="sla.account_stated.v1", tag_field="type"):
    """One dated fact about an account, as stated."""

    account: str
    fact: str
    value: str
    """JSON text."""
    effective_us: int
    stated_us: int
    event: str
    position: int


class SourceSeen(Struct, kw_only=True, tag="sla.source_seen.v1", tag_field="type"):
    """How far a source has said what happened (7.4)."""

    source: str
    position: int
    watermark_us: int | None
    """None until each of its inputs has said one."""
    last_event_us: int | None
    importing_until_us: int | None
    """Set while an import of it runs."""


class EventRefused(Struct, kw_only=True, tag="sla.event_refused.v1", tag_field="type"):
    """A dead letter found in the core: what was refused, and why."""

    event: str
    source: str
    subject: str
    reason: str
    """`conflicting_duplicate`, `from_the_future`, `orphan`, `invalid_document`, ..."""
    detail: str
    body: str
    """The event as JSON text."""
    position: int
    index: int
    stamp_us: int


Image = TicketJudged | CalendarCompiled | AgreementTaken | AccountStated | SourceSeen | EventRefused
