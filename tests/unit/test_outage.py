"""An outage is told whole once, then shortly; the pauses grow, and begin anew when it is over."""

import psycopg
from structlog.testing import capture_logs

from projections.outage import BACK_OFF, Outage

REFUSED = psycopg.OperationalError("connection refused")
STARTING = psycopg.OperationalError("the database system is starting up")


class Clock:
    """Seconds that the test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_pauses_grow_to_the_longest_and_begin_anew() -> None:
    outage = Outage("tracker", Clock())
    assert [outage.pause(REFUSED) for _ in range(8)] == [*BACK_OFF, BACK_OFF[-1], BACK_OFF[-1]]
    outage.over()
    assert outage.pause(REFUSED) == BACK_OFF[0]


def test_the_same_words_are_told_once_then_a_short_line_a_minute() -> None:
    clock = Clock()
    outage = Outage("tracker", clock)
    with capture_logs() as said:
        for second in range(0, 126, 5):
            clock.now = float(second)
            outage.pause(STARTING if second == 30 else REFUSED)
        outage.over()
        outage.over()
    assert [(one["event"], one.get("error"), one.get("seconds")) for one in said] == [
        ("database away, trying again until it is back", "connection refused", None),
        ("database away, trying again until it is back", str(STARTING), None),
        ("database still away", None, 90),
        ("database back", None, 125),
    ]
