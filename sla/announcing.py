"""Where `sla up` listens, as a file that others read: one of several on the same home is named."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import aiohttp
import structlog

log = structlog.get_logger()

LOOK_EVERY: Final = 2.0
"""Seconds between looks at whether the one that is named still answers."""
ANSWER_WAIT: Final = aiohttp.ClientTimeout(total=2.0)


@asynccontextmanager
async def announced(file: Path, address: str) -> AsyncIterator[None]:
    """Names `address` in `file` while inside, and takes it away afterwards.

    Where another that answers is named there already it stays, and we are named once it has gone;
    the log says which. Only the file that names us is removed.
    """
    keeping = asyncio.create_task(_keep(file, address, await _announce(file, address)))
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        if _named(file) == address:
            file.unlink(missing_ok=True)


async def _keep(file: Path, address: str, first: bool) -> None:
    ours = first
    if not ours:
        log.warning(
            "another `sla up` of this home is at work and stays named; this one is not",
            named=_named(file),
            this=address,
            file=str(file),
        )
    while True:
        await asyncio.sleep(LOOK_EVERY)
        if not ours and (ours := await _announce(file, address)):
            log.info("the other `sla up` has gone; this one is named now", this=address)


async def _announce(file: Path, address: str) -> bool:
    """Writes the file unless another that answers is named there; whether we are named."""
    named = _named(file)
    if named not in (None, address) and await _answers(str(named)):
        return False
    making = file.with_suffix(f".{address.rpartition(':')[2]}")
    making.write_text(address + "\n")
    making.replace(file)  # whoever reads meanwhile sees the old text or the new, never a part
    return True


def _named(file: Path) -> str | None:
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        return None


async def _answers(address: str) -> bool:
    """Whether a `sla up` listens there; healthy or not."""
    try:
        async with (
            aiohttp.ClientSession(timeout=ANSWER_WAIT) as session,
            session.get(f"{address}/health") as answer,
        ):
            return "state" in await answer.json()
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False
