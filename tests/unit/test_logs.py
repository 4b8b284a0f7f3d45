"""Client libraries are kept short: each kind of line once in a while, the others counted."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from sla.logs import TELL_EVERY, RateLimited


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def told() -> Iterator[list[Any]]:
    with capture_logs() as lines:
        yield lines


def line(words: str, *filled: object, name: str = "aiokafka.conn") -> logging.LogRecord:
    return logging.LogRecord(name, logging.WARNING, "", 0, words, filled, None)


def test_the_same_kind_of_line_is_told_once_and_counted(told: list[Any]) -> None:
    clock = Clock()
    limited = RateLimited(clock=clock)
    for number in range(80):
        limited.emit(line("no connection to %s", number))
    limited.emit(line("something else"))
    clock.now = TELL_EVERY
    limited.emit(line("no connection to %s", 80))
    limited.emit(line("no connection to %s", 81, name="kafka.conn"))
    assert [(one["event"], one.get("left_out"), one["client"]) for one in told] == [
        ("no connection to 0", None, "aiokafka.conn"),
        ("something else", None, "aiokafka.conn"),
        ("no connection to 80", 79, "aiokafka.conn"),
        ("no connection to 81", None, "kafka.conn"),
    ]
    assert all(one["log_level"] == "warning" for one in told)


def test_an_error_is_told_with_what_was_raised(told: list[Any]) -> None:
    record = line("it failed")
    record.exc_info = (ValueError, ValueError("why"), None)
    RateLimited().emit(record)
    assert told[0]["error"] == "ValueError('why')"
