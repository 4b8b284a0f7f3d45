"""`sla explain`: what is told of a timer, as kept in `golden/explain`, that it adds up (8.1)."""

import re
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.instants import HOUR, MINUTE, SECOND
from schemas.outbound import Stretch
from sla.explain.page import decision_lines
from sla.explain.scale import scale
from sla.explain.story import Row, Story, joined
from sla.explain.sums import parts, spent_line, wall_line
from sla.explain.timeline import LANE, timeline
from sla.explain.verdict import verdict
from sla.show import LocalTime, bar, length, share
from tests.calendars import EASTER, TYPHOON, calendar
from tests.explained import DECISION, GOLDEN, OFFICE, STORIES, TUESDAY, belief, told, years_of_days
from tests.explained import running_over_easter as easter
from tests.stories import at, image, story, stretch

KINDS = ("ran", "paused", "excluded", "resolved")


@pytest.mark.parametrize("name", STORIES)
def test_a_page_is_told_as_kept(name: str) -> None:
    kept = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert told(STORIES[name](), 100) == kept


def test_where_the_output_takes_ascii_alone_only_that_is_drawn() -> None:
    assert told(easter(), 80, "ascii") == (GOLDEN / "ascii.txt").read_text(encoding="ascii")


def test_a_decision_names_the_rules_passed_over_and_what_was_assumed() -> None:
    """5.2, 5.1."""
    kept = (GOLDEN / "decision.txt").read_text(encoding="utf-8")
    assert "".join(f"{line}\n" for line in decision_lines(DECISION)) == kept


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Lives of up to eight stretches over Easter and a typhoon, to the microsecond."""
    start = at("09:00", "2026-03-30") + draw(st.integers(0, 5 * 24 * HOUR))
    lengths = draw(st.lists(st.integers(1, 60 * HOUR), min_size=1, max_size=8))
    edges = [start, *accumulate(lengths, initial=start)][1:]
    stretches = [
        Stretch(a, b, draw(st.sampled_from(KINDS)), f"e{n}", draw(st.sampled_from(("", "waiting"))))
        for n, (a, b) in enumerate(pairwise(edges))
    ]
    budget = draw(st.integers(1, 40 * HOUR))
    breached = draw(st.none() | st.integers(start, edges[-1]))
    timer = image(
        *stretches,
        state="breached" if breached else "paused",
        budget_us=budget,
        breached_us=breached,
    )
    return story(timer, calendar(TYPHOON, **EASTER), edges[-1])


def shown_lengths(text: str) -> list[int]:
    """Every length in a line, in seconds, outside the brackets that only detail one."""
    outside = re.sub(r"\([^()]*\)", "", text)
    units = {"h": 3600, "min": 60, "s": 1}
    return [
        sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+) (h|min|s)\b", part))
        for part in re.split(r"[=+]", outside)
    ]


@given(stories())
@settings(max_examples=40, deadline=None)
def test_the_sum_adds_up_as_it_reads(one: Story) -> None:
    """8.1: to the microsecond in the ledger, and to the second as printed."""
    assert sum(row.to_us - row.from_us for row in one.rows) == one.until_us - one.started_us
    assert sum(part.us for part in parts(one)) == one.wall_us
    whole, *terms = shown_lengths(wall_line(one))
    assert whole == sum(terms)
    assert whole * SECOND == one.wall_us
    assert one.budget_us is not None
    exact = sum(row.working_us for row in one.rows if row.kind == "ran")
    assert abs(one.spent_us - exact) < len(one.rows) * SECOND


@given(stories(), st.integers(30, 200), st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_timeline_fits_and_shows_every_column(one: Story, width: int, plain: bool) -> None:
    lines = timeline(one, width, plain=plain)
    lanes = {line[:LANE].strip(): line[LANE:] for line in lines if line[:LANE].strip()}
    drawn = len(lanes["calendar"])
    assert drawn == min(max(width - LANE, 20), 150)
    assert len(lanes["timer"]) <= drawn
    assert len(lanes["marks"]) <= drawn
    assert " " not in lanes["calendar"]
    assert lanes["marks"][0] in "▲^"
    assert not plain or all(line.isascii() for line in lines)


@given(stories(), st.integers(1, 120))
@settings(max_examples=25, deadline=None)
def test_columns_are_shared_out_whole(one: Story, width: int) -> None:
    """Each column is covered exactly once by the rows that touch."""
    to_scale = scale(one.rows, width)
    held = [0] * width
    for row in one.rows:
        for column, part in to_scale.cover(row.from_us, row.to_us):
            held[column] += part
    assert held == [to_scale.drawn[-1]] * width
    columns = [to_scale.column(row.from_us) for row in one.rows]
    assert columns == sorted(columns)


def test_more_days_than_columns_are_told_in_few_lines() -> None:
    lines = timeline(years_of_days(), 60)
    assert all(len(line) <= 60 for line in lines if line.startswith(("calendar", "timer", "marks")))
    assert "Fri 2 Jan" in lines[0]


def test_time_lies_in_the_drawing_where_it_belongs() -> None:
    """Ten hours in fifty columns: five columns an hour."""
    timer = image(
        stretch(at("10:00"), at("14:00"), "ran", "e1"),
        stretch(at("14:00"), at("16:00"), "paused", "e2", "waiting_on_customer"),
        stretch(at("16:00"), at("20:00"), "ran", "e3"),
        state="met",
        ended_us=at("20:00"),
        deadline_us=at("23:00"),
    )
    lines = timeline(story(timer, OFFICE, at("20:00")), 60, plain=True)
    assert lines[1] == "          10:00     12:00     14:00     16:00     18:00"
    assert lines[2] == "calendar  " + "#" * 50
    assert lines[3] == "timer     " + "=" * 20 + "-" * 10 + "=" * 20


def test_a_timer_that_starts_now_has_a_sentence_and_no_drawing() -> None:
    timer = image(stretch(at("10:00"), None, "ran", "e1"), budget_us=HOUR, deadline_us=at("10:00"))
    one = story(timer, OFFICE, at("10:00"))
    assert timeline(one, 80) == []
    assert wall_line(one) == "wall 0 s = ran 0 s"
    assert spent_line(one) == "budget 1 h = spent 0 s + left 1 h"


def test_imported_history_is_not_called_late_to_be_told() -> None:
    """7.5: it alerts nobody, so how long after the deadline it was published says nothing."""
    timer = image(
        stretch(at("10:00"), at("12:00"), "ran", "e1"),
        state="met_late",
        budget_us=HOUR,
        breached_us=at("11:00"),
        deadline_us=at("11:00"),
        ended_us=at("12:00"),
    )
    known = at("10:00", "2026-05-04")
    told_later = belief("breached", at("11:00"), known, alerting=False)
    assert verdict(story(timer, OFFICE, known, told_later, confirmed=True)).endswith(
        "; confirmed; imported history, which alerts nobody"
    )


def test_a_state_that_is_none_is_refused() -> None:
    timer = image(stretch(at("10:00"), None, "ran", "e1"), state="sleeping")
    with pytest.raises(ValueError, match="'sleeping', which is none"):
        verdict(story(timer, OFFICE, at("11:00")))


def test_a_breach_that_a_carried_balance_made_is_late_by_all_that_is_over() -> None:
    """4.2: 3 h carried into a budget of 2 h breach before the change; an hour has run since."""
    timer = image(
        stretch(at("11:00"), at("11:00"), "carried", "e2"),
        stretch(at("11:00"), None, "ran", "e2"),
        state="breached",
        carried_us=3 * HOUR,
        budget_us=2 * HOUR,
        breached_us=at("10:00"),
        deadline_us=at("10:00"),
    )
    one = story(timer, OFFICE, at("12:00"))
    assert one.late_us == 2 * HOUR
    assert spent_line(one) == "spent 4 h (carried 3 h + ran 1 h) = budget 2 h + 2 h over it"


def test_late_time_is_working_time() -> None:
    """Breached Thursday 20:00; until Tuesday 10:00 it was open for two hours (2.4)."""
    timer = image(
        stretch(at("10:00"), None, "ran", "e1"),
        state="breached",
        budget_us=10 * HOUR,
        breached_us=at("20:00"),
        deadline_us=at("20:00"),
    )
    assert story(timer, OFFICE, at("10:00", TUESDAY)).late_us == 2 * HOUR


def test_rows_that_only_go_on_are_joined() -> None:
    def row(start: int, to: int, kind: str = "ran") -> Row:
        return Row(from_us=start, to_us=to, kind=kind, working_us=to - start, cause="e1")

    assert joined([row(0, 2), row(2, 5), row(5, 7, "paused"), row(7, 9)]) == (
        row(0, 5),
        row(5, 7, "paused"),
        row(7, 9),
    )


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (0, "0 s"),
        (43_000, "0.043 s"),
        (200_000, "0.2 s"),
        (1_240_000, "1.2 s"),
        (59_970_000, "1 min"),
        (11 * MINUTE + 400_000, "11 min"),
        (26 * HOUR + MINUTE, "26 h 1 min"),
        (-3 * MINUTE, "-3 min"),
    ],
)
def test_lengths_are_hours_minutes_seconds(us: int, text: str) -> None:
    assert length(us) == text


def test_an_instant_names_the_year_only_where_it_is_another() -> None:
    local = LocalTime("Asia/Hong_Kong", at("12:00"))
    assert local.at(at("10:30")) == "Thu 2 Apr 10:30 HKT"
    assert local.at(at("10:30:05", "2025-12-31")) == "Wed 31 Dec 2025 10:30:05 HKT"


def test_all_is_said_only_of_all() -> None:
    assert share(1999, 2000) == "99.9%"
    assert share(2000, 2000) == "100.0%"
    assert share(0, 0) == "-"
    assert bar(1999, 2000, width=10) == "█" * 9 + "░"
    assert bar(1, 2000, width=10, plain=True) == "#........."
