"""Workers as processes of their own: asked, frozen, stopped and killed."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from streams.kafka.cluster import Cluster
from tests.cluster.hurry import Hurry
from tests.cluster.waiting import until
from tests.watched import Watched


class WorkerProcess(Watched):
    """A worker and what it says."""

    def health(self) -> dict[str, Any]:
        """What `/health` answers; empty while it does not listen. Fails where it has ended."""
        assert self.process.poll() is None, "\n".join(self.log)
        return super().health()

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
