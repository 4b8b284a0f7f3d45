"""The drill's own processes: who says, and who watches."""

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import orjson
import psycopg


class Voice:
    """A module of the drill as a process that obeys lines and answers in JSON."""

    def __init__(self, module: str, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.drill.{module}", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def tell(self, line: str) -> None:
        """Says a line that needs no answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def ask(self, line: str) -> dict[str, Any]:
        """Says a line and waits for its answer."""
        self.tell(line)
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        assert answer, f"{self._process.args!r} has ended."
        return dict(orjson.loads(answer))

    def close(self) -> None:
        """Ends it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


class RowsWatch:
    """Looks at the positions of the read models, and knows for how long they stood still."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._stop = threading.Event()
        self._longest = 0.0
        self._moved = time.monotonic()
        self._hushed = self._silent = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        """Every 50 ms; a database that is away is one that stands still."""
        last, connection = None, None
        while not self._stop.wait(0.05):
            row = last
            try:
                if connection is None:
                    connection = psycopg.connect(self._dsn, autocommit=True, connect_timeout=2)
                row = connection.execute("SELECT sum(position) FROM sla.positions").fetchone()
            except psycopg.OperationalError:
                connection = None
            if row != last:
                now = time.monotonic()
                if not self._silent:
                    self._longest = max(self._longest, now - self._moved)
                last, self._moved = row, now
                self._silent = self._hushed

    def hush(self) -> None:
        """Nothing more is said: a standstill that lasts ends with the next move, the last one."""
        self._hushed = True

    def report(self) -> float:
        """The longest standstill since the last report, in seconds."""
        longest, self._longest, self._moved = self._longest, 0.0, time.monotonic()
        self._hushed = self._silent = False
        return round(longest, 1)

    def close(self) -> None:
        """Ends the thread."""
        self._stop.set()
        self._thread.join()


def sent_events(file: Path) -> list[dict[str, Any]]:
    """What the sender kept: the events that it sent, in their order."""
    return [orjson.loads(line) for line in file.read_bytes().splitlines()]
