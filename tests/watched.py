"""A process of our own that a test starts, listens to, asks over HTTP, and ends."""

import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

import orjson


class Watched:
    """`python -m` a command; what it says on stderr is in `log`, line by line."""

    def __init__(self, command: Sequence[str], more: Mapping[str, str] | None = None) -> None:
        """`more`: what its environment has besides ours."""
        self.log: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | dict(more or {}),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line.rstrip())

    @property
    def address(self) -> str | None:
        """Where it answers, as it has said; None while it has not."""
        for line in self.log:
            if line.startswith("health and metrics at "):
                return line.split()[-1]
        return None

    def ask(self, path: str) -> bytes:
        """What it answers, whatever the status; nothing while it does not listen."""
        try:
            with urllib.request.urlopen(f"{self.address}{path}", timeout=5) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return bytes(error.read())
        except (OSError, ValueError):
            return b""

    def health(self) -> dict[str, Any]:
        """What `/health` answers; empty while it does not listen."""
        answer = self.ask("/health")
        return dict(orjson.loads(answer)) if answer else {}

    def metrics(self) -> str:
        """What Prometheus is told."""
        return self.ask("/metrics").decode()

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
