"""Deadlines and open time at their edges, to the microsecond; rules are those of semantics 2."""

from typing import Any

import pytest

from schemas.instants import DAY, HOUR, MINUTE, SECOND, parse
from streams.core.calendar import Closure, Hours
from tests.calendars import EASTER, OVERLAPPING, TYPHOON, calendar, daily, on, times, week


@pytest.mark.parametrize(
    ("start", "amount", "due", "given", "closures"),
    [
        # 2.4: Friday 27 March 18:00, three hours to the close: it stays at the close.
        ("2026-03-27T18:00+08:00", 3 * HOUR, "2026-03-27T21:00+08:00", {}, ()),
        # One microsecond less is before the close, one more is after Monday's opening.
        ("2026-03-27T18:00+08:00", 3 * HOUR - 1, "2026-03-27T20:59:59.999999+08:00", {}, ()),
        ("2026-03-27T18:00+08:00", 3 * HOUR + 1, "2026-03-30T09:00:00.000001+08:00", {}, ()),
        # 2.1: half-open. The opening's instant is open; the close's instant is not.
        ("2026-03-27T09:00+08:00", 1, "2026-03-27T09:00:00.000001+08:00", {}, ()),
        ("2026-03-27T08:59:59.999999+08:00", 1, "2026-03-27T09:00:00.000001+08:00", {}, ()),
        ("2026-03-27T20:59:59.999999+08:00", 1, "2026-03-27T21:00+08:00", {}, ()),
        ("2026-03-27T21:00+08:00", 1, "2026-03-30T09:00:00.000001+08:00", {}, ()),
        # 2.4: started while closed, nothing is spent until the next opening.
        ("2026-03-28T03:00+08:00", 12 * HOUR, "2026-03-30T21:00+08:00", {}, ()),
        # Nothing to wait for is due at once, open or closed.
        ("2026-03-28T03:00+08:00", 0, "2026-03-28T03:00+08:00", {}, ()),
        # 2.3: holidays close the local day; Thursday 18:00, Friday and Monday off, Tuesday 18:00.
        ("2026-04-02T18:00+08:00", 12 * HOUR, "2026-04-07T18:00+08:00", EASTER, ()),
        # 2.3: closed 14:00 to 18:30, so of 13:00 + 4 h one hour runs before and three after.
        ("2026-03-30T13:00+08:00", 4 * HOUR, "2026-03-31T09:30+08:00", {}, (TYPHOON,)),
        ("2026-03-30T13:00+08:00", HOUR, "2026-03-30T14:00+08:00", {}, (TYPHOON,)),
        ("2026-03-30T13:00+08:00", HOUR + 1, "2026-03-30T18:30:00.000001+08:00", {}, (TYPHOON,)),
        # 2.3: closures count as their union, 14:00 to 20:00.
        ("2026-03-30T13:00+08:00", 2 * HOUR, "2026-03-30T21:00+08:00", {}, (OVERLAPPING, TYPHOON)),
        # 2.1: openings that meet or overlap are one; no instant counts twice (13 h a day).
        (
            "2026-03-30T08:00+08:00",
            13 * HOUR + 1,
            "2026-03-31T08:00:00.000001+08:00",
            daily("08:00-12:00 12:00-18:00 17:00-21:00"),
            (),
        ),
        # 2.1: 24:00 is a legal end and meets the next day's 00:00.
        ("2026-03-30T23:00+08:00", 2 * HOUR, "2026-03-31T01:00+08:00", daily("00:00-24:00"), ()),
        # 2.1: special hours replace the day's; a holiday still closes it.
        (
            "2026-03-30T09:00+08:00",
            2 * HOUR + 1,
            "2026-03-31T09:00:00.000001+08:00",
            {"special": {on("2026-03-30"): times("10:00-12:00")}},
            (),
        ),
        (
            "2026-04-03T09:00+08:00",
            1,
            "2026-04-07T09:00:00.000001+08:00",
            {"special": {on("2026-04-03"): times("10:00-12:00")}, **EASTER},
            (),
        ),
        # 2.1: special hours open a Saturday, an empty list closes a Monday.
        (
            "2026-03-28T09:00+08:00",
            3 * HOUR,
            "2026-03-31T10:00+08:00",
            {"special": {on("2026-03-28"): times("10:00-12:00"), on("2026-03-30"): ()}},
            (),
        ),
        # 2.1: a break is taken out of its day.
        (
            "2026-03-30T11:00+08:00",
            2 * HOUR,
            "2026-03-30T14:00+08:00",
            {"breaks": {on("2026-03-30"): times("12:00-13:00")}},
            (),
        ),
        # 2.1: of dated weekly hours those with the latest day not after it apply.
        (
            "2026-03-30T09:00+08:00",
            9 * HOUR,
            "2026-03-31T14:00+08:00",
            {
                "hours": (
                    Hours(on("2026-03-31"), week("10:00-14:00")),
                    Hours(on("2026-01-01"), week("09:00-14:00")),
                    Hours(None, week("00:00-24:00")),
                )
            },
            (),
        ),
        # 2.2: Berlin 29 March: 02:00 to 03:00 does not exist, so 02:30 is 03:30 (01:30Z).
        (
            "2026-03-29T00:00Z",
            HOUR,
            "2026-03-29T02:30Z",
            {"zone": "Europe/Berlin", **daily("02:30-05:00")},
            (),
        ),
        # 2.2: 02:30 becomes 03:30, after its end 03:15: that day's opening is empty.
        (
            "2026-03-29T00:00Z",
            1,
            "2026-03-30T00:30:00.000001Z",
            {"zone": "Europe/Berlin", **daily("02:30-03:15")},
            (),
        ),
        # 2.2: Berlin 25 October: 02:30 occurs twice and is the first (00:30Z), so 01:00 to 02:30
        # is an hour and a half, and 02:30 to 03:30 is two hours.
        (
            "2026-10-24T23:00Z",
            90 * MINUTE,
            "2026-10-25T00:30Z",
            {"zone": "Europe/Berlin", **daily("01:00-02:30")},
            (),
        ),
        (
            "2026-10-25T00:30Z",
            2 * HOUR,
            "2026-10-25T02:30Z",
            {"zone": "Europe/Berlin", **daily("02:30-03:30")},
            (),
        ),
        # 2.2: Lord Howe moves by half an hour: 4 October 02:10 is 02:40 (+11:00).
        (
            "2026-10-03T12:00Z",
            20 * MINUTE,
            "2026-10-04T03:00+11:00",
            {"zone": "Australia/Lord_Howe", **daily("02:10-03:00")},
            (),
        ),
        # 2.2: Sao Paulo skipped midnight of 4 November 2018: 24:00 is 01:00 then, the same instant.
        (
            "2018-11-03T22:00-03:00",
            2 * HOUR,
            "2018-11-04T03:00Z",
            {"zone": "America/Sao_Paulo", "year": 2018, **daily("22:00-24:00")},
            (),
        ),
        # 2.2: St John's went back at 00:01, to 23:01: midnight is the first one (02:30Z).
        (
            "2008-11-01T22:00-02:30",
            2 * HOUR,
            "2008-11-02T02:30Z",
            {"zone": "America/St_Johns", "year": 2008, **daily("22:00-24:00")},
            (),
        ),
        # `always`: wall time, and no bounds.
        ("1931-03-27T18:00Z", 100 * DAY, "1931-07-05T18:00Z", {"always": True}, (TYPHOON,)),
    ],
)
def test_a_deadline_is_the_first_instant_at_which_its_amount_has_run(
    start: str, amount: int, due: str, given: dict[str, Any], closures: tuple[Closure, ...]
) -> None:
    compiled = calendar(*closures, **given)
    begin, end = parse(start), parse(due)
    assert compiled.deadline(begin, amount) == end
    # The other way round: so much has run at the deadline, and not one microsecond earlier.
    assert compiled.open_between(begin, end) == amount
    assert amount == 0 or compiled.open_between(begin, end - 1) == amount - 1


