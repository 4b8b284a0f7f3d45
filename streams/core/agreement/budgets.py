"""What a promise is of: an amount of open time, or days that the start will fix (semantics 2.5)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from streams.core.agreement.amounts import BUSINESS_DAYS, DayRule, microseconds, read_positive
from streams.core.agreement.node import Node
from streams.core.calendar import CalendarSpec

AT_THE_START: Final = frozenset({"end_of_nth_day", "same_clock"})
"""Day rules under which only the start tells how much open time the days are."""
DAYS_MAX: Final = 3660
"""Ten years of office days; as with `LONGEST`, more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget as read. Neither `open_time` nor `days`: open-ended, or a fault was told."""

    open_time: int | None = None
    """Microseconds of the calendar's open time."""
    days: Fraction | None = None
    text: str = ""


def read_budget(node: Node, calendar: CalendarSpec | None, day_rule: DayRule) -> Budget:
    """The budget at `node`, by the day rule of its promise."""
    amount = read_positive(node)
    text = node.written() or ""
    if amount is None:
        return Budget(text=text)
    if amount.unit != BUSINESS_DAYS or day_rule not in AT_THE_START:
        return Budget(microseconds(node, amount, calendar, day_rule), None, text)
    if amount.count.denominator != 1:
        node.fault(
            f"{text} is no whole number of days, and {day_rule} counts days",
            "write whole business_days, or hours",
        )
    elif amount.count > DAYS_MAX:
        node.fault(f"{text} is more than {DAYS_MAX} days", "write a shorter amount")
    else:
        return Budget(None, amount.count, text)
    return Budget(text=text)
