"""What happens in a case, a line each, as events: `2026-04-02 18:30 agent replied`."""

import re
from datetime import date
from typing import Final

from schemas import inbound as told
from schemas.codec import fault_of
from sla.cases.phrases import PHRASES
from sla.cases.teller import Line, Teller
from streams.core.agreement.faults import listed, nearest, quoted
from streams.core.agreement.node import Node

_PHRASES: Final = tuple((re.compile(pattern), make) for _, pattern, make in PHRASES)


def read_happening(
    teller: Teller, node: Node, number: int, day: date
) -> tuple[told.InboundEvent | None, date]:
    """The event that the line at `node` tells, and the day on which it left the story.

    None, with a fault, for a line that says nothing known.
    """
    at = teller.clock.read(node, node.value, day)
    if at is None:
        return None, day
    for pattern, make in _PHRASES:
        if match := pattern.fullmatch(at.rest):
            line = Line(teller, node, at, number, match.groups())
            event = make(line) or None
            bad = None if event is None else fault_of(event)
            if bad is not None:
                node.fault(f"{quoted(at.rest)} is refused: {bad.reason}", f"write {bad.expected}")
            return event, at.day
    examples = [example for example, _, _ in PHRASES]
    node.fault(
        f"{quoted(at.rest)} says nothing known",
        f"{nearest(at.rest, examples)}say {listed(examples)}",
    )
    return None, at.day