def test_the_wall_length_of_a_day_is_what_its_clock_made_it() -> None:
    """2.2: 00:00 to 24:00 is 23 hours when clocks go forward and 25 when they go back."""
    berlin = calendar(zone="Europe/Berlin", **daily("00:00-24:00"))
    spring, autumn = parse("2026-03-28T23:00Z"), parse("2026-10-24T22:00Z")
    assert berlin.open_between(spring, spring + 23 * HOUR) == 23 * HOUR
    assert [span[2] for span in berlin.spans()] == ["open"]
    assert berlin.open_between(autumn, autumn + 25 * HOUR) == 25 * HOUR
    office = calendar(zone="Europe/Berlin", **daily("01:00-04:00"))
    assert office.open_between(spring, spring + DAY) == 2 * HOUR
    assert office.open_between(autumn, autumn + DAY) == 4 * HOUR


def test_outside_the_compiled_years_nothing_is_known() -> None:
    """2.7: a deadline there is unknown, a start before the first year has none, and both say so."""
    compiled = calendar()
    begin, end = parse("2026-01-01T00:00+08:00"), parse("2027-01-01T00:00+08:00")
    assert (compiled.begin, compiled.end) == (begin, end)
    last_close = parse("2026-12-31T21:00+08:00")
    assert compiled.deadline(last_close - HOUR, HOUR) == last_close
    assert compiled.deadline(last_close - HOUR, HOUR + 1) is None
    assert compiled.deadline(end, 1) is None
    assert compiled.deadline(end + DAY, 1) is None
    assert compiled.deadline(begin, 1) == parse("2026-01-01T09:00:00.000001+08:00")
    assert compiled.deadline(begin - 1, 1) is None
    assert compiled.deadline(begin - 1, 0) == begin - 1
    assert compiled.next_open(begin - 1) is None
    assert compiled.next_open(begin) == begin + 9 * HOUR
    assert compiled.next_open(last_close) is None
    assert not compiled.is_open(end + 10 * HOUR)
    assert compiled.covers(begin, end)
    assert not compiled.covers(begin - 1, end)
    assert not compiled.covers(begin, end + 1)
    # Open time counts what is known: a least value where `covers` says no.
    assert compiled.open_between(begin - 9 * DAY, begin + 10 * HOUR) == HOUR
    assert compiled.open_between(last_close - HOUR, end + 9 * DAY) == HOUR


