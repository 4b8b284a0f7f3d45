"""Builds what tests speak of: a ticket's story in Hong Kong wall time, and an agreement for it.

    story("2026-03-30 10:00 opened severity=2 plan=silver", "12:00 replied", ...)

A line is `[date] time what [field=value ...]`; a date holds until the next one is named.
"""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from schemas import inbound as told
from schemas.instants import DAY, HOUR, MINUTE, instant, moment
from schemas.outcomes import Outcome
from streams.core.agreement.model import (
    Agreement,
    AppliesTo,
    Cell,
    Rule,
    Step,
    TargetKind,
    WordMap,
)
from streams.core.book import Book
from streams.core.calendar import CalendarSpec, Hours
from streams.core.facts import TicketFact
from streams.core.history import fact_of, order
from streams.core.judge import Judged, judge

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
SOURCE = "/helpdesks/test/one"
OFFICE = (9 * 3600, 21 * 3600)


def hk(text: str) -> int:
    """The instant of Hong Kong wall time, `2026-03-30 10:00[:00.000001]`."""
    return instant(datetime.fromisoformat(text).replace(tzinfo=HONG_KONG))


def show(at: int) -> str:
    """An instant as Hong Kong wall time, in the shortest form that says it all."""
    text = moment(at).astimezone(HONG_KONG).isoformat(sep=" ")[:-6]
    return text.removesuffix(":00")


_TYPES: dict[str, tuple[type[Any], type[Any]]] = {
    "opened": (told.TicketOpened, told.Opened),
    "replied": (told.TicketReplied, told.Replied),
    "status": (told.TicketStatusChanged, told.StatusChanged),
    "severity": (told.TicketSeverityChanged, told.SeverityChanged),
    "plan": (told.TicketPlanChanged, told.PlanChanged),
    "account": (told.TicketAccountChanged, told.AccountChanged),
    "category": (told.TicketCategoryChanged, told.CategoryChanged),
    "assigned": (told.TicketAssigned, told.Assigned),
    "workaround": (told.TicketWorkaroundProvided, told.Nothing),
    "resolved": (told.TicketResolved, told.MaybeStatus),
    "reopened": (told.TicketReopened, told.MaybeStatus),
    "closed": (told.TicketClosed, told.MaybeStatus),
    "merged": (told.TicketMerged, told.Merged),
    "deleted": (told.TicketDeleted, told.Deleted),
    "restored": (told.TicketRestored, told.Nothing),
    "excluded": (told.TicketStretchExcluded, told.StretchExcluded),
    "exclusion_withdrawn": (told.TicketExclusionWithdrawn, told.ExclusionWithdrawn),
    "deadline": (told.TicketDeadlineSet, told.DeadlineSet),
    "deadline_withdrawn": (told.TicketDeadlineWithdrawn, told.DeadlineWithdrawn),
    "withdrawn": (told.TicketEventWithdrawn, told.EventWithdrawn),
    "verdict": (told.TicketVerdictReported, told.VerdictReported),
    "workaround_withdrawn": (told.TicketWorkaroundWithdrawn, told.Nothing),
    "response_recorded": (told.TicketFirstResponseRecorded, told.Nothing),
    "agent_contact": (told.TicketAgentContactRecorded, told.Nothing),
    "customer_contact": (told.TicketCustomerContactRecorded, told.Nothing),
    "second_state": (told.TicketSecondStateChanged, told.SecondStateChanged),
    "promised": (told.TicketPromiseMade, told.PromiseMade),
    "promise_kept": (told.TicketPromiseKept, told.PromiseSpokenOf),
    "promise_withdrawn": (told.TicketPromiseWithdrawn, told.PromiseSpokenOf),
}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "replied": {"role": "agent", "public": True},
    "excluded": {"who": "boss", "why": "agreed by phone", "stretch": "x1"},
    "exclusion_withdrawn": {"who": "boss", "stretch": "x1"},
    "deadline": {"who": "boss", "why": "promised by phone"},
    "deadline_withdrawn": {"who": "boss"},
    "promised": {"promise": "p1", "who": "boss"},
    "promise_kept": {"promise": "p1"},
    "promise_withdrawn": {"promise": "p1"},
}
_ENVELOPE = ("id", "sequence", "replaces", "source", "subject")


def story(*lines: str, ticket: str = "T-1") -> list[told.TicketEvent]:
    """The events that the lines tell; ids are e1, e2, ... in the order of the lines."""
    day = ""
    events: list[told.TicketEvent] = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if "-" in words[0]:
            day = words.pop(0)
        time, what, *fields = words
        told_as, data_type = _TYPES[what]
        data = dict(_DEFAULTS.get(what, {}))
        head: dict[str, Any] = {"id": f"e{number}", "source": SOURCE, "subject": ticket}
        for text in fields:
            name, _, value = text.partition("=")
            (head if name in _ENVELOPE else data)[name] = _value(name, value, day)
        events.append(
            told_as(
                specversion="1.0",
                time=moment(hk(f"{day} {time}")),
                data=data_type(**data),
                **head,
            )
        )
    return events


