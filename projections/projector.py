"""One projector: outcomes in, rows out, each batch and its position in one transaction."""

import threading
from collections.abc import Callable
from typing import Any, Final

import psycopg
from psycopg import Connection

from projections.feed import Feed, FeedRecord
from projections.outage import AWAY, Outage
from projections.rows import batch_of
from projections.statements import statement
from projections.writer import write

OUTBOX: Final = "sla_outbox"
"""Notified by the tracker when there is something new."""
NAME: Final = "sla projector"
"""How its connection is called on the server."""
ROWS: Final = "sla_rows"
"""Notified by us when rows have changed."""
LIMIT: Final = 1000
"""Records in a batch at most."""
LOOK_UP: Final = 0.2
"""Seconds between looks at the feed where no notification comes."""

Step = Callable[[str], None]


class NotOwner(RuntimeError):
    """Another projector has moved this one's position: two of them are at work."""


def _no_step(name: str) -> None:
    """Nothing is to be done between the steps of a batch, but in crash tests."""


class Projector:
    """Projects one partition from the feed that `feed` makes on the projector's own connection.

    `at_step` is called with the name of each step of a batch, in its transaction and after it.
    """

    def __init__(
        self,
        dsn: str,
        feed: Callable[[Connection[Any]], Feed],
        *,
        partition: int = 0,
        at_step: Step = _no_step,
    ) -> None:
        self._dsn = dsn
        self._make_feed = feed
        self._partition = partition
        self._at_step = at_step
        self._connection: Connection[Any] | None = None
        self._feed: Feed | None = None
        self._position = 0

    def run(self, stop: threading.Event) -> None:
        """Projects until `stop` is set. A database that is away is tried again; all else is raised.

        Raises NotOwner when another projector is at work, UnreadableRecord for a record that is
        none.
        """
        outage = Outage("projector")
        try:
            while not stop.is_set():
                try:
                    count = self.project_once()
                    outage.over()
                    if count == 0:
                        self._wait()
                except AWAY as error:
                    self.close()
                    stop.wait(outage.pause(error))
        finally:
            self.close()

    def project_once(self, limit: int = LIMIT) -> int:
        """Projects what the feed has next and says how many records that was; 0: nothing new.

        Raises as `run` does, and one of AWAY when the database is away.
        """
        connection, feed = self._ready()
        # A feed may give again what it gave before; what is projected is passed over.
        records = [r for r in feed.read(self._position, limit) if r.position > self._position]
        if records:
            self._project(connection, records)
        return len(records)

    def close(self) -> None:
        """Lets go of the database; the next call takes it up again where the rows are."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._feed = None

    def _ready(self) -> tuple[Connection[Any], Feed]:
        if self._connection is not None and self._feed is not None:
            return self._connection, self._feed
        self._connection = connection = psycopg.connect(
            self._dsn, autocommit=True, prepare_threshold=1, application_name=NAME
        )
        # Rows and position are lost together, so a crash of the server costs only doing the last
        # batches again. Staged batches vary too much in size for one plan to fit all.
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET plan_cache_mode = force_custom_plan")
        connection.execute(statement("stage"))
        connection.execute(f"LISTEN {OUTBOX}")
        row = connection.execute(
            statement("read_position"), {"partition": self._partition}
        ).fetchone()
        if row is None:
            raise ValueError(f"no position of partition {self._partition}: run the migrations")
        self._position = row[0]
        self._feed = feed = self._make_feed(connection)
        return connection, feed

    def _wait(self) -> None:
        """Until the tracker says that there is more, or it is time to look anyway."""
        assert self._connection is not None, "It has just been read from."
        for _ in self._connection.notifies(timeout=LOOK_UP, stop_after=1):
            pass

    def _project(self, connection: Connection[Any], records: list[FeedRecord]) -> None:
        batch = batch_of(records)
        last = records[-1]
        self._at_step("begin")
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute(
                statement("advance_position"),
                {
                    "partition": self._partition,
                    "expected": self._position,
                    "position": last.position,
                    "stamp_us": last.stamp_us,
                    "published_us": last.published_us,
                },
            )
            if cursor.rowcount != 1:
                raise NotOwner(
                    f"position {self._position} of partition {self._partition} has been moved by "
                    "another projector: only one is to run"
                )
            self._at_step("position")
            write(cursor, batch, self._partition)
            self._at_step("rows")
            cursor.execute(f"NOTIFY {ROWS}")
        self._position = last.position
        self._at_step("committed")
