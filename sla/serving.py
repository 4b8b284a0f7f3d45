"""Health and metrics of a role, on a port of their own; nothing of any table."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest

from sla.trouble import Trouble

Health = Callable[[], dict[str, Any]]
"""What a role says of itself; `ok` decides between status 200 and 503."""


def add_status(app: web.Application, health: Health, registry: CollectorRegistry) -> None:
    """Adds `GET /health` and `GET /metrics`."""

    async def get_health(request: web.Request) -> web.Response:
        state = health()
        status = 200 if state.get("ok") else 503
        said = orjson.dumps(state, option=orjson.OPT_NON_STR_KEYS)
        return web.Response(status=status, body=said, content_type="application/json")

    async def get_metrics(request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), content_type="text/plain")

    app.router.add_get("/health", get_health)
    app.router.add_get("/metrics", get_metrics)


@asynccontextmanager
async def serving(listen: str, health: Health, registry: CollectorRegistry) -> AsyncIterator[str]:
    """Answers on `listen` (`host:port`; port 0: any) while inside; gives the URL.

    Raises Trouble where it cannot listen there.
    """
    host, _, port = listen.rpartition(":")
    app = web.Application()
    add_status(app, health, registry)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, int(port)).start()
        except (OSError, ValueError) as error:
            raise Trouble(
                f"cannot listen on {listen}: {error}\n"
                "what to do: choose another HOST:PORT by --listen; port 0 takes any that is free"
            ) from error
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
