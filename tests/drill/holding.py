"""What is to hold after a fault: each a pure comparison that tells what does not."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from itertools import islice
from typing import Any

import msgspec
import orjson

from schemas.instants import iso, parse
from schemas.outbound import PARTS
from streams.core.state import chunk_key, decode_state, facts_of, published_of, ticket_of
from tests.drill.folding import Place, Standing, by_place
from tests.drill.promised import Breach
from tests.drill.traffic import EARLY, UNREADABLE

_IMAGE = b'"sla.ticket_judged.v1"'
NEAR = 60
"""Bytes shown on each side of a difference."""
SHOWN = 3
"""Examples of each thing that is wrong."""


def some(what: str, found: Collection[object]) -> list[str]:
    """One line that tells how many there are, with examples; nothing where there are none."""
    if not found:
        return []
    examples = ", ".join(map(str, islice(found, SHOWN)))
    return [f"{len(found)} {what}: {examples}"]


def same_image(expected: bytes, found: bytes) -> bool:
    """Whether two messages say the same.

    What the image of a ticket tells, besides what changed, depends on whether the ticket was
    judged from its whole history: a process that has just loaded it does so once. What both tell
    must be the same; what all of them come to is for the rows to tell.
    """
    return expected == found or apart(expected, found) == ""


def apart(expected: bytes, found: bytes) -> str:
    """In what two values differ; of images, in what they both show."""
    if _IMAGE in expected[:60] and _IMAGE in found[:60]:
        return _images_apart(orjson.loads(expected), orjson.loads(found))
    same = 0
    for one, other in zip(expected, found, strict=False):
        if one != other:
            break
        same += 1
    first = max(0, same - NEAR)
    return f"{expected[first : same + NEAR]!r} and not {found[first : same + NEAR]!r}"


def _images_apart(one: dict[str, Any], other: dict[str, Any]) -> str:
    here, there = ({t["timer"]: t for t in image.pop("timers", ())} for image in (one, other))
    _tell_alike(one, other)
    for timer in here.keys() & there.keys():
        _cut_alike(here[timer], there[timer])
    pairs = [(one, other), *((here[timer], there[timer]) for timer in here.keys() & there.keys())]
    return ", ".join(
        f"{name}: {a.get(name)!r} and not {b.get(name)!r}"
        for a, b in pairs
        for name in a.keys() | b.keys()
        if a.get(name) != b.get(name)
    )


def _tell_alike(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Leaves both images only the parts that both tell."""
    told = [image.pop("changed", None) for image in (one, other)]
    for part, fields in PARTS.items():
        if any(parts is not None and part not in parts for parts in told):
            for image in (one, other):
                for field in fields:
                    image.pop(field, None)
    if told != [None, None]:
        for image in (one, other):
            image.pop("opened_us", None)
            image.pop("channel", None)


def _cut_alike(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Leaves both timers only those stretches that both show."""
    starts = [timer.pop("stretches_from", 0) for timer in (one, other)]
    for timer, start in zip((one, other), starts, strict=True):
        timer["stretches"] = timer["stretches"][max(starts) - start :]


def tickets_in(states: Mapping[str, bytes]) -> dict[str, bytes]:
    """What states and chunks hold of each ticket: its facts, what was published, what is due.

    Left out is what only shortens the way: the head, and how a cause is written that is known.
    """
    chunks: dict[str, dict[str, bytes]] = {}
    own: dict[str, bytes] = {}
    for key, raw in states.items():
        ticket, is_chunk = ticket_of(key)
        if is_chunk:
            chunks.setdefault(ticket, {})[key] = raw
        else:
            own[ticket] = raw
    found = {}
    for ticket, raw in own.items():
        parts = chunks.pop(ticket, {})
        history = [parts[chunk_key(ticket, number)] for number in range(len(parts))]
        state = decode_state(raw)
        found[ticket] = msgspec.json.encode(
            (
                (state.due, state.judged_until, state.waiting_since, state.last, state.known),
                facts_of(state, history),
                published_of(raw, history),
            )
        )
    return found | {f"chunks without a ticket: {ticket}": b"" for ticket in chunks}


def accounted(
    sent: Iterable[str], journal: Set[str], by_tracker: Set[str], at_intake: Set[str]
) -> list[str]:
    """Every event sent is in the journal, or a dead letter of who was to refuse it."""
    lost, wrongly, let_in = [], [], []
    for name in sent:
        if name.endswith(UNREADABLE):
            if name not in at_intake:
                lost.append(name)
            if name in journal:
                let_in.append(name)
        elif name.endswith(EARLY):
            if name not in by_tracker:
                lost.append(name)
        else:
            if name not in journal:
                lost.append(name)
            if name in by_tracker or name in at_intake:
                wrongly.append(name)
    return [
        *some("events sent are not accounted for", lost),
        *some("good events were refused", wrongly),
        *some("unreadable events are in the journal", let_in),
    ]


def published_as_folded(
    partition: int, expected: Mapping[Place, bytes], got: Sequence[tuple[Place, bytes]]
) -> list[str]:
    """A committed reader was given each message once, in order: outcomes to the byte.

    What the image of a ticket tells, besides what changed, depends on whether the ticket was
    judged from its whole history: a process that has just loaded it does so once. What both tell
    must be the same; what all of them come to is for the rows to tell.
    """
    name = f"sla.events {partition}"
    seen = dict(got)
    differ = [
        f"{place}: {apart(message, found)}"
        for place, message in expected.items()
        if (found := seen.get(place, message)) != message and apart(message, found)
    ]
    return [
        *(f"{name}: {fault}" for fault in by_place(got)[:SHOWN]),
        *some(f"messages of {name} are missing", expected.keys() - seen.keys()),
        *some(f"messages of {name} follow from no record", seen.keys() - expected.keys()),
        *some(f"messages of {name} differ from the fold", differ),
    ]


def same_latest(
    name: str,
    expected: Mapping[str, bytes],
    got: Mapping[str, bytes],
) -> list[str]:
    """A compacted topic holds, of each key, what the fold has last."""
    differ = [
        f"{key}: {apart(value, found)}"
        for key, value in expected.items()
        if (found := got.get(key, value)) != value
    ]
    return [
        *some(f"keys are missing in {name}", expected.keys() - got.keys()),
        *some(f"keys are too many in {name}", got.keys() - expected.keys()),
        *some(f"values differ in {name}", differ),
    ]


def breaches_as_promised(expected: Set[Breach], standing: Standing, name: str) -> list[str]:
    """Of the tickets whose ids begin with `name`, exactly what was broken is held, each once."""
    held = [
        (ticket, target, parse(at))
        for ticket, target, at in standing.held.values()
        if ticket.startswith(name)
    ]
    twice = {one for one in held if held.count(one) > 1} if len(set(held)) < len(held) else set()
    return [
        *standing.faults[:SHOWN],
        *some("breaches are held twice", _told(twice)),
        *some("breaches are not held", _told(expected - set(held))),
        *some("breaches are held that were none", _told(set(held) - expected)),
    ]


def _told(breaches: Iterable[Breach]) -> list[str]:
    return [f"{ticket} {target} at {iso(at)}" for ticket, target, at in breaches]
