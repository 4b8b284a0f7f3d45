"""A `due` case as the life of one ticket: opened, and waiting while the case says it pauses."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from schemas.instants import iso
from sla.conform.agreement import agreement_of
from sla.conform.calendars import calendar_of, instant_of, years_around
from sla.conform.events import ONLY_TICKET, SOURCE, history_of, told_by
from streams.core.book import Book
from streams.core.images import timer_image
from streams.core.judge import judge
from streams.core.ledger import ledger

Case = Mapping[str, Any]

_CALENDAR: Final = "calendar"
_RESOLUTION: Final = "resolution"
_CLOCKS: Final = {
    None: _RESOLUTION,
    "time_to_resolve": _RESOLUTION,
    "time_to_own": "time_to_own",
}
"""The clock of a case -> ours."""
_OPEN: Final = "Open"
_WAITING: Final = "Waiting"
_FARTHER: Final = 10
"""Years in which a budget runs out even by a calendar that opens an hour a week."""


@dataclass(frozen=True, slots=True)
class Due:
    """What the core says of the promise. Microseconds."""

    deadline: int | None
    paused: int
    """Working time that pauses kept from counting."""


def due(case: Case) -> Due:
    """What is due to the ticket of `case`, judged when its last pause is over.

    Raises Unreadable or AgreementFaults for what cannot be promised.
    """
    life = _life(case)
    first, last = years_around([event["at"] for event in life["events"]])
    near = _judged(case, life, (first, last))
    # Unknown: its deadline may lie beyond the compiled years (2.7).
    return near if near.deadline is not None else _judged(case, life, (first, last + _FARTHER))


def _judged(case: Case, life: Case, years: tuple[int, int]) -> Due:
    calendar = calendar_of(_CALENDAR, case["cal"], years)
    agreement = agreement_of(life, case.get("setting", {}), {_CALENDAR: calendar})
    book = Book()
    book.agreements = [agreement]
    zone = case["cal"]["tz"]
    now = max(instant_of(event["at"], zone) for event in life["events"])
    history = history_of(told_by(life["events"], zone), ONLY_TICKET)
    judged = judge(SOURCE, history, book, now)
    assert judged.fold is not None, "The ticket has its opening."
    (timer,) = judged.timers
    image = timer_image(timer, judged.fold)
    rows = ledger(image, timer.terms.calendar, now)
    paused = sum(row.working_us for row in rows if row.kind == "paused")
    return Due(image.deadline_us, paused)


def _life(case: Case) -> dict[str, Any]:
    """The lifecycle case that says the same."""
    clock = _CLOCKS[case.get("clock")]
    target = {"clock": clock, "calendar": _CALENDAR} | _budget(case)
    if clock == _RESOLUTION and not case.get("pauses_count", True):
        # Of time to own it is the settings that say whether a pause counts (3.4).
        target["pause_statuses"] = []
    return {
        "agreement": {"targets": [target], "pause_statuses": [_WAITING]},
        "events": _events(case),
    }


def _budget(case: Case) -> dict[str, Any]:
    if case["mode"] == "days":
        return {"unit": "business_days", "budget": str(case["days"])}
    return {"unit": "minutes", "budget": str(Fraction(str(case["secs"])) / 60)}


def _events(case: Case) -> list[dict[str, str]]:
    zone = case["cal"]["tz"]
    events = [{"type": "created", "author": "customer", "status": _OPEN, "at": case["start"]}]
    for start, end in case["pauses"]:
        events.append({"type": "status_changed", "to": _WAITING, "at": start})
        if end is not None:
            events.append({"type": "status_changed", "to": _OPEN, "at": end})
    # An offset in one and wall time in another must not mix, so all are written as instants.
    return [event | {"at": iso(instant_of(event["at"], zone))} for event in events]
