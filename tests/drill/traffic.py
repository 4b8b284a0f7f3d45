"""What the desk of the drill says: tickets that live for seconds, told as they happen. Pure.

Most is told when it happens; some tickets are told of seconds late, so that breaches come and go;
some events cannot be read, come from the future, or are told twice.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

import msgspec
import orjson

from schemas import inbound as told
from schemas.instants import HOUR, SECOND, moment

SOURCE: Final = "/drill/desk"
EVENTS_EACH: Final = 7.75
"""Events of a ticket on average, by which a rate of events becomes one of tickets."""
UNREADABLE: Final = "-unreadable"
EARLY: Final = "-early"
"""How the ids end of what is to be refused: at the intake, and by the tracker."""
SLOW: Final = "-slow"
"""How the names end of tickets of which something is told seconds after it happened."""

_SLOW_SHARE: Final = 0.03
_ABANDONED: Final = 0.06
_SPOILT: Final = 0.01
_ENCODE: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One event, to be sent at the instant `at`; `key` is that of its ticket or account."""

    at: int
    number: int
    key: str = field(compare=False)
    id: str = field(compare=False)
    body: bytes = field(compare=False)


@dataclass(slots=True)
class Desk:
    """A seeded desk; `name` begins the id of all it speaks of."""

    name: str
    seed: int
    begin: int
    """When its first ticket is opened, microseconds."""
    rate: float
    """Events a second."""
    _rng: Random = field(init=False)
    _heap: list[Said] = field(default_factory=list)
    _said: int = 0
    _tickets: int = 0

    def __post_init__(self) -> None:
        self._rng = Random(f"{self.seed} {self.name}")

    def say(self) -> Iterator[Said]:
        """Everything, for ever, in the order in which it is to be sent."""
        apart = int(SECOND * EVENTS_EACH / self.rate)
        while True:
            opens = self.begin + self._tickets * apart
            self._live(opens)
            while self._heap and self._heap[0].at <= opens + apart:
                yield heapq.heappop(self._heap)

    def _live(self, opens: int) -> None:
        """One ticket's whole life, and beside it what goes wrong."""
        rng = self._rng
        self._tickets += 1
        slow_from = rng.randrange(1, 8) if rng.random() < _SLOW_SHARE else None
        ticket = f"{self.name}-{self._tickets:07}{'' if slow_from is None else SLOW}"
        late = 0
        for turn, (after, kind, data) in enumerate(_life(rng)):
            if turn == slow_from:
                late = rng.randrange(SECOND, 4 * SECOND)
            happens = opens + after
            event = _event(kind, f"{ticket}-{turn}", SOURCE, ticket, happens, data)
            self._put(happens + late, event)
            if rng.random() < _SPOILT:
                self._spoil(happens + late, event)
        if self._tickets % 100 == 0:
            account = f"account-{rng.randrange(50)}"
            stated = told.FactStated(fact="region", value=rng.choice(("north", "south")))
            name = f"{ticket}-stated"
            self._put(opens, _event(told.AccountFactStated, name, SOURCE, account, opens, stated))

    def _spoil(self, at: int, event: told.InboundEvent) -> None:
        """The same again; or one from the future; or one that has no time."""
        choice = self._rng.randrange(3)
        if choice == 0:
            self._put(at + SECOND // 2, event)
        elif choice == 1:
            early = msgspec.structs.replace(event, id=f"{event.id}{EARLY}", time=moment(at + HOUR))
            self._put(at, early)
        else:
            body = orjson.loads(_ENCODE(event))
            del body["time"]
            body["id"] += UNREADABLE
            self._push(at, f"{event.source} {event.subject}", body["id"], orjson.dumps(body))

    def _put(self, at: int, event: told.InboundEvent) -> None:
        self._push(at, f"{event.source} {event.subject}", event.id, _ENCODE(event))

    def _push(self, at: int, key: str, name: str, body: bytes) -> None:
        self._said += 1
        heapq.heappush(self._heap, Said(at, self._said, key, name, body))


def _life(rng: Random) -> list[tuple[int, type[told.TicketEvent], msgspec.Struct]]:
    """(microseconds after the opening, kind, data): answered and resolved, in time or not."""

    def within(low: float, high: float) -> int:
        return int(rng.uniform(low, high) * SECOND)

    opened = told.Opened(
        status="open",
        severity=rng.choice(("1", "2")),
        account=f"account-{rng.randrange(50)}",
        requester=f"requester-{rng.randrange(10_000)}",
        channel="email",
    )
    assigned = told.Assigned(team="first-line", agent=f"agent-{rng.randrange(20)}")
    life: list[tuple[int, type[told.TicketEvent], msgspec.Struct]] = [
        (0, told.TicketOpened, opened),
        (within(0.05, 0.2), told.TicketAssigned, assigned),
    ]
    if rng.random() < _ABANDONED:
        return life
    asks = told.Replied(role="requester", public=True)
    answers = told.Replied(role="agent", public=True, author=assigned.agent)
    answered = within(0.3, 3.2)
    waits = answered + within(0.1, 0.5)
    back = waits + within(0.3, 2.0)
    resolved = back + within(0.2, 2.5)
    return [
        *life,
        (within(0.2, 0.3), told.TicketReplied, asks),
        (answered, told.TicketReplied, answers),
        (waits, told.TicketStatusChanged, told.StatusChanged(status="waiting_on_customer")),
        (back, told.TicketStatusChanged, told.StatusChanged(status="open")),
        (resolved, told.TicketResolved, told.MaybeStatus(status="resolved")),
        (resolved + within(0.1, 0.5), told.TicketClosed, told.MaybeStatus(status="closed")),
    ]


def _event(
    kind: type[told.InboundEvent],
    name: str,
    source: str,
    subject: str,
    at: int,
    data: msgspec.Struct,
) -> told.InboundEvent:
    return kind(
        specversion="1.0",
        id=name,
        source=source,
        subject=subject,
        time=moment(at),
        data=data,  # type: ignore[arg-type]  # the pair belongs together
    )
