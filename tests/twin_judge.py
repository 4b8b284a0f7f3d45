"""A slow, plain twin of the judge: it walks a ticket's life step by step, counting on its fingers.

At every step of a grid (half an hour, a minute) it asks "is this step open, is it excluded, does
the timer count?" and adds the step to what was spent. There is no arithmetic of calendars:
deadlines are where the counting arrives; what a change would have given is counted from the start.
It follows the numbered rules of semantics 1.3, 2, 3 and 4, not the code of `streams.core`, of which
it uses the values of the agreement alone. Instants, budgets and openings must lie on the grid.
"""

from streams.core.agreement.model import Cell, ChangeMode
from tests.twin_count import Count, World
from tests.twin_ticket import Seen


class Lane:
    """The timers of one target that is counted once a ticket (first response, resolution ...)."""

    def __init__(self, world: World, target: str, beside: Count | None = None) -> None:
        self.world = world
        self.target = target
        self.timers: list[Count] = []
        self.live = beside
        self.kept = None if beside is None else beside.cell
        """The target of a breached timer that goes on beside the one of a restart (4.3)."""
        self.beside: list[Lane] = []
        self.resolved: Count | None = None
        """Ended by the resolution, to go on at a reopening (4.7)."""
        self.worked_around: Count | None = None
        """Met by a workaround, to go on when that is withdrawn (4.8)."""
        self.gone: Count | None = None
        """Lost with its ticket, to go on when that is restored (4.8)."""
        self.lost: Count | None = None
        """The last that lost its target (4.4)."""
        self.done = False
        self.attached = None if beside is None else beside.start_event
        """The event by which the target came to apply, once it has."""
        self.sees_all = False
        """Whether it came to apply after the opening, and sees the whole history (4.5)."""

    def pass_step(self, begin: int) -> None:
        """Time passes to the next step."""
        if self.live is not None:
            self.live.pass_fixed(begin)
            if self.live.counting:
                self.live.step(begin)
        for lane in self.beside:
            lane.pass_step(begin)

    def look(self, now: Seen, cell: Cell | None) -> None:
        """Takes in all that changed at this instant, in the ticket or in the target."""
        for lane in self.beside:
            lane.look(now, None if cell is None else lane.kept)
        if cell is not None and self.attached is None:
            self.attached = now.opening or now.entitled_cause
            if cell.start_at_attach == "created":
                self._see_all(now, cell)
        self.take_in(now, cell)
        if self.live is not None:
            self.live.paused = now.pauses(self.live.cell.pauses)
            self.live.counting = not self.live.paused
            self.live.keep_fixed(now)
            self.live.look(now.at)

    def take_in(self, now: Seen, cell: Cell | None) -> None:
        """The order at one instant (3.3): gone, restored, reopened, stopped, changed, begun."""
        if now.gone is not None:
            self._lose_ticket(now)
            return
        self._restore(now.at)
        undone = False
        if self.worked_around is not None and now.workaround_withdrawn is not None:
            # On a resolved ticket nothing is owed before it is reopened.
            self.resolved, self.worked_around = self.worked_around, None
            undone = True
        if self.resolved is not None and not now.resolved:
            self._reopen(now, self.resolved, cell, now.workaround_withdrawn if undone else None)
        if self.live is not None:
            self._go_through(now, self.live, cell)
        elif cell is not None and not self.done and self.resolved is self.worked_around is None:
            self._begin(now, cell)

    def _new(self, cell: Cell, start_event: str, started_at: int) -> Count:
        timer = Count(self.world, cell, start_event, started_at)
        self.timers.append(timer)
        self.live = timer
        return timer

    def _see_all(self, now: Seen, cell: Cell) -> None:
        """The target starts at the opening, and sees what happened since (4.5)."""
        self.sees_all = not now.opening
        for seen in self.world.between(0, now.at):
            self.look(seen, cell)
            self.pass_step(seen.at)

    # -- the ticket's own events ----------------------------------------------------------------

    def _lose_ticket(self, now: Seen) -> None:
        if self.live is not None:
            self.live.lose(now.at)
            self.live, self.gone = None, self.live

    def _restore(self, at: int) -> None:
        if self.gone is not None:
            self.gone.go_on(at)
            self.live, self.gone = self.gone, None

    def _ends(self, now: Seen, cell: Cell, *, over_resolved: bool = False) -> str | None:
        """What the events of this instant make of a timer of `cell`; None: it goes on."""
        resolved = now.resolved and not over_resolved
        if cell.kind in ("first_response", "time_to_own"):
            if now.responded if cell.kind == "first_response" else now.owned:
                return "met"
            lost = "resolved" if cell.resolve_without_reply == "fulfils_first_response" else "void"
            return lost if resolved else None
        if resolved:
            return "resolved"
        return "worked_around" if now.workaround and cell.stops_at_workaround else None

    def _end(self, now: Seen, timer: Count, how: str) -> None:
        if how == "void":
            timer.lose(now.at)
        else:
            timer.stop(now.at)
        self.live = None
        arrived = now.opening and timer.cell.kind not in ("first_response", "time_to_own")
        if timer.begun_at == now.at and not arrived and timer in self.timers:
            # No timer of zero length is published, save a resolution met at the opening (1.3).
            self.timers.remove(timer)
        if how == "met":
            self.done = True
        elif how == "worked_around":
            self.worked_around = timer
        else:
            self.resolved = timer

    def _reopen(self, now: Seen, timer: Count, cell: Cell | None, undone: str | None) -> None:
        self.resolved = None
        mode = timer.cell.reopen
        if mode == "no_new_tracker" or timer.cell.kind == "first_resolution":
            self.done = True
        elif mode == "new_cycle":
            if cell is not None and self.kept is None:
                # Reopened while the ticket was gone: the restore brings it into being (3.1).
                restored = None if now.reopened else now.restored
                start = undone or restored or now.category_cause
                self._new(cell, start, now.at)
        else:
            ended_at = timer.ended_at
            assert ended_at is not None
            timer.go_on(now.at, excluding=mode == "continue_excluding_closed")
            self.live = timer
            if timer not in self.timers:
                self.timers.append(timer)
            if mode == "continue_including_closed":
                self._as_if_never_resolved(timer, ended_at, now.at)

    def _as_if_never_resolved(self, timer: Count, since: int, until: int) -> None:
        """Counted over the resolution; a workaround withdrawn since is as if never given (4.8)."""
        steps = self.world.between(since, until + 1)
        withdrawn = max((s.at for s in steps if s.workaround_withdrawn is not None), default=0)
        gone = False
        for seen in steps[:-1]:
            how = self._ends(seen, timer.cell, over_resolved=True)
            holds = how != "worked_around" or seen.at >= withdrawn
            if how is not None and holds and seen.gone is None:
                self._end(seen, timer, how)
                return
            if seen.gone is None:
                if gone:
                    timer.not_before = seen.at
                timer.keep_fixed(seen)
                timer.look(seen.at)
            gone = seen.gone is not None
            timer.recount([seen], over_resolved=True)
            if not gone:
                timer.pass_fixed(seen.at)
        if gone:
            timer.not_before = until

    def _start_event(self, now: Seen) -> str:
        """The event that brings a timer into being which begins without a predecessor (3.1)."""
        if now.opening is not None or (self.sees_all and self.lost is None):
            assert self.attached is not None, "What begins applies."
            return self.attached
        return now.entitled_cause

    # -- changes of the target ------------------------------------------------------------------

    def _begin(self, now: Seen, cell: Cell) -> None:
        """The target comes to apply: at the opening, later (4.5), or again (4.4)."""
        if self.kept is not None or (now.resolved and not now.opening):
            return
        answered = {"first_response": now.responded, "time_to_own": now.owned}
        if answered.get(cell.kind, False) and not now.opening:
            return
        unasked = cell.agent_created == "no_first_response" and not now.by_requester
        if cell.kind in answered and unasked:
            return
        timer = self._new(cell, self._start_event(now), now.at)
        timer.keep_fixed(now)
        if self.lost is not None:
            self._inherit(now, timer, self.lost, cell.on_upgrade, self.world.past[0].at)
            timer.lost_before(self.lost)
        how = self._ends(now, cell)
        if how is not None:
            self._end(now, timer, how)

    def _go_through(self, now: Seen, timer: Count, cell: Cell | None) -> None:
        takes_over = cell is not None and self._takes_over(timer, cell)
        supersedes = takes_over and timer.breached_at is None
        how = self._ends(now, cell if cell is not None and supersedes else timer.cell)
        if how is not None:
            self._end(now, timer, how)
        elif cell is None:
            timer.lose(now.at)
            self.live, self.lost = None, timer
        elif takes_over:
            self._change(now, timer, cell)

    def _mode(self, before: Cell, after: Cell) -> ChangeMode:
        agreement = self.world.agreement
        plans, severities = agreement.plans.index, agreement.severities.index
        rose = (plans(after.plan), severities(after.severity)) > (
            plans(before.plan),
            severities(before.severity),
        )
        return before.on_upgrade if rose else before.on_downgrade

    def _takes_over(self, timer: Count, cell: Cell) -> bool:
        """Whether `cell` is another target, and one that begins a timer of its own (4.1, 4.3)."""
        if (cell.plan, cell.severity) == (timer.cell.plan, timer.cell.severity):
            return False
        mode = self._mode(timer.cell, cell)
        return mode == "restart" or (mode != "freeze" and timer.breached_at is None)

    def _change(self, now: Seen, timer: Count, cell: Cell) -> None:
        mode = self._mode(timer.cell, cell)
        if timer.breached_at is not None:
            aside = type(self)(self.world, self.target, timer)
            aside.look(now, aside.kept)
            self.beside.append(aside)
        else:
            timer.lose(now.at, "superseded")
        after = self._new(cell, now.entitled_cause, now.at)
        after.succeeds = timer.breached_at is None
        after.not_before = timer.not_before
        self._inherit(now, after, timer, mode, timer.origin)

    def _inherit(
        self, now: Seen, after: Count, before: Count, mode: ChangeMode, since: int
    ) -> None:
        """What the new timer has of the old one at its start (4.2, 4.4)."""
        if mode == "carry":
            after.origin = before.origin
            after.spent = before.spent
            after.marks = list(before.marks)
        elif mode == "recompute":
            after.started_at = after.origin = since
            over = after.cell.reopen == "continue_including_closed"
            steps = self.world.between(since, after.begun_at)
            after.recount(steps, over_resolved=over)
            after.keep_fixed_since(now)
