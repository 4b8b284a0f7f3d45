"""Inputs of many items: broken containers, good among bad, and what is left out of good ones."""

from collections.abc import Iterator

from tests.hostile.inputs import GOOD, Input, event, raw

_BODY = "Dear support,\nnothing works any more."


def mixtures() -> Iterator[Input]:
    """All of this module."""
    yield from _containers()
    yield from _among_good()
    yield from _left_out()


def _containers() -> Iterator[Input]:
    for content in ("single", "batch", "lines", "auto"):
        yield Input(f"nothing-as-{content}", b"", "empty", content=content)
        yield Input(f"white-space-as-{content}", b" \r\n\t\n ", "empty", content=content)
    yield Input("empty-batch", b"[]", "empty", content="batch")
    yield Input("empty-batch-auto", b" [ ] ", "empty", content="auto")
    yield Input("batch-as-single", b"[" + GOOD + b"]", "not_an_object")
    yield Input("single-as-batch", GOOD, "not_json", content="batch")
    yield Input("text-as-batch", b'"[]"', "not_json", content="batch")
    yield Input("bom-batch", b"\xef\xbb\xbf[" + GOOD + b"]", "bad_encoding", content="batch")
    nested = b"[[" + GOOD + b"]]"
    yield Input("batch-in-batch", nested, "not_an_object", content="batch")
    yield Input("open-bracket", b"[", "not_json", content="auto")
    yield Input("auto-garbage", b"hello", "not_json", content="auto")
    yield Input("auto-pretty-broken", b'{\n  "id": "e-1",\n  "x": \n}', "not_json", content="auto")


def _among_good() -> Iterator[Input]:
    """One bad never stops another."""
    three = b",".join([GOOD] * 3)
    for name, text, good in (
        ("cut-off-in-item", b"[" + three + b"," + GOOD[:50], 3),
        ("cut-off-in-text", b"[" + three + b',{"id":"e', 3),
        ("cut-off-after-comma", b"[" + three + b",", 3),
        ("cut-off-before-end", b"[" + three, 2),
        ("text-after-end", b"[" + three + b"] and more", 3),
        ("closed-early", b"[" + GOOD + b"]," + GOOD + b"]", 1),
        ("two-batches", b"[" + three + b"][" + three + b"]", 3),
        ("trailing-comma", b"[" + three + b",]", 3),
        ("empty-item", b"[" + GOOD + b",," + GOOD + b"]", 2),
        ("missing-comma", b"[" + GOOD + b"," + GOOD + GOOD + b"," + GOOD + b"]", 2),
    ):
        yield Input(f"batch-{name}", text, "not_json", content="batch", good=good)
        yield Input(f"batch-{name}-auto", text, "not_json", content="auto", good=good)
    for name, bad in {"text": b'"a"', "number": b"7", "null": b"null", "list": b"[]"}.items():
        items = [GOOD, bad, GOOD]
        batch = b"[" + b",".join(items) + b"]"
        yield Input(f"batch-with-{name}", batch, "not_an_object", content="batch", good=2)
        lines = b"\r\n".join(items)
        yield Input(f"lines-with-{name}", lines, "not_an_object", content="auto", good=2)
    first = b'{"id": "e-1", \n' + GOOD + b"\n\n" + GOOD + b"\n"
    yield Input("lines-first-cut-off", first, "not_json", content="auto", good=2)
    last = GOOD + b"\n" + GOOD + b"\n" + GOOD[:30]
    yield Input("lines-last-cut-off", last, "not_json", content="auto", good=2)
    garbage = GOOD + b"\ngarbage\n" + GOOD
    yield Input("lines-garbage", garbage, "not_json", content="auto", good=2)
    # Cut by brackets alone, when something in the batch is no JSON, texts must still be whole.
    tricky = raw(event(id='a"],[{"b\\', data={"status": "[{,"}))
    batch = b"[" + tricky + b",NaN," + tricky + b"]"
    yield Input("batch-nan-and-brackets", batch, "not_json", content="batch", good=2)


def _left_out() -> Iterator[Input]:
    """Unknown fields of good events are left out and counted by name (semantics 1.8)."""
    name = "ticket.replied.v1"
    reply = {"role": "agent", "public": True}
    known = {
        "datacontenttype": "application/json; charset=utf-8",
        "dataschema": "urn:x",
        "partitionkey": "a",
        "recordedtime": "2026-04-02T10:00:00Z",
        "correlationid": "c",
        "causationid": "d",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    yield Input("cloudevents-attributes", raw(event(name, data=reply, **known)), None, good=1)
    body = event(name, data=reply | {"body": _BODY, "html": f"<p>{_BODY}"}, comment=_BODY)
    counted = {f"{name}.comment": 1, f"{name}.data.body": 1, f"{name}.data.html": 1}
    yield Input("body-and-comment", raw(body), None, good=1, left_out=counted)
    twice = b"[" + raw(body) + b"," + raw(body) + b"]"
    doubled = dict.fromkeys(counted, 2)
    yield Input("body-and-comment-twice", twice, None, content="batch", good=2, left_out=doubled)
    prose = event(name, data=reply, **{_BODY * 10: 1})
    short = ascii((_BODY * 10)[:80])[1:-1]
    yield Input("prose-as-key", raw(prose), None, good=1, left_out={f"{name}.{short}": 1})
    sent = event(name, data=reply, personal={"name": "Ann", "mail": ["ann@example.com"]})
    yield Input("personal", raw(sent), None, good=1, left_out={f"{name}.personal": 1})
    many = event(name, data=reply, **{f"k{number}": number for number in range(1000)})
    capped = {f"{name}.k{number}": 1 for number in range(200)} | {"(others)": 800}
    yield Input("1000-unknown-keys", raw(many), None, good=1, left_out=capped)
    # What is refused is not in the log, so nothing was left out of it.
    refused = event(name, data={"role": "agent", "public": "yes", "body": _BODY})
    yield Input("body-in-refused", raw(refused), "invalid_field", "data.public")
