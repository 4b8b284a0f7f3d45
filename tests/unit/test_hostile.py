"""No input stops the door, none is lost without a reason, and no good event beside it is lost."""

import json
from functools import cache

import jsonschema
import pytest

from schemas.codec import Content, Decoded, decode_batch, decode_events, encode_batch, fault_of
from schemas.export import published_schemas
from schemas.fields import EVENTS
from schemas.refusal import BODY_MAX
from schemas.splitting import ITEMS_MAX, split
from tests.hostile.corpus import Input, corpus
from tests.hostile.inputs import ANY, GOOD, event, raw

INPUTS = tuple(corpus())
ALONE = [one for one in INPUTS if one.content == "single" and one.reason not in (None, "empty")]


@cache
def decoded(one: Input) -> Decoded:
    return decode_events(one.raw, content=one.content)


def test_the_corpus_is_large_and_each_input_has_its_own_name() -> None:
    assert len({one.name for one in INPUTS}) == len(INPUTS) >= 200


def test_every_input_meets_its_fate() -> None:
    """All in one test: they are many, and each names itself."""
    for one in INPUTS:
        read = decoded(one)
        assert {refusal.reason for refusal in read.refused} == ({one.reason} - {None}), one
        if one.reason and one.field != ANY:
            assert {refusal.field for refusal in read.refused} == {one.field}, one
        assert len(read.events) == one.good, one
        assert read.left_out == one.left_out, one


def test_every_refusal_says_in_one_line_what_was_expected_where() -> None:
    for one in INPUTS:
        for refusal in decoded(one).refused:
            assert refusal.expected, one
            assert refusal.expected in refusal.detail, one
            assert refusal.field in refusal.detail, one
            assert refusal.detail.isprintable(), one
            assert len(refusal.detail) < 700, one
            assert len(refusal.body) <= BODY_MAX, one
            if refusal.event is not None:
                assert ascii(refusal.event)[1:-1] in refusal.detail.replace("\\\\", "\\"), one


def test_a_refusal_of_a_field_names_the_event_its_ticket_and_its_source() -> None:
    body = event("ticket.replied.v1", data={"role": "agent", "public": "yes"})
    (refusal,) = decode_events(raw(body), content="single").refused
    assert (refusal.place, refusal.event, refusal.subject) == ("event", "e-1", "T-1")
    assert refusal.source == body["source"]
    assert refusal.detail == "event `e-1`: field `data.public`: expected true or false; got str"
    assert json.loads(refusal.body) == body


def test_message_text_gets_into_no_dead_letter_by_way_of_another_fault() -> None:
    """1.8: what no event has is left out of what is kept, too."""
    reply = {"role": "agent", "public": "yes"}
    sent = event("ticket.replied.v1", data=reply | {"body": "secret"}, comment="secret")
    (refusal,) = decode_events(raw(sent), content="single").refused
    assert json.loads(refusal.body) == event("ticket.replied.v1", data=reply)


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        pytest.param(
            {"type": "ticket.open.v1"},
            "event `e-1`: field `type`: expected a wire name, such as ticket.opened.v1; "
            "did you mean ticket.opened.v1?",
            id="unknown-type",
        ),
        pytest.param(
            {"time": "2026-04-02T10:00:00"},
            "event `e-1`: field `time`: expected a time with Z or an offset, "
            "such as 2026-04-02T10:00:00Z",
            id="naive-time",
        ),
        pytest.param(
            {"data": {"status": "a\nb"}},
            "event `e-1`: field `data.status`: expected a word: one line of 1 to 80 characters, "
            "no space at its ends",
            id="line-break",
        ),
        pytest.param(
            {"data": {}},
            "event `e-1`: field `data.status`: expected a word: one line of 1 to 80 characters, "
            "no space at its ends",
            id="missing",
        ),
        pytest.param(
            {"id": "a\nb"},
            "event `a\\nb`: field `id`: expected an id: one line of 1 to 128 characters, "
            "no space at its ends",
            id="id-that-would-break-a-log",
        ),
    ],
)
def test_messages_as_they_are_read(changed: dict[str, object], detail: str) -> None:
    (refusal,) = decode_events(raw(event() | changed), content="single").refused
    assert refusal.detail == detail


def _among(one: Input, content: Content) -> Decoded:
    first, last = GOOD.replace(b'"good"', b'"first"'), GOOD.replace(b'"good"', b'"last"')
    items = [first, one.raw, last]
    joined = b"\n".join(items) if content == "lines" else b"[" + b",".join(items) + b"]"
    return decode_events(joined, content=content)


def test_one_bad_line_never_stops_another() -> None:
    for one in ALONE:
        # An encoding or an emptiness of the whole is one of a line when it stands in one.
        if b"\n" in one.raw or one.name in ("byte-order-mark", "utf-16"):
            continue
        read = _among(one, "lines")
        assert [good.id for good in read.events] == ["first", "last"], one
        said = [(refusal.place, refusal.reason) for refusal in read.refused]
        assert said == [("line 2", one.reason)], one


def test_one_bad_item_of_a_batch_never_stops_another() -> None:
    for one in ALONE:
        read = _among(one, "batch")
        expected = ["first"] if one.breaks_batch else ["first", "last"]
        assert [good.id for good in read.events] == expected, one
        assert read.refused, one


def test_what_is_taken_is_what_the_journal_gives_back() -> None:
    for one in INPUTS:
        events = decoded(one).events
        assert decode_batch(encode_batch(events)) == events
        assert [fault_of(good) for good in events] == [None] * len(events)


SCHEMAS = published_schemas()


@cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(SCHEMAS[name])


def test_the_published_schemas_refuse_what_the_door_refuses_of_a_field() -> None:
    """Two accounts of the same rules, one by us and one by another's validator."""
    counted = 0
    for one in INPUTS:
        if one.content != "single" or one.reason not in ("missing_field", "invalid_field"):
            continue
        # JSON Schema has no word for a null character somewhere in a document.
        if "null-in" in one.name:
            continue
        value = json.loads(one.raw)
        name = value.get("type")
        if isinstance(name, str) and name in EVENTS:
            assert not _validator(name).is_valid(value), one
            counted += 1
    assert counted > 200


@pytest.mark.slow
def test_more_items_than_one_input_may_have() -> None:
    """Those within the bound are read; one refusal says from where to send again."""
    items = list(split((GOOD + b"\n") * (ITEMS_MAX + 7), "lines"))
    assert [item.place for item in items if item.fault] == [f"line {ITEMS_MAX + 1}"]
    assert len(items) == ITEMS_MAX + 1


@pytest.mark.slow
def test_millions_of_items_in_a_small_batch_are_not_all_cut() -> None:
    items = list(split(b"[" + b"0," * 2_500_000 + b"0]", "batch"))
    assert len(items) == ITEMS_MAX + 1
    assert items[-1].fault is not None
    assert items[-1].fault.reason == "too_many_items"
