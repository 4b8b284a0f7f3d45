"""Waiting for what comes about by itself, no longer than it takes."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T], good: Callable[[T], bool], seconds: float = 20) -> T:
    """What `look` sees once it is `good`; fails with what it saw last."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if good(seen):
            return seen
        assert time.monotonic() < end, f"after {seconds} s still: {seen}"
        time.sleep(0.02)
