"""What a calendar's specification gives before time is counted: day length, version, refusals."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.instants import HOUR
from streams.core.calendar import Hours, compile_calendar, day_length
from tests.calendars import EASTER, OVERLAPPING, TYPHOON, Times, calendar, on, spec, times, week


@pytest.mark.parametrize(
    ("hours", "length"),
    [
        ([week("09:00-21:00")], 12 * HOUR),
        # The most common length, whatever the week's total says.
        ([(times("09:00-17:00"),) * 3 + (times("09:00-21:00"),) * 2 + ((),) * 2], 8 * HOUR),
        # Of equally common ones the longest.
        ([(times("09:00-17:00"),) * 2 + (times("09:00-21:00"),) * 2 + ((),) * 3], 12 * HOUR),
        # Open wall time: a day's parts add up, and none counts twice.
        ([week("09:00-12:00 13:00-17:00")], 7 * HOUR),
        ([week("09:00-13:00 12:00-17:00 18:00-17:00")], 8 * HOUR),
        ([week("00:00-24:00", "00:00-24:00")], 24 * HOUR),
        ([week()], 0),
        ([], 0),
    ],
)
def test_the_length_of_a_business_day_is_nominal(
    hours: list[tuple[Times, ...]], length: int
) -> None:
    """2.5 `schedule_day_length`: no holiday, break, special hours or DST counted."""
    given = spec(
        zone="Europe/Berlin",
        hours=tuple(Hours(None, one) for one in hours),
        special={on("2026-03-28") + timedelta(days=n): times("00:00-01:00") for n in range(200)},
        breaks={on("2026-03-28"): times("12:00-13:00")},
        **EASTER,
    )
    assert day_length(given) == length
    assert compile_calendar(given).day_length == length


def test_the_length_of_a_business_day_follows_dated_hours() -> None:
    dated = spec(
        hours=(
            Hours(on("2026-07-01"), week("09:00-17:00")),
            Hours(on("2026-02-01"), week("09:00-21:00")),
        )
    )
    lengths = [
        day_length(dated, on(day)) // HOUR for day in ("2026-01-31", "2026-06-30", "2026-07-01")
    ]
    assert lengths == [0, 12, 8]
    assert day_length(dated) == 8 * HOUR


def test_the_version_says_all_that_openings_follow_from() -> None:
    base = calendar(TYPHOON, OVERLAPPING, **EASTER)
    assert len(base.version) == 12
    assert int(base.version, 16) >= 0
    turned = {"holidays": dict(reversed(list(EASTER["holidays"].items())))}
    assert calendar(OVERLAPPING, TYPHOON, **turned).version == base.version
    others = [
        calendar(**EASTER),
        calendar(TYPHOON, OVERLAPPING),
        calendar(TYPHOON, OVERLAPPING, year=2027, **EASTER),
        calendar(TYPHOON, OVERLAPPING, zone="Asia/Singapore", **EASTER),
        calendar(TYPHOON, OVERLAPPING, special={on("2026-04-01"): ()}, **EASTER),
        calendar(TYPHOON, OVERLAPPING, breaks={on("2026-04-01"): ()}, **EASTER),
        calendar(TYPHOON, OVERLAPPING, hours=(), **EASTER),
        calendar(TYPHOON, OVERLAPPING, always=True, **EASTER),
    ]
    versions = {one.version for one in others}
    assert len(versions) == len(others)
    assert base.version not in versions


def test_the_version_is_the_same_in_every_process() -> None:
    """Written down here; it changes with the pinned zone rules, or calendars were digested anew."""
    assert calendar(always=True).version == "988173fccc95"


def test_a_calendar_cannot_be_changed() -> None:
    compiled = calendar()
    with pytest.raises(AttributeError):
        compiled.version = "other"  # type: ignore[misc]
    compiled.spans().clear()
    assert compiled.spans()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"zone": "Asia/HongKong"}, "'Asia/HongKong' is no IANA time zone"),
        ({"zone": "../../etc/passwd"}, "is no IANA time zone"),
        ({"year": 1899}, "years 1899 to 1899"),
        ({"hours": (Hours(None, ((),) * 6),)}, "hours of 6 weekdays; give all 7"),
        ({"hours": (Hours(None, week()), Hours(None, week()))}, "two weekly hours without a date"),
        ({"hours": (Hours(on("2026-01-01"), week()),) * 2}, "two weekly hours from 2026-01-01"),
        ({"hours": (Hours(None, (((0, 86401),),) * 7),)}, "weekday 0 of the hours"),
        ({"special": {on("2026-01-05"): ((-1, 5),)}}, "special hours of 2026-01-05"),
        ({"breaks": {on("2026-01-05"): ((0, 99999),)}}, "breaks of 2026-01-05"),
    ],
)
def test_what_no_calendar_can_follow_is_refused_by_name(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        calendar(**given)
