"""Random lives of a ticket, and random agreements to judge them by."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from schemas import inbound as told
from schemas.instants import HOUR, MINUTE, moment
from streams.core.agreement.model import Agreement, Cell, Scope, Step
from streams.core.book import Book
from tests.builders import SOURCE, agreement, cell, hk

BEGIN = hk("2026-03-27 08:00")  # a Friday
KINDS = (
    "first_response",
    "time_to_own",
    "next_reply",
    "periodic_update",
    "resolution",
    "first_resolution",
    "requester_wait",
    "ownership",
)
LADDER = (
    Step("seen", "0%", (), share=Fraction(0)),
    Step("warning", "50%", ("team",), share=Fraction(1, 2)),
    Step("breach", "100%", ("lead",), share=Fraction(1)),
    Step("boss", "+1 hours", ("boss",), offset=HOUR),
)
MODES = ("carry", "recompute", "restart", "freeze")
REOPEN = (
    "continue_excluding_closed",
    "continue_including_closed",
    "new_cycle",
    "no_new_tracker",
)


@st.composite
def agreements(
    draw: st.DrawFn,
    kinds_of: Sequence[str] = KINDS,
    modes_of: Sequence[str] = MODES,
    reopen_of: Sequence[str] = REOPEN,
    attach_of: Sequence[str] = ("created", "attached"),
    budgets_of: Sequence[int] = (HOUR, 3 * HOUR, 8 * HOUR, 20 * HOUR),
) -> Agreement:
    """Two plans, two severities, one or two targets of the kinds, with any of the modes."""
    kinds = draw(st.lists(st.sampled_from(kinds_of), min_size=1, max_size=2, unique=True))
    modes: dict[str, Any] = {
        "on_upgrade": draw(st.sampled_from(modes_of)),
        "on_downgrade": draw(st.sampled_from(modes_of)),
        "reopen": draw(st.sampled_from(reopen_of)),
        "start_at_attach": draw(st.sampled_from(attach_of)),
        "next_reply_start": draw(st.sampled_from(("later_message", "opening_message"))),
        "from_opening": draw(st.booleans()),
        "agent_created": draw(st.sampled_from(("first_response_runs", "no_first_response"))),
        "resolve_without_reply": draw(st.sampled_from(("void", "fulfils_first_response"))),
        "pauses": frozenset(
            draw(st.sets(st.sampled_from(("waiting_on_customer", "waiting_on_third_party"))))
        ),
    }
    targets: dict[str, dict[tuple[str, str], Cell]] = {}
    for kind in kinds:
        targets[kind] = {}
        for plan in ("silver", "gold"):
            for severity in ("1", "2"):
                if draw(st.integers(0, 9)) == 0:
                    continue
                amount = draw(st.sampled_from(budgets_of))
                calendar = draw(st.sampled_from(("office", "office", "always")))
                budget = None if kind == "requester_wait" else amount
                own = {"calendar": calendar, "ladder": LADDER}
                if kind == "ownership":
                    own["team"] = draw(st.sampled_from((None, "L1", "L2")))
                targets[kind][plan, severity] = cell(kind, plan, severity, budget, **modes, **own)
    return agreement(targets=targets)


@st.composite
def versions(draw: st.DrawFn) -> list[Agreement]:
    """An agreement, and another version of it that comes while the lives last, of any scope."""
    first = draw(agreements())
    second = draw(agreements())
    scope: Scope = draw(st.sampled_from(("new_timers", "new_timers", "open_timers")))
    return [
        first,
        replace(
            second,
            version="2",
            effective_from=BEGIN + draw(st.integers(0, 5 * 48)) * 30 * MINUTE,
            scope=scope,
            on_edit=draw(st.sampled_from((None, "recompute"))) if scope == "open_timers" else None,
        ),
    ]


def book_of(versions: Sequence[Agreement]) -> Book:
    """A book with these versions, each published by the event `published <version>`."""
    book = Book()
    book.agreements = list(versions)
    book._published_by = {(a.name, a.version): f"published {a.version}" for a in versions}
    return book


_WORDS = ("new", "open", "working", "pending", "vendor", "solved", "closed", "weird")
_SAYINGS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "Replied": st.fixed_dictionaries(
        {
            "role": st.sampled_from(("agent", "requester", "bot")),
            "public": st.sampled_from((True, True, False)),
        }
    ),
    "StatusChanged": st.fixed_dictionaries({"status": st.sampled_from(_WORDS)}),
    "SeverityChanged": st.fixed_dictionaries({"severity": st.sampled_from(("1", "2", "3"))}),
    "PlanChanged": st.fixed_dictionaries({"plan": st.sampled_from(("silver", "gold"))}),
    "Assigned": st.fixed_dictionaries(
        {
            "team": st.sampled_from((None, "L1", "L2")),
            "agent": st.sampled_from((None, "mei", "bob")),
        }
    ),
    "MaybeStatus": st.fixed_dictionaries({"status": st.sampled_from((None, None, *_WORDS))}),
    "SecondState": st.fixed_dictionaries({"state": st.sampled_from((None, "pending", "vendor"))}),
    "Merged": st.just({"into": "T-2"}),
}
_EVENTS: tuple[tuple[type[told.TicketEvent], Any, str | None], ...] = (
    (told.TicketReplied, told.Replied, "Replied"),
    (told.TicketReplied, told.Replied, "Replied"),
    (told.TicketStatusChanged, told.StatusChanged, "StatusChanged"),
    (told.TicketStatusChanged, told.StatusChanged, "StatusChanged"),
    (told.TicketSeverityChanged, told.SeverityChanged, "SeverityChanged"),
    (told.TicketPlanChanged, told.PlanChanged, "PlanChanged"),
    (told.TicketAssigned, told.Assigned, "Assigned"),
    (told.TicketWorkaroundProvided, told.Nothing, None),
    (told.TicketWorkaroundWithdrawn, told.Nothing, None),
    (told.TicketResolved, told.MaybeStatus, "MaybeStatus"),
    (told.TicketClosed, told.MaybeStatus, "MaybeStatus"),
    (told.TicketReopened, told.MaybeStatus, "MaybeStatus"),
    (told.TicketSecondStateChanged, told.SecondStateChanged, "SecondState"),
    (told.TicketAgentContactRecorded, told.Nothing, None),
    (told.TicketCustomerContactRecorded, told.Nothing, None),
    (told.TicketFirstResponseRecorded, told.Nothing, None),
    (told.TicketDeleted, told.Deleted, None),
    (told.TicketMerged, told.Merged, "Merged"),
    (told.TicketRestored, told.Nothing, None),
)


@st.composite
def lives(
    draw: st.DrawFn,
    most: int = 10,
    without: tuple[type[told.TicketEvent], ...] = (),
    span: int = 5 * 48,
    step: int = 30 * MINUTE,
) -> list[told.TicketEvent]:
    """An opening and up to `most` events within `span` steps; instants often coincide.

    Every other life is of a few kinds of events alone: what is rare among all of them, such as a
    ticket deleted, resolved, reopened and restored, is seldom missing there.
    """
    kinds_of = [kind for kind in _EVENTS if kind[0] not in without]
    if draw(st.booleans()):
        kinds_of = draw(st.lists(st.sampled_from(kinds_of), min_size=2, max_size=5))
    events: list[told.TicketEvent] = [
        told.TicketOpened(
            specversion="1.0",
            id="e0",
            source=SOURCE,
            subject="T-1",
            time=moment(BEGIN + draw(st.integers(0, 20)) * step),
            data=told.Opened(
                status=draw(st.sampled_from(("new", "pending", "solved"))),
                severity=draw(st.sampled_from(("1", "2", "3"))),
                plan=draw(st.sampled_from(("silver", "gold"))),
                opened_by=draw(st.sampled_from(("requester", "agent"))),
                team=draw(st.sampled_from((None, "L1"))),
                agent=draw(st.sampled_from((None, None, "mei"))),
            ),
        )
    ]
    for number in range(1, draw(st.integers(0, most)) + 1):
        kind, data, saying = draw(st.sampled_from(kinds_of))
        fields = {} if saying is None else draw(_SAYINGS[saying])
        at = BEGIN + draw(st.integers(0, span)) * step
        head = {"specversion": "1.0", "source": SOURCE, "subject": "T-1", "time": moment(at)}
        events.append(kind(id=f"e{number}", data=data(**fields), **head))
        if draw(st.integers(0, 11)) == 0:
            events.append(
                told.TicketEventWithdrawn(
                    id=f"w{number}",
                    data=told.EventWithdrawn(event=f"e{number}"),
                    **head,  # type: ignore[arg-type]
                )
            )
        if draw(st.integers(0, 11)) == 0:
            start, length = draw(st.integers(0, min(span, 200))), draw(st.integers(1, 30))
            events.append(
                told.TicketStretchExcluded(
                    id=f"x{number}",
                    data=told.StretchExcluded(
                        stretch=f"s{number}",
                        start=moment(BEGIN + start * step),
                        end=moment(BEGIN + (start + length) * step),
                        who="boss",
                        why="agreed",
                    ),
                    **head,  # type: ignore[arg-type]
                )
            )
    return events


@st.composite
def lives_by_hand(draw: st.DrawFn, span: int = 5 * 48) -> list[told.TicketEvent]:
    """A life in which deadlines of the targets are set and withdrawn by hand."""
    events: list[Any] = draw(lives(most=8, span=span))
    step = 30 * MINUTE
    for number in range(draw(st.integers(1, 4))):
        at = BEGIN + draw(st.integers(0, span)) * step
        head = {"specversion": "1.0", "source": SOURCE, "subject": "T-1", "time": moment(at)}
        target, id_ = draw(st.sampled_from(KINDS[:5])), f"d{number}"
        if draw(st.integers(0, 2)):
            due = moment(BEGIN + draw(st.integers(0, span + 48)) * step)
            said = told.DeadlineSet(target=target, due=due, who="boss", why="agreed")
            events.append(told.TicketDeadlineSet(id=id_, data=said, **head))  # type: ignore[arg-type]
        else:
            back = told.DeadlineWithdrawn(target=target, who="boss")
            events.append(told.TicketDeadlineWithdrawn(id=id_, data=back, **head))  # type: ignore[arg-type]
    return events


@st.composite
def promising_lives(draw: st.DrawFn, span: int = 5 * 48) -> list[told.TicketEvent]:
    """A life in which two promises are made, kept and withdrawn now and then."""
    events: list[Any] = draw(lives(most=6, span=span))
    step = 30 * MINUTE
    names = st.sampled_from(("p1", "p2"))
    for number in range(draw(st.integers(1, 5))):
        at = BEGIN + draw(st.integers(0, span)) * step
        head = {"specversion": "1.0", "source": SOURCE, "subject": "T-1", "time": moment(at)}
        name, id_ = draw(names), f"p{number}"
        what = draw(st.sampled_from(("made", "made", "kept", "withdrawn")))
        if what == "made":
            due = moment(BEGIN + draw(st.integers(0, span + 48)) * step)
            instead = draw(st.sampled_from((None, None, "p1", "p2")))
            data = told.PromiseMade(promise=name, due=due, who="mei", replaces_promise=instead)
            events.append(told.TicketPromiseMade(id=id_, data=data, **head))  # type: ignore[arg-type]
            continue
        kind = told.TicketPromiseKept if what == "kept" else told.TicketPromiseWithdrawn
        events.append(kind(id=id_, data=told.PromiseSpokenOf(promise=name), **head))  # type: ignore[arg-type]
    return events


def instants_of(events: Sequence[told.TicketEvent]) -> list[str]:
    """For failure messages: what happens when."""
    return [f"{e.time:%a %H:%M} {type(e).__name__}" for e in sorted(events, key=lambda e: e.time)]
