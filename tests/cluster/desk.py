"""Tickets that live now, promised an answer within a second and a half."""

from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import msgspec

from schemas import inbound as told
from schemas.instants import SECOND, Instant, instant, moment
from sla.agreement_files import load, published
from sla.clock import now_instant
from streams.core.partition import Partition
from streams.core.state import truth_digest
from streams.kafka.cluster import Cluster
from streams.kafka.journal_format import to_record
from streams.kafka.topics import Topics
from tests.cluster.reading import committed, states

SOURCE: Final = "/cluster/desk"
PROMISED: Final = SECOND * 3 // 2
_numbers = count(1)


def promises() -> told.InboundEvent:
    """The agreement, published as a shared fact."""
    return published(*load(Path(__file__).parent / "promises.yaml"), SOURCE, now_instant())


def opened(tickets: Iterable[str], at: int | None = None) -> list[told.TicketEvent]:
    """Each ticket's opening, now or `at`."""
    return [_event(told.TicketOpened, t, told.Opened(severity="2"), at) for t in tickets]


def answered(tickets: Iterable[str], at: int | None = None) -> list[told.TicketEvent]:
    """An agent's reply to each, now or `at`."""
    reply = told.Replied(role="agent", public=True)
    return [_event(told.TicketReplied, t, reply, at) for t in tickets]


def _event(kind: Any, ticket: str, data: msgspec.Struct, at: int | None) -> told.TicketEvent:
    made: told.TicketEvent = kind(
        specversion="1.0",
        id=f"e{next(_numbers)}",
        source=SOURCE,
        subject=ticket,
        time=moment(now_instant() if at is None else Instant(at)),
        data=data,
    )
    assert instant(made.time) > 0
    return made


def names(prefix: str) -> Iterator[str]:
    """Ticket names without end."""
    return (f"{prefix}-{number}" for number in count(1))


def folded(cluster: Cluster) -> str:
    """The truth digest by one fold of the journal, without worker or transaction.

    Of each partition up to where `sla.state` says that it is: a tick may follow.
    """
    ends = {number: saved.position for number, saved in states(cluster).items()}
    partitions = {number: Partition(number) for number in ends}
    for one in committed(cluster, Topics(cluster.prefix).journal):
        if one.offset < ends.get(one.partition, 0):
            partitions[one.partition].apply(
                to_record(one.partition, one.offset, one.timestamp, one.headers, one.value)
            )
    return truth_digest(entry for one in partitions.values() for entry in one.states())
