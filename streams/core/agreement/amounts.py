"""Amounts of time and shares as an agreement writes them (semantics 2.5, 6.1)."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from schemas.instants import DAY, HOUR, MINUTE
from streams.core.agreement.faults import listed, nearest, quoted
from streams.core.agreement.node import Node
from streams.core.calendar import CalendarSpec, day_length

DayRule = Literal["schedule_day_length", "24_schedule_hours", "end_of_nth_day", "same_clock"]
"""What a business day comes to (2.5)."""

BUSINESS_DAYS: Final = "business_days"
UNITS: Final = ("minutes", "hours", BUSINESS_DAYS)
_LENGTHS: Final = {"minutes": MINUTE, "hours": HOUR}
_AMOUNT: Final = re.compile(r"([+-]?)(\d{1,9}(?:\.\d{1,9})?|\d{1,9}/\d{1,9}) +(\w+)", re.ASCII)
_SHARE: Final = re.compile(r"(\d{1,4}(?:\.\d{1,6})?) ?%", re.ASCII)

LONGEST: Final = 100 * 366 * DAY
"""No promise is longer; a slip of the pen must not overflow an instant."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A signed count of a unit, as written."""

    count: Fraction
    unit: str
    text: str


def read_amount(node: Node, units: tuple[str, ...] = UNITS) -> Amount | None:
    """An amount such as `4 hours` or `1.5 business_days`; a sign is kept."""
    match = _AMOUNT.fullmatch(node.value) if isinstance(node.value, str) else None
    if match is None:
        node.fault(
            f"{quoted(node.value)} is no amount of time",
            f"write a number and one of {listed(units)}, like 4 hours",
        )
        return None
    sign, number, unit = match.groups()
    plural = unit if unit.endswith("s") else f"{unit}s"
    if plural not in units:
        node.fault(*_unknown_unit(unit, units))
        return None
    if number.endswith("/0") or re.search(r"/0+$", number):
        node.fault(f"{number} divides by nothing", "write a fraction like 1/2")
        return None
    return Amount(Fraction(number) * (-1 if sign == "-" else 1), plural, node.value)


def _unknown_unit(unit: str, units: tuple[str, ...]) -> tuple[str, str]:
    if unit in ("day", "days"):
        instead = "business_days, or 24 hours a day" if BUSINESS_DAYS in units else "24 hours a day"
        return f"a bare {unit} may be 24 hours or an office day (2.5)", f"write {instead}"
    return f"unknown unit {quoted(unit)}", f"{nearest(unit, units)}units: {listed(units)}"


def microseconds(
    node: Node,
    amount: Amount,
    calendar: CalendarSpec | None,
    day_rule: DayRule = "schedule_day_length",
) -> int | None:
    """`amount` as whole microseconds; what a business day of `calendar` is, `day_rule` says (2.5).

    None without a fault where the calendar is not known, as it has its own fault then.
    """
    unit = (
        _business_day(node, calendar, day_rule)
        if amount.unit == BUSINESS_DAYS
        else _LENGTHS[amount.unit]
    )
    if unit is None:
        return None
    length = amount.count * unit
    if length.denominator != 1:
        node.fault(f"{amount.text} is no whole number of microseconds", "write a rounder amount")
        return None
    if abs(length) > LONGEST:
        node.fault(f"{amount.text} is more than a hundred years", "write a shorter amount")
        return None
    return int(length)


def _business_day(node: Node, calendar: CalendarSpec | None, day_rule: DayRule) -> int | None:
    if day_rule == "24_schedule_hours":
        return DAY
    if day_rule != "schedule_day_length":
        node.fault(
            f"under day_rule {day_rule} a business day ends at an instant and has no length",
            "write the amount in hours",
        )
        return None
    if calendar is None:
        return None
    unit = day_length(calendar)
    if unit == 0:
        node.fault(
            f"calendar {calendar.name} has no weekly hours, so a business day has no length",
            "write the amount in hours",
        )
        return None
    return unit


def read_length(node: Node, units: tuple[str, ...]) -> int | None:
    """A positive amount of wall time in microseconds."""
    amount = read_positive(node, units)
    return None if amount is None else microseconds(node, amount, None)


def read_positive(node: Node, units: tuple[str, ...] = UNITS) -> Amount | None:
    """An amount above zero."""
    amount = read_amount(node, units)
    if amount is not None and amount.count <= 0:
        node.fault(f"{amount.text} is not more than nothing", "write an amount above zero")
        return None
    return amount


def read_share(node: Node, at_least: Fraction, at_most: Fraction) -> Fraction | None:
    """A share written as `75%`, or as a number such as 0.75."""
    share: Fraction | None = None
    if isinstance(node.value, str) and (match := _SHARE.fullmatch(node.value)):
        share = Fraction(match[1]) / 100
    elif isinstance(node.value, float) or (type(node.value) is int and node.value in (0, 1)):
        share = _fraction(node.value)
    if share is not None and at_least <= share <= at_most:
        return share
    low, high = float(at_least * 100), float(at_most * 100)
    node.fault(
        f"{quoted(node.value)} is no share", f"write a share like 75%, {low:g}% to {high:g}%"
    )
    return None


def _fraction(number: float) -> Fraction | None:
    """The number as written in decimals, so that 0.1 is a tenth; None for no number."""
    try:
        return Fraction(str(number))
    except ValueError:
        return None
