"""A committed reader of outcomes, as a process of its own: how late breaches come, and the gaps.

    python -m tests.drill.watch BOOTSTRAP TOPIC

On standard input: `hush`, when nothing more is being said; `report`, which is answered by a line of
JSON about the time since the last one.
"""

import sys
import threading
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

import orjson
from confluent_kafka import OFFSET_END, Consumer, TopicPartition

from schemas.instants import SECOND, parse
from sla.clock import now_instant
from tests.drill.folding import BREACHED
from tests.drill.traffic import SLOW

BREACH = BREACHED.encode()


@dataclass(slots=True)
class Seen:
    """What came in a stretch of time."""

    since: int
    late: list[int] = field(default_factory=list)
    """Microseconds from the deadline to our hands, of each breach that was told in time."""
    gap: int = 0
    """The longest time that one partition has said nothing."""
    last: dict[int, int] = field(default_factory=dict)
    """When each partition spoke last."""
    silent: set[int] = field(default_factory=set)
    """Partitions of which nothing is expected any more."""
    hushed: bool = False
    """Nothing more is said to the cluster: a gap that lasts ends with what is yet to come."""
    records: int = 0

    def take(self, records: list[Any], now: int) -> None:
        """Takes what came just now."""
        self.records += len(records)
        for number in {record.partition() for record in records}:
            if number not in self.silent:
                self.gap = max(self.gap, now - self.last.get(number, self.since))
            self.last[number] = now
            if self.hushed:
                self.silent.add(number)
        for record in records:
            if any(name == "ce_type" and value == BREACH for name, value in record.headers() or ()):
                said = orjson.loads(record.value())
                if not said["data"]["ticket"].endswith(SLOW) and said["data"]["revision"] == 1:
                    self.late.append(now - parse(said["time"]))

    def report(self) -> dict[str, Any]:
        """Lengths in milliseconds; the gap in seconds."""
        cuts = quantiles(self.late, n=100) if len(self.late) > 1 else [0.0] * 99
        return {
            "records": self.records,
            "breaches": len(self.late),
            "p50_ms": round(cuts[49] / 1000),
            "p99_ms": round(cuts[98] / 1000),
            "max_ms": round(max(self.late, default=0) / 1000),
            "gap_s": round(self.gap / SECOND, 1),
        }


def main() -> None:
    """Reads for ever; ends with standard input."""
    bootstrap, topic = sys.argv[1:]
    consumer = Consumer(
        {
            # A client that costs little: what is measured shares the machine with it.
            "bootstrap.servers": bootstrap,
            "group.id": "watch",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "fetch.wait.max.ms": 50,
            "reconnect.backoff.max.ms": 200,
            "log_level": 0,
        }
    )
    numbers = consumer.list_topics(topic, timeout=30).topics[topic].partitions
    consumer.assign([TopicPartition(topic, number, OFFSET_END) for number in numbers])
    consumer.poll(1.0)
    lock = threading.Lock()
    seen = Seen(now_instant())

    def obey() -> None:
        nonlocal seen
        for line in sys.stdin:
            with lock:
                if line.strip() == "hush":
                    seen.hushed = True
                    continue
                print(orjson.dumps(seen.report()).decode(), flush=True)
                seen = Seen(now_instant())
        ended.set()

    ended = threading.Event()
    threading.Thread(target=obey, daemon=True).start()
    while not ended.is_set():
        first = consumer.poll(0.1)
        if first is None:
            continue
        records = [one for one in (first, *consumer.consume(1000, 0.0)) if one.error() is None]
        if records:
            with lock:
                seen.take(records, now_instant())


if __name__ == "__main__":
    main()
