"""Outcomes as they are published, from a position on; a reader that stopped goes on from there."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from psycopg.rows import DictRow

from projections.outage import AWAY, BACK_OFF
from sla.database import DatabaseUnavailable
from sla.views import Reading, asked, reading_at

CHANNEL: Final = "sla_rows"
"""On which the projector says that rows have come."""
POLL: Final = 1.0
"""Seconds after which is looked even when nothing was said: a lost notice delays, nothing more."""


@dataclass(slots=True)
class Following:
    """Reads what stands after `position`, and moves it on."""

    connection: Reading
    position: int
    """All up to here was handed out and done with; whoever stops goes on after it."""
    ticket: str | None = None
    source: str | None = None
    poll: float = POLL

    def news(self) -> Iterator[list[DictRow]]:
        """What was published since, in order, as one list; `position` moves when it is done with.

        All outcomes of a journal record come into the views together, so nothing up to the
        position that they have reached is missing.
        """
        # Read before the rows: what comes between is read next time, never skipped.
        (reached,) = asked(self.connection, "position", {})
        yield asked(
            self.connection,
            "outcomes_after",
            {
                "after": self.position,
                "up_to": reached["position"],
                "ticket": self.ticket,
                "source": self.source,
            },
        )
        self.position = max(self.position, reached["position"])

    def follow(self) -> Iterator[list[DictRow]]:
        """What is there, then what comes, for as long as it is asked; empty where nothing came.

        The connection must be in autocommit.
        """
        self.connection.execute(f"LISTEN {CHANNEL}")
        while True:
            yield from self.news()
            for _ in self.connection.notifies(timeout=self.poll, stop_after=1):
                pass


def follow_for_good(
    following: Following,
    dsn: Callable[[], str],
    tell: Callable[[Reading, Sequence[DictRow]], None],
    on_lost: Callable[[Exception], None],
) -> NoReturn:
    """Tells what is there, then what comes, until interrupted, on connections of its own.

    A database that goes away is waited for: `on_lost` is told once, and nothing is left out or told
    twice when it is back.
    """
    tries = 0
    while True:
        try:
            with reading_at(dsn, autocommit=True) as following.connection:
                for rows in following.follow():
                    tries = 0
                    tell(following.connection, rows)
        except (*AWAY, DatabaseUnavailable) as error:
            if not tries:
                on_lost(error)
            time.sleep(BACK_OFF[min(tries, len(BACK_OFF) - 1)])
            tries += 1
