"""The calendar half of the cases taken from other products (semantics 2 and 9)."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from sla.conform.calendar import run_calendar
from sla.conform.files import Written, cases_in
from sla.conform.outcome import Failed, Outcome, Passed, Skipped
from sla.conform.refusals import refusal

pytestmark = pytest.mark.slow

CASES: Final = Path(__file__).parent / "cases"
CALENDAR_CASES: Final = [one for one in cases_in([CASES]) if one.part == "calendar"]
BY_NAME: Final = {one.name: one.case for one in CALENDAR_CASES}

# What section 9 does not offer, and kinds that serve a library; nothing else may be left out.
LEFT_OUT: Final = {
    "day_out_of_hours=keep_clock": 8,
    "dst_day_length=wall_24h": 1,
    "kind=days_between": 5,
    "kind=intervals of several calendars": 1,
    "kind=last_open": 20,
    "kind=next_workdays": 2,
    "kind=shift backward": 21,
    "midnight_close=23:59:59.999999": 3,
    "month_unit=30_days": 4,
    "no_open_hours=wall_clock": 1,
    "pause_measure=wall_clock": 5,
    "reversed_interval=negative": 1,
    "second_precision=round_second": 3,
    "zero_budget=first_active_moment": 2,
    "zero_budget=no_deadline": 1,
    "zero_budget=start": 2,
}


@cache
def outcome_of(name: str) -> Outcome:
    return run_calendar(BY_NAME[name])


@pytest.mark.parametrize("written", CALENDAR_CASES, ids=lambda one: one.name)
def test_a_case_of_another_product_holds(written: Written) -> None:
    outcome = outcome_of(written.name)
    if isinstance(outcome, Skipped):
        assert outcome.name in LEFT_OUT
        pytest.skip(outcome.name)
    assert outcome == Passed()


def test_only_what_is_not_offered_is_left_out() -> None:
    outcomes = [outcome_of(name) for name in BY_NAME]
    skipped = Counter(one.name for one in outcomes if isinstance(one, Skipped))
    assert skipped == LEFT_OUT
    assert len(BY_NAME) == len(CALENDAR_CASES), "Two cases share an id."


WEEK: Final = {"tz": "Europe/Berlin", "hours": {"mon": [["09:00", "17:00"]]}, "hol": []}
TWO_WEEKS: Final[Mapping[str, Any]] = {
    "tz": "UTC",
    "versions": [
        {"from": None, "hours": {"mon": [["09:00", "17:00"]]}},
        {"from": "2026-06-08", "hours": {"mon": [["10:00", "12:00"]]}},
    ],
}


@pytest.mark.parametrize(
    ("case", "wrong"),
    [
        ({"kind": "open", "cal": WEEK, "at": "2026-06-01T09:00:00", "expect": True}, False),
        (
            {
                "kind": "next_close",
                "cal": WEEK,
                "at": "2026-06-01T17:00:00",
                "expect": "2026-06-08T17:00:00",
            },
            "2026-06-01T17:00:00",
        ),
        # Wall time in the zone of the calendar and an instant with its offset are the same.
        (
            {
                "kind": "next_start",
                "cal": WEEK,
                "at": "2026-06-01T09:00:00",
                "expect": "2026-06-08T07:00:00Z",
            },
            "2026-06-08T09:00:00Z",
        ),
        (
            {
                "kind": "intervals",
                "cal": TWO_WEEKS,
                "from": "2026-06-01T11:00:00",
                "count": 2,
                "expect": [
                    ["2026-06-01T11:00:00", "2026-06-01T17:00:00"],
                    ["2026-06-08T10:00:00", "2026-06-08T12:00:00"],
                ],
            },
            [["2026-06-01T11:00:00", "2026-06-01T17:00:00"]],
        ),
        (
            {
                "kind": "intervals",
                "cal": TWO_WEEKS,
                "from": "2026-06-01T11:00:00",
                "until": "2026-06-08T11:00:00",
                "expect": [
                    ["2026-06-01T11:00:00", "2026-06-01T17:00:00"],
                    ["2026-06-08T10:00:00", "2026-06-08T11:00:00"],
                ],
            },
            [],
        ),
        # 2.2: a wall time that does not exist moves forward, one that occurs twice is the first.
        (
            {
                "kind": "local",
                "tz": "Europe/Berlin",
                "local": "2026-03-29T02:30:00",
                "expect_local": "2026-03-29T03:30:00",
            },
            "2026-03-29T02:30:00",
        ),
        (
            {
                "kind": "local",
                "tz": "Europe/Berlin",
                "local": "2026-10-25T02:30:00",
                "expect": "2026-10-25T00:30:00Z",
            },
            "2026-10-25T01:30:00Z",
        ),
        # Eight hours of the one week and two of the other.
        (
            {
                "kind": "elapsed_switch",
                "parts": [
                    {"cal": WEEK, "start": "2026-06-01T00:00:00", "end": "2026-06-02T00:00:00"},
                    {"cal": TWO_WEEKS, "start": "2026-06-08T00:00:00", "end": "2026-06-09T00:00"},
                ],
                "tolerance": 1,
                "expect": 36_001,
            },
            36_002,
        ),
        (
            {
                "kind": "due",
                "cal": WEEK,
                "start": "2026-06-01T10:00:00",
                "mode": "hours",
                "secs": 7200,
                "pauses": [["2026-06-01T11:00:00", "2026-06-01T12:00:00"]],
                "waiting_secs": 3600,
                "expect": "2026-06-01T13:00:00",
            },
            "2026-06-01T12:00:00",
        ),
        # A pause without an end: a paused timer has no deadline (3.2).
        (
            {
                "kind": "due",
                "cal": WEEK,
                "start": "2026-06-01T10:00:00",
                "mode": "hours",
                "secs": 7200,
                "pauses": [["2026-06-01T11:00:00", None]],
                "expect": None,
            },
            "2026-06-01T12:00:00",
        ),
    ],
)
def test_a_wrong_expectation_fails(case: dict[str, Any], wrong: Any) -> None:
    assert run_calendar(case) == Passed()
    key = "expect_local" if "expect_local" in case else "expect"
    assert isinstance(run_calendar(case | {key: wrong}), Failed)


def test_both_sides_have_one_answer() -> None:
    monday = {"kind": "elapsed", "start": "2026-06-01T07:00:00Z", "end": "2026-06-01T09:00:00Z"}
    case = {"kind": "same", "cal": WEEK, "left": monday, "right": monday | {"cal": WEEK}}
    assert run_calendar(case) == Passed()
    longer = monday | {"end": "2026-06-01T10:00:00Z"}
    assert run_calendar(case | {"right": longer}) == Failed("7200", "10800")


@pytest.mark.parametrize(
    "written", [one for one in CALENDAR_CASES if one.case["kind"] == "error"], ids=lambda o: o.name
)
def test_what_is_refused_is_taken_once_its_fault_is_healed(written: Written) -> None:
    # Else a slip of the translation would be refused in the place of what the case is about.
    assert refusal(written.case) is not None
    healed = dict(written.case) | {"budget": {"secs": 3600}}
    if refusal(healed) is not None:
        healed["cal"] = WEEK
    assert refusal(healed) is None
    assert isinstance(run_calendar(healed), Failed)


@pytest.mark.parametrize("local", ["2026-02-30T10:00:00", "2026-03-01T25:00:00", "tomorrow"])
def test_a_time_that_is_none_is_refused(local: str) -> None:
    case = {"kind": "error", "tz": "UTC", "local": local, "expect": "rejected"}
    assert run_calendar(case) == Passed()
    assert run_calendar(case | {"local": "2026-03-01T10:00:00"}) == Failed("rejected", "taken")


def test_holidays_of_every_year_are_put_into_every_year() -> None:
    leap = {"tz": "UTC", "hours": {}, "hol": ["02-29"]}
    case = {"kind": "holiday", "cal": leap | {"hours": {"sun": [["00:00", "24:00"]]}}}
    assert run_calendar(case | {"at": "2024-02-29", "expect": True}) == Passed()
    assert run_calendar(case | {"at": "2026-02-28", "expect": False}) == Passed()
