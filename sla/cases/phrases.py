"""What a line of a case may say, and the event that it becomes."""

from collections.abc import Callable
from typing import Any, Final

from schemas import inbound as told
from schemas.instants import moment
from sla.cases.teller import REQUESTER, Line, value_of


def _reply(role: str, public: bool, **other: Any) -> Callable[[Line], Any]:
    data = told.Replied(role=role, public=public, **other)
    return lambda line: line.say(told.TicketReplied, data)


def _plain(kind: type[Any]) -> Callable[[Line], Any]:
    return lambda line: line.say(kind, told.Nothing())


def _maybe(kind: type[Any]) -> Callable[[Line], Any]:
    return lambda line: line.say(kind, told.MaybeStatus())


def _status(line: Line) -> Any:
    word = line.known("statuses", "status")
    return word and line.say(told.TicketStatusChanged, told.StatusChanged(status=word))


def _severity(line: Line) -> Any:
    word = line.known("severities", "severity")
    return word and line.say(told.TicketSeverityChanged, told.SeverityChanged(severity=word))


def _plan(line: Line) -> Any:
    word = line.known("plans", "plan")
    return word and line.say(told.TicketPlanChanged, told.PlanChanged(plan=word))


def _category(line: Line) -> Any:
    word = line.known("categories", "category")
    return word and line.say(told.TicketCategoryChanged, told.CategoryChanged(category=word))


def _assigned(line: Line) -> Any:
    team, agent = line.words
    data = told.Assigned(team=None if team == "nobody" else team, agent=agent)
    return line.say(told.TicketAssigned, data)


def _deadline(line: Line) -> Any:
    target, due = line.known("targets", "target"), line.time(1)
    if target is None or due is None:
        return None
    data = told.DeadlineSet(target=target, due=due, who="case", why="as the case says")
    return line.say(told.TicketDeadlineSet, data)


def _deadline_withdrawn(line: Line) -> Any:
    target = line.known("targets", "target")
    data = told.DeadlineWithdrawn(target=target or "", who="case")
    return target and line.say(told.TicketDeadlineWithdrawn, data)


def _excluded(line: Line) -> Any:
    end = line.time(0)
    if end is None:
        return None
    data = told.StretchExcluded(
        stretch=f"line {line.number}",
        start=moment(line.at.instant),
        end=end,
        who="case",
        why="as the case says",
    )
    return line.say(told.TicketStretchExcluded, data)


def _promise(line: Line) -> Any:
    due = line.time(1)
    data = due and told.PromiseMade(promise=line.word, due=due, who="case")
    return data and line.say(told.TicketPromiseMade, data)


def _promise_is(kind: type[Any]) -> Callable[[Line], Any]:
    return lambda line: line.say(kind, told.PromiseSpokenOf(promise=line.word))


def _fact(line: Line) -> Any:
    fact, text = line.words
    data = told.FactStated(fact=fact or "", value=value_of(text or ""))
    return line.say(told.AccountFactStated, data, subject=line.teller.account)


def _closure(line: Line) -> Any:
    calendar, end = line.known("calendars", "calendar"), line.time(1)
    if calendar is None or end is None:
        return None
    data = told.ClosureDeclared(
        calendars=[calendar], start=moment(line.at.instant), end=end, name="closure"
    )
    return line.say(told.ClosureWasDeclared, data, subject=f"line {line.number}")


def _release(line: Line) -> Any:
    due = line.time(1)
    data = due and told.ReleasePlanned(planned_at=due, kind=line.word)
    return data and line.say(told.ReleaseScheduled, data, subject=line.word)


def _release_moved(line: Line) -> Any:
    due = line.time(1)
    data = due and told.ReleaseMoved(planned_at=due)
    return data and line.say(told.ReleaseWasMoved, data, subject=line.word)


_NAME: Final = r"(\S+)"
_REST: Final = r"(.+)"
# What a line may say: as it is written in the documents, and what it becomes.
PHRASES: Final[tuple[tuple[str, str, Callable[[Line], Any]], ...]] = (
    ("agent replied", r"agent replied", _reply("agent", True)),
    ("agent noted", r"agent noted", _reply("agent", False)),
    ("requester replied", r"requester replied", _reply("requester", True, author=REQUESTER)),
    ("automatic reply", r"automatic reply", _reply("automatic", True, automatic=True)),
    (
        "first response recorded",
        r"first response recorded",
        _plain(told.TicketFirstResponseRecorded),
    ),
    ("agent contact recorded", r"agent contact recorded", _plain(told.TicketAgentContactRecorded)),
    (
        "requester contact recorded",
        r"requester contact recorded",
        _plain(told.TicketCustomerContactRecorded),
    ),
    ("status pending", rf"status {_REST}", _status),
    ("severity 1", rf"severity {_REST}", _severity),
    ("plan gold", rf"plan {_REST}", _plan),
    ("category release", rf"category {_REST}", _category),
    ("assigned to L2", rf"assigned to ([^,]+?)(?:, *{_REST})?", _assigned),
    ("workaround", r"workaround", _plain(told.TicketWorkaroundProvided)),
    ("workaround withdrawn", r"workaround withdrawn", _plain(told.TicketWorkaroundWithdrawn)),
    ("resolved", r"resolved", _maybe(told.TicketResolved)),
    ("closed", r"closed", _maybe(told.TicketClosed)),
    ("reopened", r"reopened", _maybe(told.TicketReopened)),
    (
        "merged into T-2",
        rf"merged into {_NAME}",
        lambda line: line.say(told.TicketMerged, told.Merged(into=line.word)),
    ),
    ("deleted", r"deleted", lambda line: line.say(told.TicketDeleted, told.Deleted())),
    ("spam", r"spam", lambda line: line.say(told.TicketDeleted, told.Deleted(reason="spam"))),
    ("restored", r"restored", _plain(told.TicketRestored)),
    ("deadline of turn_around withdrawn", rf"deadline of {_NAME} withdrawn", _deadline_withdrawn),
    ("deadline of turn_around 2026-04-09 12:00", rf"deadline of {_NAME} {_REST}", _deadline),
    ("excluded until 17:00", rf"excluded until {_REST}", _excluded),
    ("promised p1 by 17:00", rf"promised {_NAME} by {_REST}", _promise),
    ("promise p1 kept", rf"promise {_NAME} kept", _promise_is(told.TicketPromiseKept)),
    (
        "promise p1 withdrawn",
        rf"promise {_NAME} withdrawn",
        _promise_is(told.TicketPromiseWithdrawn),
    ),
    ("account sdk true", rf"account {_NAME} {_REST}", _fact),
    ("calendar business closed until 17:00", rf"calendar {_NAME} closed until {_REST}", _closure),
    (
        "release maintenance planned for 2026-05-04 10:00",
        rf"release {_NAME} planned for {_REST}",
        _release,
    ),
    (
        "release maintenance moved to 2026-05-05 10:00",
        rf"release {_NAME} moved to {_REST}",
        _release_moved,
    ),
    (
        "release maintenance cancelled",
        rf"release {_NAME} cancelled",
        lambda line: line.say(told.ReleaseCancelled, told.Nothing(), subject=line.word),
    ),
)
