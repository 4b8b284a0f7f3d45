"""The life of a role: works until told to stop, then ends in good order, or says what is left."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

log = structlog.get_logger()

DRAIN: Final = 10.0
"""Seconds between the word to stop and the end; supervisors kill soon after."""

Work = Callable[[asyncio.Event], Awaitable[None]]
"""Works until the event is set, and ends when nothing is in its hands any more."""


async def live(work: Work, left: Callable[[], str]) -> None:
    """Runs `work` until SIGINT or SIGTERM, or until it raises.

    Where it does not end within `DRAIN` after the signal the log says what is `left`, and the
    process ends at once with exit code 1: nothing is lost by it, for what is not acknowledged is
    read again.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    working = asyncio.ensure_future(work(stop))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        log.info("stopping", left=left())
        await asyncio.wait((working,), timeout=DRAIN)
    if not working.done():
        log.error("not ended in time; it is left to the next one", seconds=DRAIN, left=left())
        os._exit(1)
    await working
    log.info("stopped", left=left())


async def together(*works: Awaitable[None]) -> None:
    """Waits for all of them; the first error ends the others and is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
