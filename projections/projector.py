"""One projector: outcomes in, rows out, each batch and its positions in one transaction."""

import threading
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import psycopg
from psycopg import Connection, Cursor

from projections.feed import Feed, FeedAway, FeedRecord, Held
from projections.outage import AWAY, Outage
from projections.rows import batch_of
from projections.statements import statement
from projections.writer import write

NAME: Final = "sla projector"
"""How its connection is called on the server."""
ROWS: Final = "sla_rows"
"""Notified by us when rows have changed."""
LIMIT: Final = 1000
"""Records in a batch at most."""
LOOK_UP: Final = 0.2
"""Seconds between looks at the feed where it does not say by itself that there is more."""

Step = Callable[[str], None]


class NotOwner(RuntimeError):
    """Another projector has moved this one's position: two of them are at work."""


class OtherPartitions(ValueError):
    """The rows are of another number of partitions than what is to be projected into them."""


def _no_step(name: str) -> None:
    """Nothing is to be done between the steps of a batch, but in crash tests."""


def _not_told(records: Sequence[FeedRecord]) -> None:
    """Nobody asks what was projected."""


class Projector:
    """Projects all partitions from the feed that `feed` makes, given the projector's connection.

    `at_step` is called with the name of each step of a batch, in its transaction and after it;
    `on_batch` with what was projected, once it is committed.
    """

    def __init__(
        self,
        dsn: str,
        feed: Callable[[Connection[Any]], Feed],
        *,
        partitions: int = 1,
        at_step: Step = _no_step,
        on_batch: Callable[[Sequence[FeedRecord]], None] = _not_told,
    ) -> None:
        self._dsn = dsn
        self._make_feed = feed
        self._partitions = partitions
        self._at_step = at_step
        self._on_batch = on_batch
        self._connection: Connection[Any] | None = None
        self._feed: Feed | None = None
        self._held: dict[int, Held] = {}

    @property
    def held(self) -> Mapping[int, Held]:
        """How far each partition is in the rows, as far as this projector knows."""
        return self._held

    @property
    def at_work(self) -> bool:
        """Whether database and feed were there when they were last asked."""
        return self._feed is not None

    def run(self, stop: threading.Event) -> None:
        """Projects until `stop` is set. What is away is tried again; all else is raised.

        Raises NotOwner when another projector is at work, UnreadableRecord for a record that is
        none, OtherPartitions where the rows are not of as many partitions.
        """
        database, source = Outage("projector"), Outage("projector", what="feed")
        try:
            while not stop.is_set():
                try:
                    count = self.project_once()
                    database.over()
                    source.over()
                    if count == 0:
                        self._wait()
                except AWAY as error:
                    self.close()
                    stop.wait(database.pause(error))
                except FeedAway as error:
                    self.close()
                    stop.wait(source.pause(error))
        finally:
            self.close()

    def project_once(self, limit: int = LIMIT) -> int:
        """Projects what the feed has next and says how many records that was; 0: nothing new.

        Raises as `run` does, and one of AWAY or FeedAway when the database or the feed is away.
        """
        connection, feed = self._ready()
        # A feed may give again what it gave before; what is projected is passed over.
        records = [
            record
            for record in feed.read(self._held, limit)
            if record.position > self._held[record.partition].position
        ]
        if records:
            self._project(connection, records)
            self._on_batch(records)
        return len(records)

    def close(self) -> None:
        """Lets go of the database; the next call takes it up again where the rows are."""
        if self._feed is not None:
            self._feed.close()
        if self._connection is not None:
            self._connection.close()
        self._connection = self._feed = None

    def _ready(self) -> tuple[Connection[Any], Feed]:
        if self._connection is not None and self._feed is not None:
            return self._connection, self._feed
        self.close()
        self._connection = connection = psycopg.connect(
            self._dsn, autocommit=True, prepare_threshold=1, application_name=NAME
        )
        # Rows and position are lost together, so a crash of the server costs only doing the last
        # batches again. Staged batches vary too much in size for one plan to fit all.
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET plan_cache_mode = force_custom_plan")
        connection.execute(statement("stage"))
        # A feed may wait its turn by this connection: what is held is looked up only then.
        self._feed = feed = self._make_feed(connection)
        self._held = _held(connection, self._partitions)
        return connection, feed

    def _wait(self) -> None:
        assert self._feed is not None, "It has just been read from."
        assert self._connection is not None, "It was taken up with the feed."
        self._feed.wait(LOOK_UP)
        # That a connection is lost shows only where it is used; a feed may do without it for long.
        self._connection.execute("SELECT")

    def _project(self, connection: Connection[Any], records: list[FeedRecord]) -> None:
        of = attrgetter("partition")
        parts = {number: list(part) for number, part in groupby(sorted(records, key=of), key=of)}
        batches = {number: batch_of(part) for number, part in parts.items()}
        self._at_step("begin")
        with connection.transaction(), connection.cursor() as cursor:
            for part in parts.values():
                self._advance(cursor, part[-1])
            self._at_step("position")
            write(cursor, batches)
            self._at_step("rows")
            cursor.execute(f"NOTIFY {ROWS}")
        for number, part in parts.items():
            self._held[number] = Held(part[-1].position, part[-1].resume)
        self._at_step("committed")

    def _advance(self, cursor: Cursor[Any], last: FeedRecord) -> None:
        """Moves the position of a partition from where we know it to `last`."""
        expected = self._held[last.partition].position
        cursor.execute(
            statement("advance_position"),
            {
                "partition": last.partition,
                "expected": expected,
                "position": last.position,
                "stamp_us": last.stamp_us,
                "published_us": last.published_us,
                "resume": last.resume,
            },
        )
        if cursor.rowcount != 1:
            raise NotOwner(
                f"position {expected} of partition {last.partition} has been moved by "
                "another projector: only one is to run"
            )


def _held(connection: Connection[Any], partitions: int) -> dict[int, Held]:
    rows = connection.execute(statement("read_positions")).fetchall()
    held = {partition: Held(position, resume) for partition, position, resume in rows}
    if set(held) != set(range(partitions)):
        raise OtherPartitions(
            f"this database has the rows of {len(held)} partitions, not of {partitions}: "
            "name the database that was made for these"
        )
    return held
