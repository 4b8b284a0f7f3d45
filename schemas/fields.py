"""What each field of each inbound event may hold, read off `schemas.inbound` once at import.

The types say it once; the door, the JSON Schemas and every message to a sender take it from there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import fields as struct_fields

from schemas import inbound


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it takes in plain words, and what the door checks beyond the decoder."""

    expected: str
    required: bool
    pattern: re.Pattern[str] | None
    """Every text in it, alone or in a list, must match."""
    moment: bool
    """It holds an instant."""


@dataclass(frozen=True, slots=True)
class EventFields:
    """The fields of one wire name: those of the envelope (but `type` and `data`) and of `data`."""

    event: type[inbound.InboundEvent]
    envelope: Mapping[str, Field]
    data: Mapping[str, Field]
    data_required: bool

    def expected(self, path: str) -> str:
        """What the field at `path` (`subject`, `data.role`, `data.calendars[2]`) takes."""
        outer, _, inner = path.partition(".")
        if outer == "data" and not inner:
            return f"an object with {_listed(self.data)}" if self.data else "an empty object"
        known = self.data if outer == "data" else self.envelope
        field = known.get((inner or outer).partition("[")[0])
        return "a field of the event" if field is None else field.expected


def _listed(names: Mapping[str, Field]) -> str:
    return ", ".join(f"`{n}`" if f.required else f"`{n}` (optional)" for n, f in names.items())


_PLAIN_WORDS: Final[dict[Any, str]] = {
    bool: "true or false",
    NoneType: "null",
    datetime: "a time",
}


def _members(hint: Any) -> list[Any]:
    """The members of a union, or the one type."""
    return list(get_args(hint)) if get_origin(hint) in (Union, UnionType) else [hint]


def _says(hint: Any) -> str:
    """One type in plain words."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        meta: Meta = args[1]
        assert meta.description is not None, "A bounded type says in words what it takes."
        return meta.description
    if origin is Literal:
        return " or ".join(f'"{value}"' for value in args)
    if origin is dict:
        return "an object"
    return _PLAIN_WORDS[hint]


def _pattern(hint: Any) -> re.Pattern[str] | None:
    """The pattern of the text in a type, if it has one."""
    if get_origin(hint) is Annotated:
        inner, meta = get_args(hint)
        if meta.extra_json_schema is not None:
            return re.compile(meta.extra_json_schema["pattern"])
        return _pattern(inner)
    for inner in get_args(hint):
        found = _pattern(inner)
        if found is not None:
            return found
    return None


def _is_moment(hint: Any) -> bool:
    return get_origin(hint) is Annotated and get_args(hint)[0] is datetime


def _fields(struct: type[Struct]) -> dict[str, Field]:
    hints = get_type_hints(struct, include_extras=True)
    made = {}
    for known in struct_fields(struct):
        members = _members(hints[known.name])
        made[known.name] = Field(
            expected=", or ".join(_says(member) for member in members),
            required=known.default is NODEFAULT and known.default_factory is NODEFAULT,
            pattern=next((p for p in map(_pattern, members) if p is not None), None),
            moment=any(map(_is_moment, members)),
        )
    return made


def _event_fields(event: type[inbound.InboundEvent]) -> EventFields:
    hints = get_type_hints(event)
    required = next(f.required for f in struct_fields(event) if f.name == "data")
    envelope = _fields(inbound.Event)
    return EventFields(event, envelope, _fields(hints["data"]), required)


def wire_name(event: type[Struct]) -> str:
    """The wire name of an event type, `ticket.opened.v1`."""
    name = event.__struct_config__.tag
    assert isinstance(name, str), "Every event has its wire name as tag."
    return name


EVENTS: Final[Mapping[str, EventFields]] = {
    wire_name(event): _event_fields(event) for event in get_args(inbound.InboundEvent)
}
"""Wire name -> its fields; every inbound wire name there is."""
