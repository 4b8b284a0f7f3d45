"""Good JSON, bad values: wrong types, missing fields, texts, instants, meanings."""

from collections.abc import Iterator
from typing import Any

import msgspec

from schemas.codec import Reason
from schemas.fields import EVENTS
from tests.golden_inbound import FULL
from tests.hostile.inputs import Input, event, raw

LONG = "Dear support, since this morning nothing works any more. " * 40
ENVELOPE = ("specversion", "id", "source", "subject", "time")

_TEXTS = {
    "prose": LONG,
    "line-break": "first line\nsecond line",
    "carriage-return": "first line\rsecond",
    "line-separator": "first line\u2028second",
    "next-line": "first line\u0085second",
    "null": "a\x00b",
    "escape": "a\x1b[31mb",
    "delete": "a\x7fb",
    "leading-space": " a",
    "trailing-space": "a ",
    "no-break-space": "a\u00a0",
    "ends-in-line-break": "a\n",
    "empty": "",
    "spaces": "   ",
    "byte-order-mark": "\ufeffa",
}

_TIMES: dict[str, tuple[Any, Reason]] = {
    "naive": ("2026-04-02T10:00:00", "naive_time"),
    "naive-fraction": ("2026-04-02T10:00:00.123456", "naive_time"),
    "date-only": ("2026-04-02", "invalid_time"),
    "no-seconds": ("2026-04-02T10:00Z", "invalid_time"),
    "leap-second": ("2016-12-31T23:59:60Z", "invalid_time"),
    "hour-24": ("2026-04-02T24:00:00Z", "invalid_time"),
    "minute-60": ("2026-04-02T10:60:00Z", "invalid_time"),
    "month-13": ("2026-13-02T10:00:00Z", "invalid_time"),
    "month-0": ("2026-00-02T10:00:00Z", "invalid_time"),
    "february-30": ("2026-02-30T10:00:00Z", "invalid_time"),
    "no-leap-year": ("2026-02-29T10:00:00Z", "invalid_time"),
    "year-0": ("0000-04-02T10:00:00Z", "invalid_time"),
    "five-digit-year": ("12026-04-02T10:00:00Z", "invalid_time"),
    "offset-24": ("2026-04-02T10:00:00+24:00", "invalid_time"),
    "zone-name": ("2026-04-02T10:00:00[Asia/Hong_Kong]", "invalid_time"),
    "zone-abbreviation": ("2026-04-02T10:00:00 HKT", "invalid_time"),
    "comma": ("2026-04-02T10:00:00,5Z", "invalid_time"),
    "us-style": ("04/02/2026 10:00 AM", "invalid_time"),
    "full-width-digits": ("\uff12\uff10\uff12\uff16-04-02T10:00:00Z", "invalid_time"),
    "words": ("yesterday", "invalid_time"),
    "empty": ("", "invalid_time"),
    "unix-seconds": (1775124000, "invalid_field"),
    "unix-text": ("1775124000", "invalid_time"),
    "float": (1775124000.5, "invalid_field"),
    "1969": ("1969-12-31T23:59:59.999999Z", "time_out_of_range"),
    "1969-by-offset": ("1970-01-01T00:00:00+00:01", "time_out_of_range"),
    "2201": ("2201-01-01T00:00:00Z", "time_out_of_range"),
    "9999": ("9999-12-31T23:59:59Z", "time_out_of_range"),
    "9999-by-offset": ("9999-12-31T23:59:59-23:59", "time_out_of_range"),
    "rounds-past-9999": ("9999-12-31T23:59:59.9999999Z", "invalid_time"),
    "year-1-by-offset": ("0001-01-01T00:00:00+23:59", "time_out_of_range"),
}


def values() -> Iterator[Input]:
    """All of this module."""
    yield from _envelope()
    for name in EVENTS:
        yield from _data(name)
    yield from _texts()
    yield from _times()
    yield from _types()
    yield from _meanings()
    yield from _numbers()


def _envelope() -> Iterator[Input]:
    for field in ENVELOPE:
        without = event()
        del without[field]
        yield Input(f"missing-{field}", raw(without), "missing_field", field)
    for field in (*ENVELOPE, "sequence", "replaces"):
        for name, value in {"number": 5, "list": ["a"], "object": {"a": 1}, "true": True}.items():
            changed = event() | {field: value}
            yield Input(f"{field}-is-{name}", raw(changed), "invalid_field", field)
    for field in ENVELOPE:
        yield Input(f"{field}-is-null", raw(event() | {field: None}), "invalid_field", field)
    for field, value in {
        "specversion": "0.3",
        "sequence": "12a",
        "source": "/helpdesks/zendesk main",
        "datacontenttype": "application/xml",
        "data_base64": "eyJzdGF0dXMiOiJvcGVuIn0=",
    }.items():
        changed = event() | {field: value}
        yield Input(f"{field}-is-another", raw(changed), "invalid_field", field)
    for name, sequence in {"negative": "-1", "long": "9" * 19, "arabic": "١٢", "": ""}.items():
        changed = event(sequence=sequence)
        yield Input(f"sequence-is-{name or 'empty'}", raw(changed), "invalid_field", "sequence")


