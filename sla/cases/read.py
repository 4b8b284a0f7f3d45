"""A file of cases: each a ticket's story in a few lines, and what each target must come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from schemas import inbound as told
from schemas.codec import fault_of
from schemas.instants import instant
from sla.agreement_files import FileFaults, by_place, placed
from sla.cases.clock import At, Clock
from sla.cases.expected import Expected, read_expected
from sla.cases.happening import read_happening
from sla.cases.teller import REQUESTER, Teller
from sla.cases.words import Known, check
from sla.yaml_places import Places, read_yaml
from streams.core.agreement.calendars import read_zone
from streams.core.agreement.faults import Fault, quoted
from streams.core.agreement.model import Agreement
from streams.core.agreement.node import Node
from streams.core.zones import zone

SOURCE: Final = "/cases"
ANY: Final = "*"
_OPTIONAL: Final = (
    *("plan", "severity", "category", "status", "channel", "team", "agent"),
    *("opened_by", "account", "happens", "now"),
)
# Field of the opening -> the words that it may be, and what they are called.
_WORDS: Final = {
    "plan": ("plans", "plan"),
    "severity": ("severities", "severity"),
    "category": ("categories", "category"),
    "status": ("statuses", "status"),
    "opened_by": ("roles", "role"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One story, and what is expected of it. `now` is when it is asked: by default at its end."""

    name: str
    line: str
    """Where it stands, `file:line:col`."""
    source: str
    events: tuple[told.InboundEvent, ...]
    now: int
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """What a file says, with the clock by which it is told."""

    clock: Clock
    cases: tuple[Case, ...]


def read_cases(path: Path, agreement: Agreement) -> Cases:
    """The cases of the file at `path`, told in the words of `agreement`.

    Raises FileFaults with every fault there is, each with its line and a remedy.
    """
    places = Places()
    document = read_yaml(path, (), places)
    faults: list[Fault] = []
    read = Cases(Clock(zone(agreement.zone)), ())
    if document is not None:
        read = _read(Node(document, (), faults), agreement, places)
    places.faults += [placed(one, places, path) for one in faults]
    if places.faults:
        raise FileFaults(tuple(map(str, sorted(places.faults, key=by_place))))
    return read


def _read(root: Node, agreement: Agreement, places: Places) -> Cases:
    fields = root.fields(("cases",), ("zone", "about"))
    if "about" in fields:
        fields["about"].text()
    name = read_zone(fields["zone"]) if "zone" in fields else agreement.zone
    clock = Clock(zone(name or agreement.zone))
    items = fields["cases"].items("[{case: ..., opened: ..., expect: ...}]") if fields else []
    if "cases" in fields and fields["cases"].value == []:
        fields["cases"].fault("there is no case", "add one")
    known = Known.of(agreement)
    cases: list[Case] = []
    for number, item in enumerate(items, 1):
        teller = Teller(
            clock, known, _source(agreement), f"T-{number}", _account(agreement, number)
        )
        case = _case(item, teller, str(places.nearest(item.path) or ""))
        if case is not None:
            cases.append(case)
    return Cases(clock, tuple(cases))


def _source(agreement: Agreement) -> str:
    """A source whose tickets fall under the agreement."""
    named = sorted(agreement.applies_to.sources - {ANY})
    return named[0] if named else SOURCE


def _account(agreement: Agreement, number: int) -> str:
    """An account whose tickets fall under it: one of each case's own, unless some are named."""
    named = sorted(agreement.applies_to.accounts)
    return named[0] if named else f"account of case {number}"


def _case(node: Node, teller: Teller, line: str) -> Case | None:
    fields = node.fields(("case", "opened", "expect"), _OPTIONAL)
    name = fields["case"].line() if "case" in fields else None
    at = _instant(fields["opened"], teller, None) if "opened" in fields else None
    if at is None:
        return None
    events: list[told.InboundEvent] = [_opening(fields, teller, at)]
    if "account" in fields:
        events += _facts(fields["account"], teller, at)
    for event in events:
        _check(event, node)
    events += _happenings(fields, teller, at.day)
    last = max(instant(event.time) for event in events)
    now = _instant(fields["now"], teller, at.day) if "now" in fields else None
    expected = _expectations(fields["expect"], teller, at.day) if "expect" in fields else ()
    asked = last if now is None else now.instant
    return Case(name or "", line, teller.source, tuple(events), asked, expected)


def _check(event: told.InboundEvent, node: Node) -> None:
    """What the door would refuse in an event is a fault of its case."""
    bad = fault_of(event)
    if bad is not None:
        node.fault(f"{bad.field} is refused: {bad.reason}", f"write {bad.expected}")


def _instant(node: Node, teller: Teller, day: date | None) -> At | None:
    at = teller.clock.read(node, node.value, day)
    if at is not None and at.rest:
        node.fault(f"{quoted(at.rest)} stands after the time", "write the time alone")
    return at


def _opening(fields: Mapping[str, Node], teller: Teller, at: At) -> told.TicketOpened:
    said: dict[str, Any] = {"requester": REQUESTER, "opened_by": "requester"}
    for key, (words, what) in _WORDS.items():
        if key in fields and (word := fields[key].written()) is not None:
            said[key] = check(fields[key], word, getattr(teller.known, words), what)
        elif key in fields:
            fields[key].fault(f"{quoted(fields[key].value)} is no {what}", f"write a {what}")
    for key in ("channel", "team", "agent"):
        if key in fields:
            said[key] = fields[key].line()
    if said["opened_by"] != "requester":
        said["requester"] = None
    data = told.Opened(account=teller.account, **said)
    opened: told.TicketOpened = teller.event(told.TicketOpened, at, 0, data)
    return opened


def _facts(node: Node, teller: Teller, at: At) -> list[told.InboundEvent]:
    """What is known of the account from the opening on."""
    events = []
    for number, (fact, one) in enumerate(node.entries("sdk: true")):
        if one.value is None or isinstance(one.value, bool) or one.written() is not None:
            data = told.FactStated(fact=fact, value=one.value)
            event = teller.event(told.AccountFactStated, at, 0, data, subject=teller.account)
            events.append(replace(event, id=f"account {number}"))
        else:
            one.fault(f"{quoted(one.value)} is no value of a fact", "write a word, true or false")
    return events


def _happenings(fields: Mapping[str, Node], teller: Teller, day: date) -> list[told.InboundEvent]:
    events: list[told.InboundEvent] = []
    items: Sequence[Node] = ()
    if "happens" in fields:
        items = fields["happens"].items("[2026-04-02 18:30 agent replied]")
    for number, item in enumerate(items, 1):
        event, day = read_happening(teller, item, number, day)
        if event is not None:
            events.append(event)
    return events


def _expectations(node: Node, teller: Teller, day: date) -> tuple[Expected, ...]:
    found: list[Expected] = []
    for target, one in node.entries("first_response: due 2026-04-08 10:00"):
        check(one, target, teller.known.targets, "target")
        for phrase in one.items_or_one("[due 2026-04-08 10:00, met 09:30]"):
            expected = read_expected(phrase, target, teller.clock, day)
            if expected is not None:
                found.append(expected)
    if node.value == {}:
        node.fault("nothing is expected", "name a target, like first_response: met 09:30")
    return tuple(found)
