"""A clock that hurries through the past and stops; the same in every process of this machine."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hurry:
    """Shows `start` at the instant `began` of the machine's own clock, and never more than `end`.

    Instants in microseconds.
    """

    start: int
    end: int
    began: int
    speed: int

    @classmethod
    def still(cls, now: int) -> "Hurry":
        """One that shows `now` for ever."""
        return cls(now, now, 0, 0)

    @classmethod
    def of(cls, text: str) -> "Hurry":
        """The one that `str` tells."""
        return cls(*map(int, text.split(":")))

    def __str__(self) -> str:
        return f"{self.start}:{self.end}:{self.began}:{self.speed}"

    def __call__(self) -> int:
        # Of the whole machine: two processes that ask at once are shown the same.
        passed = time.monotonic_ns() // 1000 - self.began
        return min(self.end, self.start + max(0, passed) * self.speed)
