"""Roles of the cluster as processes of their own: to be asked, stopped and killed."""

import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from streams.kafka.cluster import Cluster
from tests.cluster.waiting import until


def environment(cluster: Cluster) -> dict[str, str]:
    """How a process is told of the cluster."""
    security = {f"SLA_KAFKA_{name.upper()}": said for name, said in cluster.security.items()}
    return {"SLA_KAFKA": cluster.bootstrap, "SLA_KAFKA_PREFIX": cluster.prefix, **security}


class Role:
    """One `sla intake`, `sla projector` or the like, on a cluster."""

    def __init__(self, cluster: Cluster, name: str, *words: str, dsn: str | None = None) -> None:
        self.log: list[str] = []
        database = [] if dsn is None else ["--dsn", dsn]
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "sla", *database),
                *(name, "--listen", "127.0.0.1:0", *words),
            ],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | environment(cluster),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line.rstrip())

    @property
    def address(self) -> str | None:
        """Where it answers; None while it has not said."""
        for line in self.log:
            if line.startswith("health and metrics at "):
                return line.split()[-1]
        return None

    def health(self) -> dict[str, Any]:
        """What `/health` answers; empty while it does not listen."""
        try:
            with urllib.request.urlopen(f"{self.address}/health", timeout=5) as answer:
                return dict(orjson.loads(answer.read()))
        except urllib.error.HTTPError as error:
            return dict(orjson.loads(error.read()))
        except (OSError, ValueError):
            return {}

    def metric(self, name: str) -> float:
        """One of the metrics; 0 while it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.address}/metrics", timeout=5) as answer:
                said = answer.read().decode()
        except (OSError, ValueError):
            return 0.0
        return sum(float(x.split()[1]) for x in said.splitlines() if x.startswith(f"{name} "))

    def wait_until_ok(self) -> None:
        """Returns once it says that it is at work."""

        def looks() -> dict[str, Any]:
            assert self.process.poll() is None, "\n".join(self.log)
            return self.health()

        until(looks, lambda said: said.get("ok") is True, 30)

    def wait_for(self, name: str, least: float = 1) -> None:
        """Returns once that metric is at least so much."""
        until(lambda: self.metric(name), lambda found: found >= least, 30)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.ended()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.ended()

    def ended(self, seconds: float = 15) -> int:
        """The exit code, once it has ended."""
        code = self.process.wait(seconds)
        self._reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


@contextmanager
def role(cluster: Cluster, name: str, *words: str, dsn: str | None = None) -> Iterator[Role]:
    """A role once it is at work; gone afterwards."""
    one = Role(cluster, name, *words, dsn=dsn)
    try:
        one.wait_until_ok()
        yield one
    finally:
        if one.process.poll() is None:
            one.kill()
