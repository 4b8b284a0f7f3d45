"""The database or the broker is away: how long to wait between tries, how much of it to tell."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import psycopg
import structlog

log = structlog.get_logger()

AWAY: Final = (
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
)
"""What the outside world does to a connection, and mends: a server that ends, starts, or has
become the standby of another after a fail-over. Everything else is an error of ours."""
BACK_OFF: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between tries."""
TELL_EVERY: Final = 60.0
"""Seconds between lines that say no more than that it lasts."""


@dataclass(slots=True)
class Outage:
    """One who needs what may be away, and what became of its tries.

    Each thing that goes wrong is told whole, once; then a short line a minute says that it lasts.
    """

    who: str
    """As the log calls it: `tracker`, `projector`."""
    clock: Callable[[], float] = time.monotonic
    what: str = "database"
    """What is away."""
    _tries: int = 0
    _began: float = 0.0
    _told_at: float = 0.0
    _told: set[str] = field(default_factory=set)

    def pause(self, error: Exception) -> float:
        """The seconds to wait before the next try, now that this one has failed with `error`."""
        now = self.clock()
        if not self._tries:
            self._began = now
        text = str(error).strip()
        if text not in self._told:
            self._told.add(text)
            self._told_at = now
            log.warning(
                f"{self.what} away, trying again until it is back", who=self.who, error=text
            )
        elif now >= self._told_at + TELL_EVERY:
            self._told_at = now
            log.warning(f"{self.what} still away", who=self.who, seconds=round(now - self._began))
        pause = BACK_OFF[min(self._tries, len(BACK_OFF) - 1)]
        self._tries += 1
        return pause

    def over(self) -> None:
        """It has answered; says so where it had been away."""
        if self._tries:
            log.info(f"{self.what} back", who=self.who, seconds=round(self.clock() - self._began))
        self._tries = 0
        self._told.clear()
