"""The account of one timer, as it is saved and linked again. What it does is told elsewhere:
`counting` lets time pass, `timer` says what happens to it, `targets` when.
"""

from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import astuple

from schemas.instants import NEVER
from schemas.outbound import Stretch
from schemas.outcomes import Outcome
from streams.core.agreement.model import Cell
from streams.core.excluding import WorkingTime
from streams.core.ladder import Amounts
from streams.core.terms import Terms
from streams.core.unsaved import Unsaved

HeldBy: TypeAlias = tuple[str | None, str | None]
"""A team and a severity."""

Ran: TypeAlias = tuple[int, int, WorkingTime, int]
"""From, to, by which time it counted, and what was spent before."""


class Near(Struct, frozen=True, gc=False):
    """What is saved of the ticket itself: where a timer says the same, it is not saved again."""

    opening: str
    """The event that opened the ticket."""
    cause: str
    """The event that put it into its status category."""
    team: str | None
    severity: str | None
    resolved: bool
    """Whether it is resolved."""


def caused(stretch: Stretch, cause: str) -> Stretch:
    """The same stretch, begun by `cause`."""
    return Stretch(stretch.from_us, stretch.to_us, stretch.kind, cause, stretch.label)


class Account(Struct, array_like=True, eq=False, gc=False):
    """The account of one timer. `spent` is working time up to `since`, or up to now when still.

    Nothing comes due before `bound`. It is cheap while not `exact`: working time runs no faster
    than wall time; only when time gets that far is the calendar asked.
    """

    promised: int
    """The token of its terms."""
    timer: str
    """`target@starting event`, its name for ever (3.1)."""
    started_at: int
    origin: int
    """Where the promise first began; before `started_at` where it took over from another."""
    applied_at: int
    budget: int | None
    cause: str
    steps: Amounts
    """The steps not reached yet."""
    not_before: int = 0
    stopped_by: str | None = None
    day_end: int | None = None
    state: str = "running"
    spent: int = 0
    carried: int = 0
    since: int | None = None
    paused: str | None = None
    deadline: int | None = None
    fixed: int | None = None
    breached_at: int | None = None
    ended_at: int | None = None
    end_reason: str | None = None
    survivor: str | None = None
    successor: str | None = None
    predecessor: str | None = None
    levels: list[str] = []
    bound: int = NEVER
    exact: bool = True
    excused: bool = False
    has_run: bool = False
    risked_at: int | None = None
    """When it came, or will come, to be at risk as it last counted (6.1)."""
    number: int = -1
    """By which publications name it, once one of them has."""
    cycle: int = 0
    """Its number among the timers of its target, from 1 on."""
    hidden: bool = False
    """It ended where it began, and nothing of it is published (3.8)."""
    held_by: HeldBy | None = None
    """Team and severity at its start."""
    due_with: HeldBy | None = None
    """Team and severity at its deadline or end, whichever came first; None: neither came yet."""
    before: int = 0
    """How many stretches went before those in `stretches`."""
    stretches: list[Stretch] = []
    versions_of: int = 0
    """It is promised by the versions in force at that instant; 0: by those at the opening (4.6)."""
    touched: Unsaved[bool] = False
    outcomes: Unsaved[list[Outcome]] = []
    certain: Unsaved[int | None] = None
    """How many of `outcomes` no later event withdraws; None: all."""
    at_risk_at: Unsaved[int | None] = None
    """What `look_for_risk` found."""
    ran: Unsaved[list[Ran] | None] = []
    """The stretches in which it counted; None: they are not at hand."""
    terms: Unsaved[Terms] = None  # type: ignore[assignment]  # linked by whoever makes it
    cell: Unsaved[Cell] = None  # type: ignore[assignment]  # likewise
    time: Unsaved[WorkingTime] = None  # type: ignore[assignment]  # likewise

    @property
    def start_event(self) -> str:
        """The event that started it."""
        return self.timer.partition("@")[2]

    def link(self, terms: Terms, near: Near) -> None:
        """What was saved stands as it stood. Its time is the calendar's: none was excluded."""
        if not self.timer:
            self.timer = f"{terms.cell.target}@{near.opening}"
        if not self.cause:
            self.cause = near.cause
        if self.held_by is None:
            self.held_by = (near.team, near.severity)
        stretches = self.stretches
        if stretches and not stretches[0].cause:
            stretches[0] = caused(stretches[0], self.cause)
        self.terms = terms
        self.cell = terms.cell
        self.time = terms.calendar
        self.ran = None

    def let_go(self, near: Near) -> tuple[object, ...]:
        """What is saved of it: nothing that was published, is near, or is linked anew.

        It is of no use then, until it is linked.
        """
        stretches = self.stretches
        if len(stretches) > 1:
            self.before += len(stretches) - 1
            del stretches[:-1]
        cause = self.cause
        if stretches and stretches[0].cause == cause:
            stretches[0] = caused(stretches[0], "")
        if cause == near.cause:
            self.cause = ""
        if self.held_by == (near.team, near.severity):
            self.held_by = None
        if self.timer == f"{self.cell.target}@{near.opening}":
            self.timer = ""
        return astuple(self)[:_SAVED]


_SAVED: Final = Account.__struct_fields__.index("touched")
