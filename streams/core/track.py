"""The timers of one target of one ticket, as they are saved and linked again."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from streams.core.account import Near
from streams.core.excluding import Excluding, WorkingTime
from streams.core.fold import Fold
from streams.core.moment import Moment
from streams.core.past import HistoryNeeded, Past
from streams.core.terms import Terms
from streams.core.timer import Timer, timer_for
from streams.core.unsaved import Unsaved
from streams.core.upkeep import fixed_deadline, replay

Stretches: TypeAlias = Sequence[tuple[int, int]]


class Track(Struct, array_like=True, gc=False):
    """The timers of one target, from the ticket's opening on; at most one is current.

    Timers `beside` it were left counted by a restart after their breach (4.3). Between two runs
    it can be saved.
    """

    begun: bool = False
    over: bool = False
    """Nothing that happens later concerns it."""
    resolved: bool = False
    ran: bool = False
    owner: str | None = None
    attached_by: str | None = None
    cycles: int = 0
    lost: Timer | None = None
    current: Timer | None = None
    beside: list[Timer] = []
    target: Unsaved[str] = ""
    matters: Unsaved[int] = 0
    """The changes that can matter to its kind."""
    timers: Unsaved[list[Timer]] = []
    """Those that a run begins with, and those that it makes."""
    fold: Unsaved[Fold] = None  # type: ignore[assignment]  # linked by every run
    past: Unsaved[Past] = None  # type: ignore[assignment]  # likewise
    exclusions: Unsaved[Stretches] = ()

    def let_go(self, near: Near) -> tuple[object, ...]:
        """What is saved of it, but for what is told beside it. It is of no use then."""
        lost, current = self.lost, self.current
        return (
            self.begun,
            self.over,
            self.resolved,
            self.ran,
            self.owner,
            self.attached_by,
            self.cycles,
            None if lost is None else lost.let_go(near),
            None if current is None else current.let_go(near),
            [timer.let_go(near) for timer in self.beside] if self.beside else (),
        )

    def link(self, terms: Mapping[int, Terms], near: Near) -> None:
        """Its timers stand as they stood. Raises HistoryNeeded where terms are not known."""
        for timer in (self.current, self.lost, *self.beside):
            if timer is not None:
                promised = terms.get(timer.promised)
                if promised is None:
                    raise HistoryNeeded
                timer.link(promised, near)

    def held(self) -> Sequence[Timer]:
        """The timers that go on, or may."""
        if self.current is None:
            return self.beside
        return (*self.beside, self.current) if self.beside else (self.current,)

    def new(self, terms: Terms, start_event: str, at: int, versions_of: int) -> Timer:
        """A timer of these terms, not started yet; promised by the `versions_of` that instant."""
        time: WorkingTime = terms.calendar
        if self.exclusions:
            time = Excluding(time, self.exclusions)
        timer = timer_for(terms, time, start_event, at)
        if self.fold.book.has_new_timers:
            timer.versions_of = versions_of
        return timer

    def start(self, timer: Timer, moment: Moment) -> None:
        """It starts, and is the current one. What it started with may lie before `moment`."""
        timer.fixed = fixed_deadline(timer, moment, self.fold)
        timer.held_by = self.fold.held_at(timer.started_at)
        timer.touched = True
        timer.start()
        if timer.started_at < moment.at:
            replay(timer, self.past, moment.at)
        self.show(timer)
        self.current = timer
        self.lost = None

    def show(self, timer: Timer) -> None:
        """It is one of the timers of the ticket from now on."""
        timer.hidden = False
        self.cycles += 1
        timer.cycle = self.cycles
        self.timers.append(timer)

    def hide(self, timer: Timer) -> None:
        """Nothing of it is published (3.8)."""
        timer.hidden = True
        self.cycles -= 1
        del timer.outcomes[1:]
