"""`sla up`: door, tracker and projector in one process, until interrupted."""

import asyncio
import os
import secrets
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import structlog
from aiohttp import web

from sla.settings import Settings
from sla.trouble import Trouble


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8410,
    show_default=True,
    help="HTTP port on 127.0.0.1; 0: any.",
)
@click.pass_obj
def up(settings: Settings, port: int) -> None:
    """Runs everything on this machine: HTTP, tracker, read models."""
    from sla.database import database

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        token_of(settings.token_file)
    except OSError as error:
        raise Trouble(
            f"{error.filename}: {error.strerror}\n"
            "what to do: choose a directory that you may write by --home"
        ) from error
    database(settings)
    asyncio.run(serve(settings, port))


def token_of(file: Path) -> str:
    """The token kept in `file`, made at first use, readable by its owner only."""
    with suppress(FileExistsError):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(32) + "\n")
    return file.read_text().strip()


async def serve(settings: Settings, port: int) -> None:
    """Runs until SIGINT or SIGTERM; any other end of a part ends all, with its error."""
    from projections.projector import OtherPartitions
    from sla.announcing import announced
    from sla.clock import now_instant
    from sla.database import whereabouts
    from sla.http import application
    from sla.intake_queue import IntakeQueue
    from sla.metrics import Metrics
    from sla.runtime import ProjectorThread, Runtime
    from streams.postgres.server import Server
    from streams.tracker import AheadOfTime, NotOwner

    metrics = Metrics()
    dsn = whereabouts(settings)
    projector = ProjectorThread(dsn)
    runtime = Runtime(dsn, now_instant, on_effects=metrics.committed, on_owner=projector.own)
    if settings.dsn is None:
        runtime.revive = Server(settings.data_dir).revive
    queue = IntakeQueue(dsn, now_instant)
    token = token_of(settings.token_file)

    def health() -> dict[str, Any]:
        tracker = runtime.tracker
        return {
            "ok": runtime.state in ("tracking", "standing by"),
            "state": runtime.state,
            "position": None if tracker is None else tracker.partition.position,
        }

    runner = web.AppRunner(application(queue, token, health, metrics.registry), access_log=None)
    address = await _listen(runner, port)
    click.echo(f"listening on {address}; the token is in {settings.token_file}", err=True)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    parts = [
        asyncio.create_task(runtime.run_tracker()),
        asyncio.create_task(queue.run()),
        asyncio.create_task(_watch(projector)),
        asyncio.create_task(stopped.wait()),
    ]
    try:
        async with announced(settings.address_file, address):
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
    except (NotOwner, AheadOfTime, OtherPartitions) as error:
        raise Trouble(str(error)) from error
    finally:
        runtime.stop()
        await runner.cleanup()
        for part in parts[1:]:
            part.cancel()
        await asyncio.wait(parts[:1], timeout=10)
        parts[0].cancel()
        projector.stop()


async def _listen(runner: web.AppRunner, port: int) -> str:
    """Begins to answer; the address. Raises Trouble where the port is taken."""
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except OSError as error:
        await runner.cleanup()
        raise Trouble(
            f"cannot listen on 127.0.0.1:{port}: {os.strerror(error.errno or 0)}\n"
            "what to do: end what listens there, such as another `sla up`, or choose another port "
            "by --port; 0 takes any that is free"
        ) from error
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _watch(projector: Any) -> None:
    """Raises what ended the projector thread."""
    while True:
        projector.check()
        await asyncio.sleep(0.2)