def test_midnight_hours_up_to_the_last_instant_of_the_last_year() -> None:
    """2.7: due exactly where the compiled years end is known."""
    compiled = calendar(**daily("00:00-24:00"))
    assert compiled.deadline(compiled.begin, 365 * DAY) == compiled.end
    assert compiled.deadline(compiled.begin, 365 * DAY + 1) is None


def test_open_time_never_runs_backwards() -> None:
    compiled = calendar()
    noon = parse("2026-03-30T12:00+08:00")
    assert compiled.open_between(noon, noon) == 0
    assert compiled.open_between(noon, noon - DAY) == 0
    assert calendar(always=True).open_between(noon, noon - DAY) == 0
    for one in (compiled, calendar(always=True)):
        with pytest.raises(ValueError, match="only runs forward"):
            one.deadline(noon, -1)


def test_next_open_is_the_instant_itself_when_open() -> None:
    compiled = calendar()
    opening = parse("2026-03-30T09:00+08:00")
    assert compiled.next_open(opening) == opening
    assert compiled.next_open(opening + 5) == opening + 5
    assert compiled.next_open(opening - 1) == opening
    assert compiled.next_open(opening + 12 * HOUR) == opening + DAY
    assert compiled.is_open(opening)
    assert not compiled.is_open(opening - 1)
    assert compiled.is_open(opening + 12 * HOUR - 1)
    assert not compiled.is_open(opening + 12 * HOUR)


def test_a_calendar_that_never_opens_has_no_deadline() -> None:
    compiled = calendar(hours=())
    assert compiled.deadline(compiled.begin, 1) is None
    assert compiled.next_open(compiled.begin) is None
    assert compiled.open_between(compiled.begin, compiled.end) == 0
    assert compiled.day_length == 0


def test_a_closure_that_ends_before_it_starts_closes_nothing() -> None:
    noon = parse("2026-03-30T12:00+08:00")
    empty = calendar(Closure("c", "Slip", noon, noon), Closure("d", "Slip", noon, noon - HOUR))
    assert empty.spans() == calendar().spans()


def test_closures_cut_to_the_microsecond() -> None:
    noon = parse("2026-03-30T12:00+08:00")
    cut = calendar(Closure("c", "Blink", noon + 1, noon + 3))
    assert cut.deadline(noon, 1) == noon + 1
    assert cut.deadline(noon, 2) == noon + 4
    assert cut.open_between(noon, noon + SECOND) == SECOND - 2
