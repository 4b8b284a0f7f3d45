"""Instants and lengths as whole microseconds (semantics 1.1), and their ISO 8601 text."""

from datetime import UTC, datetime, timedelta
from typing import Final, NewType

from schemas.at_hand import AtHand

Instant = NewType("Instant", int)
"""Microseconds since 1970-01-01T00:00Z."""

Length = NewType("Length", int)
"""Microseconds, of working time or of wall time as the name beside it says."""

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

NEVER: Final = 2**62
"""After every instant that anything is dated with."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def instant(moment: datetime) -> Instant:
    """The instant of an aware `moment`. Raises ValueError for a naive one (semantics 1.1)."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no zone; write it with Z or an offset")
    since = moment - EPOCH
    # Twice as fast as dividing by a microsecond, and every event is dated.
    # Nor is `Instant` called: that takes a third as long as all the rest.
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds  # type: ignore[return-value]


def parse(text: str) -> Instant:
    """The instant that ISO 8601 `text` names. Raises ValueError without a zone or for no time."""
    return instant(datetime.fromisoformat(text))


def moment(at: int) -> datetime:
    """The aware UTC datetime of the instant `at`."""
    return EPOCH + timedelta(microseconds=at)


def iso(at: int) -> str:
    """`2026-04-02T10:00:00Z`; six decimals only where the instant has a fraction."""
    minute, rest = divmod(at, MINUTE)
    second, fraction = divmod(rest, SECOND)
    if fraction:
        return f"{_MINUTES[minute]}{_SECONDS[second]}.{str(SECOND + fraction)[1:]}Z"
    return f"{_MINUTES[minute]}{_SECONDS[second]}Z"


# Texts looked up, as formatting each number takes four times as long; every outcome has instants.
_SECONDS: Final = tuple(f"{second:02}" for second in range(60))


def _minute(number: int) -> str:
    """The minute `number` since 1970, up to its seconds; few are spoken of again and again."""
    return (EPOCH + timedelta(minutes=number)).isoformat(timespec="minutes")[:16] + ":"


_MINUTES: Final = AtHand(_minute)
