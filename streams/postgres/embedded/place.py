"""A data directory and what lies beside it: the lock and the password file."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from streams.postgres.embedded.unavailable import ServerUnavailable, last_lines

LOCK_WAIT: Final = 180.0
"""Seconds for another process to finish its start or stop; recovery from a power cut is slow."""
_PAUSE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Place:
    """Where one embedded server keeps its things."""

    data_dir: Path

    @property
    def password_file(self) -> Path:
        """What libpq reads the password from."""
        return self.beside(".pgpass")

    @property
    def start_log(self) -> Path:
        """What the server says before it opens its log; written anew at each start."""
        return self.data_dir / "start.log"

    def beside(self, ending: str) -> Path:
        """A path next to the data directory."""
        return self.data_dir.with_name(self.data_dir.name + ending)

    def has_cluster(self) -> bool:
        """Whether a database was made here."""
        return (self.data_dir / "PG_VERSION").is_file()

    def last_words(self) -> str:
        """The end of the server's logs, for a message."""
        logs = (self.data_dir / "log").glob("*.log")
        newest = sorted(logs, key=lambda log: log.stat().st_mtime)[-1:]
        return last_lines(self.start_log, *newest)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the lock of starts and stops; a killed holder lets go of it.

        Raises ServerUnavailable where another process holds it for three minutes.
        """
        held = os.open(self.beside(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + LOCK_WAIT
        try:
            while not _taken(held):
                if time.monotonic() > until:
                    raise ServerUnavailable(
                        f"another process has been starting or stopping the server on "
                        f"{self.data_dir} for {LOCK_WAIT:.0f} s",
                        f"find it by `fuser {self.beside('.lock')}` and end it, then try again",
                    )
                time.sleep(_PAUSE)
            yield
        finally:
            os.close(held)


def _taken(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
