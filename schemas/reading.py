"""Reads one item: strictly at first; where that fails, field by field, to say what is wrong."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final

import msgspec
import orjson

from schemas.checks import DEPTH_MAX, DOCUMENT_MAX, depth, fault_in, fault_in_depth, in_utc
from schemas.fields import EVENTS, EventFields
from schemas.inbound import InboundEvent
from schemas.refusal import Fault, Reason

ITEM_MAX: Final = 256_000
"""Bytes of an item that carries no document. The fields of an event within their bounds come to a
tenth of it; the rest is room for fields that are left out."""

_DOCUMENTS: Final = ("agreement.published.v1", "mapping.published.v1")
_DOCUMENT_ITEM_MAX: Final = DOCUMENT_MAX + ITEM_MAX

# CloudEvents attributes that say nothing to us; left out without being counted.
KNOWN_UNUSED: Final = frozenset(
    {
        "datacontenttype",
        "dataschema",
        "partitionkey",
        "recordedtime",
        "correlationid",
        "causationid",
        "traceparent",
    }
)

NAMES_MAX: Final = 200
"""Different names of fields left out that are counted each; a stranger could make up millions."""
OTHERS: Final = "(others)"
_NAME_MAX: Final = 80

_STRICT: Final = msgspec.json.Decoder(InboundEvent)
_FREE: Final = msgspec.json.Decoder()
_ENCODER: Final = msgspec.json.Encoder()
JSON_TYPE: Final = r"^application/([A-Za-z0-9.-]+\+)?json *(;.*)?$(?!\n)"
_PLACE: Final = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_NAMED: Final = re.compile(r"missing required field `(?P<name>[^`]*)`")
_GOT: Final = re.compile(r"got `(?P<got>\w+)`")


class _Head(msgspec.Struct):
    """What tells whose an item is, whatever else is wrong with it."""

    id: Any = None
    source: Any = None
    subject: Any = None
    type: Any = None


_HEAD: Final = msgspec.json.Decoder(_Head)


@dataclass(slots=True)
class LeftOut:
    """Fields that no event has, counted by `type.field` (semantics 1.8)."""

    counts: dict[str, int] = field(default_factory=dict)

    def count(self, names: Iterable[str]) -> None:
        """Counts each name once more; past `NAMES_MAX` different ones, under `(others)`."""
        for name in names:
            known = name in self.counts or len(self.counts) < NAMES_MAX
            key = name if known else OTHERS
            self.counts[key] = self.counts.get(key, 0) + 1


def read_item(raw: bytes, left_out: LeftOut) -> InboundEvent | Fault:
    """The event in `raw`, its instants in UTC, or what is wrong with it. Raises nothing."""
    try:
        event = _STRICT.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _read_slowly(raw, left_out)
    return _checked(raw, event)


def _checked(raw: bytes, event: InboundEvent) -> InboundEvent | Fault:
    # Before it is encoded: that may go less deep than what was decoded.
    deep = fault_in_depth(event)
    if deep is not None:
        return deep
    encoded = _ENCODER.encode(event)
    # As many quotes as in its canonical form: no key is said twice.
    if raw.count(b'"') != encoded.count(b'"') or b"\\" in raw:
        fault = _said_twice(raw)
        if fault is not None:
            return fault
    return fault_in(event, encoded) or in_utc(event)


class _Twice(Exception):
    """A key stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        times = Counter(key for key, _ in pairs)
        raise _Twice(times.most_common(1)[0][0])
    return made


def _said_twice(raw: bytes) -> Fault | None:
    """Of two values the decoder keeps the last; which one was meant nobody knows."""
    try:
        json.loads(raw, object_pairs_hook=_once)
    except _Twice as error:
        return Fault("duplicate_field", _name(str(error)), "each field once in its object")
    return None


# -- what the strict decoder did not take -------------------------------------------------------


def head_of(raw: bytes) -> tuple[object, object, object]:
    """(id, source, subject) as far as they can be read."""
    try:
        head = _HEAD.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, None, None
    return head.id, head.source, head.subject


def _read_slowly(raw: bytes, left_out: LeftOut) -> InboundEvent | Fault:
    value = _json(raw)
    if isinstance(value, Fault):
        return value
    if not isinstance(value, dict):
        return Fault("not_an_object", "", "a JSON object, the event")
    fault = _said_twice(raw)
    if fault is not None:
        return fault
    fields = _fields(value)
    if isinstance(fields, Fault):
        return fields
    fault = _other_than_json(value)
    if fault is not None:
        return fault
    names = _pare(value, fields)
    read = _converted(value, fields)
    if isinstance(read, Fault):
        return replace(read, kept=_ENCODER.encode(value)) if names else read
    left_out.count(names)
    return read


