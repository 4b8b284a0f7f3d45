"""All that is told of one timer, and the accounts of its time that every part of it uses.

Instants and lengths are microseconds; lengths are working time unless named wall.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from sla.show import shown

CLOSED: Final = frozenset({"closed", "holiday", "closure", "unknown"})
"""Kinds of row in which the calendar was not open."""
COUNTS: Final = frozenset({"ran", "carried"})
"""Kinds of row whose working time is spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A part of a timer's life of one kind; it holds `from_us` and not `to_us` (8.1)."""

    from_us: int
    to_us: int
    kind: str
    """`ran`, `paused`, `excluded`, `resolved`, `carried`, one of `CLOSED`, or `ahead`: open time
    that is still to come before the deadline."""
    working_us: int
    cause: str = ""
    """The event that began it; of the calendar's own rows the calendar version."""
    label: str = ""
    """The pausing category, who and why of an exclusion, name of the holiday or closure."""

    @property
    def shown_us(self) -> int:
        """Its wall time between the instants as they are shown."""
        return shown(self.to_us) - shown(self.from_us)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """One thing that was published about a timer (7.1)."""

    what: str
    """`started`, `breached`, ..., of a withdrawal what it took back."""
    withdrawn: bool
    effective_us: int
    detected_us: int
    published_us: int | None = None
    revision: int = 1
    cause: str = ""
    rules: tuple[str, ...] = ()
    corrected: bool = False
    alerting: bool = True
    """False of history told after the fact, imported or before a cut-over (7.5, 1.7)."""
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who was found entitled to what, and why (5.2)."""

    rule: str | None = None
    plan: str | None = None
    reason: str | None = None
    passed: tuple[tuple[str, str], ...] = ()
    """Rules passed over, each with its first condition that failed."""
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One timer, as it stands at `now_us`."""

    source: str
    ticket: str
    timer: str
    target: str
    state: str
    started_us: int
    now_us: int
    zone: str
    """The agreement's zone, in which all is told."""
    calendar: str
    agreement: str
    version: str
    plan: str
    severity: str
    rule: str
    rows: tuple[Row, ...]
    """The ledger from the start to the end, or to now."""
    ahead: tuple[Row, ...] = ()
    """From now to a deadline that is still to come."""
    budget_us: int | None = None
    carried_us: int = 0
    deadline_us: int | None = None
    first_deadline_us: int | None = None
    breached_us: int | None = None
    ended_us: int | None = None
    at_risk_us: int | None = None
    reason: str | None = None
    survivor: str | None = None
    predecessor: str | None = None
    successor: str | None = None
    confirmed: bool | None = None
    """Whether the source's watermark has passed the breach (7.4); None where there is none."""
    beliefs: tuple[Belief, ...] = ()

    @property
    def until_us(self) -> int:
        """Where its ledger ends: its end, or now."""
        return self.now_us if self.ended_us is None else self.ended_us

    @property
    def wall_us(self) -> int:
        """The wall time of its life so far, between instants as shown."""
        return shown(self.until_us) - shown(self.started_us) if self.rows else 0

    def total(self, *kinds: str) -> int:
        """The time in rows of these kinds, as shown; of `carried` what was carried."""
        return sum(
            row.working_us if row.kind == "carried" else row.shown_us
            for row in self.rows
            if row.kind in kinds
        )

    @property
    def spent_us(self) -> int:
        """Working time spent, carried time included."""
        return self.total(*COUNTS)

    @property
    def late_us(self) -> int:
        """Working time run since the deadline; 0 where it has not breached."""
        if self.breached_us is None:
            return 0
        if self.budget_us is not None and self.breached_us <= self.started_us:
            return max(0, self.spent_us - self.budget_us)  # 4.2: a deadline before the change
        return sum(late.working_us for late in self._late())

    def _late(self) -> Iterable[Row]:
        return (row for row in self.drawn() if row.kind == "late")

    def drawn(self) -> tuple[Row, ...]:
        """The rows with what ran after the breach as `late`, then those ahead."""
        rows: list[Row] = []
        for row in self.rows:
            rows += _split(row, self.breached_us) if row.kind == "ran" else [row]
        return (*rows, *self.ahead)

    @property
    def left_us(self) -> int | None:
        """Working time left of the budget; under a fixed deadline the open time up to it."""
        if self.budget_us is not None:
            return self.budget_us - self.spent_us
        if self.deadline_us is None or not self.ahead:
            return None
        return sum(row.shown_us for row in self.ahead if row.kind == "ahead")


def _split(row: Row, at: int | None) -> list[Row]:
    """An open row cut where the deadline lies; the latter part is late."""
    if at is None or row.to_us <= at:
        return [row]
    if at <= row.from_us:
        return [replace(row, kind="late")]
    return [
        replace(row, to_us=at, working_us=at - row.from_us),
        replace(row, from_us=at, kind="late", working_us=row.to_us - at),
    ]


def joined(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows of which none only goes on with what the one before it said."""
    found: list[Row] = []
    for _, alike in groupby(rows, key=lambda row: (row.kind, row.cause, row.label)):
        for row in alike:
            last = found[-1] if found else None
            if last and last.to_us == row.from_us and _same(last, row):
                working = last.working_us + row.working_us
                found[-1] = replace(last, to_us=row.to_us, working_us=working)
            else:
                found.append(row)
    return tuple(found)


def _same(last: Row, row: Row) -> bool:
    return (last.kind, last.cause, last.label) == (row.kind, row.cause, row.label)
