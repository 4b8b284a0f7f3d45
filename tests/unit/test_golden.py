"""Golden bytes: what was once written to a log reads the same for ever (habit 5).

A file is never edited. A wire name that gets a new form gets a new name or an optional field, and
a file more. `python -m tests.unit.test_golden` writes those that are missing, and no other.
"""

from pathlib import Path
from typing import get_args

import jsonschema
import msgspec
import pytest

from schemas.codec import decode_batch, decode_events, encode_batch
from schemas.export import PUBLISHED, published_schemas, text_of
from schemas.fields import EVENTS, wire_name
from schemas.inbound import InboundEvent, TicketRestored
from schemas.outbound import Image, OutcomeMessage
from schemas.outcomes import RETRACTED, WIRE_NAMES
from streams.core.history import fact_of, same_content
from tests.golden_inbound import inbound_values
from tests.golden_outbound import image_values, outbound_bytes, outcome_bytes

GOLDEN = Path(__file__).parent.parent / "golden"
INBOUND = inbound_values()
OUTCOMES = outcome_bytes()
IMAGES = image_values()
SCHEMAS = published_schemas()


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.json").read_bytes().removesuffix(b"\n")


def fresh() -> dict[str, bytes]:
    """What every golden file would hold if it were written today."""
    inbound = {name: msgspec.json.encode(event) for name, event in INBOUND.items()}
    return inbound | outbound_bytes()


def test_every_wire_name_has_its_golden_bytes_and_no_file_is_left_over() -> None:
    names = {*EVENTS, *WIRE_NAMES.values(), RETRACTED, *map(wire_name, get_args(Image))}
    files = {path.name.removesuffix(".json") for path in GOLDEN.glob("*.json")}
    assert {name.removesuffix(".bare").removesuffix(".changed") for name in files} == names
    assert files == set(fresh())


@pytest.mark.parametrize("name", INBOUND)
def test_an_inbound_event_reads_and_writes_as_ever(name: str) -> None:
    raw = golden(name)
    decoded = decode_events(raw, content="single")
    assert decoded.events == [INBOUND[name]]
    assert not decoded.refused
    assert not decoded.left_out
    assert decode_batch(b"[" + raw + b"]") == [INBOUND[name]]
    assert encode_batch(decoded.events) == b"[" + raw + b"]"


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_outcome_reads_and_writes_as_ever(name: str) -> None:
    raw = golden(name)
    assert OUTCOMES[name] == raw
    message = msgspec.json.decode(raw, type=OutcomeMessage)
    # Nothing of it is lost to a reader who knows it by its type.
    assert msgspec.json.decode(msgspec.json.encode(message)) == msgspec.json.decode(raw)


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_reads_and_writes_as_ever(name: str) -> None:
    raw = golden(name)
    image = msgspec.json.decode(raw, type=type(IMAGES[name]))
    assert image == IMAGES[name]
    assert msgspec.json.encode(image) == raw


@pytest.mark.parametrize("name", fresh())
def test_golden_messages_are_as_the_published_schemas_say(name: str) -> None:
    schema = SCHEMAS[name.removesuffix(".bare").removesuffix(".changed")]
    check = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=check).validate(
        msgspec.json.decode(golden(name))
    )


def test_the_published_schemas_are_current() -> None:
    published = {path.name: path.read_text("utf-8") for path in PUBLISHED.glob("*.json")}
    generated = {f"{name}.json": text_of(schema) for name, schema in SCHEMAS.items()}
    assert published == generated, "run `python -m schemas.export`"


@pytest.mark.slow
def test_the_published_schemas_are_schemas() -> None:
    for name, schema in SCHEMAS.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["title"] == name
        assert schema["description"]


def _restored(event: InboundEvent) -> TicketRestored:
    assert isinstance(event, TicketRestored)
    return event


def test_another_offset_and_data_left_out_say_the_same() -> None:
    """1.6: what the tracker tells an equal repeat from a conflicting one by."""
    raw = golden("ticket.restored.v1.bare")
    here = raw.replace(b'"2026-04-02T12:00:00Z"', b'"2026-04-02T20:00:00+08:00"')
    empty = raw.replace(b'"specversion"', b'"data":{},"specversion"')
    assert len({raw, here, empty}) == 3
    events = decode_events(b"\n".join([raw, here, empty]), content="lines").events
    first, *repeats = [fact_of(_restored(event), 0) for event in events]
    assert all(same_content(first, repeat) for repeat in repeats)
    later = decode_events(raw.replace(b"12:00:00Z", b"12:00:01Z"), content="single").events
    assert not same_content(first, fact_of(_restored(later[0]), 0))


if __name__ == "__main__":
    for name, raw in fresh().items():
        path = GOLDEN / f"{name}.json"
        if not path.exists():
            path.write_bytes(raw + b"\n")
            print(f"{path.name} is new")
