"""Day rules that name an instant, in a timer (semantics 2.5)."""

from fractions import Fraction

import pytest

from tests.builders import agreement, book, cell, judged, show

FRIDAY = "2026-03-27 22:00 opened plan=silver severity=2"


@pytest.mark.parametrize(
    ("lines", "due"),
    [
        pytest.param([FRIDAY], "2026-03-31 09:00", id="2.5-an-opening-stays-the-deadline"),
        pytest.param(
            [FRIDAY, "2026-03-28 10:00 status status=pending", "18:00 status status=open"],
            "2026-03-31 09:00",
            id="2.5-a-pause-over-closed-time-moves-nothing",
        ),
        pytest.param(
            [FRIDAY, "2026-03-31 08:00 status status=pending", "10:00 status status=open"],
            "2026-03-31 10:00",
            id="2.5-a-pause-over-the-deadline-moves-it-to-its-end",
        ),
        pytest.param(
            [FRIDAY, "2026-03-30 10:00 status status=pending", "11:00 status status=open"],
            "2026-03-31 10:00",
            id="2.5-an-hour-paused-is-an-hour-later",
        ),
    ],
)
def test_one_day_by_the_clock(lines: list[str], due: str) -> None:
    """Opened Friday 22:00, after the close: Monday is the first day, Tuesday's 22:00 is closed.

    `same_clock`, one day: from the Friday, a day with openings, the next such day is Monday; its
    22:00 lies after the close and moves to Tuesday's opening.
    """
    cells = {
        ("resolution", "silver", "2"): cell(
            "resolution", "silver", "2", None, day_rule="same_clock", days=Fraction(1)
        )
    }
    timers = judged(book(agreement(cells=cells)), "2026-03-31 08:30", *lines[:1]).timers
    assert timers
    until = "2026-03-31 10:00" if len(lines) > 1 else "2026-03-31 08:30"
    seen = judged(book(agreement(cells=cells)), until, *lines)
    deadline = next(t.deadline for t in seen.timers if t.cell.target == "resolution")
    assert deadline is not None
    assert show(deadline) == due
