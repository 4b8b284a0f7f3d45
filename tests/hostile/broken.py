"""Bytes that are no JSON, or more of it than anybody needs."""

from collections.abc import Iterator

from tests.hostile.inputs import ANY, GOOD, Input, event, raw

TEN_MB = 10_000_000
DEEP = 10_000


def broken() -> Iterator[Input]:
    """All of this module."""
    yield from _truncated()
    yield from _malformed()
    yield from _encodings()
    yield from _twice()
    yield from _nested()
    yield from _huge()


def _with(status: bytes) -> bytes:
    """A good event whose status is these bytes of JSON."""
    return GOOD.replace(b'"open"', status)


def _truncated() -> Iterator[Input]:
    for at in range(1, len(GOOD), 9):
        yield Input(f"truncated-at-{at:03}", GOOD[:at], "not_json", breaks_batch=True)
    yield Input("truncated-last", GOOD[:-1], "not_json", breaks_batch=True)


def _malformed() -> Iterator[Input]:
    for name, status in {
        "nan": b"NaN",
        "infinity": b"-Infinity",
        "undefined": b"undefined",
        "single-quotes": b"'open'",
        "leading-zero": b"012",
        "plus": b"+1",
        "hexadecimal": b"0x10",
        "bare-word": b"open",
        "bad-escape": b'"\\x41"',
        "short-escape": b'"\\u12"',
        "high-surrogate": b'"\\ud800"',
        "low-surrogate": b'"\\udc00"',
        "surrogates-reversed": b'"\\udc00\\ud800"',
        "raw-tab": b'"a\tb"',
        "raw-null": b'"a\x00b"',
        "comment": b'"open" /* why */',
        "python": b"None",
        "nothing": b"",
        "two-values": b'"open" "closed"',
    }.items():
        yield Input(f"status-{name}", _with(status), "not_json")
    yield Input("trailing-comma", GOOD[:-1] + b",}", "not_json")
    yield Input("trailing-text", GOOD + b" and more", "not_json")
    yield Input("two-objects", GOOD + GOOD, "not_json")
    yield Input("extra-brace", GOOD + b"}", "not_json")
    yield Input("unquoted-key", GOOD.replace(b'"id"', b"id"), "not_json")
    yield Input("form", b"id=e-1&type=ticket.opened.v1", "not_json")
    yield Input("xml", b"<event><id>e-1</id></event>", "not_json")
    yield Input("yaml", b"id: e-1", "not_json")
    yield Input("null-bytes", b"\x00" * 64, "not_json")
    yield Input("null-at-end", GOOD + b"\x00", "not_json")
    yield Input("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "not_json")
    for name, number in {
        "1e400": b"1e400",
        "-1e400": b"-1e400",
        "5000-digits": b"9" * 5000,
    }.items():
        fact = raw(event("account.fact_stated.v1", data={"fact": "seats", "value": 7}))
        yield Input(
            f"value-{name}", fact.replace(b":7}", b":" + number + b"}"), "number_out_of_range"
        )


def _encodings() -> Iterator[Input]:
    for name, text in {
        "latin-1": b'"caf\xe9"',
        "stray-continuation": b'"\x80"',
        "overlong": b'"\xc0\xaf"',
        "surrogate-bytes": b'"\xed\xa0\x80"',
        "cut-off": b'"\xe5\xae"',
        "beyond-unicode": b'"\xf4\x90\x80\x80"',
        "ff": b'"\xff"',
    }.items():
        yield Input(f"status-{name}", _with(text), "bad_encoding")
        yield Input(f"key-{name}", GOOD[:-1] + b"," + text + b":1}", "bad_encoding")
    yield Input("byte-order-mark", b"\xef\xbb\xbf" + GOOD, "bad_encoding")
    yield Input("utf-16", GOOD.decode().encode("utf-16"), "bad_encoding")
    yield Input("utf-32", GOOD.decode().encode("utf-32-be"), "not_json")


def _twice() -> Iterator[Input]:
    for name, text, field in (
        ("id", GOOD.replace(b'"id":', b'"id":"other","id":'), "id"),
        ("id-equal", GOOD.replace(b'"id":', b'"id":"good","id":'), "id"),
        ("id-escaped", GOOD.replace(b'"id":', b'"\\u0069d":"other","id":'), "id"),
        ("type", GOOD.replace(b'"type":', b'"type":"ticket.opened.v1","type":'), "type"),
        ("data", GOOD.replace(b'"data":', b'"data":{},"data":'), "data"),
        ("status", GOOD.replace(b'"status":', b'"status":"closed","status":'), "status"),
        ("null", GOOD.replace(b'"id":', b'"sequence":null,"sequence":null,"id":'), "sequence"),
        ("among-20000", GOOD[:-1] + b"," + _keys(20_000) + b',"k19999":2}', "k19999"),
        ("unknown", GOOD.replace(b'"id":', b'"x":1,"x":2,"id":'), "x"),
    ):
        yield Input(f"twice-{name}", text, "duplicate_field", field)
    document = raw(event("agreement.published.v1", data={"agreement": {"plans": [{"gold": 1}]}}))
    doubled = document.replace(b'"gold":1', b'"gold":1,"gold":2')
    yield Input("twice-in-agreement", doubled, "duplicate_field", "gold")


def _keys(number: int) -> bytes:
    return b",".join(b'"k%d":1' % key for key in range(number))


def _nested() -> Iterator[Input]:
    lists = b"[" * DEEP + b"]" * DEEP
    objects = b'{"a":' * DEEP + b"1" + b"}" * DEEP
    yield Input("deep-lists", lists, "too_deep")
    yield Input("deep-objects", objects, "too_deep")
    yield Input("deep-status", _with(lists), "too_deep")
    yield Input("deep-unknown", GOOD[:-1] + b',"x":' + objects + b"}", "too_deep")
    yield Input("deep-open", b"[" * DEEP, "too_deep", breaks_batch=True)
    # Around 1,000 levels one decoder goes on and another stops.
    for levels in (65, 400, 900, 940, 960, 980, 1000, 1030):
        nested = b'{"a":' * levels + b"1" + b"}" * levels
        unknown = GOOD[:-1] + b',"x":' + nested + b"}"
        yield Input(f"unknown-{levels}-deep", unknown, "too_deep")
        for field in ("agreement", "mapping"):
            document = raw(event(f"{field}.published.v1", data={field: 7}))
            text = document.replace(b":7}", b":" + nested + b"}")
            where = f"data.{field}" if levels < 900 else ANY
            yield Input(f"{field}-{levels}-deep", text, "too_deep", where)


def _huge() -> Iterator[Input]:
    text = b'"' + b"x" * TEN_MB + b'"'
    yield Input("status-10-mb", _with(text), "too_large")
    yield Input("unknown-10-mb", GOOD[:-1] + b',"comment":' + text + b"}", "too_large")
    yield Input("not-json-10-mb", b"x" * TEN_MB, "too_large")
    yield Input("string-10-mb-open", text[:-1], "too_large", breaks_batch=True)
    yield Input("escapes-2-mb", _with(b'"' + b"\\n" * 1_000_000 + b'"'), "too_large")
    yield Input(
        "status-100-kb", _with(b'"' + b"x" * 100_000 + b'"'), "invalid_field", "data.status"
    )
    yield Input("id-5-kb", raw(event(id="x" * 5000)), "invalid_field", "id")
    # Two characters of comma and quotes for each number.
    keys = raw({f"k{number}": number for number in range(30_000)})
    yield Input("unknown-30000-keys", GOOD[:-1] + b',"x":' + keys + b"}", "too_large")
    for field in ("agreement", "mapping"):
        document = event(f"{field}.published.v1", data={field: {"a": "x" * 1_000_000}})
        yield Input(f"{field}-1-mb", raw(document), "too_large", f"data.{field}")
        document = event(f"{field}.published.v1", data={field: {"a": "x" * 2_000_000}})
        yield Input(f"{field}-2-mb", raw(document), "too_large", f"data.{field}")
