"""What pagers follow: the latest word on each alert (semantics 7.1), from the outcomes of a record.

An alert is a ticket's timer with a level of its ladder, or with its breach. It is *firing* once
it is due and *settled* once its timer has ended; *withdrawn*: corrected history knows nothing of
it. Of several steps that came due together the highest alone fires (6.3). What alerts nobody
(7.5, 1.7) is not said; the end of its timer is, so a consumer passes over what never fired.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

import msgspec
import orjson

from schemas.outbound import OutcomeMessage
from schemas.outcomes import (
    RETRACTED,
    WIRE_NAMES,
    Breached,
    Ended,
    Escalated,
    Met,
    MetLate,
    Reopened,
    Superseded,
    Voided,
)
from streams.kafka.headings import TICKET_JUDGED, Heading

BREACHED: Final = WIRE_NAMES[Breached]
ESCALATED: Final = WIRE_NAMES[Escalated]
_ENDS: Final = frozenset(
    WIRE_NAMES[kind] for kind in (Met, MetLate, Superseded, Voided, Ended, Reopened)
)
"""What changes whether a timer has ended."""
TOLD: Final = frozenset((BREACHED, ESCALATED, *_ENDS, RETRACTED))
"""Types of the messages that may change an alert."""


class _Timer(msgspec.Struct, gc=False):
    """As much of a timer's image as alerts need."""

    timer: str
    ended_us: int | None = None
    breached_us: int | None = None
    levels: list[str] = []


class _Ticket(msgspec.Struct, gc=False):
    source: str
    ticket: str
    timers: list[_Timer] = []


_read_outcome: Final = msgspec.json.Decoder(OutcomeMessage).decode
_read_ticket: Final = msgspec.json.Decoder(_Ticket).decode


_Key = tuple[str, str, str]
"""Timer, kind and level."""


@dataclass(frozen=True, slots=True)
class Alert:
    """The latest word on one alert."""

    source: str
    ticket: str
    timer: str
    kind: str
    """`breach` or `escalation`."""
    level: str
    """Of the ladder; of a breach: `breach`."""
    state: str
    """`firing`, `settled` or `withdrawn`."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """What else the outcome says by which it is known: whom to tell, when it was due."""

    @property
    def identity(self) -> str:
        """The same for ever: a digest of ticket, timer, kind and level."""
        text = f"{self.source}\n{self.ticket}\n{self.timer}\n{self.kind}\n{self.level}"
        return blake2b(text.encode(), digest_size=16).hexdigest()

    def value(self) -> bytes:
        """As `sla.alerts` holds it."""
        return orjson.dumps(
            {
                "alert": self.identity,
                "state": self.state,
                "source": self.source,
                "ticket": self.ticket,
                "timer": self.timer,
                "kind": self.kind,
                "level": self.level,
                **self.said,
            }
        )


def alerts(messages: Iterable[tuple[Heading, bytes]]) -> Iterator[Alert]:
    """The alerts that the messages of one journal record change, one word on each.

    The outcomes of a ticket come before its image, which says how its timers stand now.
    """
    outcomes: list[OutcomeMessage] = []
    for heading, message in messages:
        if heading.type in TOLD:
            outcomes.append(_read_outcome(message))
        elif heading.type == TICKET_JUDGED and outcomes:
            yield from _of_ticket(outcomes, _read_ticket(message))
            outcomes = []


def _of_ticket(outcomes: list[OutcomeMessage], ticket: _Ticket) -> Iterator[Alert]:
    timers = {timer.timer: timer for timer in ticket.timers}
    words: dict[_Key, OutcomeMessage] = {}
    for outcome in outcomes:
        key = _key(outcome)
        # Where one is withdrawn and another takes its place, the alert goes on.
        if key is not None and (outcome.type != RETRACTED or key not in words):
            words[key] = outcome
    for key, outcome in words.items():
        if _pages(outcome):
            state = _standing(outcome, timers.get(outcome.data.timer))
            yield Alert(ticket.source, ticket.ticket, *key, state, _said(outcome))
    for outcome in outcomes:
        timer = timers.get(outcome.data.timer)
        if timer is not None and _about(outcome) in _ENDS and outcome.data.alerting:
            state = "firing" if timer.ended_us is None else "settled"
            for key in _raised(timer):
                if key not in words:
                    words[key] = outcome
                    yield Alert(ticket.source, ticket.ticket, *key, state, _since(outcome))


def _about(outcome: OutcomeMessage) -> str:
    """The type of the outcome that is published or withdrawn."""
    return outcome.data.retracts or outcome.type


def _key(outcome: OutcomeMessage) -> _Key | None:
    """Timer, kind and level of the alert of which this is a word; None: of none."""
    match _about(outcome):
        case about if about == BREACHED:
            return outcome.data.timer, "breach", "breach"
        case about if about == ESCALATED:
            return outcome.data.timer, "escalation", outcome.data.level or ""
        case _:
            return None


def _pages(outcome: OutcomeMessage) -> bool:
    """Whether pagers are told: a withdrawal always, of steps due together the highest (6.3)."""
    if outcome.type == RETRACTED:
        return True
    return outcome.data.alerting and (outcome.type == BREACHED or outcome.data.latest)


def _standing(outcome: OutcomeMessage, timer: _Timer | None) -> str:
    if outcome.type == RETRACTED:
        return "withdrawn"
    return "settled" if timer is None or timer.ended_us is not None else "firing"


def _raised(timer: _Timer) -> Iterator[_Key]:
    """The alerts that there may be of a timer."""
    if timer.breached_us is not None:
        yield timer.timer, "breach", "breach"
    for level in timer.levels:
        yield timer.timer, "escalation", level


def _said(outcome: OutcomeMessage) -> dict[str, Any]:
    """What the word on an alert tells beside its identity and state."""
    data = outcome.data
    said: dict[str, Any] = {
        "target": data.target,
        "outcome": outcome.identity,
        "effective_at": data.effective_at,
        **_since(outcome),
    }
    for name in ("agreement", "plan", "severity", "team", "step", "notify"):
        value = getattr(data, name)
        if value is not None:
            said[name] = value
    if data.corrected:
        said["corrected"] = True
    return said


def _since(outcome: OutcomeMessage) -> dict[str, Any]:
    """By which outcome, and where in the journal, it came to be known."""
    data = outcome.data
    return {
        "by": _about(outcome),
        "detected_at": data.detected_at,
        "cause": outcome.causationid,
        "partition": data.partition,
        "position": data.position,
        "index": data.index,
    }
