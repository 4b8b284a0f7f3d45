"""What a helpdesk also sends: bytes that are no events of ours. Each ends as a dead letter."""

from collections.abc import Iterator
from typing import Any, Final

import orjson

from schemas.instants import DAY, iso
from sla.demo.said import SOURCE

_UNKNOWN_TICKET: Final = "HK-99999"


def malformed(start: int, end: int, ticket: str) -> Iterator[tuple[int, bytes]]:
    """(when it arrives, what), spread over the time between; `ticket`: one that is known."""
    makers = (_cut, _without_zone, _unknown_type, _no_status, _no_json, _no_text, _ahead, _orphan)
    step = (end - start) // (2 * len(makers))
    for number, make in enumerate(makers, 1):
        at = start + number * step
        yield at, make(f"desk-odd-{number}", at, ticket)


def _event(
    event: str, kind: str, ticket: str, time: str, data: dict[str, Any] | None = None
) -> bytes:
    body = {"specversion": "1.0", "id": event, "source": SOURCE, "type": kind}
    reply = {"role": "agent", "public": True}
    return orjson.dumps(
        body | {"subject": ticket, "time": time, "data": reply if data is None else data}
    )


def _cut(event: str, at: int, ticket: str) -> bytes:
    """A connection that broke off."""
    return _event(event, "ticket.replied.v1", ticket, iso(at))[:-30]


def _without_zone(event: str, at: int, ticket: str) -> bytes:
    return _event(event, "ticket.replied.v1", ticket, iso(at).rstrip("Z"))


def _unknown_type(event: str, at: int, ticket: str) -> bytes:
    return _event(event, "ticket.admired.v1", ticket, iso(at))


def _no_status(event: str, at: int, ticket: str) -> bytes:
    return _event(event, "ticket.status_changed.v1", ticket, iso(at), {})


def _no_json(event: str, at: int, ticket: str) -> bytes:
    """A proxy's own page in place of the helpdesk's."""
    return b"<html><title>502 Bad Gateway</title></html>"


def _no_text(event: str, at: int, ticket: str) -> bytes:
    """Latin-1 where UTF-8 is due."""
    return _event(event, "ticket.replied.v1", ticket, iso(at)).replace(b"agent", b"ag\xe9nt")


def _ahead(event: str, at: int, ticket: str) -> bytes:
    """Well formed, but dated two days ahead: refused by the tracker."""
    return _event(event, "ticket.replied.v1", ticket, iso(at + 2 * DAY))


def _orphan(event: str, at: int, ticket: str) -> bytes:
    """Of a ticket that is never opened: it waits for seven days, then is given up."""
    return _event(event, "ticket.replied.v1", _UNKNOWN_TICKET, iso(at))
