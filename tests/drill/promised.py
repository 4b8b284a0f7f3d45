"""Which promises of the drill's desk are broken, by arithmetic of its own on what was said. Pure.

It knows nothing of the tracker: a promise of `agreement.yaml` is a budget, and one pause.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.instants import parse
from tests.drill.traffic import EARLY, UNREADABLE

FIRST_RESPONSE: Final = 2_400_000
RESOLUTION: Final = 4_800_000
"""Budgets in microseconds, as in `agreement.yaml`."""

Breach = tuple[str, str, int]
"""Ticket, target, deadline in microseconds."""


@dataclass(slots=True)
class Ticket:
    """What was said of one ticket, each once, whatever order it came in."""

    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    def breaches(self, ticket: str) -> set[Breach]:
        """What was broken, with all of time passed."""
        events = sorted(self.said.values(), key=lambda e: (parse(e["time"]), e["id"]))
        opened = [parse(e["time"]) for e in events if e["type"] == "ticket.opened.v1"]
        if not opened:
            return set()
        broken = set()
        due = opened[0] + FIRST_RESPONSE
        if not any(_answers(e) and parse(e["time"]) <= due for e in events):
            broken.add((ticket, "first_response", due))
        due_ = _resolution_due(opened[0], events)
        if due_ is not None:
            broken.add((ticket, "resolution", due_))
        return broken


def _answers(event: dict[str, Any]) -> bool:
    return bool(event["type"] == "ticket.replied.v1" and event["data"]["role"] == "agent")


def _resolution_due(opened: int, events: list[dict[str, Any]]) -> int | None:
    """When the time of the resolution was spent before it was resolved; None: it never was."""
    left, since = RESOLUTION, opened
    runs = True
    for event in events:
        at = parse(event["time"])
        stops = event["type"] in ("ticket.resolved.v1", "ticket.closed.v1")
        status = (
            event["data"].get("status") if event["type"] == "ticket.status_changed.v1" else None
        )
        if not stops and status is None:
            continue
        if runs and at - since >= left:
            return since + left
        if stops:
            return None
        if runs:
            left -= at - since
        runs, since = status == "open", at
    return since + left if runs else None


def expected_breaches(events: Iterable[dict[str, Any]]) -> set[Breach]:
    """Of all tickets that these events, as JSON, speak of."""
    tickets: defaultdict[str, Ticket] = defaultdict(Ticket)
    for event in events:
        name = event["id"]
        if name.endswith((EARLY, UNREADABLE)) or not event["type"].startswith("ticket."):
            continue
        tickets[event["subject"]].said[name] = event
    found: set[Breach] = set()
    for ticket, one in tickets.items():
        found |= one.breaches(ticket)
    return found
