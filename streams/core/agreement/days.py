"""Days, times of day and years as an agreement writes them (semantics 2.1)."""

import re
from datetime import date
from typing import Final

from streams.core.agreement.faults import nearest, quoted
from streams.core.agreement.node import Node
from streams.core.calendar_spec import DAY_SECONDS, FIRST_YEAR, LAST_YEAR, Times

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED: Final = "closed"
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARS: Final = re.compile(r"(\d{4})(?:-(\d{4}))?", re.ASCII)


def read_weekdays(node: Node, key: str) -> list[int]:
    """The weekdays (0 is Monday) that a key such as `mon-fri`, `sat` or `mon, wed-fri` names."""
    found: list[int] = []
    for part in key.split(","):
        ends = [_weekday(node, word.strip()) for word in part.split("-", 1)]
        first, last = ends[0], ends[-1]
        if first is None or last is None:
            continue
        # fri-mon goes on over the end of the week.
        found += [(first + n) % 7 for n in range((last - first) % 7 + 1)]
    return found


def _weekday(node: Node, word: str) -> int | None:
    if word in WEEKDAYS:
        return WEEKDAYS.index(word)
    node.fault(
        f"unknown weekday {quoted(word)}",
        f"{nearest(word.lower(), WEEKDAYS) or nearest(word[:3].lower(), WEEKDAYS)}"
        f"write {', '.join(WEEKDAYS)} or a range like mon-fri",
    )
    return None


def read_times(node: Node) -> Times | None:
    """The intervals of a day: `09:00-21:00`, a list of them, or `closed`."""
    if node.value == CLOSED:
        return ()
    items = node.items_or_one("[09:00-12:00, 13:00-18:00]")
    times = [_interval(item) for item in items]
    found = tuple(interval for interval in times if interval is not None)
    return found if len(found) == len(times) else None


def _interval(node: Node) -> tuple[int, int] | None:
    parts = node.value.split("-") if isinstance(node.value, str) else []
    if len(parts) != 2:
        node.fault(
            f"{quoted(node.value)} is no interval", f"write one like 09:00-21:00, or {CLOSED}"
        )
        return None
    opens, closes = (_time(node, part.strip()) for part in parts)
    if opens is None or closes is None:
        return None
    if closes <= opens:
        node.fault(
            f"{node.value} ends before it has begun",
            f"split it at midnight: {parts[0]}-24:00, and 00:00-{parts[1]} on the next day",
        )
        return None
    return opens, closes


def _time(node: Node, text: str) -> int | None:
    """Seconds after midnight; 24:00 is a legal end."""
    if text == "24:00":
        return DAY_SECONDS
    match = _TIME.fullmatch(text)
    if match is None:
        node.fault(f"{quoted(text)} is no time of day", "write 00:00 to 24:00 with two digits each")
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def read_date(node: Node, text: object) -> date | None:
    """A local day, `2026-04-03`."""
    if isinstance(text, str) and _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass  # Told below, with what is no date at all.
    node.fault(f"{quoted(text)} is no date", "write one like 2026-04-03")
    return None


def read_years(node: Node) -> tuple[int, int] | None:
    """The first and the last year: `2019-2028`, or one year alone."""
    match = _YEARS.fullmatch(node.written() or "")
    if match is not None:
        first, last = int(match[1]), int(match[2] or match[1])
        if FIRST_YEAR <= first <= last <= LAST_YEAR:
            return first, last
    node.fault(
        f"{quoted(node.value)} are no years",
        f"write the first and the last like 2019-2028, from {FIRST_YEAR} to {LAST_YEAR}",
    )
    return None
