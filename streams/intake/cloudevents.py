"""CloudEvents as Kafka carries them: structured (one or a batch) and binary mode, into our events.

Binary mode keeps the attributes in headers `ce_*` and the data in the value. It is put together to
the JSON of one event, so that there is one set of checks, whatever the mode.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from schemas.codec import Content, Decoded, Fault, Refusal, decode_events
from schemas.reading import JSON_TYPE, KNOWN_UNUSED
from schemas.refusal import Reason, body_of, shown

Headers = Sequence[tuple[str, bytes | None]]

_PREFIX: Final = "ce_"
_KIND: Final = "content-type"
_STRUCTURED: Final[dict[str, Content]] = {
    "application/cloudevents+json": "single",
    "application/cloudevents-batch+json": "batch",
}
_IS_JSON: Final = re.compile(JSON_TYPE)
_ENCODER: Final = msgspec.json.Encoder()
_ONE_VALUE: Final = msgspec.json.Decoder(msgspec.Raw)


class _Unfit(Exception):
    """A message that is no CloudEvent in JSON, of any mode."""

    def __init__(self, reason: Reason, field: str, expected: str) -> None:
        super().__init__(expected)
        self.fault = Fault(reason, field, expected)


def decode_message(value: bytes | None, headers: Headers) -> Decoded:
    """The events of one Kafka message; what is not good in it is refused. Raises nothing.

    A value without headers is taken for JSON in any of the shapes that the door takes.
    """
    try:
        said = _said(headers)
        kind = said.get(_KIND, "").partition(";")[0].strip().lower()
        content = _STRUCTURED.get(kind)
        if content is None and "ce_specversion" in said:
            return decode_events(_put_together(said, value), content="single")
        if content is None and kind and not _IS_JSON.search(kind):
            raise _Unfit("invalid_field", _KIND, f"{' or '.join(_STRUCTURED)}, or JSON")
        return decode_events(value or b"", content=content or "auto")
    except _Unfit as unfit:
        return Decoded(refused=[_refusal(unfit.fault, value, headers)])


def _said(headers: Headers) -> dict[str, str]:
    """The headers that concern us, as text. One without value is absent."""
    said: dict[str, str] = {}
    for name, raw in headers:
        if raw is None or not (name.startswith(_PREFIX) or name == _KIND):
            continue
        if name in said:
            raise _Unfit("duplicate_field", shown(name) or "", "each header once")
        try:
            said[name] = raw.decode()
        except UnicodeDecodeError:
            raise _Unfit("bad_encoding", shown(name) or "", "UTF-8") from None
    return said


def _put_together(said: dict[str, str], value: bytes | None) -> bytes:
    """The event of a message in binary mode, as JSON."""
    kind = said.get(_KIND)
    if kind is not None and not _IS_JSON.search(kind):
        raise _Unfit("invalid_field", _KIND, "application/json, or nothing")
    attributes = {
        name[len(_PREFIX) :]: text
        for name, text in said.items()
        if name.startswith(_PREFIX) and name[len(_PREFIX) :] not in KNOWN_UNUSED
    }
    if "data" in attributes:
        raise _Unfit("invalid_field", "ce_data", "the data in the value of the message")
    head = _ENCODER.encode(attributes)
    if not value:
        return head
    try:
        # Not more than one value, or what follows it would become a part of the envelope.
        data = _ONE_VALUE.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _Unfit("not_json", "data", "one JSON value") from None
    return b'%b,"data":%b}' % (head[:-1], bytes(data))


def _refusal(fault: Fault, value: bytes | None, headers: Headers) -> Refusal:
    """The refusal of a whole message, with what its headers tell of it."""
    told = {name: raw.decode("utf-8", "replace") for name, raw in headers if raw is not None}
    return Refusal(
        place="event",
        event=shown(told.get("ce_id")),
        source=shown(told.get("ce_source")),
        subject=shown(told.get("ce_subject")),
        reason=fault.reason,
        field=fault.field,
        expected=fault.expected,
        body=body_of(value or b""),
    )
