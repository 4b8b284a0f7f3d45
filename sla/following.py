"""Outcomes as they are published, from a position on; a reader that stopped goes on from there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from psycopg.rows import DictRow

from sla.views import Reading, asked

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
