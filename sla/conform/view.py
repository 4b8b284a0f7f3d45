"""One clock of a ticket as it was judged: which timers are asked about, and their account."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.outbound import TimerImage
from schemas.outcomes import Escalated
from streams.core.images import timer_image
from streams.core.judge import Judged
from streams.core.ledger import LedgerRow, ledger
from streams.core.timer import Timer


@dataclass(frozen=True, slots=True)
class View:
    """One clock of one ticket as judged at `now`."""

    judged: Judged
    now: int
    targets: frozenset[str]
    cycles: Sequence[Sequence[Timer]]
    """The timers of each cycle; those after the first of one are successors."""
    cycle: int
    """The one asked about, from 0; -1: none."""
    chosen: bool
    """Whether the question names it; else it is the last."""
    watermark: int | None
    next_step: Callable[[str], Escalated | None]
    """The escalation of a timer that comes next with nothing new said."""

    @property
    def own(self) -> Sequence[Timer]:
        """The timers of the cycle."""
        return self.cycles[self.cycle] if 0 <= self.cycle < len(self.cycles) else ()

    @property
    def every(self) -> Sequence[Timer]:
        """The timers of all cycles."""
        return [timer for cycle in self.cycles for timer in cycle]

    @property
    def timer(self) -> Timer | None:
        """The timer that stands for the cycle: the last of its successors."""
        return self.own[-1] if self.own else None

    @property
    def image(self) -> TimerImage | None:
        """That timer as published."""
        fold = self.judged.fold
        return None if self.timer is None or fold is None else timer_image(self.timer, fold)

    @property
    def rows(self) -> list[LedgerRow]:
        """Its account of time up to `now`."""
        timer, image = self.timer, self.image
        if timer is None or image is None:
            return []
        return ledger(image, timer.terms.calendar, self.now)


def view(
    judged: Judged,
    now: int,
    targets: frozenset[str],
    cycle: int | None,
    watermark: int | None,
    next_step: Callable[[str], Escalated | None],
) -> View:
    """The clock whose promises are `targets`; `cycle` counts from 1, None: the last."""
    cycles: list[list[Timer]] = []
    of: dict[str, list[Timer]] = {}
    for timer in judged.timers:
        if timer.cell.target not in targets:
            continue
        before = None if timer.predecessor is None else of.get(timer.predecessor)
        if before is None:
            before = []
            cycles.append(before)
        before.append(timer)
        of[timer.timer] = before
    return View(
        judged=judged,
        now=now,
        targets=targets,
        cycles=cycles,
        cycle=len(cycles) - 1 if cycle is None else cycle - 1,
        chosen=cycle is not None,
        watermark=watermark,
        next_step=next_step,
    )
