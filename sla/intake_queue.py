"""Group commit for the door: what arrives while a commit runs goes into the next one."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import psycopg

from projections.outage import AWAY
from schemas.codec import Decoded
from streams.postgres.door import Receipt, take_in_uncommitted

GROUP_MAX: Final = 5000
"""Events in one commit: bounds how long the first of a group waits for the last."""
PAUSES: Final = (0.0, 0.1, 0.4)
"""Seconds between the tries of a commit, of which there is one more: about as long as a server
takes to start. After that the caller is told, who sends again."""
NAME: Final = "sla door"
"""How its connection is called on the server."""


class DatabaseAway(Exception):
    """The journal cannot be reached. Send the request again: what was taken all the same, where the
    answer to a commit was lost, is not taken twice."""


@dataclass(slots=True)
class _Waiting:
    decoded: Decoded
    answer: "asyncio.Future[Receipt]"


@dataclass(slots=True)
class IntakeQueue:
    """Answers a request only after the commit that holds it."""

    dsn: Callable[[], str]
    """Where the database is: asked before each connection."""
    clock: Callable[[], int]
    _waiting: "asyncio.Queue[_Waiting]" = field(default_factory=asyncio.Queue)
    _connection: psycopg.Connection | None = None

    async def take_in(self, decoded: Decoded) -> Receipt:
        """Appends what was read. Raises DatabaseAway."""
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        await self._waiting.put(_Waiting(decoded, answer))
        return await answer

    async def run(self) -> None:
        """Commits group after group, until cancelled."""
        while True:
            group = [await self._waiting.get()]
            size = len(group[0].decoded.events)
            while not self._waiting.empty() and size < GROUP_MAX:
                group.append(self._waiting.get_nowait())
                size += len(group[-1].decoded.events)
            try:
                position = await asyncio.to_thread(self._commit, group)
            except AWAY as error:
                away = DatabaseAway(f"the journal cannot be reached: {error}".strip())
                _fail(group, away)
                continue
            except Exception as error:
                # This ends the queue; nobody is to wait for an answer that will not come.
                _fail(group, error)
                raise
            for one in group:
                # Who has gone away is not told; the others of the group are.
                if not one.answer.done():
                    one.answer.set_result(_receipt(one.decoded, position))

    def _commit(self, group: list[_Waiting]) -> int | None:
        """One transaction for the group; a connection that was lost is opened anew."""
        events = [event for one in group for event in one.decoded.events]
        refused = [refusal for one in group for refusal in one.decoded.refused]
        for pause in (*PAUSES, None):
            try:
                if self._connection is None or self._connection.closed:
                    self._connection = psycopg.connect(
                        self.dsn(), autocommit=True, application_name=NAME
                    )
                with self._connection.transaction():
                    return take_in_uncommitted(self._connection, events, refused, self.clock())
            except AWAY:
                # Appending twice is safe: the same event ids are ignored the second time (1.6).
                if self._connection is not None:
                    self._connection.close()  # a standby's connection lives, and stays of no use
                    self._connection = None
                if pause is None:
                    raise
                time.sleep(pause)
        raise AssertionError("The loop returns or raises.")


def _receipt(decoded: Decoded, position: int | None) -> Receipt:
    accepted = len(decoded.events)
    where = position if accepted else None
    return Receipt(accepted, where, decoded.refused, decoded.left_out)


def _fail(group: list[_Waiting], error: Exception) -> None:
    for one in group:
        if not one.answer.done():
            one.answer.set_exception(error)
