"""Agreements of one target, and what became of it: for tests that hold the core to one rule."""

from typing import Any

from schemas.instants import HOUR
from streams.core.agreement.model import Agreement
from streams.core.book import Book
from tests.builders import agreement, book, cell, judged, told_of

OPENED = "2026-03-30 10:00 opened plan=silver severity=2"
"""A Monday; office hours are 09:00 to 21:00, Monday to Friday."""


def promising(target: str, hours: float | None, **other: Any) -> Agreement:
    """An agreement that promises `target` alone, in `hours` at severity 1 and 2 of every plan.

    `severity_1` and `severity_2` hold what one of them has otherwise: `hours`, or fields of a cell.
    """
    own = {number: dict(other.pop(f"severity_{number}", {})) for number in "12"}
    cells = {}
    for plan in ("silver", "gold"):
        for number in "12":
            fields = other | own[number]
            amount = fields.pop("hours", hours)
            budget = None if amount is None else round(amount * HOUR)
            cells[plan, number] = cell(target, plan, number, budget, **fields)
    return agreement(targets={target: cells})


def then(of: Agreement | Book, until: str, *lines: str) -> list[str]:
    """What is true at `until`: `12:00 met`, with the day where it is not Monday 30 March."""
    known = of if isinstance(of, Book) else book(of)
    told = told_of(judged(known, until, *lines).outcomes)
    return [_short(line) for line in told]


def _short(line: str) -> str:
    day, at, kind, _, *level = line.split()
    return " ".join([*([] if day == "2026-03-30" else [day]), at, kind, *level])


def timers(of: Agreement, until: str, *lines: str) -> list[str]:
    """The timers at `until`: `resolution@e1 met`."""
    return [f"{t.timer} {t.state}" for t in judged(book(of), until, *lines).timers]