def _converted(value: dict[str, Any], fields: EventFields) -> InboundEvent | Fault:
    try:
        event = msgspec.convert(value, fields.event)
    except msgspec.ValidationError as error:
        return _fault_of(str(error), fields)
    return fault_in(event, _ENCODER.encode(event)) or in_utc(event)


def _json(raw: bytes) -> Any | Fault:
    """The value in `raw`, of whatever shape, within the bounds."""
    limit = ITEM_MAX
    if len(raw) > limit and _type_of(raw) in _DOCUMENTS:
        limit = _DOCUMENT_ITEM_MAX
    if len(raw) > limit:
        return Fault("too_large", "", f"at most {limit} bytes; it has {len(raw)}")
    try:
        value = _FREE.decode(raw)
    except UnicodeDecodeError:
        return Fault("bad_encoding", "", "UTF-8")
    except RecursionError:
        return _too_deep()
    except msgspec.ValidationError:
        # Of free-form JSON the decoder refuses only what no double and no integer can hold.
        return Fault("number_out_of_range", "", "numbers that fit 64 bits")
    except msgspec.DecodeError as error:
        return Fault("not_json", "", f"JSON; {_why_no_json(raw, error)}")
    # Nesting needs brackets, so most are known to be flat without a walk.
    brackets = raw.count(b"{") + raw.count(b"[")
    return _too_deep() if brackets > DEPTH_MAX and depth(value) > DEPTH_MAX else value


def _too_deep() -> Fault:
    return Fault("too_deep", "", f"at most {DEPTH_MAX} levels of nesting")


def _why_no_json(raw: bytes, error: msgspec.DecodeError) -> str:
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError as better:
        return str(better)
    return str(error)


def _type_of(raw: bytes) -> object:
    try:
        return _HEAD.decode(raw).type
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _fields(value: dict[str, Any]) -> EventFields | Fault:
    """The fields of the item's type, or why it has none."""
    if "type" not in value:
        return Fault("missing_field", "type", "the wire name, such as ticket.opened.v1")
    name = value["type"]
    if not isinstance(name, str):
        return Fault("invalid_field", "type", "the wire name, as text, such as ticket.opened.v1")
    if name in EVENTS:
        return EVENTS[name]
    near = get_close_matches(name[:_NAME_MAX], EVENTS, n=1)
    meant = f"; did you mean {near[0]}?" if near else "; see schemas/published for all"
    return Fault("unknown_type", "type", f"a wire name, such as ticket.opened.v1{meant}")


def _other_than_json(value: dict[str, Any]) -> Fault | None:
    """CloudEvents may carry data of any media type; ours is JSON, in `data`."""
    kind = value.get("datacontenttype")
    if kind is not None and not (isinstance(kind, str) and re.search(JSON_TYPE, kind)):
        return Fault("invalid_field", "datacontenttype", "application/json, or nothing")
    if "data_base64" in value:
        return Fault("invalid_field", "data_base64", "the data as JSON, in `data`")
    return None


def _pare(value: dict[str, Any], fields: EventFields) -> list[str]:
    """Takes out of `value` the fields that the event does not have; those to be counted."""
    said_type = value["type"]
    names = []
    for name in [n for n in value if n not in fields.envelope and n not in ("type", "data")]:
        del value[name]
        if name not in KNOWN_UNUSED:
            names.append(f"{said_type}.{_name(name)}")
    data = value.get("data")
    if isinstance(data, dict):
        for name in [n for n in data if n not in fields.data]:
            del data[name]
            names.append(f"{said_type}.data.{_name(name)}")
    return names


def _name(text: str) -> str:
    """A stranger's name for a field, fit to be shown and counted."""
    short = text[:_NAME_MAX]
    return short if short.isprintable() else ascii(short)[1:-1]


def _fault_of(message: str, fields: EventFields) -> Fault:
    """What the decoder said, as a reason, a field, and what that field takes."""
    place = _PLACE.search(message)
    path = "" if place is None else place["path"]
    missing = _NAMED.search(message)
    if missing is not None:
        path = f"{path}.{missing['name']}" if path else missing["name"]
    got = _GOT.search(message)
    expected = fields.expected(path)
    return Fault(
        _reason(message), path, expected if got is None else f"{expected}; got {got['got']}"
    )


def _reason(message: str) -> Reason:
    if "missing required field" in message:
        return "missing_field"
    if "with a timezone component" in message:
        return "naive_time"
    if "RFC3339" in message:
        return "invalid_time"
    return "invalid_field"
