"""A running `sla up`, as a process of its own, and a voice to speak to it."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import orjson
import psycopg

from schemas.inbound import InboundEvent
from tests.watched import Watched


class Up(Watched):
    """One `sla up`: its process, its database (None: the embedded one), its door."""

    def __init__(self, home: Path, dsn: str | None) -> None:
        self.home = home
        self.dsn = dsn
        database = [] if dsn is None else ["--dsn", dsn]
        super().__init__(["sla", "--home", str(home), *database, "up", "--port", "0"])

    @property
    def address(self) -> str | None:
        """Where it answers; None while it does not."""
        try:
            return (self.home / "address").read_text().strip()
        except OSError:
            return None

    def wait_until(self, state: str) -> None:
        """Returns once `/health` says `state`; fails with the log when the process ends."""
        until = time.monotonic() + 30
        while self.health().get("state") != state:
            ended = self.process.poll() is not None
            if ended or time.monotonic() > until:
                raise AssertionError(f"not {state}: {self.health()}\n" + "\n".join(self.log))
            time.sleep(0.02)

    def post(
        self, body: bytes, token: str | None = None, kind: str = "application/json"
    ) -> tuple[int, dict[str, Any]]:
        """Posts to `/events`; the status and the answer."""
        known = (self.home / "token").read_text().strip() if token is None else token
        request = urllib.request.Request(
            f"{self.address}/events",
            data=body,
            headers={"Authorization": f"Bearer {known}", "Content-Type": kind},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, orjson.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, orjson.loads(error.read())

    def say(self, events: Sequence[InboundEvent]) -> dict[str, Any]:
        """Posts events as a batch; they must all be taken."""
        status, answer = self.post(msgspec.json.encode(events))
        assert status == 200, answer
        assert answer["accepted"] == len(events)
        return answer


@contextmanager
def running(home: Path, dsn: str | None, state: str = "tracking") -> Iterator[Up]:
    """`sla up` on `dsn`, once it is in `state`; gone afterwards."""
    home.mkdir(parents=True, exist_ok=True)
    up = Up(home, dsn)
    try:
        up.wait_until(state)
        yield up
    finally:
        if up.process.poll() is None:
            up.kill()


def wait_for_rows(
    connection: psycopg.Connection, query: str, count: int, seconds: float = 20
) -> list[tuple[Any, ...]]:
    """The rows of `query` once there are at least `count`; fails with what there was."""
    until = time.monotonic() + seconds
    while True:
        rows = connection.execute(query).fetchall()
        if len(rows) >= count:
            return rows
        assert time.monotonic() < until, f"{len(rows)} of {count} rows: {rows[:5]}"
        time.sleep(0.02)
