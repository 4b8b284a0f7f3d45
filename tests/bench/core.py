"""What an event costs in the core: decode, judge, difference, encode; beside `orjson.loads`."""

import gc
from time import perf_counter

import orjson

from schemas.codec import encode_batch
from schemas.instants import MINUTE
from streams.core.partition import Partition, Record
from tests.bench.traffic import BEGIN, events
from tests.builders import LADDER, agreement

BATCH = 500


def measure(tickets: int, each: int) -> str:
    """One line: microseconds an event and as a multiple of parsing the same bytes."""
    told = list(events(tickets, each))
    payloads = [encode_batch(told[i : i + BATCH]) for i in range(0, len(told), BATCH)]
    count = len(told)
    size = sum(map(len, payloads)) / count
    del told
    gc.collect()
    parse = min(_parse(payloads) for _ in range(3)) / count
    partition = Partition()
    partition.book.agreements = [agreement(ladder=LADDER)]
    started = perf_counter()
    for number, payload in enumerate(payloads, 1):
        stamp = BEGIN + (number * BATCH // tickets + 1) * MINUTE
        partition.apply(Record(0, number, stamp, payload))
    cost = (perf_counter() - started) / count
    state = [len(raw) for _, raw in partition.states()]
    return (
        f"{tickets:>6} tickets of {each:>3} facts: {cost * 1e6:8.1f} us an event of {size:.0f} "
        f"bytes, {cost / parse:6.1f} x orjson.loads ({parse * 1e6:.2f} us); "
        f"{sum(state) / len(state):.0f} bytes a ticket"
    )


def _parse(payloads: list[bytes]) -> float:
    started = perf_counter()
    for payload in payloads:
        orjson.loads(payload)
    return perf_counter() - started


def run() -> list[str]:
    """Tickets of 10 facts, uniform over 20,000, and of 500."""
    return [measure(20_000, 10), measure(20, 500)]


if __name__ == "__main__":
    print("\n".join(run()))
