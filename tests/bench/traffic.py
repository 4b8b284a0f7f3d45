"""Traffic for the benchmarks: tickets of a desk, 400-byte events, uniformly interleaved."""

import random
from collections.abc import Iterator
from uuid import UUID

import msgspec

from schemas import inbound as told
from schemas.instants import MINUTE, moment
from tests.builders import hk

BEGIN = hk("2026-03-30 09:00")
SOURCE = "/helpdesks/zendesk/acme-customer-support/asia-pacific/hong-kong/production"

_LIFE: list[tuple[type[told.TicketEvent], msgspec.Struct]] = [
    (
        told.TicketAssigned,
        told.Assigned(
            team="first-line-support-hong-kong", agent="agent-7d1f0c52-8a4e-4a0b-9d55-5c1a2f3b4e17"
        ),
    ),
    (
        told.TicketReplied,
        told.Replied(
            role="agent", public=True, author="agent-7d1f0c52-8a4e-4a0b-9d55-5c1a2f3b4e17"
        ),
    ),
    (told.TicketStatusChanged, told.StatusChanged(status="pending")),
    (
        told.TicketReplied,
        told.Replied(
            role="requester", public=True, author="requester-2b9d1c3a-77f1-4c1e-8a3d-0f6e5d4c3b42"
        ),
    ),
    (told.TicketStatusChanged, told.StatusChanged(status="open")),
    (
        told.TicketReplied,
        told.Replied(
            role="agent", public=True, author="agent-7d1f0c52-8a4e-4a0b-9d55-5c1a2f3b4e17"
        ),
    ),
]


def _opened(number: int) -> told.Opened:
    return told.Opened(
        status="new",
        severity="2",
        account=f"account-{number % 500:08}",
        plan="silver",
        category="help",
        requester=f"requester-{number:09}",
        opened_by="requester",
        channel="email",
        team="first-line-support-hong-kong",
    )


def events(
    tickets: int, each: int, seed: int = 1, begin: int = BEGIN
) -> Iterator[told.TicketEvent]:
    """`each` events of every ticket, a minute apart, round after round over all tickets."""
    rng = random.Random(seed)
    for turn in range(each):
        for number in range(tickets):
            yield _event(rng, number, turn, each, begin)


def _event(rng: random.Random, number: int, turn: int, each: int, begin: int) -> told.TicketEvent:
    kind: type[told.TicketEvent]
    data: msgspec.Struct
    if turn == 0:
        kind, data = told.TicketOpened, _opened(number)
    elif turn == each - 1:
        kind, data = told.TicketResolved, told.MaybeStatus(status="solved")
    else:
        kind, data = _LIFE[(turn - 1) % len(_LIFE)]
    return kind(
        specversion="1.0",
        id=f"{UUID(int=rng.getrandbits(128))}",
        source=SOURCE,
        subject=f"acme-support-ticket-2026-{number:09}",
        time=moment(begin + turn * MINUTE + number),
        sequence=f"{turn:018}",
        data=data,  # type: ignore[arg-type]  # the pair above belongs together
    )
