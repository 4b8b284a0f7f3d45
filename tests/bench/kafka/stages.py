"""Stage by stage, and the chain: what each line measured, and what limits it."""

import os
import time
from typing import Final

import psycopg

from streams.kafka.cluster import Cluster
from streams.kafka.topics import Topics
from tests.bench.kafka.desk import (
    PARTITIONS,
    Desk,
    cpu_seconds,
    resident_mb,
    wait_for_rows,
    wait_still,
)
from tests.bench.kafka.filling import fill_inbound, fill_journal, recent
from tests.drill.reading import Read, TopicReader
from tests.drill.roles import Role

TICKETS: Final = 20_000
EACH: Final = 8
BROKER_CORE, WORKER_CORE = 0, 1
WORKER: Final = "worker --instance bench"


def read_all(cluster: Cluster, topic: str) -> list[Read]:
    """The whole topic."""
    reader = TopicReader(cluster.bootstrap, topic)
    try:
        return reader.new()
    finally:
        reader.close()


def tracker(desk: Desk) -> list[str]:
    """From a full journal to outcomes and states committed, one worker on a core of its own."""
    cluster = desk.stage()
    topics = Topics(cluster.prefix)
    count = TICKETS * EACH
    records = fill_journal(cluster, PARTITIONS, recent(TICKETS, EACH))
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(desk.broker.pid, {BROKER_CORE})
    os.sched_setaffinity(0, {WORKER_CORE})
    try:
        with desk.running(cluster, WORKER) as roles:
            os.sched_setaffinity(0, everywhere)
            wait_still(cluster, topics.events, roles)
            cpu = cpu_seconds(roles[0])
            memory = resident_mb(roles[0])
    finally:
        os.sched_setaffinity(0, everywhere)
        os.sched_setaffinity(desk.broker.pid, everywhere)
    told = read_all(cluster, topics.events)
    last = max((int(r.headers["position"]) for r in told), default=0)
    published = [int(r.headers["published_us"]) for r in told]
    took = (max(published) - min(published)) / 1_000_000
    messages = sum(1 for r in told if r.value)
    assert last, "Nothing was published."
    return [
        f"tracker: {count / took:,.0f} events/s on one core with durable state (must 10,000, aim "
        f"25,000); {records:,} records, {messages:,} messages in {took:.1f} s, processor "
        f"{cpu / count * 1e6:.0f} us an event, {memory:.0f} MB; limited by its core, the broker "
        "has the other"
    ]


def chain(desk: Desk) -> list[str]:
    """From `helpdesk.events` to committed rows: intake, one worker, projector at once."""
    cluster = desk.stage()
    count = TICKETS * EACH
    fill_inbound(cluster, recent(TICKETS, EACH))
    dsn = desk.dsn(cluster)
    begun = time.monotonic()
    with desk.running(cluster, "intake", WORKER, "projector") as roles:
        wait_still(cluster, Topics(cluster.prefix).journal, roles)
        wait_for_rows(cluster, dsn, roles)
        whole = time.monotonic() - begun
        used = ", ".join(f"{r.name.rpartition('.')[2]} {cpu_seconds(r):.1f} s" for r in roles)
    first = min(r.stamp_ms for r in read_all(cluster, Topics(cluster.prefix).journal))
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "SELECT extract(epoch FROM max(projected_at)) * 1000, (SELECT count(*) FROM sla.timers)"
            " FROM sla.positions"
        ).fetchone()
    assert row is not None
    took = (float(row[0]) - first) / 1000
    return [
        f"whole chain: {count / took:,.0f} events/s to committed rows (must 4,000, aim 12,000); "
        f"{row[1]:,} timers after {took:.1f} s ({whole:.1f} s with process starts and waiting); "
        f"processor: {used}; limited by two cores for broker, PostgreSQL and three processes"
    ]


def takeover(desk: Desk, tickets: int = 200_000) -> list[str]:
    """What a worker that is started takes to load the state of so many open tickets, and holds."""
    cluster = desk.stage()
    topics = Topics(cluster.prefix)
    fill_journal(cluster, PARTITIONS, recent(tickets, 1))
    with desk.running(cluster, WORKER) as (worker,):
        _wait_log(worker, b"tracking", PARTITIONS)
        idle = resident_mb(worker)
        wait_still(cluster, topics.events, [worker])
        tracked = resident_mb(worker)
    with desk.running(cluster, WORKER) as (worker,):
        begun = _wait_log(worker, b'"taken": [0', 2)
        took = _wait_log(worker, b"tracking", 2 * PARTITIONS) - begun
        memory = resident_mb(worker)
    each = (memory - idle) / tickets * 1000
    return [
        f"takeover: {took:.1f} s to load {tickets:,} open tickets (must be under 5 s)",
        f"memory: {memory:.0f} MB with them, {tracked:.0f} MB in the worker that judged them, "
        f"{idle:.0f} MB without any; {each:.2f} kB each, {each:.2f} GB for a million by "
        "proportion (must be under 2 GB)",
    ]


def _wait_log(role: Role, words: bytes, times: int) -> float:
    """When the log of a role has said it so many times, seconds of the monotonic clock."""
    until = time.monotonic() + 300
    while role.log.read_bytes().count(words) < times:
        assert time.monotonic() < until, role.last_lines()
        time.sleep(0.01)
    return time.monotonic()
