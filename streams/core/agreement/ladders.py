"""Ladders as an agreement states them (semantics 6.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from streams.core.agreement.amounts import Amount, DayRule, microseconds, read_amount, read_share
from streams.core.agreement.model import Step
from streams.core.agreement.node import Node
from streams.core.calendar import CalendarSpec

NO_LADDER: Final = "none"
_EXAMPLE: Final = "[{at: 75%, level: team, notify: [team]}]"
_HIGHEST: Final = Fraction(10)


@dataclass(frozen=True, slots=True)
class Rung:
    """A step before it is known of which budget and calendar: a share, or an amount of time."""

    node: Node
    level: str
    text: str
    notify: tuple[str, ...]
    share: Fraction | None
    offset: Amount | None


def read_ladders(node: Node) -> dict[str, tuple[Rung, ...]]:
    """Every ladder by its name; steps with faults are left out."""
    ladders: dict[str, tuple[Rung, ...]] = {}
    for key, one in node.entries(f"standard: {_EXAMPLE}"):
        name = one.at(key, key).name("ladder")
        if name == NO_LADDER:
            one.fault(f"`{NO_LADDER}` means no ladder", "give it another name")
        elif name is not None:
            ladders[name] = _ladder(one)
    return ladders


def _ladder(node: Node) -> tuple[Rung, ...]:
    rungs: list[Rung] = []
    seen: set[str] = set()
    for item in node.items(_EXAMPLE):
        fields = item.fields(("at", "level", "notify"))
        level = fields["level"].name("level") if "level" in fields else None
        notify = _notify(fields["notify"]) if "notify" in fields else ()
        at = _at(fields["at"]) if "at" in fields else None
        if level in seen:
            fields["level"].fault(
                f"level {level} stands here twice", "give each step a level of its own"
            )
        if level is not None:
            seen.add(level)
        if level is not None and at is not None:
            rungs.append(Rung(fields["at"], level, str(fields["at"].value), notify, *at))
    return tuple(rungs)


def _notify(node: Node) -> tuple[str, ...]:
    items = node.items_or_one("[team]")
    if not items:
        node.fault("it tells nobody", "name whom to tell, like [team]")
    return tuple(name for one in items if (name := one.name("recipient")))


def _at(node: Node) -> tuple[Fraction | None, Amount | None] | None:
    text = node.value if isinstance(node.value, str) else ""
    if text[:1] not in ("+", "-"):
        share = read_share(node, Fraction(0), _HIGHEST)
        return None if share is None else (share, None)
    offset = read_amount(node)
    if offset is None:
        return None
    if offset.count == 0:
        node.fault(f"{text} is the deadline itself", "write 100%, which only a breach reaches")
        return None
    return None, offset


def steps_of(
    ladder: Sequence[Rung],
    budget: int | None,
    calendar: CalendarSpec | None,
    day_rule: DayRule,
    whose: str,
) -> tuple[Step, ...]:
    """The steps of a ladder for one cell.

    With a budget, those that lie before the start, or are reached before a step that is written
    above them, are faults. `whose` names the cell in messages.
    """
    steps: list[Step] = []
    reached = Fraction(0)
    for rung in ladder:
        offset = None
        if rung.offset is not None:
            offset = microseconds(rung.node, rung.offset, calendar, day_rule)
            if offset is None:
                continue
        steps.append(Step(rung.level, rung.text, rung.notify, rung.share, offset))
        if budget is None:
            continue
        at = rung.share * budget if rung.share is not None else Fraction(budget + (offset or 0))
        if at < 0:
            rung.node.fault(
                f"{rung.text} lies before the start of {whose}",
                "write a later step, or give that promise another ladder",
            )
        elif at < reached:
            rung.node.fault(
                f"{rung.text} is reached before the step above it in {whose}",
                "order the steps by when they are reached, or give that promise another ladder",
            )
        reached = max(reached, at)
    return tuple(steps)


def ladder_named(node: Node, ladders: Mapping[str, tuple[Rung, ...]]) -> tuple[Rung, ...]:
    """The ladder that `node` names; `none` is an empty one."""
    name = node.one_of((*ladders, NO_LADDER), "ladder")
    return () if name is None or name == NO_LADDER else ladders[name]
