"""What an event costs in the core: decode, judge, difference, encode; beside `orjson.loads`."""

import gc
from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple
from uuid import UUID

import orjson

from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import MINUTE, moment
from streams.core.partition import Partition, Record
from tests.bench.traffic import BEGIN, events
from tests.builders import LADDER, agreement

BATCH = 500
LONG = 500
RUNS = 3
"""Of parsing and of the short tickets: the least counts, as it holds least of what else ran."""
LAST = 10
"""Of the facts of a long ticket, those whose events are measured."""


def short(tickets: int, each: int) -> str:
    """Tickets of `each` facts from their opening on, in records that hold each ticket once."""
    payloads = _cut(list(events(tickets, each)), BATCH)
    stamps = [BEGIN + (n * BATCH // tickets + 1) * MINUTE for n in range(1, len(payloads) + 1)]
    runs = [_run(_partition(), payloads, stamps) for _ in range(RUNS)]
    return _line(f"{tickets} tickets of {each} facts", payloads, min(runs))


def long(tickets: int) -> list[str]:
    """The last events in order of tickets of 500 facts; then one of each that comes out of order.

    Each record holds a ticket once. What went before is not measured.
    """
    partition, told_of = _partition(), list(events(tickets, LONG))
    first = LONG - LAST
    before = first * tickets
    for payload in _cut(told_of[:before], 49 * tickets):
        partition.apply(_next(partition, BEGIN + first * MINUTE - 1, payload))
    in_order = _cut(told_of[before:], tickets)
    late = [_reply_in_the_middle(event, n) for n, event in enumerate(told_of[:tickets])]
    out_of_order = [encode_batch(late)]
    stamps = [BEGIN + (first + turn + 1) * MINUTE - 1 for turn in range(LAST)]
    stamp = stamps[-1] + MINUTE
    name = f"{tickets} tickets of {LONG} facts"
    return [
        _line(f"{name}, in order", in_order, _run(partition, in_order, stamps)),
        _line(f"{name}, out of order", out_of_order, _run(partition, out_of_order, [stamp])),
    ]


def _partition() -> Partition:
    partition = Partition()
    partition.book.agreements = [agreement(ladder=LADDER)]
    return partition


def _cut(told_of: Sequence[told.TicketEvent], size: int) -> list[bytes]:
    return [encode_batch(told_of[i : i + size]) for i in range(0, len(told_of), size)]


def _next(partition: Partition, stamp: int, payload: bytes) -> Record:
    return Record(0, partition.position + 1, stamp, payload)


def _reply_in_the_middle(opening: told.TicketEvent, number: int) -> told.TicketEvent:
    """A reply of an agent, told only now, at half of the life of the ticket that was opened so."""
    return told.TicketReplied(
        specversion="1.0",
        id=f"{UUID(int=number)}",
        source=opening.source,
        subject=opening.subject,
        time=moment(BEGIN + LONG // 2 * MINUTE + number + 1),
        data=told.Replied(role="agent", public=True, author=f"agent-{UUID(int=number)}"),
    )


class Run(NamedTuple):
    """What one run over some payloads took and left behind."""

    seconds: float
    saved: int
    """Bytes that were to be saved."""
    kept: float
    """Bytes kept a ticket."""


def _run(partition: Partition, payloads: Sequence[bytes], stamps: Sequence[int]) -> Run:
    seconds, saved = 0.0, 0
    gc.collect()
    for payload, stamp in zip(payloads, stamps, strict=True):
        record = _next(partition, stamp, payload)
        started = perf_counter()
        effects = partition.apply(record)
        seconds += perf_counter() - started
        saved += sum(len(raw) for raw in effects.states.values() if raw is not None)
    kept = sum(len(raw) for _, raw in partition.states()) / partition.tickets
    return Run(seconds, saved, kept)


def _line(name: str, payloads: Sequence[bytes], run: Run) -> str:
    """Microseconds an event and as a multiple of parsing the same bytes."""
    count = sum(len(orjson.loads(payload)) for payload in payloads)
    size = sum(map(len, payloads)) / count
    gc.collect()
    parse = min(_parse(payloads) for _ in range(RUNS)) / count
    cost = run.seconds / count
    return (
        f"{name:<37} {cost * 1e6:7.1f} us an event of {size:.0f} bytes, "
        f"{cost / parse:6.1f} x orjson.loads ({parse * 1e6:.2f} us), {run.saved / count:.0f} bytes "
        f"saved; {run.kept:.0f} bytes a ticket"
    )


def _parse(payloads: Sequence[bytes]) -> float:
    started = perf_counter()
    for payload in payloads:
        orjson.loads(payload)
    return perf_counter() - started


def run() -> list[str]:
    """Tickets of 10 facts, uniform over 20,000; tickets of 500, in order and out of order."""
    return [short(20_000, 10), *long(40)]


if __name__ == "__main__":
    print("\n".join(run()))
