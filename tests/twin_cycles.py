"""The slow, plain twin for targets of which each start is a cycle (semantics 3.5, 3.6, 3.11)."""

from collections.abc import Sequence

from schemas import inbound as told
from streams.core.agreement.model import Agreement, Cell
from tests.twin_count import Answer, Count, World
from tests.twin_judge import Lane
from tests.twin_ticket import Seen, walk

CYCLES = ("next_reply", "periodic_update", "ownership")


class CycleLane(Lane):
    """The cycles of one next reply, periodic update or ownership; at most one runs at a time."""

    ran = False
    """Whether a cycle ever ran; then a reopening starts a periodic update (3.6)."""
    was_resolved = False
    team: str | None = None
    """Whose ownership is counted."""

    def take_in(self, now: Seen, cell: Cell | None) -> None:
        """All that changed at this instant, in the ticket or in the target."""
        reopened = self.was_resolved and not now.resolved
        self.was_resolved = now.resolved
        if now.gone is not None:
            self._lose_ticket(now)
            return
        self._restore_cycle(now)
        if self.live is not None:
            # 4.1 does not apply to ownership: no target is selected anew, so none is lost.
            kept = self.live.cell if self.live.cell.kind == "ownership" else cell
            self._go_through(now, self.live, kept)
        if self.live is None and cell is not None:
            self._begin_cycle(now, cell, reopened=reopened)

    def _restore_cycle(self, now: Seen) -> None:
        """It goes on; what would have ended it while the ticket was gone ends it now (4.8)."""
        timer = self.gone
        if timer is None:
            return
        assert timer.ended_at is not None, "It was lost with the ticket."
        gone_by = self.world.between(timer.ended_at, now.at)
        self._restore(now.at)
        if any(self._ends(seen, timer.cell) for seen in gone_by):
            self._end(now, timer, "met")
            self.done = False

    def _ends(self, now: Seen, cell: Cell, *, over_resolved: bool = False) -> str | None:
        if now.resolved and not over_resolved:
            return "met"
        if cell.kind == "ownership":
            return None if now.team == self.team else "met"
        return None if now.answered is None else "met"

    def _begin_cycle(self, now: Seen, cell: Cell, *, reopened: bool) -> None:
        if now.resolved or self.kept is not None:
            return
        start = self._start_of(now, cell, reopened=reopened)
        before: Count | None = None
        if start is None and self.lost is not None and self._is_owed(now, cell):
            start, before = now.entitled_cause, self.lost
        self.lost = None
        if start is None:
            return
        self.ran = True
        self.team = now.team
        timer = self._new(cell, start, now.at)
        if before is not None:
            self._inherit(now, timer, before, cell.on_upgrade, before.origin)
            timer.lost_before(before)

    def _start_of(self, now: Seen, cell: Cell, *, reopened: bool) -> str | None:
        """The event that starts a cycle at this instant; None: none does."""
        match cell.kind:
            case "next_reply":
                return self._message(now, cell)
            case "periodic_update":
                if now.answered is not None:
                    return now.answered
                if reopened and self.ran:
                    return now.category_cause
                return now.opening if cell.from_opening else None
            case _:
                if now.team is None or cell.team not in (None, now.team):
                    return None
                return now.team_cause

    def _message(self, now: Seen, cell: Cell) -> str | None:
        if cell.next_reply_start == "opening_message":
            if now.opening is not None and now.by_requester and now.answered is None:
                return now.opening
            return now.asked
        return now.asked if now.responded or not now.by_requester else None

    def _is_owed(self, now: Seen, cell: Cell) -> bool:
        """Whether a cycle that lost its target would still run (4.4)."""
        return now.waiting if cell.kind == "next_reply" else True


def twin_judge(
    agreement: Agreement, events: Sequence[told.TicketEvent], step: int, until: int
) -> list[Answer]:
    """Every timer of the ticket as it stands at `until`; `step` is the grid in microseconds."""
    world = World(agreement, events, step, until)
    lanes = [
        (CycleLane if target in CYCLES else Lane)(world, target) for target in agreement.targets
    ]
    for now in walk(agreement, events, step, until):
        world.past.append(now)
        for lane in lanes:
            if not now.opening:
                lane.pass_step(now.at - step)
            lane.look(now, agreement.cell(lane.target, now.plan, now.severity))
    return [timer.answer() for lane in lanes for timer in lane.timers]
