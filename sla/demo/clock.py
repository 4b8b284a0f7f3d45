"""The clock of the demo: it stands still until it is told to move."""


class SimulatedClock:
    """Jumps from one thing that happens to the next, so weeks pass in seconds."""

    def __init__(self, start: int) -> None:
        self._now = start

    def now(self) -> int:
        """The simulated present, microseconds; what the tracker takes for the clock."""
        return self._now

    def move_to(self, at: int) -> None:
        """Lets time pass up to `at`; never back: an instant that is over changes nothing."""
        self._now = max(self._now, at)
