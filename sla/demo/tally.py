"""Counts what the tracker commits, ticket by ticket, for the live view."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from schemas.outcomes import RETRACTED
from sla.demo.snapshot import DemoSnapshot, Moment, PlanShare

_BREACHED: Final = "sla.timer_breached.v1"
_ESCALATED: Final = "sla.timer_escalated.v1"
_IMAGE: Final = "sla.ticket_judged.v1"
_REFUSED: Final = "sla.event_refused.v1"
PLANS: Final = ("platinum", "gold", "silver")


@dataclass(frozen=True, slots=True)
class _Timer:
    state: str
    plan: str
    counts: bool
    """Whether it counts in the achieved share."""


@dataclass(frozen=True, slots=True)
class _Ticket:
    opened: bool
    resolved: bool
    gone: bool
    timers: dict[str, _Timer]

    @property
    def is_open(self) -> bool:
        return self.opened and not self.resolved and not self.gone


@dataclass(slots=True)
class Tally:
    """All counts so far; `take` changes them."""

    start: int
    end: int
    events: int = 0
    refused: int = 0
    moments: list[Moment] = field(default_factory=list)
    _tickets: dict[str, _Ticket] = field(default_factory=dict)
    _held: dict[str, set[str]] = field(
        default_factory=lambda: {_BREACHED: set(), _ESCALATED: set()}
    )
    _withdrawn: set[str] = field(default_factory=set)

    def take(self, messages: Iterable[bytes]) -> list[dict[str, Any]]:
        """Counts what one record published; gives the outcomes and refusals among it."""
        told = []
        for raw in messages:
            message = orjson.loads(raw)
            match message["type"]:
                case "sla.ticket_judged.v1":
                    before = self._tickets.get(message["ticket"])
                    self._tickets[message["ticket"]] = _ticket(message, before)
                case "sla.event_refused.v1":
                    self.refused += 1
                    told.append(message)
                case kind if "identity" in message:
                    self._count(kind, message)
                    told.append(message)
        return told

    def _count(self, kind: str, message: dict[str, Any]) -> None:
        identity = message["identity"]
        if kind in self._held:
            self._held[kind].add(identity)
            self._withdrawn.discard(identity)
        elif kind == RETRACTED and message["data"]["retracts"] in self._held:
            self._held[message["data"]["retracts"]].discard(identity)
            if message["data"]["retracts"] == _BREACHED:
                self._withdrawn.add(identity)

    def snapshot(self, at: int, seconds: float) -> DemoSnapshot:
        """How it stands at the simulated instant `at`, after `seconds` of real time."""
        tickets = self._tickets.values()
        timers = [timer for one in tickets for timer in one.timers.values()]
        states = Counter(timer.state for timer in timers)
        return DemoSnapshot(
            at=at,
            start=self.start,
            end=self.end,
            events=self.events,
            events_per_second=self.events / seconds if seconds else 0.0,
            refused=self.refused,
            tickets=len(self._tickets),
            tickets_open=sum(one.is_open for one in tickets),
            running=states["running"],
            paused=states["paused"],
            breaches_held=len(self._held[_BREACHED]),
            breaches_withdrawn=len(self._withdrawn),
            escalations=len(self._held[_ESCALATED]),
            shares=_shares([timer for timer in timers if timer.counts]),
            moments=tuple(self.moments),
        )


def _ticket(image: dict[str, Any], before: _Ticket | None) -> _Ticket:
    """How a ticket stands by its image; what that leaves out stands as it stood `before`."""
    timers = {
        timer["timer"]: _Timer(timer["state"], timer["plan"], _counts(timer))
        for timer in image.get("timers", ())
    }
    opened = image.get("opened_us") is not None
    resolved = image.get("resolved_us") is not None
    gone = image.get("gone") is not None
    changed = image.get("changed")
    if changed is not None and before is not None:
        timers = before.timers | timers
        opened = before.opened
        resolved = resolved if "status" in changed else before.resolved
        gone = gone if "gone" in changed else before.gone
    return _Ticket(opened, resolved, gone, timers)


def _counts(timer: dict[str, Any]) -> bool:
    """Whether it counts in the achieved share (8.2): decided, and with a deadline."""
    if timer["state"] in ("breached", "met_late"):
        return True
    return timer["state"] == "met" and timer.get("deadline_us") is not None


def _shares(counted: Sequence[_Timer]) -> tuple[PlanShare, ...]:
    total = Counter(timer.plan for timer in counted)
    met = Counter(timer.plan for timer in counted if timer.state == "met")
    return tuple(PlanShare(plan, met[plan], total[plan]) for plan in PLANS)
