"""The ledger of a timer (semantics 8.1): where each microsecond of its life went."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemas.outbound import Stretch, TimerImage
from streams.core.calendar import Calendar

COUNTS = frozenset({"ran", "carried"})
"""The kinds of row whose working time is spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One row; instants and lengths in microseconds. It holds `from_us` and not `to_us`."""

    from_us: int
    to_us: int
    kind: str
    """`ran`, `paused`, `excluded`, `resolved` or `carried`, where the calendar is open; else
    `closed`, `holiday`, `closure`, or `unknown` outside the calendar's compiled years."""
    cause: str
    """The event that began it; of the calendar's own rows the calendar version."""
    label: str
    """The pausing category, who and why of an exclusion, name of the holiday or closure."""
    working_us: int
    """Open time in it; of a `carried` row what was carried."""

    @property
    def wall_us(self) -> int:
        """How long it lasted."""
        return self.to_us - self.from_us

    @property
    def spent_us(self) -> int:
        """The working time in it that counts against the budget."""
        return self.working_us if self.kind in COUNTS else 0


def ledger(timer: TimerImage, calendar: Calendar, now: int) -> list[LedgerRow]:
    """The rows of `timer`, counted by `calendar`, from its start to its end, or to `now`.

    They touch, do not overlap, and their wall time adds up to the microsecond; their `spent_us`
    adds up to the time spent. Empty before the timer's start.
    """
    until = now if timer.ended_us is None else timer.ended_us
    rows: list[LedgerRow] = []
    for stretch in timer.stretches:
        for row in _rows(stretch, timer.carried_us, calendar, until):
            last = rows[-1] if rows else None
            if last and last.to_us == row.from_us and _one(last, row):
                rows[-1] = replace(
                    last, to_us=row.to_us, working_us=last.working_us + row.working_us
                )
            else:
                rows.append(row)
    return rows


def _one(last: LedgerRow, row: LedgerRow) -> bool:
    """Whether a row only goes on with what the last one said: a night in which a pause began."""
    return (last.kind, last.cause, last.label) == (row.kind, row.cause, row.label)


def _rows(stretch: Stretch, carried: int, calendar: Calendar, until: int) -> Iterator[LedgerRow]:
    start = stretch.from_us
    if stretch.kind == "carried":
        if start <= until:
            yield LedgerRow(
                from_us=start,
                to_us=start,
                kind=stretch.kind,
                cause=stretch.cause,
                label=stretch.label,
                working_us=carried,
            )
        return
    to = until if stretch.to_us is None else min(stretch.to_us, until)
    for a, b, kind, name, _ in calendar.spans_between(start, to):
        counted = kind == "open"
        yield LedgerRow(
            from_us=a,
            to_us=b,
            kind=stretch.kind if counted else kind,
            cause=stretch.cause if counted else calendar.version,
            label=stretch.label if counted else name,
            working_us=b - a if counted else 0,
        )
