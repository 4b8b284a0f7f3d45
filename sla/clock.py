"""The one place that reads the clock."""

import time

from schemas.instants import Instant

_latest = 0


def now_instant() -> Instant:
    """Microseconds since 1970 by this machine, never going back within one process.

    NTP may step the clock back; what was due must stay due, so the latest reading is held.
    """
    global _latest  # noqa: PLW0603 - the process has one clock
    _latest = max(_latest, time.time_ns() // 1000)
    return Instant(_latest)
