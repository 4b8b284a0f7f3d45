"""What is shown of the demo while it runs."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Moment:
    """Something worth telling, at the instant at which it came to be known."""

    at: int
    """Microseconds."""
    kind: Literal["breach", "withdrawn", "news", "refused"]
    text: str


@dataclass(frozen=True, slots=True)
class PlanShare:
    """How many of the timers of a plan that count were met in time (semantics 8.2)."""

    plan: str
    met: int
    counted: int


@dataclass(frozen=True, slots=True)
class DemoSnapshot:
    """How the desk stands at one instant of its own time."""

    at: int
    """The simulated present, microseconds."""
    start: int
    end: int
    events: int
    """Taken in so far, repeats among them."""
    events_per_second: float
    """Of real time, since the beginning."""
    refused: int
    tickets: int
    tickets_open: int
    running: int
    """Timers."""
    paused: int
    breaches_held: int
    breaches_withdrawn: int
    escalations: int
    """Steps of ladders that were reached, and still hold."""
    shares: tuple[PlanShare, ...]
    """The highest plan first."""
    moments: tuple[Moment, ...]
    """All so far, in the order in which they came to be known."""
