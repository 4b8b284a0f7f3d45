"""What is decided about a timer (semantics 3.2, 7.1): frozen values, a closed union.

The identity of an outcome is (ticket, timer, kind, level, effective_at). Fields named in
`NOT_TRUTH` explain an outcome without being part of what is true (semantics 7.6).
"""

from typing import ClassVar, Literal, TypeAlias

from msgspec import Struct

NOT_TRUTH = frozenset({"cause"})

EndState = Literal["met", "met_late", "superseded", "void"]


class Decided(Struct, frozen=True, array_like=True, gc=False):
    """The common part. `timer` is `target@starting event id`; `cause` an event id."""

    timer: str
    effective_at: int
    cause: str

    rules: ClassVar[tuple[str, ...]] = ()
    """The rules of `semantics.md` by which it was decided, for example `3.3`."""

    @property
    def level(self) -> str | None:
        """The rung of the ladder, for an escalation; None for all else."""
        return None


class Started(Decided, frozen=True, array_like=True, tag=1):
    """The promise began to count. `budget` is working time; None for an open-ended target."""

    rules: ClassVar[tuple[str, ...]] = ("3.1", "5.2")

    agreement: str
    version: str
    plan: str
    severity: str
    rule: str
    """The entitlement rule that granted the plan."""
    calendar: str
    budget: int | None
    carried: int = 0
    """Working time already spent by its predecessor (4.2)."""
    predecessor: str | None = None


class Paused(Decided, frozen=True, array_like=True, tag=2):
    """Time stopped counting for this timer, while a pausing status holds."""

    rules: ClassVar[tuple[str, ...]] = ("3.9",)

    status_category: str


class Resumed(Decided, frozen=True, array_like=True, tag=3):
    """Time counts again for this timer."""

    rules: ClassVar[tuple[str, ...]] = ("3.9",)


class Met(Decided, frozen=True, array_like=True, tag=4):
    """Stopped in time. `deadline` is the kept one (3.9); `spent` working time."""

    rules: ClassVar[tuple[str, ...]] = ("3.3",)

    deadline: int | None
    spent: int


class MetLate(Decided, frozen=True, array_like=True, tag=5):
    """Stopped after its deadline: the breach stands."""

    rules: ClassVar[tuple[str, ...]] = ("3.3",)

    deadline: int
    spent: int


class Breached(Decided, frozen=True, array_like=True, tag=6):
    """The deadline, `effective_at`, is gone."""

    rules: ClassVar[tuple[str, ...]] = ("2.4", "3.3")

    budget: int | None
    """None under a fixed deadline (release, manual)."""


class Escalated(Decided, frozen=True, array_like=True, tag=7):
    """A step of the ladder was reached; those it names are to be told."""

    rules: ClassVar[tuple[str, ...]] = ("6.1",)

    rung: str
    step: str
    """As the agreement says it: `75%` or `+30 minutes`."""
    notify: tuple[str, ...]

    @property
    def level(self) -> str | None:
        return self.rung


class Superseded(Decided, frozen=True, array_like=True, tag=8):
    """The timer ended, another with another target goes on in its place."""

    rules: ClassVar[tuple[str, ...]] = ("4.1",)

    successor: str
    spent: int


class Voided(Decided, frozen=True, array_like=True, tag=9):
    """The timer ended without a verdict; it is in no percentage."""

    rules: ClassVar[tuple[str, ...]] = ("4.8",)

    reason: str
    """`no_target`, `merged`, `deleted`, `spam` or `resolved_without_reply`."""
    spent: int
    survivor: str | None = None


class Ended(Decided, frozen=True, array_like=True, tag=10):
    """A breached timer lost its ticket or target: it stays breached, counted, ended (4.3)."""

    rules: ClassVar[tuple[str, ...]] = ("4.3",)

    reason: str
    spent: int


class Reopened(Decided, frozen=True, array_like=True, tag=11):
    """Takes back the end: the timer goes on (4.7)."""

    rules: ClassVar[tuple[str, ...]] = ("4.7",)


Outcome: TypeAlias = (
    Started
    | Paused
    | Resumed
    | Met
    | MetLate
    | Breached
    | Escalated
    | Superseded
    | Voided
    | Ended
    | Reopened
)

# Append only: a wire name is never reused and never edited.
WIRE_NAMES: dict[type[Outcome], str] = {
    Started: "sla.timer_started.v1",
    Paused: "sla.timer_paused.v1",
    Resumed: "sla.timer_resumed.v1",
    Met: "sla.timer_met.v1",
    MetLate: "sla.timer_met_late.v1",
    Breached: "sla.timer_breached.v1",
    Escalated: "sla.timer_escalated.v1",
    Superseded: "sla.timer_superseded.v1",
    Voided: "sla.timer_voided.v1",
    Ended: "sla.timer_ended.v1",
    Reopened: "sla.timer_reopened.v1",
}
RETRACTED = "sla.outcome_retracted.v1"
