"""What follows from a record has the same places in every process, however it came to be."""

import pytest

from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import HOUR, moment
from streams.core.partition import Partition, Record
from tests.builders import SOURCE, agreement, hk

AT = hk("2026-03-30 10:00")
TICKETS = 12


def opened(number: int) -> told.TicketOpened:
    data = told.Opened(status="new", severity="2", account="acme")
    return told.TicketOpened(
        specversion="1.0",
        id="opened",
        source=SOURCE,
        subject=f"T-{number * 7 % TICKETS}",
        time=moment(AT),
        data=data,
    )


def partition() -> Partition:
    made = Partition()
    made.book.agreements = [agreement()]
    return made


def shared(kind: str) -> told.SharedEvent:
    head = {"specversion": "1.0", "id": "shared", "source": "/test", "time": moment(AT)}
    if kind == "account":
        fact = told.FactStated(fact="plan", value="gold")
        return told.AccountFactStated(subject="acme", data=fact, **head)  # type: ignore[arg-type]
    closed = told.ClosureDeclared(
        start=moment(AT), end=moment(AT + HOUR), calendars=["office"], name="storm"
    )
    return told.ClosureWasDeclared(subject="c-1", data=closed, **head)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["account", "closure"])
def test_tickets_that_a_shared_fact_concerns_come_by_their_keys(kind: str) -> None:
    whole = partition()
    first = Record(0, 1, AT, encode_batch([opened(number) for number in range(TICKETS)]))
    whole.apply(first)
    again = partition()
    again.load(1, AT, reversed(list(whole.states())), {})
    again.book.agreements = [agreement()]
    second = Record(0, 2, AT + 1, encode_batch([shared(kind)]))
    here, there = whole.apply(second), again.apply(second)
    assert list(here.states) == sorted(here.states)
    assert len(here.states) == TICKETS
    assert here.messages == there.messages
