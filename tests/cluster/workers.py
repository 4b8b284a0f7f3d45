"""Workers as processes of their own: asked, frozen, stopped and killed."""

import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson

from streams.kafka.cluster import Cluster
from tests.cluster.hurry import Hurry
from tests.cluster.waiting import until

_ADDRESS = re.compile("health and metrics at (.*)")


class WorkerProcess:
    """One process and what it says."""

    def __init__(self, command: Sequence[str]) -> None:
        self.log: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command], stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line.rstrip())

    def _ask(self, path: str) -> bytes:
        for line in self.log:
            found = _ADDRESS.match(line)
            if found:
                try:
                    with urllib.request.urlopen(found[1] + path, timeout=5) as answer:
                        return bytes(answer.read())
                except urllib.error.HTTPError as error:
                    with error:
                        return bytes(error.read())
        return b""

    def health(self) -> dict[str, Any]:
        """What `/health` answers; empty while it does not listen. Fails where it has ended."""
        assert self.process.poll() is None, "\n".join(self.log)
        answer = self._ask("/health")
        return dict(orjson.loads(answer)) if answer else {}

    def metrics(self) -> str:
        """What Prometheus is told."""
        return self._ask("/metrics").decode()

    @property
    def positions(self) -> dict[int, int]:
        """How far it is with each partition that it has."""
        told = self.health().get("positions", {})
        return {int(number): position or 0 for number, position in told.items()}

    def wait_until(self, state: str) -> None:
        """Returns once `/health` says `state`."""
        until(self.health, lambda told: told.get("state") == state, 40)

    def freeze(self) -> None:
        """SIGSTOP."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, where it has not ended."""
        self.process.kill()
        self.ended(15)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.ended(15)

    def ended(self, seconds: float) -> int:
        """The exit code, once it has ended."""
        code = self.process.wait(seconds)
        self._reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code

    def memory(self) -> int:
        """Bytes of it in memory."""
        with open(f"/proc/{self.process.pid}/statm") as told:
            return int(told.read().split()[1]) * os.sysconf("SC_PAGESIZE")


@contextmanager
def running(*command: str) -> Iterator[WorkerProcess]:
    """A worker; gone afterwards."""
    worker = WorkerProcess(command)
    try:
        yield worker
    finally:
        worker.kill()


def told_the_time(cluster: Cluster, clock: Hurry) -> tuple[str, ...]:
    """The command of a worker that goes by `clock`."""
    return ("tests.cluster.child", cluster.bootstrap, cluster.prefix, str(clock))


def live(cluster: Cluster, *options: str) -> tuple[str, ...]:
    """The command of a worker as it is started for real."""
    place = ("--bootstrap", cluster.bootstrap, "--prefix", cluster.prefix)
    return ("sla", "worker", *place, "--listen", "127.0.0.1:0", *options)
