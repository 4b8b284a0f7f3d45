"""A TCP proxy that can fall silent, or cut and refuse, as a network does."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Final, Literal

State = Literal["open", "silent", "cut"]
"""Passing everything on; keeping connections but passing nothing on; refusing everybody."""

_CHUNK: Final = 65_536


class Proxy:
    """Listens on a port of 127.0.0.1 and passes on to another; runs in a thread of its own.

    `target` gives the port behind it, asked anew for each connection.
    """

    def __init__(self, target: Callable[[], int], port: int = 0) -> None:
        self._target = target
        self.port = port
        self._state: State = "open"
        self._open: asyncio.Event
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._run(self._begin())

    def become(self, state: State) -> None:
        """From now on it is so; what was held back while silent is passed on when it opens."""
        self._run(self._become(state))

    def close(self) -> None:
        """Ends every connection and the thread."""
        self._run(self._become("cut"))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _begin(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _become(self, state: State) -> None:
        if state == "open":
            self._open.set()
        else:
            self._open.clear()
        if state == "cut" and self._server is not None:
            self._server.close()
            self._server = None
            for writer in list(self._writers):
                writer.transport.abort()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        elif state != "cut" and self._server is None:
            await self._listen()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        behind: asyncio.StreamWriter | None = None
        try:
            await self._open.wait()
            far, behind = await asyncio.open_connection("127.0.0.1", self._target())
            self._writers.add(behind)
            await asyncio.gather(self._pump(reader, behind), self._pump(far, writer))
        except (OSError, asyncio.CancelledError):
            pass  # either side went away, or the proxy was cut: both sides are closed below
        finally:
            self._tasks.discard(task)
            for end in (writer, behind):
                if end is not None:
                    self._writers.discard(end)
                    end.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(_CHUNK):
            await self._open.wait()
            writer.write(chunk)
            await writer.drain()
        with suppress(OSError):
            writer.write_eof()
