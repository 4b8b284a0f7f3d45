"""Times as a log writes them, to aware UTC instants."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

# A log repeats its times; past this many different ones the memory is worth more than the speed.
KEPT_MAX: Final = 200_000


class NoTime(ValueError):
    """The text is no time of any of the forms."""


class TimeReader:
    """Reads the local times of one zone, in forms of `strptime` tried in order."""

    def __init__(self, zone: str, formats: Sequence[str]) -> None:
        self._zone = ZoneInfo(zone)
        self._formats = tuple(formats)
        self._kept: dict[str, datetime] = {}

    def read(self, text: str) -> datetime:
        """The UTC instant that `text` names. Raises NoTime.

        A local time that does not exist moves forward by the gap, one that occurs twice is the
        first (semantics 2.2): both are what `fold=0` gives.
        """
        found = self._kept.get(text)
        if found is None:
            found = self._read(text)
            if len(self._kept) < KEPT_MAX:
                self._kept[text] = found
        return found

    def _read(self, text: str) -> datetime:
        for form in self._formats:
            try:
                local = datetime.strptime(text, form)  # noqa: DTZ007  # the zone follows
                aware = local if local.tzinfo else local.replace(tzinfo=self._zone)
                return aware.astimezone(UTC)
            except (ValueError, OverflowError):
                continue
        raise NoTime(f"{text[:40]!r} is no time of the form {' or '.join(self._formats)}")
