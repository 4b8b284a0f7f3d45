"""How what the desk says reaches us: numbered, mostly at once, some late, some twice."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from schemas import inbound as told
from schemas.instants import MINUTE, SECOND, moment
from sla.demo.said import SOURCE, Said, hong_kong

OUTAGE: Final = (hong_kong("2026-03-31 12:40"), hong_kong("2026-03-31 16:05"))
"""The helpdesk's line to us is down: nothing arrives, and all of it comes afterwards."""
HEARTBEAT: Final = 30 * MINUTE
REPEATED: Final = 0.015
SLOW: Final = 0.015
FAST_CLOCK: Final = 0.01
"""The share whose machine runs ahead, by seconds: they arrive before they happened."""
SLOWEST: Final = OUTAGE[1] - OUTAGE[0] + 30 * MINUTE
"""Nothing takes longer to arrive."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that arrives at our door: an event, or bytes as they came."""

    arrives_at: int
    """Microseconds."""
    said: told.InboundEvent | bytes


def numbered(said: Sequence[Said]) -> list[tuple[int, told.InboundEvent]]:
    """(when it happened, the event), ascending; the desk's own numbers follow that order."""
    inorder = sorted(said, key=lambda one: one.at)
    return [
        (
            one.at,
            one.kind(
                specversion="1.0",
                id=f"desk-{number:06}",
                source=SOURCE,
                subject=one.subject,
                time=moment(one.at),
                sequence=str(number),
                data=one.data,
            ),
        )
        for number, one in enumerate(inorder, 1)
    ]


def delivered(rng: Random, events: Sequence[tuple[int, told.InboundEvent]]) -> Iterator[Delivery]:
    """Each event as it arrives, some of them once more; not in order."""
    for at, event in events:
        arrives_at = _arrival(rng, at)
        yield Delivery(arrives_at, event)
        if rng.random() < REPEATED:
            yield Delivery(arrives_at + rng.randrange(SECOND, 5 * MINUTE), event)


def _arrival(rng: Random, at: int) -> int:
    drawn = rng.random()
    if drawn < FAST_CLOCK:
        arrives_at = at - rng.randrange(SECOND, 45 * SECOND)
    elif drawn < FAST_CLOCK + SLOW:
        arrives_at = at + rng.randrange(MINUTE, 25 * MINUTE)
    else:
        arrives_at = at + rng.randrange(SECOND // 5, 4 * SECOND)
    down, up = OUTAGE
    if down <= arrives_at < up:
        # What waited is sent in the order in which it happened, within a minute.
        return up + MINUTE * (arrives_at - down) // (up - down)
    return arrives_at


def heartbeats(
    events: Sequence[tuple[int, told.InboundEvent]],
    deliveries: Sequence[Delivery],
    start: int,
    end: int,
) -> Iterator[Delivery]:
    """While the line is up, the desk says up to when all of what it said has been sent.

    `events` ascending by when they happened, `deliveries` what `delivered` gave for them.
    """
    arrivals: dict[str, int] = {}
    for one in deliveries:
        assert not isinstance(one.said, bytes)
        arrivals.setdefault(one.said.id, one.arrives_at)
    happened = [at for at, _ in events]
    for number, at in enumerate(range(start + HEARTBEAT, end, HEARTBEAT), 1):
        if OUTAGE[0] <= at < OUTAGE[1]:
            continue
        recent = events[bisect_left(happened, at - SLOWEST) : bisect_right(happened, at)]
        owed = (told_at for told_at, event in recent if arrivals[event.id] > at)
        yield Delivery(at, _heartbeat(number, at, min(owed, default=at)))


def _heartbeat(number: int, at: int, complete_to: int) -> told.SourceHeartbeat:
    return told.SourceHeartbeat(
        specversion="1.0",
        id=f"desk-beat-{number:06}",
        source=SOURCE,
        subject="webhooks",
        time=moment(at),
        data=told.Heartbeat(complete_to=moment(complete_to)),
    )
