"""Waiting for what comes about by itself, no longer than it takes."""

import gc
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def sockets_may_be_lost() -> Iterator[None]:
    """For tests that take the broker away: kafka-python drops the sockets of connections that it
    could not make without closing them; the collector does.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed <socket", ResourceWarning)
        yield
        gc.collect()
