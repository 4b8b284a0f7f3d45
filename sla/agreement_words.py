"""Parts of an agreement in plain words, for people who read it in a terminal."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from schemas.instants import DAY, HOUR, MINUTE, SECOND
from streams.core.agreement.days import WEEKDAYS
from streams.core.agreement.model import MEASURES, Cell, Rule, TargetKind
from streams.core.calendar import CalendarSpec, Hours
from streams.core.calendar_spec import DAY_SECONDS, Times


def length(us: int) -> str:
    """A length of time: `12 h`, `1 h 30 min`, `3.5 s`; nothing is rounded."""
    hours, rest = divmod(us, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    parts = [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if minutes else []
    if rest or not parts:
        whole, part = divmod(rest, SECOND)
        parts.append(f"{whole}.{part:06d}".rstrip("0") + " s" if part else f"{whole} s")
    return " ".join(parts)


def promise(cell: Cell | None) -> str:
    """What a cell promises: `4 hours, always`."""
    if cell is None:
        return "none"
    stops = ", until a fix or workaround" if cell.stops_at_workaround else ""
    return f"{budget(cell)}, {cell.calendar}{stops}"


def budget(cell: Cell) -> str:
    """What is owed, without the calendar: `4 hours`, `3 business_days (end_of_nth_day)`."""
    if cell.kind in MEASURES:
        return f"{cell.budget_text}, not judged" if cell.budget_text else "measured only"
    if cell.release is not None:
        return f"next {cell.release} release"
    if cell.days is not None:
        return f"{cell.budget_text} ({cell.day_rule})"
    return "open-ended" if cell.budget is None else cell.budget_text


def counted(cell: Cell) -> str:
    """How a target is counted: its kind, where its cycles begin, and what pauses it."""
    whose = f" by {cell.team}" if cell.team is not None else ""
    return f"{cell.kind.value}{whose}{starts(cell)}; {pauses(cell)}"


def starts(cell: Cell) -> str:
    """From when a promise runs, where that is not the opening of the ticket; else nothing."""
    match cell.kind:
        case TargetKind.NEXT_REPLY if cell.next_reply_start == "opening_message":
            return ", from each message of the requester, the opening one too"
        case TargetKind.NEXT_REPLY:
            return ", from each message of the requester after the first response"
        case TargetKind.PERIODIC_UPDATE if cell.from_opening:
            return ", from the opening and each public reply of an agent"
        case TargetKind.PERIODIC_UPDATE:
            return ", from each public reply of an agent"
        case TargetKind.OWNERSHIP:
            return ", while that team has the ticket" if cell.team else ", while a team has it"
        case _:
            return ""


def pauses(cell: Cell) -> str:
    """When a promise is paused."""
    return f"pauses while {' or '.join(sorted(cell.pauses))}" if cell.pauses else "never pauses"


def clock(at: datetime) -> str:
    """A time of day in the shortest form that says it all."""
    return at.time().isoformat("auto" if at.second or at.microsecond else "minutes")


def time_of_day(seconds: int) -> str:
    """`09:00`, or with seconds where there are some."""
    if seconds == DAY_SECONDS:
        return "24:00"
    minutes, rest = divmod(seconds, 60)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{rest:02d}" if rest else text


def times_of_day(times: Times) -> str:
    """`09:00-12:00, 13:00-18:00`, or `closed`."""
    spans = [f"{time_of_day(opens)}-{time_of_day(closes)}" for opens, closes in times]
    return ", ".join(spans) or "closed"


def hours(spec: CalendarSpec) -> Iterator[str]:
    """The weekly hours of a calendar, a line for each stretch of like days."""
    if spec.always:
        yield "always open"
    for one in spec.hours:
        since = "" if one.from_day is None else f"from {one.from_day}: "
        for days, times in _like_days(one):
            yield f"{since}{days} {times_of_day(times)}"


def _like_days(one: Hours) -> Iterator[tuple[str, Times]]:
    first = 0
    for day in range(1, len(WEEKDAYS) + 1):
        if day == len(WEEKDAYS) or one.week[day] != one.week[first]:
            last = day - 1
            name = WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"
            yield name, one.week[first]
            first = day


def rule(one: Rule) -> str:
    """A rule in words: `if account.sdk is false: nothing (no_sdk)`."""
    conditions = " and ".join(condition.text for condition in one.when)
    head = f"if {conditions}" if conditions else "else, whatever is known"
    if one.plan_of_account:
        return f"{head}: the plan that was bought"
    return f"{head}: {one.plan}" if one.plan is not None else f"{head}: nothing ({one.reason})"


def by_meaning(words: Mapping[str, str]) -> dict[str, list[str]]:
    """Words under what they mean."""
    found: dict[str, list[str]] = {}
    for word, meaning in words.items():
        found.setdefault(meaning, []).append(word)
    return found


def days(us: int) -> str:
    """A wall length in whole days where it is some, else as `length`."""
    return f"{us // DAY} x 24 h" if us and us % DAY == 0 else length(us)
