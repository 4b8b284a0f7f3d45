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

from projections.outage import AWAY, Outage
from projections.projector import NotOwner as Overtaken
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
NAME: Final = "sla tracker"
"""How the connection that owns the partition is called on the server."""
STAND_DOWN: Final = 1.0
"""Seconds for which a projector that another overtook waits to be told whose the partition is."""


@dataclass(slots=True)
class Runtime:
    """What runs on one database. `on_effects` sees what was committed, right after it was."""

    dsn: Callable[[], str]
    """Where the database is: asked before each try, for an embedded one may have moved."""
    clock: Callable[[], int]
    on_effects: Callable[[Sequence[Effects]], None] = lambda effects: None
    at_step: Step = lambda name: None
    on_owner: Callable[[bool], None] = lambda owner: None
    """Told, in a thread, when the partition has become ours, and when it is ours no more."""
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
        outage = Outage("tracker")
        while not self._stop.is_set():
            try:
                async with await AsyncConnection.connect(
                    self.dsn(), autocommit=True, prepare_threshold=1, application_name=NAME
                ) as connection:
                    await _refuse_standby(connection)
                    outage.over()
                    if not await self._own(connection):
                        return
                    await self._follow(connection)
            except AWAY as error:
                self.state = "waiting for the database"
                # Another may own the partition already: our projector is not to meet its.
                await asyncio.to_thread(self.on_owner, False)
                await self._wait(outage.pause(error))
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
        await asyncio.to_thread(self.on_owner, False)
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
        self.state = "loading"
        journal = PostgresJournal(connection, self.clock)
        store = PostgresStore(connection, self.at_step)
        self.tracker = Tracker(journal, store, self.clock)
        await self.tracker.load()
        await asyncio.to_thread(self.on_owner, True)
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


async def _refuse_standby(connection: AsyncConnection) -> None:
    """After a fail-over the old primary may answer as a standby, which takes no writes."""
    row = await (await connection.execute("SHOW transaction_read_only")).fetchone()
    if row is not None and row[0] == "on":
        raise psycopg.errors.ReadOnlySqlTransaction(
            "the server that answers takes no writes; where the connection string names several "
            "hosts, add target_session_attrs=read-write"
        )


class ProjectorThread:
    """The projector, in a thread of its own, while the partition is ours."""

    def __init__(self, dsn: Callable[[], str]) -> None:
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
            while not self._stop.is_set():
                self._project()
        except BaseException as error:  # noqa: BLE001 - carried over to the thread that asks
            self._error = error

    def _project(self) -> None:
        """Projects until told to stop, or until another projector has moved the position.

        That one's rows are in: they and the position are one transaction. When the partition has
        changed hands one of the two is about to be told to stop; the other goes on from there.
        """
        try:
            Projector(self._dsn(), TableFeed).run(self._stop)
        except Overtaken as error:
            log.warning("stood down for another projector", told=str(error))
            self._stop.wait(STAND_DOWN)
        except AWAY:  # not even an address; the tracker says so
            self._stop.wait(STAND_DOWN)

    def check(self) -> None:
        """Raises what ended the projector, if anything did."""
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Ends it after the batch in hand."""
        thread = self._thread
        if thread is not None:
            self._stop.set()
            thread.join()
            self._thread = None