def _value(name: str, value: str, day: str) -> Any:
    if name in ("start", "end", "due", "cut_over_at", "planned_at", "complete_until"):
        date, at, time = value.rpartition("T")
        return moment(hk(f"{date if at else day} {time}"))
    said = value if name == "target" else value.replace("_", " ")
    return {"true": True, "false": False, "none": None}.get(value, said)


def history(events: Sequence[told.TicketEvent]) -> list[TicketFact]:
    """The facts of `events`, all recorded when they happened, in the order of 1.3."""
    return sorted((fact_of(e, instant(e.time)) for e in events), key=order)


def judged(book: Book, until: str, *lines: str) -> Judged:
    """The story judged up to `until`, Hong Kong time."""
    return judge(SOURCE, history(story(*lines)), book, hk(until))


def told_of(outcomes: Sequence[Outcome]) -> list[str]:
    """Outcomes as `2026-03-30 18:00 breached first_response`, by instant."""
    lines = []
    for outcome in sorted(outcomes, key=lambda o: o.effective_at):
        kind = type(outcome).__name__.lower()
        level = "" if outcome.level is None else f" {outcome.level}"
        target = outcome.timer.partition("@")[0]
        lines.append(f"{show(outcome.effective_at)} {kind} {target}{level}")
    return lines


def office(first_year: int = 2026, last_year: int = 2026) -> CalendarSpec:
    """Monday to Friday 09:00 to 21:00 in Hong Kong, no holidays."""
    week = ((OFFICE,),) * 5 + ((), ())
    return CalendarSpec(
        "office", "Asia/Hong_Kong", first_year, last_year, hours=(Hours(None, week),)
    )


def always() -> CalendarSpec:
    """Open always."""
    return CalendarSpec("always", "Asia/Hong_Kong", 2026, 2026, always=True)


WORDS = WordMap(
    statuses={
        "new": "open",
        "open": "open",
        "working": "in_progress",
        "pending": "waiting_on_customer",
        "vendor": "waiting_on_third_party",
        "solved": "resolved",
        "closed": "closed",
    },
    severities={"1": "1", "2": "2", "3": "3"},
    plans={"silver": "silver", "gold": "gold"},
    categories={"help": "help", "custom": "custom"},
    roles={"agent": "agent", "requester": "requester", "bot": "automatic"},
)

LADDER = (
    Step("warning", "75%", ("team",), share=Fraction(3, 4)),
    Step("breach", "100%", ("lead",), share=Fraction(1)),
    Step("boss", "+2 hours", ("boss",), offset=2 * HOUR),
)


def cell(target: str, plan: str, severity: str, budget: int | None, **other: Any) -> Cell:
    """A cell with the defaults of `semantics.md`."""
    fields: dict[str, Any] = {
        "kind": TargetKind(target),
        "calendar": "office",
        "budget_text": "as built",
        "release": None,
        "pauses": frozenset() if target == "first_response" else frozenset({"waiting_on_customer"}),
        "stops_at_workaround": severity == "1",
        "start_at_attach": "created",
        "ladder": (),
        "at_risk": Fraction(3, 4),
    } | other
    return Cell(target=target, plan=plan, severity=severity, budget=budget, **fields)


BUDGETS = {("silver", "1"): 4, ("silver", "2"): 12, ("gold", "1"): 1, ("gold", "2"): 4}
"""Hours of the office calendar to a first response; the resolution has twice as many."""


def agreement(**other: Any) -> Agreement:
    """Silver and gold, severities 1 and 2 (3 is promised nothing), office hours."""
    ladder = other.pop("ladder", ())
    cells = other.pop("cells", {})
    targets = {
        target: {
            at: cells.get((target, *at)) or cell(target, *at, hours * factor * HOUR, ladder=ladder)
            for at, hours in BUDGETS.items()
        }
        for target, factor in (("first_response", 1), ("resolution", 2))
    }
    fields: dict[str, Any] = {
        "name": "test",
        "version": "1",
        "effective_from": 0,
        "zone": "Asia/Hong_Kong",
        "applies_to": AppliesTo(frozenset(), frozenset({"*"})),
        "plans": ("silver", "gold"),
        "severities": ("3", "2", "1"),
        "severity_names": {},
        "calendars": {"office": office(), "always": always()},
        "words": WORDS,
        "unknown_facts": {"plan": None},
        "rules": (Rule("as bought", (), None, True, ""),),
        "targets": targets,
        "on_upgrade": "carry",
        "on_downgrade": "carry",
        "reopen": "continue_excluding_closed",
        "at_risk": Fraction(3, 4),
        "skew_max": 5 * MINUTE,
        "orphan_after": 7 * DAY,
    } | other
    return Agreement(**fields)


def book(of: Agreement | None = None) -> Book:
    """A book with one agreement."""
    made = Book()
    made.agreements = [agreement() if of is None else of]
    return made
