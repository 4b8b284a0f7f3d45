"""The slow, plain twin of the promises made on a ticket (semantics 3.12, 3.14, 4.8, 4.9)."""

from collections.abc import Sequence
from typing import Any

from schemas import inbound as told
from schemas.instants import instant
from streams.core.agreement.model import Agreement
from tests.twin_count import Answer, World
from tests.twin_ticket import Seen, in_force, walk

SPOKEN = (told.TicketPromiseMade, told.TicketPromiseKept, told.TicketPromiseWithdrawn)


class Pledge:
    """One promise: due at an instant that nothing moves but a restore after it."""

    def __init__(self, world: World, calendar: str, event: told.TicketPromiseMade, at: int) -> None:
        self.world = world
        self.calendar = calendar
        self.start_event = event.id
        self.started_at = at
        self.due: int = instant(event.data.due)
        self.spent = 0
        self.breached_at: int | None = None
        self.ended_at: int | None = None
        self.state = "running"

    def pass_step(self, begin: int) -> None:
        """The step that begins at `begin` passes: what was due at its beginning is late."""
        if self.ended_at is not None:
            return
        if self.breached_at is None and self.due == begin:
            self.breached_at, self.state = begin, "breached"
        if self.world.works(self.calendar, begin):
            self.spent += self.world.step

    def end(self, at: int, *, kept: bool) -> None:
        late = self.breached_at is not None
        if kept:
            self.state = "met_late" if late else "met"
        else:
            self.state = "breached" if late else "void"
        self.ended_at = at

    def go_on(self, at: int) -> None:
        """The ticket is back; what was due meanwhile is due now (4.8)."""
        self.ended_at = None
        if self.breached_at is None:
            self.due = max(self.due, at)
            self.state = "running"

    def answer(self) -> Answer:
        return Answer(
            "promise",
            self.start_event,
            self.state,
            self.started_at,
            None if self.state == "void" else self.due,
            self.breached_at,
            self.ended_at,
            self.spent,
        )


class Pledges:
    """All promises of one ticket."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.all: list[Pledge] = []
        self.owed: dict[str, Pledge] = {}
        self.missed: list[Any] = []
        """What was said while the ticket was gone."""
        self.gone = False

    def look(self, now: Seen, said: Sequence[Any]) -> None:
        """Takes in all that was said at this instant."""
        gone = now.gone is not None
        if gone != self.gone:
            for pledge in self.owed.values():
                if gone:
                    pledge.end(now.at, kept=False)
                else:
                    pledge.go_on(now.at)
            self.gone = gone
        if gone:
            self.missed += [e for e in said if not isinstance(e, told.TicketPromiseMade)]
            return
        for event in (*self.missed, *said):
            self._take(now, event)
        self.missed = []

    def _take(self, now: Seen, event: Any) -> None:
        if not isinstance(event, told.TicketPromiseMade):
            pledge = self.owed.pop(event.data.promise, None)
            if pledge is not None:
                pledge.end(now.at, kept=isinstance(event, told.TicketPromiseKept))
            return
        replaced = self.owed.pop(event.data.replaces_promise or "", None)
        if replaced is not None:
            replaced.end(now.at, kept=False)
        if event.data.promise not in self.owed and instant(event.data.due) > now.at:
            pledge = Pledge(self.world, self._calendar(now), event, now.at)
            self.owed[event.data.promise] = pledge
            self.all.append(pledge)

    def _calendar(self, now: Seen) -> str:
        """That of what is promised anyway, else the agreement's first."""
        agreement = self.world.agreement
        cells = [agreement.cell(t, now.plan, now.severity) for t in agreement.targets]
        named = [cell.calendar for cell in cells if cell is not None]
        return (named or list(agreement.calendars))[0]


def twin_promises(
    agreement: Agreement, events: Sequence[told.TicketEvent], step: int, until: int
) -> list[Answer]:
    """Every promise of the ticket as it stands at `until`; `step` is the grid in microseconds."""
    pledges = Pledges(World(agreement, events, step, until))
    coming: list[Any] = [e for e in in_force(events) if isinstance(e, SPOKEN)]
    others = [e for e in events if not isinstance(e, SPOKEN)]
    for now in walk(agreement, others, step, until):
        if not now.opening:
            for pledge in pledges.all:
                pledge.pass_step(now.at - step)
        said = [e for e in coming if instant(e.time) <= now.at]
        coming = coming[len(said) :]
        pledges.look(now, said)
    return [pledge.answer() for pledge in pledges.all]
