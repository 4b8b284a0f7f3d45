"""Ladders (semantics 6): a step is reached by spent time, so each becomes an amount of it."""

from math import ceil
from typing import TypeAlias

from streams.core.agreement.model import Cell, Step

Amounts: TypeAlias = tuple[tuple[int, int], ...]
"""Steps by the spent time at which each is reached, ascending, and its place in the ladder."""


def amounts(ladder: tuple[Step, ...], budget: int) -> Amounts:
    """The steps with the spent time that reaches each; those at 100 % left out."""
    return tuple(
        sorted(
            (_amount(step, budget), place)
            for place, step in enumerate(ladder)
            if not at_breach(step)
        )
    )


def at_breach(step: Step) -> bool:
    """A step at 100 % is reached only by a breach (6.1)."""
    return step.share == 1 or step.offset == 0


def at_risk_amount(cell: Cell, budget: int) -> int:
    """The spent time from which a timer is at risk (6.1)."""
    return ceil(cell.at_risk * budget)


def _amount(step: Step, budget: int) -> int:
    if step.share is not None:
        return ceil(step.share * budget)
    assert step.offset is not None, "A step has a share or an offset."
    return max(0, budget + step.offset)
