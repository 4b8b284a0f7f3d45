"""Bytes and JSON that nobody thought of: the door raises nothing and takes nothing doubtful."""

import json
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.codec import (
    Content,
    Decoded,
    decode_batch,
    decode_events,
    encode_batch,
    fault_of,
)
from schemas.fields import EVENTS
from schemas.inbound import InboundEvent
from tests.golden_inbound import inbound_values
from tests.hostile.inputs import event, raw

pytestmark = pytest.mark.slow

CONTENTS: tuple[Content, ...] = get_args(Content)
KNOWN = [encode_batch([value])[1:-1] for value in inbound_values().values()]
FIELDS = sorted({name for known in EVENTS.values() for name in (*known.data, *known.envelope)})

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(FIELDS)
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(FIELDS), inner),
    max_leaves=12,
)


def check(sent: bytes, content: Content) -> Decoded:
    """Reads `sent`; whatever is taken is good and survives the journal."""
    read = decode_events(sent, content=content)
    assert read.events or read.refused
    assert [fault_of(taken) for taken in read.events] == [None] * len(read.events)
    assert decode_batch(encode_batch(read.events)) == read.events
    assert all(refusal.detail.isprintable() for refusal in read.refused)
    return read


@settings(max_examples=200, deadline=None)
@given(sent=st.binary(), content=st.sampled_from(CONTENTS))
@example(sent=b'["', content="batch")
@example(sent=b"[]]", content="batch")
def test_any_bytes(sent: bytes, content: Content) -> None:
    check(sent, content)


@settings(max_examples=80, deadline=None)
@given(items=st.lists(anything, min_size=1, max_size=4))
def test_any_json_is_read_item_by_item(items: list[Any]) -> None:
    read = check(raw(items), "batch")
    assert len(read.events) + len(read.refused) == len(items)
    # What is no JSON has the rest cut by brackets alone; it comes to the same.
    cut = check(b"[tru," + raw(items)[1:], "batch")
    assert cut.events == read.events
    assert [r.reason for r in cut.refused] == ["not_json", *(r.reason for r in read.refused)]


@settings(max_examples=120, deadline=None)
@given(
    base=st.sampled_from(KNOWN),
    path=st.sampled_from(["", "data."]),
    field=st.sampled_from(FIELDS),
    value=anything,
)
def test_any_value_in_any_field(base: bytes, path: str, field: str, value: Any) -> None:
    changed = json.loads(base)
    holder = changed if not path else changed.setdefault("data", {})
    holder[field] = value
    read = check(raw(changed), "single")
    assert len(read.events) + len(read.refused) == 1


@settings(max_examples=150, deadline=None)
@given(
    bases=st.lists(st.sampled_from(KNOWN), min_size=2, max_size=4),
    at=st.integers(0, 10_000),
    length=st.integers(0, 6),
    put=st.binary(max_size=6) | st.sampled_from([b'"', b"[", b"}", b",", b"\\", b"\x00"]),
    content=st.sampled_from(CONTENTS),
)
def test_a_damaged_batch(
    bases: list[bytes], at: int, length: int, put: bytes, content: Content
) -> None:
    """Some bytes of it replaced: what is before the damage is taken."""
    whole = b"\n".join(bases) if content == "lines" else b"[" + b",".join(bases) + b"]"
    at %= len(whole)
    read = check(whole[:at] + put + whole[at + length :], content)
    before = whole[:at].count(b"\n") if content == "lines" else 0
    expected: list[InboundEvent] = [decode_batch(b"[" + one + b"]")[0] for one in bases[:before]]
    assert read.events[:before] == expected


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.characters(), max_size=90), field=st.sampled_from(["id", "source", "why"]))
@example(text="a b", field="source")
@example(text="a\u200cb", field="id")
@example(text="\u3000a", field="why")
@example(text="\\", field="id")
@example(text='" ', field="why")
@example(text="\xa0", field="id")
def test_the_quick_look_at_texts_agrees_with_their_patterns(text: str, field: str) -> None:
    """A text alone decides; whether its neighbour needs a closer look changes nothing."""
    data = {"target": "x", "due": "2026-04-02T10:00:00Z", "who": "x", "why": "x"}
    sent = event("ticket.deadline_set.v1", data=data)
    (data if field == "why" else sent)[field] = text
    read = check(raw(sent), "single")
    known = EVENTS["ticket.deadline_set.v1"]
    pattern = {**known.envelope, **known.data}[field].pattern
    assert pattern is not None
    longest = {"id": 128, "source": 128, "why": 200}[field]
    encodable = text.encode("utf-8", "replace").decode() == text
    fits = encodable and pattern.search(text) is not None and len(text) <= longest
    assert len(read.events) == fits
