"""What is to hold after a fault: each a pure comparison that tells what does not."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from itertools import islice

from schemas.instants import iso, parse
from tests.drill.folding import Place, Standing, by_place
from tests.drill.promised import Breach
from tests.drill.traffic import EARLY, UNREADABLE

SHOWN = 3
"""Examples of each thing that is wrong."""


def some(what: str, found: Collection[object]) -> list[str]:
    """One line that tells how many there are, with examples; nothing where there are none."""
    if not found:
        return []
    examples = ", ".join(map(str, islice(found, SHOWN)))
    return [f"{len(found)} {what}: {examples}"]


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
    """A committed reader was given each message once, in order, to the byte."""
    name = f"sla.events {partition}"
    seen = dict(got)
    differ = [place for place, message in expected.items() if seen.get(place, message) != message]
    return [
        *(f"{name}: {fault}" for fault in by_place(got)[:SHOWN]),
        *some(f"messages of {name} are missing", expected.keys() - seen.keys()),
        *some(f"messages of {name} follow from no record", seen.keys() - expected.keys()),
        *some(f"messages of {name} differ from the fold", differ),
    ]


def same_latest(name: str, expected: Mapping[str, bytes], got: Mapping[str, bytes]) -> list[str]:
    """A compacted topic holds, of each key, what the fold has last."""
    differ = [key for key, value in expected.items() if got.get(key, value) != value]
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
