"""Puts what happened into the plain sentences of the live view."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from schemas import inbound as told
from schemas.instants import MINUTE, instant, parse
from schemas.outcomes import RETRACTED
from sla.demo.said import ZONE
from sla.demo.snapshot import Moment
from sla.show import LocalTime, length

_BREACHED: Final = "sla.timer_breached.v1"
_NEWS: Final = (told.ReleaseScheduled, told.ReleaseWasMoved, told.AccountFactStated)


def local(now: int) -> LocalTime:
    """Hong Kong time, told at the simulated instant `now`."""
    return LocalTime(ZONE.key, now)


def news(at: int, start: int, event: told.InboundEvent) -> Iterator[Moment]:
    """What is worth telling of a shared fact; facts that were so from the beginning are not."""
    if not isinstance(event, _NEWS) or instant(event.time) < start + MINUTE:
        return
    here = local(at)
    match event:
        case told.ReleaseScheduled():
            planned = here.brief(instant(event.data.planned_at))
            text = f"{event.subject} is planned for {planned}"
        case told.ReleaseWasMoved():
            text = f"{event.subject} is moved to {here.brief(instant(event.data.planned_at))}"
        case told.AccountFactStated():
            value = str(event.data.value).lower()
            text = f"{event.subject}: {event.data.fact} is now {value}"
    yield Moment(at, "news", text)


def moments(
    at: int, messages: Sequence[dict[str, Any]], events: Mapping[str, told.InboundEvent]
) -> Iterator[Moment]:
    """What one record made known. `messages` as published, `events` by id, to name causes."""
    for message in messages:
        if message["type"] == "sla.event_refused.v1":
            text = f"refused by the tracker: {message['reason']}, {message['subject']}"
            yield Moment(at, "refused", text)
    breached = [m["data"] for m in messages if m["type"] == _BREACHED]
    for _, group in groupby(breached, key=lambda data: (data["target"], data["effective_at"])):
        yield Moment(at, "breach", _breach(at, list(group)))
    withdrawn = [
        m for m in messages if m["type"] == RETRACTED and m["data"]["retracts"] == _BREACHED
    ]
    for cause, taken_back in groupby(withdrawn, key=lambda m: str(m.get("causationid"))):
        yield Moment(at, "withdrawn", _withdrawal(at, list(taken_back), events.get(cause)))


def refused_at_door(at: int, reason: str) -> Moment:
    """Bytes that could not become an event."""
    return Moment(at, "refused", f"refused at the door: {reason}")


def _breach(at: int, together: Sequence[dict[str, Any]]) -> str:
    """Of timers of one target that breached at one instant."""
    first = together[0]
    effective = parse(first["effective_at"])
    who = first["ticket"] if len(together) == 1 else f"{len(together)} tickets:"
    text = f"{who} {first['target']} breached at {local(at).brief(effective)}"
    late = at - effective
    return text if late < MINUTE else f"{text}, known {length(late // MINUTE * MINUTE)} later"


def _withdrawal(
    at: int, messages: Sequence[dict[str, Any]], cause: told.InboundEvent | None
) -> str:
    first = messages[0]["data"]
    if len(messages) == 1:
        what = f"{first['ticket']} {first['target']} breach withdrawn"
    else:
        what = f"{len(messages)} breaches withdrawn"
    return what if cause is None else f"{what}: {_because(at, cause)}"


def _because(at: int, cause: told.InboundEvent) -> str:
    here = local(at)
    match cause:
        case told.ClosureWasDeclared():
            start, end = (here.brief(instant(x)) for x in (cause.data.start, cause.data.end))
            return f"{cause.data.name}, {start} to {end}, declared after the fact"
        case told.TicketStretchExcluded():
            lasted = instant(cause.data.end) - instant(cause.data.start)
            return f"{length(lasted)} excluded ({cause.data.why})"
        case told.TicketReplied():
            return f"the reply of {here.brief(instant(cause.time))} came in only now"
        case _:
            what = cause.__struct_config__.tag
            return f"{what} of {here.brief(instant(cause.time))} came in"
