"""The events of a lifecycle case as inbound events of ours, put through the door's own checks.

A translation of names, event by event; what the events mean is the core's to say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from schemas import inbound as told
from schemas.codec import fault_of
from schemas.instants import instant, moment
from sla.conform.calendars import instant_of
from sla.conform.unreadable import Unreadable
from streams.core.facts import TicketFact
from streams.core.history import fact_of, order

SOURCE: Final = "/conformance/cases"
ONLY_TICKET: Final = "T"
"""The ticket of an event that names none."""
NO_SEVERITY: Final = "none"
"""The severity of a ticket whose case speaks of none: targets without one apply to it too."""

Data = dict[str, Any]
Wire = tuple[str, Data]
Case = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One inbound event, and when our log took it (microseconds)."""

    event: told.TicketEvent
    recorded: int

    @property
    def happened(self) -> int:
        """When it happened, by the source."""
        return instant(self.event.time)


def told_by(events: Sequence[Case], zone: str) -> list[Told]:
    """The events of a case in its order. Raises Unreadable for one without a translation."""
    said: list[Told] = []
    for event in events:
        recorded = instant_of(event.get("recorded_at", event["at"]), zone)
        for type_, data in _translated(event, zone):
            said.append(Told(_event(len(said), type_, data, event, zone), recorded))
    return said


def history_of(said: Sequence[Told], ticket: str) -> list[TicketFact]:
    """The history of one ticket, in the order of 1.3."""
    own = [one for one in said if one.event.subject == ticket]
    return sorted((fact_of(one.event, one.recorded) for one in own), key=order)


def _event(number: int, type_: str, data: Data, event: Case, zone: str) -> told.TicketEvent:
    written = {
        "type": type_,
        "specversion": "1.0",
        "id": f"e{number}",
        "source": SOURCE,
        "subject": event.get("ticket", ONLY_TICKET),
        "time": moment(instant_of(event["at"], zone)),
        # Equal instants happen in the order of the case.
        "sequence": str(number),
        "data": data,
    }
    try:
        made: told.TicketEvent = msgspec.convert(written, told.TicketEvent)
    except msgspec.ValidationError as error:
        raise Unreadable(f"event {event['type']} at {event['at']}: {error}") from error
    fault = fault_of(made)
    if fault is not None:
        raise Unreadable(f"event {event['type']} at {event['at']}: {fault.field}: {fault.expected}")
    return made


def _translated(event: Case, zone: str) -> list[Wire]:
    translate = _TRANSLATIONS.get(event["type"])
    if translate is None:
        raise Unreadable(f"event type {event['type']}; taken: {', '.join(sorted(_TRANSLATIONS))}")
    return translate(event, zone)


# -- the translations, by type ------------------------------------------------------------------


def _created(event: Case, _zone: str) -> list[Wire]:
    author = event.get("author")
    opened = {
        "status": event.get("status"),
        "severity": event.get("severity") or NO_SEVERITY,
        "requester": "requester",
        "opened_by": None if author is None else _ROLES[author],
    }
    wires: list[Wire] = [("ticket.opened.v1", opened)]
    if "response_state" in event:
        state = {"state": event["response_state"]}
        wires.append(("ticket.second_state_changed.v1", state))
    return wires


_ROLES: Final = {"customer": "requester", "agent": "agent"}


def _severity_changed(event: Case, _zone: str) -> list[Wire]:
    return [("ticket.severity_changed.v1", {"severity": event["to"] or NO_SEVERITY})]


def _reply(role: str, public: bool) -> Callable[[Case, str], list[Wire]]:
    data = {"role": role, "public": public, "author": role}
    return lambda _event, _zone: [("ticket.replied.v1", data)]


def _with(type_: str, **fields: str) -> Callable[[Case, str], list[Wire]]:
    """Data whose fields are named by `fields`: ours -> the case's; what a case leaves out stays."""

    def translate(event: Case, _zone: str) -> list[Wire]:
        data = {ours: event[theirs] for ours, theirs in fields.items() if theirs in event}
        return [(type_, data)]

    return translate


def _manual_due(event: Case, zone: str) -> list[Wire]:
    """A due date that names no clock is that of the ticket: of its resolution."""
    data = {
        "target": event.get("clock", "resolution"),
        "due": moment(instant_of(event["due"], zone)),
        "who": "agent",
        "why": "set by hand",
    }
    return [("ticket.deadline_set.v1", data)]


_TRANSLATIONS: Final[dict[str, Callable[[Case, str], list[Wire]]]] = {
    "created": _created,
    "public_reply_agent": _reply("agent", public=True),
    "public_reply_customer": _reply("requester", public=True),
    "internal_note": _reply("agent", public=False),
    "status_changed": _with("ticket.status_changed.v1", status="to"),
    "severity_changed": _severity_changed,
    "response_state_changed": _with("ticket.second_state_changed.v1", state="to"),
    "resolved": _with("ticket.resolved.v1", status="status"),
    "closed": _with("ticket.closed.v1", status="status"),
    "reopened": _with("ticket.reopened.v1", status="status"),
    "merged": _with("ticket.merged.v1", into="into"),
    "deleted": _with("ticket.deleted.v1", reason="reason"),
    "assigned": _with("ticket.assigned.v1", team="team", agent="agent"),
    "manual_due_set": _manual_due,
    "first_response_recorded": _with("ticket.first_response_recorded.v1"),
    "agent_contact_recorded": _with("ticket.agent_contact_recorded.v1"),
    "customer_contact_recorded": _with("ticket.customer_contact_recorded.v1"),
}
