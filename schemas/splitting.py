"""Cuts what was sent into items, one for each event, so that one bad never stops another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Final, Literal

import msgspec

from schemas.refusal import Fault

Content = Literal["single", "batch", "lines", "auto"]
"""One object, a JSON array of them, one a line, or whichever of these it looks like."""

ITEMS_MAX: Final = 100_000
"""Items of one input. All are held in memory at once, some 200 MB of them at this number."""

_COMMAS_MAX: Final = 20 * ITEMS_MAX
"""An event has about ten commas. With more than these the input is cut lazily, up to `ITEMS_MAX`
items, as `[0,0,0,...]` makes millions of items out of a few megabytes."""

_SPACE: Final = b" \t\r\n"
_BOM: Final = b"\xef\xbb\xbf"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_RAW_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])

# One bracket, a run of opening ones, a comma, or the end, with all that stands before it; texts are
# passed over whole. Possessive, and it matches anywhere, so no input makes it go back or try again.
_TOKEN: Final = re.compile(
    rb'(?:[^"\[\]{},]++|"(?:[^"\\]++|\\.)*+"?)*+([\[{]++|[\]},]|\Z)', re.DOTALL
)
_TOKENS_MAX: Final = 20 * ITEMS_MAX
"""An event has some fifteen; what takes more is no batch of events. About a second's work."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item: where it stood, and its bytes, or why it has none."""

    place: str
    raw: bytes
    fault: Fault | None = None


def split(raw: bytes, content: Content) -> Iterator[Item]:
    """The items of `raw`, at most `ITEMS_MAX`; what cannot be cut is an item with a fault.

    A batch that breaks off gives the items before the break: each is a whole event.
    """
    fault = _unreadable(raw)
    if fault is not None:
        yield Item("input", raw, fault)
        return
    match _looks_like(raw) if content == "auto" else content:
        case "batch":
            items = _batch(raw)
        case "lines":
            items = _lines(raw)
        case _:
            items = iter((Item("event", raw),))
    yield from islice(items, ITEMS_MAX)
    rest = next(items, None)
    if rest is not None:
        says = f"at most {ITEMS_MAX} in one input; send from this one on again, in another"
        yield Item(rest.place, rest.raw, Fault("too_many_items", "", says))


def _unreadable(raw: bytes) -> Fault | None:
    if raw.startswith(_BOM):
        return Fault("bad_encoding", "", "UTF-8 without a byte order mark; save it so")
    if raw.startswith(_UTF16):
        return Fault("bad_encoding", "", "UTF-8; this looks like UTF-16")
    if not raw.strip(_SPACE):
        return Fault("empty", "", "at least one event; nothing was sent")
    return None


def _looks_like(raw: bytes) -> Content:
    """Lines where a line starts with an object after the first, or the first is JSON by itself."""
    text = raw.lstrip(_SPACE)
    if text.startswith(b"["):
        return "batch"
    if b"\n" not in text.rstrip(_SPACE):
        return "single"
    first = text.partition(b"\n")[0].rstrip(_SPACE)
    return "lines" if b"\n{" in text or first.endswith(b"}") else "single"


def _lines(raw: bytes) -> Iterator[Item]:
    for number, line in enumerate(BytesIO(raw), 1):
        text = line.strip(_SPACE)
        if text:
            yield Item(f"line {number}", text)


def _batch(raw: bytes) -> Iterator[Item]:
    if not raw.lstrip(_SPACE).startswith(b"["):
        yield Item("input", raw, Fault("not_json", "", "a JSON array of events"))
        return
    if raw.count(b",") > _COMMAS_MAX:
        return (yield from _cut(raw))
    try:
        items = _RAW_ITEMS.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        # Something in it is no JSON; cut by brackets alone, the fault stays in its own item.
        return (yield from _cut(raw))
    if not items:
        yield Item("input", raw, Fault("empty", "", "at least one event; the batch is empty"))
    for number, item in enumerate(items, 1):
        yield Item(f"item {number}", bytes(item))


def _cut(raw: bytes) -> Iterator[Item]:
    """The items of an array that may be broken, cut at the commas outside strings and brackets."""
    start = raw.index(b"[") + 1
    depth = number = 0
    for token in islice(_TOKEN.finditer(raw, start), _TOKENS_MAX):
        mark = token[1]
        if not mark:
            break
        if mark[0] in b"[{":
            depth += len(mark)
        elif depth:
            depth -= mark != b","
        elif mark != b"}":
            number += 1
            yield Item(f"item {number}", raw[start : token.start(1)].strip(_SPACE))
            start = token.end()
            if mark == b"]":
                yield from _after(raw[start:].strip(_SPACE))
                return
    expected = "the end of the batch: it breaks off, or is too broken to be cut"
    yield _broken(f"item {number + 1}", raw[start:], expected)


def _after(rest: bytes) -> Iterator[Item]:
    if rest:
        yield _broken("input", rest, "nothing after the end of the batch")


def _broken(place: str, raw: bytes, expected: str) -> Item:
    return Item(place, raw, Fault("not_json", "", expected))
