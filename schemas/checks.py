"""What the decoder cannot say of an event, checked once, at the door."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from schemas import inbound
from schemas.fields import EVENTS, Field
from schemas.inbound import InboundEvent
from schemas.refusal import Fault

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2201, 1, 1, tzinfo=UTC)
"""No ticket is older than the epoch of our instants, and no promise reaches beyond 2200; what is
dated outside is a broken clock or a field filled with a marker such as 9999-12-31."""

DOCUMENT_MAX: Final = 1_000_000
"""Bytes of an agreement or mapping as JSON: forty times PassKit's with all its holidays."""

DEPTH_MAX: Final = 64
"""Levels of nesting; agreements need ten. Far below what stops a decoder or a database."""

_WHOLE_MAX: Final = 2**63
_FIELDS: Final = {fields.event: fields for fields in EVENTS.values()}
_MOMENTS: Final = {
    event: tuple(name for name, field in fields.data.items() if field.moment)
    for event, fields in _FIELDS.items()
}
_ENCODER: Final = msgspec.json.Encoder()


def fault_in(event: InboundEvent, encoded: bytes) -> Fault | None:
    """The first thing wrong with `event`, whose JSON is `encoded`; None: it is good."""
    return (
        _fault_in_time(event)
        or (None if _surely_plain(event, encoded) else _fault_in_text(event))
        or _fault_in_meaning(event)
    )


# -- instants -----------------------------------------------------------------------------------


def _fault_in_time(event: InboundEvent) -> Fault | None:
    if not EARLIEST <= event.time < LATEST:
        return _out_of_range("time")
    for name in _MOMENTS[type(event)]:
        value = getattr(event.data, name)
        if value is not None and not EARLIEST <= value < LATEST:
            return _out_of_range(f"data.{name}")
    return None


def _out_of_range(field: str) -> Fault:
    return Fault("time_out_of_range", field, "a time in the years 1970 to 2200")


def in_utc(event: InboundEvent) -> InboundEvent:
    """The same event with every instant in UTC, so that equal events have equal bytes.

    Its instants must lie in the years that `fault_in` lets through.
    """
    moved = {
        name: value.astimezone(UTC)
        for name in _MOMENTS[type(event)]
        if (value := getattr(event.data, name)) is not None and value.tzinfo is not UTC
    }
    if moved:
        event = replace(event, data=replace(event.data, **moved))
    return event if event.time.tzinfo is UTC else replace(event, time=event.time.astimezone(UTC))


# -- texts --------------------------------------------------------------------------------------


def _surely_plain(event: InboundEvent, encoded: bytes) -> bool:
    """Whether a look at the JSON as a whole shows that every text matches its pattern.

    Printable text without an escape holds no control character, no line break and no white space
    but the space; in compact JSON a space beside a quote stands at the end of a text. One pass in
    C for each, where asking each text costs ten times as much.
    """
    text = encoded.decode()
    sequence = event.sequence
    return (
        text.isprintable()
        and "\\" not in text
        and '" ' not in text
        and ' "' not in text
        and " " not in event.source
        and event.source.isascii()
        and (sequence is None or (sequence.isascii() and sequence.isdecimal()))
    )


def _fault_in_text(event: InboundEvent) -> Fault | None:
    fields = _FIELDS[type(event)]
    for prefix, holder, known in (("", event, fields.envelope), ("data.", event.data, fields.data)):
        for name, field in known.items():
            for path, text in _texts(prefix + name, getattr(holder, name)):
                if field.pattern is not None and not field.pattern.search(text):
                    return _unlike(path, field)
    return None


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield f"{path}[{index}]", inner


def _unlike(path: str, field: Field) -> Fault:
    return Fault("invalid_field", path, field.expected)


# -- meaning ------------------------------------------------------------------------------------


def _fault_in_meaning(event: InboundEvent) -> Fault | None:
    if event.replaces == event.id:
        return Fault("names_itself", "replaces", "the id of an earlier event")
    match event:
        case inbound.TicketMerged() if event.data.into == event.subject:
            return Fault("merged_into_itself", "data.into", "another ticket than `subject`")
        case inbound.TicketEventWithdrawn() if event.data.event == event.id:
            return Fault("names_itself", "data.event", "the id of an earlier event")
        case inbound.TicketStretchExcluded() | inbound.ClosureWasDeclared():
            if event.data.end <= event.data.start:
                return Fault("end_not_after_start", "data.end", "a time after `data.start`")
        case inbound.TicketPromiseMade() if event.data.due <= event.time:
            return Fault("end_not_after_start", "data.due", "a time after the promise is made")
        case inbound.AgreementWasPublished() | inbound.MappingWasPublished():
            return _fault_in_document(*_document(event))
        case _:
            pass
    return None


def _document(
    event: inbound.AgreementWasPublished | inbound.MappingWasPublished,
) -> tuple[str, dict[str, Any]]:
    if isinstance(event, inbound.AgreementWasPublished):
        return "data.agreement", event.data.agreement
    return "data.mapping", event.data.mapping


def fault_in_depth(event: InboundEvent) -> Fault | None:
    """A document nested too deep; to be asked before anything else walks it."""
    if isinstance(event, inbound.AgreementWasPublished | inbound.MappingWasPublished):
        field, document = _document(event)
        if depth(document) > DEPTH_MAX:
            return Fault("too_deep", field, f"at most {DEPTH_MAX} levels of nesting")
    return None


def _fault_in_document(field: str, document: dict[str, Any]) -> Fault | None:
    """A document is only held to be JSON that everybody can store; the core reads it."""
    for value in _scalars(document):
        if isinstance(value, str):
            if "\x00" in value:
                return Fault("invalid_field", field, "text without null characters")
        elif type(value) is int and not -_WHOLE_MAX <= value < _WHOLE_MAX:
            return Fault("number_out_of_range", field, "whole numbers within 64 bits")
    if len(_ENCODER.encode(document)) > DOCUMENT_MAX:
        return Fault("too_large", field, f"at most {DOCUMENT_MAX} bytes of JSON")
    return None


def depth(value: Any) -> int:
    """How many objects and lists stand in each other; 0 for a plain value."""
    level = 0
    layer = [value]
    while layer := [one for one in layer if isinstance(one, dict | list)]:
        level += 1
        layer = [i for one in layer for i in (one.values() if isinstance(one, dict) else one)]
    return level


def _scalars(value: Any) -> Iterator[Any]:
    """Every key and plain value within, whatever the nesting."""
    open_ = [value]
    while open_:
        one = open_.pop()
        if isinstance(one, dict):
            yield from one
            open_ += one.values()
        elif isinstance(one, list):
            open_ += one
        else:
            yield one
