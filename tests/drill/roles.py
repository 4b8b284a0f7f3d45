"""The cluster's processes: started, kept alive as a supervisor would, and made to suffer."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

BACK_OFF: Final = 0.5
"""Seconds after which what has ended by itself is started again."""
DRAIN: Final = 12.0
"""Seconds for which a process may take to end at SIGTERM: it promises 10."""


class Role:
    """One process of `sla`, under its name."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], directory: Path
    ) -> None:
        self.name = name
        self.log = directory / f"{name}.log"
        self._command = [sys.executable, "-m", "sla", *command]
        self._environment = dict(os.environ) | dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = False
        self._lock = threading.Lock()
        self.ended: list[str] = []
        """How it ended without being told to: exit code and last words."""

    def start(self) -> None:
        """Starts it; from now on it is started again whenever it ends by itself."""
        with self._lock:
            self._wanted = True
            self._spawn()

    def _spawn(self) -> None:
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self._environment,
            )

    def look_after(self) -> None:
        """Starts it again where it has ended by itself."""
        with self._lock:
            if not self._wanted or self._process is None or self._process.poll() is None:
                return
            words = self.last_lines(1).strip()[-300:]
            self.ended.append(f"{self.name} ended with {self._process.returncode}: {words}")
            time.sleep(BACK_OFF)
            self._spawn()

    @property
    def pid(self) -> int:
        """The process number."""
        assert self._process is not None, f"{self.name} does not run."
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL; it stays dead until `start`."""
        with self._lock:
            self._wanted = False
            if self._process is not None:
                self._process.kill()
                self._process.wait()

    def stop(self) -> tuple[int | None, float]:
        """SIGTERM: (exit code, None where it had to be killed; seconds that it took)."""
        with self._lock:
            self._wanted = False
            if self._process is None:
                return 0, 0.0
            begun = time.monotonic()
            self._process.terminate()
            try:
                code: int | None = self._process.wait(DRAIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                code = None
            return code, time.monotonic() - begun

    def freeze(self) -> None:
        """SIGSTOP."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    def last_lines(self, count: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


class Supervisor:
    """Looks after all roles from a thread, as a service manager does."""

    def __init__(self, roles: Mapping[str, Role]) -> None:
        self._roles = roles
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(0.2):
            for role in list(self._roles.values()):
                role.look_after()

    def close(self) -> None:
        """Lets go; the processes are whoever's they were."""
        self._stop.set()
        self._thread.join()
