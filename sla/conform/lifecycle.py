"""Runs a lifecycle case: its form is translated, its questions are put to `judge`.

Nothing is decided here: `agreement`, `words` and `events` translate, `asking` reads answers off.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from schemas import inbound as told
from schemas.instants import instant, moment
from schemas.outcomes import Escalated
from sla.conform.agreement import agreement_of, clock_of, target_name
from sla.conform.asking import NotAsked, read
from sla.conform.calendars import calendar_of, instant_of, years_around
from sla.conform.events import ONLY_TICKET, SOURCE, Told, history_of, told_by
from sla.conform.outcome import Failed, Outcome, Passed, Skipped
from sla.conform.settings import asks_for_more, setting_of
from sla.conform.unreadable import Unreadable
from sla.conform.view import View, view
from streams.core.agreement.faults import AgreementFaults
from streams.core.agreement.model import Agreement
from streams.core.book import Book
from streams.core.facts import TicketFact
from streams.core.judge import Judged, judge

Case = Mapping[str, Any]
_STEPS_MAX: Final = 1000
"""How often a ticket may come due on the way to its next threshold; a ladder has some ten steps."""
_EARLIEST: Final = "due"
"""The clock that stands for the earliest open one."""


def run_lifecycle(case: Case) -> Outcome:
    """What the case comes to. Raises KeyError for one that is not in the form of the cases."""
    setting = setting_of(case)
    missing = asks_for_more(setting)
    if missing is not None:
        return Skipped(missing)
    try:
        scene = _scene(case, setting)
        wrong = [one for ask in case["ask"] for one in scene.differences(ask)]
    except (Unreadable, NotAsked, AgreementFaults) as error:
        return Failed("a case in the form of lifecycle cases", str(error))
    if not wrong:
        return Passed()
    return Failed("; ".join(one.expected for one in wrong), "; ".join(one.got for one in wrong))


@dataclass(frozen=True, slots=True)
class _Scene:
    """A case ready to be asked; naive times are wall time in `zone`."""

    zone: str
    events: Sequence[Case]
    agreement: Agreement

    def differences(self, ask: Case) -> Iterator[Failed]:
        """Where the core's answers are not those expected."""
        seen = self._seen(ask)
        place = f"{ask['at']} {ask['clock']}"
        for field, expected in ask["expect"].items():
            got = read(field, seen)
            if not self._agree(field, expected, got):
                yield Failed(_said(place, field, expected), _said(place, field, got))

    def _seen(self, ask: Case) -> View:
        select = ask.get("select") or {}
        at = instant_of(ask["at"], self.zone)
        said = self._known(select)
        history = history_of(said, select.get("ticket", ONLY_TICKET))
        book = _book(self.agreement, said)
        judged = judge(SOURCE, history, book, at)
        clock = clock_of(ask["clock"])
        return view(
            judged,
            at,
            _earliest(judged) if clock == _EARLIEST else self._targets(clock, select),
            select.get("cycle"),
            book.source(SOURCE).watermark,
            lambda timer: _next_step(history, book, judged, timer),
        )

    def _known(self, select: Case) -> list[Told]:
        """What was said, as far as the question lets it be known."""
        said = told_by(self.events[: select.get("first_events")], self.zone)
        if "as_known_at" not in select:
            return said
        known_at = instant_of(select["as_known_at"], self.zone)
        return [one for one in said if one.recorded <= known_at]

    def _targets(self, clock: str, select: Case) -> frozenset[str]:
        """The targets of a clock: of the agreement asked for, or of all."""
        named = select.get("agreement")
        if named is not None:
            return frozenset({target_name(clock, named)})
        return frozenset(t for t in self.agreement.targets if t.partition(":")[0] == clock)

    def _agree(self, field: str, expected: Any, got: Any) -> bool:
        """Whether the answer is the one expected; instants are compared as instants."""
        match field:
            case "not_state":
                return expected not in got
            case "deadline_before":
                return got is not None and self._instant(got) < self._instant(expected)
            case _ if isinstance(expected, str) and field.endswith(("deadline", "_at", "_from")):
                return got is not None and self._instant(got) == self._instant(expected)
            case "fired_at":
                return [self._instant(one) for one in expected] == [self._instant(o) for o in got]
            case _:
                return bool(expected == got)

    def _instant(self, text: str) -> int:
        return instant_of(text, self.zone)


def _scene(case: Case, setting: Mapping[str, Any]) -> _Scene:
    texts = [one["at"] for one in (*case["events"], *case["ask"])]
    years = years_around(texts)
    calendars = {name: calendar_of(name, cal, years) for name, cal in case["calendars"].items()}
    agreement = agreement_of(case, setting, calendars)
    return _Scene(agreement.zone, case["events"], agreement)


def _book(agreement: Agreement, said: Sequence[Told]) -> Book:
    """The agreement, and how far the source has spoken: to the last event in the journal, and a
    watermark never goes back (7.4)."""
    book = Book()
    book.agreements = [agreement]
    if said:
        spoken = told.SourceHeartbeat(
            specversion="1.0",
            id="spoken",
            source=SOURCE,
            subject="journal",
            time=moment(max(one.recorded for one in said)),
            data=told.Heartbeat(complete_to=moment(max(one.happened for one in said))),
        )
        book.take(spoken, instant(spoken.time))
    return book


def _earliest(judged: Judged) -> frozenset[str]:
    """The target of the open timer that is due first."""
    due = [(t.deadline, t.cell.target) for t in judged.timers if t.ended_at is None and t.deadline]
    return frozenset({min(due)[1]} if due else ())


def _next_step(
    history: list[TicketFact], book: Book, judged: Judged, timer: str
) -> Escalated | None:
    """The escalation of `timer` that comes next with nothing new said; None: none will."""
    asked = judged.until
    known = [fact for fact in history if fact.at <= asked]
    for _ in range(_STEPS_MAX):
        if judged.next_due is None:
            return None
        judged = judge(SOURCE, known, book, judged.next_due)
        for one in judged.outcomes:
            if isinstance(one, Escalated) and one.timer == timer and one.effective_at > asked:
                return one
    return None


def _said(place: str, field: str, value: Any) -> str:
    return f"{place} {field}: {json.dumps(value)}"
