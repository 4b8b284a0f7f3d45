"""Deadlines a second, beside the `businesstimedelta` package on the same starts and rules.

Monday to Friday 09:00 to 21:00 in Hong Kong, general holidays closed; a start anywhere in 2026 and
a budget of 1, 4, 12 or 24 hours of open time. Both answer every one of them in the same run, the
answers must be equal, and each side's best of its rounds counts, the rounds taken by turns.

`python -m tests.bench.deadlines`
"""

import gc
import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from time import perf_counter

import businesstimedelta
import holidays
import pytz  # type: ignore[import-untyped]

from schemas.instants import HOUR, instant, moment, parse
from streams.core.calendar import Calendar, CalendarSpec, Hours, compile_calendar

SEED = 20_260_402
STARTS = 2_000
ROUNDS = 3
BUDGET_HOURS = (1, 4, 12, 24)
YEARS = (2015, 2028)
MUST, AIM = 100, 200

Asked = tuple[int, int]
"""(start, amount), both in microseconds."""


def run(starts: int = STARTS, rounds: int = ROUNDS) -> list[str]:
    """Measures both; the lines to print. Raises AssertionError where their answers differ."""
    days = general_holidays()
    calendar = our_calendar(days)
    rules = their_rules(days)
    asked = questions(starts)
    theirs_asked = [
        (moment(start), businesstimedelta.BusinessTimeDelta(rules, hours=amount // HOUR))
        for start, amount in asked
    ]

    def ours() -> list[int | None]:
        deadline = calendar.deadline
        return [deadline(start, amount) for start, amount in asked]

    def ours_from_datetimes() -> list[datetime | None]:
        deadline = calendar.deadline
        given = [
            (start, amount) for (start, _), (_, amount) in zip(theirs_asked, asked, strict=True)
        ]
        found = [deadline(instant(start), amount) for start, amount in given]
        return [None if at is None else moment(at) for at in found]

    def theirs() -> list[datetime]:
        return [start + delta for start, delta in theirs_asked]

    expected = [instant(at) for at in theirs()]
    assert ours() == expected, "the two disagree; a faster wrong answer is no answer"

    spent: dict[Callable[[], object], float] = {}
    for _ in range(rounds):
        for side in (ours, ours_from_datetimes, theirs):
            spent[side] = min(spent.get(side, float("inf")), timed(side))
    openings = sum(kind == "open" for _, _, kind, *_ in calendar.spans())
    fast, dated, slow = (spent[side] / starts for side in (ours, ours_from_datetimes, theirs))
    return [
        f"{starts:,} starts in 2026, budgets of {BUDGET_HOURS} h, all {starts:,} answers equal",
        f"Calendar.deadline        {line(fast)}",
        f"  from and to datetimes  {line(dated)}",
        f"businesstimedelta        {line(slow)}",
        f"{slow / fast:,.0f} times as many (must {MUST}, aim {AIM}); "
        f"{slow / dated:,.0f} times from and to datetimes",
        f"limited by two binary searches over {openings:,} openings ({YEARS[0]} to {YEARS[1]})",
    ]


def line(seconds: float) -> str:
    return f"{1 / seconds:>12,.0f} deadlines/s  {seconds * 1e6:>8.2f} us each"


def timed(side: Callable[[], object]) -> float:
    """Seconds that one round of `side` takes, without a garbage collection in it."""
    gc.collect()
    gc.disable()
    try:
        begun = perf_counter()
        side()
        return perf_counter() - begun
    finally:
        gc.enable()


def general_holidays() -> dict[date, str]:
    """Hong Kong's general holidays: category `optional` of the `holidays` package."""
    years = range(YEARS[0], YEARS[1] + 1)
    return dict(holidays.country_holidays("HK", years=years, categories="optional"))


def our_calendar(days: dict[date, str]) -> Calendar:
    office = ((9 * 3600, 21 * 3600),)
    week = (office,) * 5 + ((),) * 2
    hours = (Hours(from_day=None, week=week),)
    return compile_calendar(
        CalendarSpec("office", "Asia/Hong_Kong", *YEARS, hours=hours, holidays=days)
    )


def their_rules(days: dict[date, str]) -> businesstimedelta.Rules:
    local = pytz.timezone("Asia/Hong_Kong")
    office = businesstimedelta.WorkDayRule(
        start_time=time(9), end_time=time(21), working_days=[0, 1, 2, 3, 4], tz=local
    )
    return businesstimedelta.Rules(
        [office, businesstimedelta.HolidayRule(frozenset(days), tz=local)]
    )


def questions(count: int) -> Sequence[Asked]:
    """The same ones every time."""
    rng = random.Random(SEED)
    first, last = parse("2026-01-01T00:00+08:00"), parse("2027-01-01T00:00+08:00")
    return [(rng.randrange(first, last), rng.choice(BUDGET_HOURS) * HOUR) for _ in range(count)]


if __name__ == "__main__":
    print("\n".join(run()))
