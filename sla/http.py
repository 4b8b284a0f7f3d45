"""HTTP on loopback: events in, health and metrics out."""

import hmac
from typing import Final

import orjson
from aiohttp import web
from prometheus_client import CollectorRegistry

from schemas.codec import Content, decode_events
from sla.intake_queue import DatabaseAway, IntakeQueue
from sla.serving import Health, add_status

BODY_MAX: Final = 16 * 1024 * 1024
"""Bytes of one request: some 40,000 events; more belongs into several requests."""

_CONTENT: Final[dict[str, Content]] = {
    "application/cloudevents+json": "single",
    "application/cloudevents-batch+json": "batch",
    "application/x-ndjson": "lines",
    "application/json": "auto",
}


def application(
    queue: IntakeQueue, token: str, health: Health, registry: CollectorRegistry
) -> web.Application:
    """The routes: `POST /events`, `GET /health`, `GET /metrics`."""
    app = web.Application(client_max_size=BODY_MAX)

    async def post_events(request: web.Request) -> web.Response:
        refusal = _unauthorised(request, token)
        if refusal is not None:
            return refusal
        content = _CONTENT.get(request.content_type)
        if content is None:
            return _answer(415, error=f"send one of: {', '.join(_CONTENT)}")
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _answer(413, error=f"at most {BODY_MAX} bytes a request; send several")
        try:
            receipt = await queue.take_in(decode_events(raw, content=content))
        except DatabaseAway as error:
            return _answer(503, error=str(error))
        return _answer(
            400 if receipt.refused and not receipt.accepted else 200,
            accepted=receipt.accepted,
            position=receipt.position,
            refused=[
                {"place": r.place, "event": r.event, "reason": r.reason, "detail": r.detail}
                for r in receipt.refused
            ],
            left_out=receipt.left_out,
        )

    app.router.add_post("/events", post_events)
    add_status(app, health, registry)
    return app


def _unauthorised(request: web.Request, token: str) -> web.Response | None:
    said = request.headers.get("Authorization", "")
    # A header may hold any bytes; those that are no UTF-8 are no token either.
    if hmac.compare_digest(said.encode(errors="replace"), f"Bearer {token}".encode()):
        return None
    return _answer(401, error="send the header `Authorization: Bearer TOKEN`; see `sla up`")


def _answer(status: int, **body: object) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
