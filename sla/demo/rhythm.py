"""When things happen at the desk: its hours, its days off, how busy each hour is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final, Literal

from schemas.instants import HOUR, moment
from sla.demo.said import ZONE, hong_kong
from streams.core.calendar import Calendar, CalendarSpec, Closure, Hours, compile_calendar

HoursName = Literal["business", "extended", "always"]
"""As the agreement names its calendars; a test holds these to it."""

# The days off of a desk that is shown around Easter 2026; elsewhere in time it knows none.
DAYS_OFF: Final = {
    date(2026, 4, 3): "Good Friday",
    date(2026, 4, 4): "The day following Good Friday",
    date(2026, 4, 6): "The day following Ching Ming Festival",
    date(2026, 4, 7): "The day following Easter Monday",
    date(2026, 5, 1): "Labour Day",
}
TYPHOON: Final = Closure(
    "typhoon-2026-04",
    "Typhoon signal 8",
    hong_kong("2026-04-22 13:00"),
    hong_kong("2026-04-23 09:00"),
)
_DAY: Final = (9 * 3600, 21 * 3600)

# How much is written in each hour of an office day, beside each other; customers sleep too.
_BUSY: Final = (
    *(0.08, 0.05, 0.04, 0.04, 0.04, 0.06, 0.12, 0.25, 0.5, 1.0, 1.3, 1.2),
    *(0.8, 0.85, 1.2, 1.25, 1.15, 1.0, 0.8, 0.6, 0.5, 0.35, 0.25, 0.15),
)
_OFF: Final = 0.28
"""How much of that on a weekend or a holiday."""


@dataclass(frozen=True, slots=True)
class DeskHours:
    """When agents really work: the agreed hours, and nobody in the office in a typhoon."""

    calendars: dict[HoursName, Calendar]

    def after(self, name: HoursName, at: int, amount: int) -> int:
        """The instant at which `amount` of those hours has run from `at`, both microseconds."""
        found = self.calendars[name].deadline(at, amount)
        assert found is not None, "The calendars reach a year beyond the desk."
        return found

    def busy(self, at: int) -> float:
        """How much is written at `at`, of what an average hour of an office day brings."""
        local = moment(at).astimezone(ZONE)
        weight = _BUSY[local.hour] * len(_BUSY) / sum(_BUSY)
        works = local.weekday() < 5 and local.date() not in DAYS_OFF
        return weight if works else weight * _OFF


def desk_hours(first_year: int, last_year: int) -> DeskHours:
    """The hours of a desk that is simulated within these years, both included."""

    def compiled(name: HoursName, weekdays: int, always: bool = False) -> Calendar:
        week = ((_DAY,),) * weekdays + ((),) * (7 - weekdays)
        spec = CalendarSpec(
            name,
            ZONE.key,
            first_year,
            last_year + 1,
            hours=(Hours(None, week),),
            holidays=DAYS_OFF,
            always=always,
        )
        return compile_calendar(spec, [TYPHOON])

    return DeskHours(
        {
            "business": compiled("business", 5),
            "extended": compiled("extended", 7),
            "always": compiled("always", 7, always=True),
        }
    )


def openings(
    rng: Random, hours: DeskHours, start: int, end: int, tickets_per_day: float
) -> Iterator[int]:
    """Instants at which tickets are opened, ascending; `tickets_per_day`: of an office day."""
    per_hour = tickets_per_day / len(_BUSY)
    peak = per_hour * max(_BUSY) * len(_BUSY) / sum(_BUSY)
    at = float(start)
    while True:
        # Drawn at the rate of the busiest hour, then kept as often as this hour is as busy.
        at += rng.expovariate(peak) * HOUR
        if at >= end:
            return
        if rng.random() * peak < per_hour * hours.busy(int(at)):
            yield int(at)
