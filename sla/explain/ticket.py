"""What is known of a ticket, in a few lines."""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.instants import instant
from sla.show import NOTHING, LocalTime, counted


def ticket_lines(ticket: Mapping[str, Any], local: LocalTime) -> Iterator[str]:
    """Where it is and how it stands; then what of it could not be read."""
    name = f"{ticket['source']} {ticket['ticket']}"
    if ticket["is_orphan"]:
        yield (
            f"{name}: its opening has not come; {counted(ticket['events_waiting'], 'event')} held, "
            "nothing is decided until it does (1.7)"
        )
        return
    yield f"{name}: opened {local.at(instant(ticket['opened_at']))}, {_standing(ticket, local)}"
    facts = ("account", "category", "channel", "team", "agent")
    known = [f"{fact} {ticket[fact]}" for fact in facts if ticket[fact] is not None]
    if known:
        yield f"  {', '.join(known)}"
    if ticket["merged_into"] is not None and ticket["last_survivor"] is None:
        yield "  its merges run in a circle: none of these tickets survives (4.8)"
    yield f"  {complete_to(ticket, local)}; {counted(ticket['events'], 'event')}"
    for field, word in ticket["unmapped_words"] or ():
        yield f"  {word!r}, of the {field}, has no meaning in the mapping and changed nothing (1.4)"


def _standing(ticket: Mapping[str, Any], local: LocalTime) -> str:
    status = f"status {ticket['status'] or NOTHING} ({ticket['status_category']})"
    severity = f"severity {ticket['severity'] or NOTHING}"
    if ticket["severity_word"] not in (None, ticket["severity"]):
        severity += f" ({ticket['severity_word']})"
    said = [status, severity]
    if ticket["is_resolved"]:
        said.append(f"resolved {local.at(instant(ticket['resolved_at']))}")
    if ticket["gone"]:
        into = f" into {ticket['merged_into']}" if ticket["merged_into"] else ""
        said.append(f"{ticket['gone']}{into}")
    return ", ".join(said)


def complete_to(row: Mapping[str, Any], local: LocalTime) -> str:
    """Up to when everything the source said is in (7.4)."""
    at = row["data_complete_to"]
    if at is None:
        return "its source has not said up to when its data is complete"
    return f"data complete to {local.at(instant(at))}"
