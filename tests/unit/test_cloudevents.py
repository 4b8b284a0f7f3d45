"""CloudEvents of Kafka messages: every mode gives the same events, whatever else is a refusal."""

import json
from typing import Any

import pytest

from schemas.codec import decode_events
from streams.intake.cloudevents import Headers, decode_message
from tests.hostile.corpus import corpus
from tests.hostile.inputs import event, raw

REPLY = event("ticket.replied.v1", data={"role": "agent", "public": True})
OTHER = event("ticket.resolved.v1", id="e-2", data={})


def binary(said: dict[str, Any], **changed: str | bytes | None) -> tuple[bytes, Headers]:
    """An event as a message in binary mode; `changed` headers, None: without it."""
    headers = {f"ce_{name}": str(text).encode() for name, text in said.items() if name != "data"}
    headers["content-type"] = b"application/json"
    for name, text in changed.items():
        raw_text = text.encode() if isinstance(text, str) else text
        headers[name.replace("content_type", "content-type")] = raw_text  # type: ignore[assignment]
    return raw(said["data"]), [(name, text) for name, text in headers.items() if text is not None]


def structured(value: bytes, kind: str = "application/cloudevents+json") -> tuple[bytes, Headers]:
    return value, [("content-type", kind.encode())]


MODES = {
    "binary": binary(REPLY),
    "binary, no content-type": binary(REPLY, content_type=None),
    "binary, what brokers and tracers add": binary(
        REPLY, content_type="application/json; charset=utf-8", ce_traceparent="00-a", other=b"\xff"
    ),
    "structured": structured(raw(REPLY)),
    "structured, with charset": structured(
        raw(REPLY), "Application/CloudEvents+JSON; charset=UTF-8"
    ),
    "batch": structured(raw([REPLY]), "application/cloudevents-batch+json"),
    "bare": (raw(REPLY), []),
    "bare JSON": (raw(REPLY), [("content-type", b"application/json")]),
    "bare batch": (raw([REPLY]), []),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_gives_the_event(mode: str) -> None:
    read = decode_message(*MODES[mode])
    assert not read.refused
    assert not read.left_out
    assert read.events == decode_events(raw(REPLY), content="single").events


def test_a_batch_gives_what_is_good_and_refuses_the_rest() -> None:
    value = raw([REPLY, {"id": "e-9"}, OTHER])
    read = decode_message(*structured(value, "application/cloudevents-batch+json"))
    assert [one.id for one in read.events] == ["e-1", "e-2"]
    assert [(one.place, one.event, one.reason) for one in read.refused] == [
        ("item 2", "e-9", "missing_field")
    ]


REFUSED = {
    "nothing": ((None, []), "empty", ""),
    "a tombstone of a known kind": (structured(b""), "empty", ""),
    "of another format": (
        structured(b"\x00\x01", "application/cloudevents+avro"),
        "invalid_field",
        "content-type",
    ),
    "text": ((b"hello", [("content-type", b"text/plain")]), "invalid_field", "content-type"),
    "binary, another media type": (
        binary(REPLY, content_type="text/plain"),
        "invalid_field",
        "content-type",
    ),
    "binary, no type": (binary(REPLY, ce_type=None), "missing_field", "type"),
    "binary, no data": ((None, binary(REPLY)[1]), "missing_field", "data"),
    "binary, a header twice": (
        (raw(REPLY["data"]), [*binary(REPLY)[1], ("ce_time", b"2026-04-02T10:00:00Z")]),
        "duplicate_field",
        "ce_time",
    ),
    "binary, a header that is no UTF-8": (
        binary(REPLY, ce_subject=b"\xff"),
        "bad_encoding",
        "ce_subject",
    ),
    "binary, another version": (
        binary(REPLY, ce_specversion="0.3"),
        "invalid_field",
        "specversion",
    ),
    "binary, data as a header": (binary(REPLY, ce_data="{}"), "invalid_field", "ce_data"),
    "binary, broken": ((b'{"role":', binary(REPLY)[1]), "not_json", "data"),
    "binary, more than one value": (
        (raw(REPLY["data"]) + b',"sequence":"1"', binary(REPLY)[1]),
        "not_json",
        "data",
    ),
    "binary, nested without end": ((b"[" * 100_000, binary(REPLY)[1]), "not_json", "data"),
    "binary, a field twice": (
        (b'{"role":"agent","public":true,"public":false}', binary(REPLY)[1]),
        "duplicate_field",
        "public",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_good_is_refused_with_its_reason(name: str) -> None:
    (value, headers), reason, field = REFUSED[name]
    read = decode_message(value, headers)
    assert not read.events
    (refusal,) = read.refused
    assert (refusal.reason, refusal.field) == (reason, field)
    assert refusal.detail.isprintable()
    if any(name == "ce_id" for name, _ in headers):
        assert refusal.event == "e-1", "it is named where it can be"


def test_fields_that_no_event_has_are_left_out_and_counted() -> None:
    read = decode_message(*binary(REPLY, ce_mood="good"))
    assert len(read.events) == 1
    assert read.left_out == {"ticket.replied.v1.mood": 1}


@pytest.mark.slow
def test_hostile_bytes_meet_the_same_fate_as_at_the_door() -> None:
    for one in corpus():
        if one.content == "single":
            read = decode_message(*structured(one.raw))
            assert len(read.events) == one.good, one
            assert {refusal.reason for refusal in read.refused} == ({one.reason} - {None}), one


def test_hostile_data_in_binary_mode_becomes_a_refusal_or_an_event() -> None:
    """Whatever stands where the data should: never an error, and nothing is lost."""
    headers = binary(REPLY)[1]
    for one in corpus():
        read = decode_message(one.raw, headers)
        assert len(read.events) + len(read.refused) == 1, one
        for refusal in read.refused:
            json.dumps(refusal.body)
