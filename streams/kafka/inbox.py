"""What was read of a partition's journal and waits for its loop; bounded, so that reading waits."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from streams.core.partition import Record

BYTES_MAX: Final = 2 << 20
"""Held for one partition; then whoever reads the journal waits."""
RECORDS_MAX: Final = 2000
"""The same for records that hold little: ticks."""


@dataclass(frozen=True, slots=True)
class Received:
    """A journal record, and how to say that its effects are committed."""

    record: Record
    acknowledge: Callable[[], object]


class Inbox:
    """In order; one puts, one takes."""

    def __init__(self) -> None:
        self._waiting: deque[Received] = deque()
        self._bytes = 0
        self.newest = 0
        """The position of the last one put."""
        self._closed = False
        self._filled = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def __len__(self) -> int:
        return len(self._waiting)

    async def put(self, received: Received) -> None:
        """Adds it once there is room. A closed inbox takes nothing: it will be read again."""
        while not self._closed:
            if self._bytes < BYTES_MAX and len(self._waiting) < RECORDS_MAX:
                self._waiting.append(received)
                self._bytes += len(received.record.events)
                self.newest = received.record.position
                self._filled.set()
                return
            self._room.clear()
            await self._room.wait()

    async def wait(self, seconds: float, enough: Callable[[], bool]) -> None:
        """Until there is `enough`, or it is closed, but no longer than `seconds`."""
        if seconds <= 0:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not (self._closed or enough()):
                    self._filled.clear()
                    await self._filled.wait()

    def holds(self, records: int, size: int) -> bool:
        """Whether so many records are waiting, or events of so many bytes."""
        return len(self._waiting) >= records or self._bytes >= size

    def take(self) -> Received | None:
        """The next one, if there is one."""
        if not self._waiting:
            return None
        received = self._waiting.popleft()
        self._bytes -= len(received.record.events)
        self._room.set()
        return received

    def peek_bytes(self) -> int:
        """The size of the next one's events; 0 where there is none."""
        return len(self._waiting[0].record.events) if self._waiting else 0

    def close(self) -> None:
        """Empties it, and lets go whoever waits on either side."""
        self._closed = True
        self._waiting.clear()
        self._bytes = 0
        self._filled.set()
        self._room.set()

    @property
    def closed(self) -> bool:
        """Whether it takes no more."""
        return self._closed