def _data(name: str) -> Iterator[Input]:
    """Each field of the data of one type missing, and of another type."""
    fields = EVENTS[name]
    full: dict[str, Any] = msgspec.to_builtins(FULL[name])
    for field, known in fields.data.items():
        path = f"data.{field}"
        if known.required:
            less = {k: v for k, v in full.items() if k != field}
            yield Input(
                f"{name}-without-{field}", raw(event(name, data=less)), "missing_field", path
            )
        for kind, value in {"number": 5.5, "list": [{}]}.items():
            wrong = event(name, data=full | {field: value})
            where = f"{path}[0]" if field == "calendars" and kind == "list" else path
            yield Input(f"{name}-{field}-is-{kind}", raw(wrong), "invalid_field", where)
    if fields.data_required:
        without = event(name)
        del without["data"]
        yield Input(f"{name}-without-data", raw(without), "missing_field", "data")
    for kind, value in {"null": None, "text": "{}", "list": []}.items():
        wrong = event(name, data=value)
        yield Input(f"{name}-data-is-{kind}", raw(wrong), "invalid_field", "data")


def _texts() -> Iterator[Input]:
    """Text where none may be (semantics 1.8)."""
    excluded = msgspec.to_builtins(FULL["ticket.stretch_excluded.v1"])
    for kind, text in _TEXTS.items():
        changed = event(data={"status": text})
        yield Input(f"status-{kind}", raw(changed), "invalid_field", "data.status")
        for field in ("id", "subject", "source", "replaces"):
            yield Input(f"{field}-{kind}", raw(event() | {field: text}), "invalid_field", field)
        why = event("ticket.stretch_excluded.v1", data=excluded | {"why": text})
        yield Input(f"why-{kind}", raw(why), "invalid_field", "data.why")
        fact = event("account.fact_stated.v1", data={"fact": "note", "value": text})
        yield Input(f"value-{kind}", raw(fact), "invalid_field", "data.value")
    closure = msgspec.to_builtins(FULL["closure.declared.v1"])
    for kind, calendars, where in (
        ("prose", ["office", LONG], "[1]"),
        ("line-break", ["office", "a\nb"], "[1]"),
        ("none", [], ""),
        ("too-many", ["office"] * 51, ""),
    ):
        changed = event("closure.declared.v1", data=closure | {"calendars": calendars})
        field = f"data.calendars{where}"
        yield Input(f"calendars-{kind}", raw(changed), "invalid_field", field)


def _times() -> Iterator[Input]:
    """Instants that are none (semantics 1.1)."""
    deadline = msgspec.to_builtins(FULL["ticket.deadline_set.v1"])
    for kind, (value, reason) in _TIMES.items():
        yield Input(f"time-{kind}", raw(event(time=value)), reason, "time")
        changed = event("ticket.deadline_set.v1", data=deadline | {"due": value})
        yield Input(f"due-{kind}", raw(changed), reason, "data.due")


def _types() -> Iterator[Input]:
    for kind in (
        "ticket.opened.v2",
        "TICKET.OPENED.V1",
        "ticket.opened",
        "ticket.opened.v1 ",
        "sla.timer_breached.v1",
        "com.example.ticket",
        "",
        "\u0000",
        LONG,
    ):
        yield Input(f"type-{kind[:24]!a}", raw(event(type=kind)), "unknown_type", "type")
    types: dict[str, Any] = {"null": None, "number": 1, "list": ["ticket.opened.v1"], "object": {}}
    for name, value in types.items():
        yield Input(f"type-is-{name}", raw(event(type=value)), "invalid_field", "type")
    without = event()
    del without["type"]
    yield Input("missing-type", raw(without), "missing_field", "type")
    items: dict[str, Any] = {"number": 5, "text": "ticket", "null": None, "list": [], "true": True}
    for name, value in items.items():
        yield Input(f"item-is-{name}", raw(value), "not_an_object")
    yield Input("item-is-empty", b"{}", "missing_field", "type")


def _meanings() -> Iterator[Input]:
    noon, evening = "2026-04-02T12:00:00Z", "2026-04-02T18:00:00+06:00"
    merged = event("ticket.merged.v1", data={"into": "T-1"})
    yield Input("merged-into-itself", raw(merged), "merged_into_itself", "data.into")
    withdrawn = event("ticket.event_withdrawn.v1", data={"event": "e-1"})
    yield Input("withdraws-itself", raw(withdrawn), "names_itself", "data.event")
    yield Input("replaces-itself", raw(event(replaces="e-1")), "names_itself", "replaces")
    for name in ("ticket.stretch_excluded.v1", "closure.declared.v1"):
        full = msgspec.to_builtins(FULL[name])
        # 18:00 at +06:00 is noon.
        for kind, end in {"equal": evening, "before": "2026-04-02T11:59:59.999999Z"}.items():
            changed = event(name, data=full | {"start": noon, "end": end})
            yield Input(f"{name}-end-{kind}", raw(changed), "end_not_after_start", "data.end")


def _numbers() -> Iterator[Input]:
    for kind, number in {"2^63": 2**63, "2^70": 2**70, "-2^70": -(2**70)}.items():
        fact = event("account.fact_stated.v1", data={"fact": "seats", "value": number})
        yield Input(f"value-{kind}", raw(fact), "invalid_field", "data.value")
        for name, field in (
            ("agreement.published.v1", "agreement"),
            ("mapping.published.v1", "mapping"),
        ):
            document = event(name, data={field: {"a": [1, {"b": number}]}})
            yield Input(f"{field}-{kind}", raw(document), "number_out_of_range", f"data.{field}")
    fact = event("account.fact_stated.v1", data={"fact": "seats", "value": 1.5})
    yield Input("value-1.5", raw(fact), "invalid_field", "data.value")
    for field in ("agreement", "mapping"):
        named = event(f"{field}.published.v1", data={field: {"a\x00": 1}})
        yield Input(f"{field}-null-in-key", raw(named), "invalid_field", f"data.{field}")
        said = event(f"{field}.published.v1", data={field: {"a": ["\x00"]}})
        yield Input(f"{field}-null-in-text", raw(said), "invalid_field", f"data.{field}")
