"""A slow, plain twin of the compiled calendar: it watches a wall clock minute by minute.

It walks the minutes of UTC and writes down what a clock in the zone shows at each. All else follows
from that notebook: a local time shown twice is the first time it was shown, one never shown falls
into a gap, whose length is how far the clock jumped (semantics 2.2). It shares no code with
`streams.core.calendar` but the specification and the zone files.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from streams.core.calendar import CalendarSpec, Closure
from streams.core.zones import zone

MINUTE_US = 60_000_000
MINUTES_A_DAY = 1440
ONE_MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WallClock:
    """What a clock on a wall in `zone_name` shows from `first` to `last`, with a day to spare.

    What it shows is written as minutes: days since the year 1, times 1440, plus the time of day.
    """

    def __init__(self, zone_name: str, first: date, last: date) -> None:
        local = zone(zone_name)
        at = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=2)
        end = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=4)
        minute = (at - EPOCH) // ONE_MINUTE
        before = None
        self.first_shown: dict[int, int] = {}
        self.jumps: list[tuple[int, int]] = []
        while at < end:
            wall = at.astimezone(local)
            shown = wall.toordinal() * MINUTES_A_DAY + wall.hour * 60 + wall.minute
            if before is not None and shown > before + 1:
                self.jumps.append((before + 1, shown))
            self.first_shown.setdefault(shown, minute)
            before = shown
            at += ONE_MINUTE
            minute += 1

    def minute(self, day: date, seconds: int) -> int:
        """The minute, counted from 1970 in UTC, at which it shows `seconds` after midnight."""
        asked = day.toordinal() * MINUTES_A_DAY + seconds // 60
        for never_shown, shown in self.jumps:
            if never_shown <= asked < shown:
                asked += shown - never_shown
                break
        return self.first_shown[asked]


wall_clock = lru_cache(maxsize=32)(WallClock)


class Twin:
    """The minutes of the local days `first` to `last`, each with its kind and name."""

    def __init__(
        self, spec: CalendarSpec, closures: Sequence[Closure], first: date, last: date
    ) -> None:
        self.spec = spec
        self.clock = wall_clock(spec.zone, first, last)
        self.begin = self.clock.minute(first, 0) * MINUTE_US
        self.end = self.clock.minute(last + timedelta(days=1), 0) * MINUTE_US
        self.kinds: dict[int, tuple[str, str]] = {}
        # The neighbours too: where midnight is skipped a day's last opening reaches into the next.
        days = [first + timedelta(days=n) for n in range(-1, (last - first).days + 2)]
        for day in days:
            if day in spec.holidays:
                for minute in self._opening_minutes(day):
                    self.kinds.setdefault(minute, ("holiday", spec.holidays[day]))
        for day in days:
            if day not in spec.holidays:
                for minute in self._opening_minutes(day):
                    self.kinds[minute] = ("open", "")
        for closure in sorted(closures, key=lambda one: (one.start, one.end, one.name)):
            for minute in range(closure.start // MINUTE_US, closure.end // MINUTE_US):
                if self.kind(minute)[0] == "open":
                    self.kinds[minute] = ("closure", closure.name)

    def _opening_minutes(self, day: date) -> set[int]:
        times: Iterable[tuple[int, int]] = ()
        since = date.min
        for hours in self.spec.hours:
            if since <= (hours.from_day or date.min) <= day:
                since = hours.from_day or date.min
                times = hours.week[day.weekday()]
        times = self.spec.special.get(day, times)
        return self._minutes(day, times) - self._minutes(day, self.spec.breaks.get(day, ()))

    def _minutes(self, day: date, times: Iterable[tuple[int, int]]) -> set[int]:
        minutes: set[int] = set()
        for opens, closes in times:
            minutes.update(range(self.clock.minute(day, opens), self.clock.minute(day, closes)))
        return minutes

    def kind(self, minute: int) -> tuple[str, str]:
        return self.kinds.get(minute, ("closed", ""))

    def is_open(self, at: int) -> bool:
        return self.kind(at // MINUTE_US)[0] == "open"

    def spent(self, start: int, end: int) -> int:
        """Open microseconds from `start` to `end`, a minute or what is left of one at a time."""
        total, at = 0, start
        while at < end:
            step = min((at // MINUTE_US + 1) * MINUTE_US, end)
            if self.is_open(at):
                total += step - at
            at = step
        return total

    def deadline(self, start: int, amount: int) -> int | None:
        """Where `amount` has run from `start`; None: not within the days looked at."""
        at, left = start, amount
        while left and at < self.end:
            step = (at // MINUTE_US + 1) * MINUTE_US
            if self.is_open(at):
                if left <= step - at:
                    return at + left
                left -= step - at
            at = step
        return None if left else at

    def next_open(self, start: int) -> int | None:
        """The first open instant from `start` on; None: not within the days looked at."""
        at = start
        while at < self.end:
            if self.is_open(at):
                return at
            at = (at // MINUTE_US + 1) * MINUTE_US
        return None
