"""When a promise would be due: from the agreement alone, as if nothing but time happened."""

from dataclasses import dataclass

from schemas.instants import moment
from streams.core.agreement.model import Agreement, Cell
from streams.core.calendar import Calendar, Span, compile_calendar
from streams.core.days import deadline_at, nth_day
from streams.core.zones import zone


@dataclass(frozen=True, slots=True)
class Due:
    """What one target owes to a ticket opened at one instant. Instants are microseconds."""

    target: str
    cell: Cell | None
    deadline: int | None
    why_none: str
    """Why there is no deadline; empty where there is one."""
    spans: tuple[Span, ...]
    """What the calendar does between the start and the deadline."""


def due(agreement: Agreement, target: str, plan: str, severity: str, at: int) -> Due:
    """The deadline of `target` for a ticket that is opened at `at` and never pauses.

    A target that does not run from the opening is taken to start at `at` all the same.
    Closures are declared to a running tracker, not in the agreement, so none is counted.
    """
    cell = agreement.cell(target, plan, severity)
    if cell is None:
        return Due(target, None, None, f"plan {plan} promises none at severity {severity}", ())
    if cell.release is not None:
        why = f"with the first {cell.release} release planned after the opening"
        return Due(target, cell, None, why, ())
    if not judged(cell):
        return Due(target, cell, None, f"open-ended, measured by the calendar {cell.calendar}", ())
    calendar = compile_calendar(agreement.calendars[cell.calendar])
    deadline = _deadline(cell, calendar, at)
    if deadline is None:
        return Due(target, cell, None, _unknown(calendar), ())
    return Due(target, cell, deadline, "", tuple(calendar.spans_between(at, deadline)))


def _deadline(cell: Cell, calendar: Calendar, at: int) -> int | None:
    """The deadline of a promise that runs from `at`; None: unknown (2.7)."""
    if cell.days is not None:
        return nth_day(calendar, at, cell.days, cell.day_rule)
    return deadline_at(calendar, at, cell.budget or 0, cell.close_boundary)


def _unknown(calendar: Calendar) -> str:
    spec = calendar.spec
    return (
        f"unknown: the way to it leaves the years {spec.first_year} to {spec.last_year}, "
        f"for which the calendar {spec.name} is agreed"
    )


def judged(cell: Cell) -> bool:
    """Whether the cell has a budget that is judged."""
    return cell.budget is not None or cell.days is not None


def local_iso(agreement: Agreement, at: int) -> str:
    """An instant in the zone of the agreement: `2026-04-08T18:00:00+08:00`."""
    return moment(at).astimezone(zone(agreement.zone)).isoformat()


def as_json(agreement: Agreement, one: Due) -> dict[str, object]:
    """A plain form of `one`: instants as ISO text in the agreement's zone, lengths in `_us`."""
    cell = one.cell
    return {
        "target": one.target,
        "calendar": None if cell is None else cell.calendar,
        "budget": None if cell is None or not judged(cell) else cell.budget_text,
        "budget_us": None if cell is None else cell.budget,
        "day_rule": None if cell is None or cell.days is None else cell.day_rule,
        "release": None if cell is None else cell.release,
        "deadline": None if one.deadline is None else local_iso(agreement, one.deadline),
        "why_none": one.why_none or None,
        "spans": [
            {
                "from": local_iso(agreement, start),
                "to": local_iso(agreement, to),
                "kind": kind,
                "name": name or None,
                "counted_us": to - start if kind == "open" else 0,
            }
            for start, to, kind, name, _ in one.spans
        ],
    }
