"""A simulated support desk in Hong Kong around Easter 2026: pure, and the same for the same seed.

Ordinary tickets are drawn; between them stand the set pieces, whose course is written. What the
desk says then reaches us as helpdesks do it: a little later, now and then much later, twice, or
broken.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

import msgspec

from schemas import inbound as told
from schemas.instants import DAY, HOUR, MINUTE, moment
from sla.demo.accounts import ACCOUNTS, Account, statements
from sla.demo.delivery import Delivery, delivered, heartbeats, numbered
from sla.demo.happenings import happenings
from sla.demo.life import Life, Opening
from sla.demo.malformed import malformed
from sla.demo.rhythm import desk_hours, openings
from sla.demo.said import ZONE, Said, hong_kong
from sla.demo.set_pieces import SET_PIECES, SetPiece

__all__ = ["Delivery", "Desk", "DeskPlan", "deliveries", "desk"]

FIRST_NUMBER: Final = 1001
SAME_MATTER: Final = 5 * DAY
"""Tickets of one account within this time may turn out to be of one matter."""
_SEVERITIES: Final = {"critical": 5, "major": 25, "minor": 45, "enhancement": 25}
_CATEGORIES: Final = {
    "service_issue": 46,
    "campaign_help": 20,
    "feature_help": 18,
    "release": 10,
    "custom_development": 4,
    "third_party": 2,
}
_CHANNELS: Final = {"email": 55, "support centre": 35, "phone": 10}


@dataclass(frozen=True, slots=True)
class DeskPlan:
    """What is simulated. The set pieces are those that fall into its days.

    `start`: the instant it begins, microseconds, a Hong Kong midnight; `tickets_per_day`: of an
    office day; other days bring about a quarter of it.
    """

    seed: int = 7
    start: int = hong_kong("2026-03-16 00:00")
    days: int = 46
    tickets_per_day: float = 12.5

    @property
    def end(self) -> int:
        """The instant at which it stops: 17:00 of the last day, in the midst of work."""
        return self.start + (self.days - 1) * DAY + 17 * HOUR


@dataclass(frozen=True, slots=True)
class Desk:
    """What arrives, in order of arrival; and the tickets of the set pieces by name."""

    deliveries: list[Delivery]
    tickets: Mapping[str, str]
    """For example `late_reply` -> `HK-1168`."""


def deliveries(plan: DeskPlan) -> list[Delivery]:
    """All that the desk of `plan` sends us, in the order in which it arrives."""
    return desk(plan).deliveries


def desk(plan: DeskPlan) -> Desk:
    """The desk of `plan`, lived to its end."""
    rng = Random(plan.seed)
    said, tickets = _lives(rng, plan)
    said += [*statements(plan.start, plan.end), *happenings(plan.start, plan.end)]
    events = numbered([one for one in said if plan.start <= one.at < plan.end])
    arriving = list(delivered(rng, events))
    arriving += heartbeats(events, arriving, plan.start, plan.end)
    arriving += _broken(plan, arriving)
    arriving.sort(key=lambda one: one.arrives_at)
    return Desk(arriving, tickets)


def _lives(rng: Random, plan: DeskPlan) -> tuple[list[Said], dict[str, str]]:
    """All that is said of tickets, which are numbered as they are opened."""
    first, last = (moment(at).astimezone(ZONE).year for at in (plan.start, plan.end))
    hours = desk_hours(first, last)
    drawn = openings(rng, hours, plan.start, plan.end, plan.tickets_per_day)
    pieces = [piece for piece in SET_PIECES if plan.start <= piece.at < plan.end]
    due: list[tuple[int, SetPiece | None]] = [(at, None) for at in drawn]
    due += [(piece.at, piece) for piece in pieces]
    due.sort(key=lambda one: one[0])
    said: list[Said] = []
    named: dict[str, str] = {}
    latest: dict[str, tuple[int, str]] = {}
    for number, (at, piece) in enumerate(due, FIRST_NUMBER):
        ticket = f"HK-{number}"
        if piece is not None:
            named[piece.name] = ticket
            said += piece.tell(ticket, named.get("merged_into", ticket))
            continue
        account = rng.choices(ACCOUNTS, [one.weight for one in ACCOUNTS])[0]
        before, earlier = latest.get(account.name, (0, None))
        latest[account.name] = (at, ticket)
        opening = _opening(rng, ticket, at, account, earlier if at - before < SAME_MATTER else None)
        said += Life(rng, hours, opening).tell()
    return said, named


def _opening(rng: Random, ticket: str, at: int, account: Account, earlier: str | None) -> Opening:
    def drawn(shares: dict[str, int]) -> str:
        return rng.choices(list(shares), list(shares.values()))[0]

    requester = f"{account.name}-{rng.randint(1, 5)}"
    severity, category, channel = map(drawn, (_SEVERITIES, _CATEGORIES, _CHANNELS))
    return Opening(ticket, at, account, severity, category, channel, requester, earlier)


def _broken(plan: DeskPlan, arriving: list[Delivery]) -> Iterator[Delivery]:
    """Bytes that are no events of ours, and an event whose id was used before."""
    first = next((one for one in arriving if isinstance(one.said, told.TicketOpened)), None)
    if first is None:
        return
    assert isinstance(first.said, told.TicketOpened)
    for at, raw in malformed(plan.start, plan.end, first.said.subject):
        yield Delivery(at, raw)
    severity = "minor" if first.said.data.severity == "major" else "major"
    other = msgspec.structs.replace(
        first.said, data=msgspec.structs.replace(first.said.data, severity=severity)
    )
    yield Delivery(first.arrives_at + 30 * MINUTE, msgspec.json.encode(other))
