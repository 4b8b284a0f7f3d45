"""The running tracker and projector: owns the partition or stands by, and rides out outages."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import psycopg
import structlog
from psycopg import AsyncConnection

from projections.projector import Projector
from projections.table_feed import TableFeed
from sla.publish import OWNER_LOCK
from streams.core.partition import Effects
from streams.postgres.journal import PostgresJournal
from streams.postgres.server import ServerUnavailable
from streams.postgres.store import PostgresStore, Step
from streams.tracker import Tracker

log = structlog.get_logger()

IDLE: Final = 1.0
"""Seconds the tracker waits for records when nothing is due; only how often it looks up."""
BACK_OFF: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between tries while the database is away."""


@dataclass(slots=True)
class Runtime:
    """What runs on one database. `on_effects` sees what was committed, right after it was."""

    dsn: str
    clock: Callable[[], int]
    on_effects: Callable[[Sequence[Effects]], None] = lambda effects: None
    at_step: Step = lambda name: None
    on_owner: Callable[[bool], None] = lambda owner: None
    """Told when the partition has become ours, and when it has not."""
    revive: Callable[[], bool] = lambda: False
    """Starts the database again where it was killed and is ours to start; says whether it did."""
    state: str = "starting"
    tracker: Tracker | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run_tracker(self) -> None:
        """Follows the journal until `stop`; stands by while another tracker has the partition.

        A database that is away is tried again; anything else that goes wrong is raised: an error
        in the core must stop the process, or breaches would be lost silently.
        """
        tries = 0
        while not self._stop.is_set():
            try:
                async with await AsyncConnection.connect(
                    self.dsn, autocommit=True, prepare_threshold=1
                ) as connection:
                    if not await self._own(connection):
                        return
                    tries = 0
                    await self._follow(connection)
            except psycopg.OperationalError as error:
                self.state = "waiting for the database"
                pause = BACK_OFF[min(tries, len(BACK_OFF) - 1)]
                tries += 1
                log.warning("database away, trying again", seconds=pause, error=str(error).strip())
                await self._wait(pause)
                if not self._stop.is_set():
                    await self._revive()

    async def _revive(self) -> None:
        try:
            if await asyncio.to_thread(self.revive):
                log.warning("the database had been killed; it was started again")
        except ServerUnavailable as error:
            log.warning("the database cannot be started again", error=str(error))

    async def _own(self, connection: AsyncConnection) -> bool:
        """Waits until the partition is ours; False: `stop` came first."""
        row = await (
            await connection.execute("SELECT pg_try_advisory_lock(%s)", (OWNER_LOCK,))
        ).fetchone()
        if row is not None and row[0]:
            return True
        self.state = "standing by"
        self.on_owner(False)
        log.info("another tracker is at work; standing by")
        taking = asyncio.ensure_future(
            connection.execute("SELECT pg_advisory_lock(%s)", (OWNER_LOCK,))
        )
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((taking, stopping), return_when=asyncio.FIRST_COMPLETED)
            if taking.done():
                await taking
                return True
            return False
        finally:
            stopping.cancel()
            if not taking.done():
                taking.cancel()
                with suppress(asyncio.CancelledError, psycopg.Error):
                    await taking

    async def _follow(self, connection: AsyncConnection) -> None:
        journal = PostgresJournal(connection, self.clock)
        store = PostgresStore(connection, self.at_step)
        self.tracker = Tracker(journal, store, self.clock)
        await self.tracker.load()
        self.on_owner(True)
        self.state = "tracking"
        log.info("tracking", position=self.tracker.partition.position)
        while not self._stop.is_set():
            effects = await self.tracker.step(IDLE)
            if effects:
                self.on_effects(effects)

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    def stop(self) -> None:
        """Asks the tracker to end after what it is doing."""
        self._stop.set()


class ProjectorThread:
    """The projector, in a thread of its own, while the partition is ours."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._error: BaseException | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def own(self, owner: bool) -> None:
        """Projects while we own the partition; another's projector does while we do not."""
        if owner and self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="projector", daemon=True)
            self._thread.start()
        elif not owner:
            self.stop()

    def _run(self) -> None:
        try:
            Projector(self._dsn, TableFeed).run(self._stop)
        except BaseException as error:  # noqa: BLE001 - carried over to the thread that asks
            self._error = error

    def check(self) -> None:
        """Raises what ended the projector, if anything did."""
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Ends it after the batch in hand."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None
