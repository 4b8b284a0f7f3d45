"""How long after its deadline a breach is a row that analysts see: p50, p99, over 200 tickets."""

import tempfile
import threading
import time
from pathlib import Path
from statistics import quantiles

import psycopg

from schemas.instants import SECOND
from sla.clock import now_instant
from sla.migrations import migrate
from streams.postgres.server import Server
from tests.bench.traffic import events
from tests.integration.test_up import opened, publish
from tests.running import Up, running

TICKETS = 200
SPREAD = 20
"""Seconds over which the deadlines fall."""


def measure(up: Up, dsn: str, name: str) -> str:
    """Opens tickets whose three seconds end over `SPREAD` seconds; looks every 5 ms."""
    begin = now_instant()
    deadlines = {
        f"{name}-{n}": begin + n * SPREAD * SECOND // TICKETS + 3 * SECOND for n in range(TICKETS)
    }
    speaker = threading.Thread(target=_open, args=(up, deadlines))
    speaker.start()
    late: dict[str, float] = {}
    with psycopg.connect(dsn, autocommit=True) as db:
        while len(late) < TICKETS:
            assert now_instant() < begin + (SPREAD + 30) * SECOND, f"{len(late)} of {TICKETS}"
            rows = db.execute(
                "SELECT ticket FROM sla_v1.breaches WHERE ticket LIKE %s", (f"{name}-%",)
            ).fetchall()
            now = now_instant()
            for (ticket,) in rows:
                late.setdefault(ticket, (now - deadlines[ticket]) / 1000)
            time.sleep(0.005)
    speaker.join()
    cuts = quantiles(late.values(), n=100)
    return f"{name}: p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms, max {max(late.values()):.0f} ms"


def _open(up: Up, deadlines: dict[str, int]) -> None:
    for ticket, deadline in deadlines.items():
        wait = (deadline - 3 * SECOND - now_instant()) / SECOND
        if wait > 0:
            time.sleep(wait)
        up.say([opened(ticket, deadline - 3 * SECOND)])


def _traffic(up: Up, stop: threading.Event) -> None:
    """A thousand events a second, in batches of 50."""
    told = list(events(4000, 8))
    next_at = time.monotonic()
    for start in range(0, len(told), 50):
        if stop.is_set():
            return
        up.say(told[start : start + 50])
        next_at += 0.05
        time.sleep(max(0.0, next_at - time.monotonic()))


def run() -> list[str]:
    """Idle, then with a thousand events a second beside it."""
    with tempfile.TemporaryDirectory() as home:
        server = Server.ensure(Path(home) / "postgres")
        try:
            migrate(server.dsn)
            with running(Path(home) / "home", server.dsn) as up:
                publish(up)
                lines = [measure(up, server.dsn, "idle")]
                stop = threading.Event()
                traffic = threading.Thread(target=_traffic, args=(up, stop))
                traffic.start()
                lines.append(measure(up, server.dsn, "with-1000-events-a-second"))
                stop.set()
                traffic.join()
            return lines
        finally:
            server.stop()


if __name__ == "__main__":
    print("\n".join(run()))
