"""The intake of the cluster: what helpdesks publish to Kafka, until it is acknowledged journal."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaProducer

from streams.kafka.cluster import Cluster
from streams.kafka.routing import partition_of
from streams.kafka.topics import Topics, init
from tests.bench.traffic import SOURCE, events
from tests.cluster.broker import broker

PARTITIONS = 8
STRUCTURED = [("content-type", b"application/cloudevents+json")]
Told = tuple[str, bytes, Sequence[tuple[str, bytes]]]
"""Ticket, value and headers of a message."""


def structured(tickets: int, each: int) -> Iterator[Told]:
    """Each event as one JSON value."""
    encode = msgspec.json.Encoder().encode
    for event in events(tickets, each):
        yield event.subject, encode(event), STRUCTURED


def binary(tickets: int, each: int) -> Iterator[Told]:
    """The data as the value, all else in headers."""
    encode = msgspec.json.Encoder().encode
    for event in events(tickets, each):
        said = msgspec.to_builtins(event)
        data = encode(said.pop("data"))
        headers = [(f"ce_{name}", str(text).encode()) for name, text in said.items()]
        yield event.subject, data, [*headers, ("content-type", b"application/json")]


async def publish(cluster: Cluster, told: Iterator[Told]) -> int:
    """Publishes all; how many there were."""
    topic = Topics(cluster.prefix).inbound
    producer = AIOKafkaProducer(max_batch_size=1 << 18, linger_ms=20, **cluster.for_aiokafka())
    await producer.start()
    count = 0
    for ticket, value, headers in told:
        key = f"{SOURCE} {ticket}"
        place = partition_of(key, PARTITIONS)
        await producer.send(topic, value, key=key.encode(), partition=place, headers=headers)
        count += 1
    await producer.stop()
    return count


@contextmanager
def intake(cluster: Cluster) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`sla intake` and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sla", "intake", "--listen", "127.0.0.1:0"],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"SLA_KAFKA": cluster.bootstrap, "SLA_KAFKA_PREFIX": cluster.prefix},
    )
    assert process.stderr is not None
    try:
        yield process, process.stderr.readline().split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=15)


def figure(address: str, name: str) -> float:
    """One of the metrics."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=5) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith(f"{name} "):
                return float(line.split()[1])
    raise AssertionError(f"no {name}")


def busy(pid: int) -> float:
    """Seconds of processor time that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(cluster: Cluster, pid_of_broker: int, count: int) -> str:
    """Events a second, from the first that was taken to the last that was acknowledged."""
    with intake(cluster) as (process, address):
        while not (begun := figure(address, "sla_intake_events_total")):
            time.sleep(0.01)
        started, cpu, cpu_of_broker = time.perf_counter(), busy(process.pid), busy(pid_of_broker)
        while (
            figure(address, "sla_intake_events_total") < count
            or figure(address, "sla_intake_in_hand") > 0
        ):
            time.sleep(0.05)
        took = time.perf_counter() - started
        done = count - begun
        return (
            f"{done / took:,.0f} events/s ({done:.0f} in {took:.1f} s); processor: intake "
            f"{(busy(process.pid) - cpu) / done * 1e6:.1f} us an event, broker "
            f"{(busy(pid_of_broker) - cpu_of_broker) / done * 1e6:.1f}"
        )


def run(tickets: int = 40_000, each: int = 8) -> list[str]:
    """Each mode."""
    with tempfile.TemporaryDirectory() as directory:
        cache = Path(os.environ.get("SLA_BROKER_CACHE", directory))
        lines = []
        with broker(cache) as running:
            for mode in (structured, binary):
                cluster = Cluster(running.bootstrap, f"{mode.__name__}.")
                init(cluster, PARTITIONS)
                count = asyncio.run(publish(cluster, mode(tickets, each)))
                lines.append(f"{mode.__name__}: {measure(cluster, running.pid, count)}")
        return lines


if __name__ == "__main__":
    print("\n".join(run()))
