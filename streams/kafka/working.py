"""A worker: Faust, the partitions it gives us, and their ends."""

import asyncio
from collections.abc import Callable
from typing import Any

from streams.kafka.app import Membership, make_app
from streams.kafka.cluster import Cluster
from streams.kafka.holding import OnEffects
from streams.kafka.owner import Owner
from streams.kafka.ticks import Ticks


class Worker:
    """Follows the partitions that the group gives it, until told to stop or something fails."""

    def __init__(
        self,
        cluster: Cluster,
        member: Membership,
        clock: Callable[[], int],
        on_effects: OnEffects = lambda partition, effects: None,
    ) -> None:
        self._member = member
        self._ticks = Ticks(cluster, clock)
        self._stop = asyncio.Event()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._cluster = cluster
        self.owner = Owner(cluster, clock, self._ticks.append, on_effects, self._fail)

    def stop(self) -> None:
        """Asks it to finish what is being committed, to leave the group and to end."""
        self._stop.set()

    async def run(self) -> None:
        """Works until `stop`. Raises whatever went wrong: NotOwner, AheadOfTime, RecordsMissing,
        NothingRead, and what is a fault of ours; nothing is passed over.
        """
        async with self._ticks:
            app = make_app(self._cluster, self._member, self.owner)
            # Returns only once Faust begins to read, which it may never do.
            starting = asyncio.ensure_future(app.start())
            try:
                await self._until_the_end(app, starting)
            finally:
                # First the loops: what they have committed is acknowledged before Faust commits.
                await self.owner.revoked()
                self.owner.close()
                await app.stop()
                # What it says to being stopped half-way is nothing to be told.
                await asyncio.gather(starting, return_exceptions=True)

    async def _until_the_end(self, app: Any, starting: asyncio.Future[None]) -> None:
        # Who is told to stop meanwhile takes over first: a member that is half in the group would
        # keep its partitions from others for its session.
        await asyncio.wait((starting, self._failed), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await self._until_told_or_stopped(app)
        if self._failed.done():
            self._failed.result()
        if app.crash_reason is not None:
            raise app.crash_reason

    async def _until_told_or_stopped(self, app: Any) -> None:
        ends = (
            asyncio.ensure_future(self._stop.wait()),
            asyncio.ensure_future(app.wait_until_stopped()),
        )
        try:
            await asyncio.wait((*ends, self._failed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()

    def _fail(self, error: BaseException) -> None:
        if not self._failed.done():
            self._failed.set_exception(error)
