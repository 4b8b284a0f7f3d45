"""What concerns many tickets: releases that move, and a typhoon declared when it is over."""

from collections.abc import Iterator
from typing import Final

from schemas import inbound as told
from schemas.instants import moment
from sla.demo.rhythm import TYPHOON
from sla.demo.said import Said, hong_kong

TYPHOON_DECLARED_AT: Final = hong_kong("2026-04-23 09:40")
_APRIL, _MAY = "release-2026.4", "release-2026.5"


def happenings(start: int, end: int) -> Iterator[Said]:
    """Those of them that fall between `start` and `end`."""
    return (said for said in _all() if start <= said.at < end)


def _all() -> Iterator[Said]:
    def planned(text: str) -> told.ReleasePlanned:
        return told.ReleasePlanned(planned_at=moment(hong_kong(text)))

    yield Said(
        hong_kong("2026-03-16 09:30"), _APRIL, told.ReleaseScheduled, planned("2026-04-14 22:00")
    )
    yield Said(
        hong_kong("2026-04-10 17:00"),
        _APRIL,
        told.ReleaseWasMoved,
        told.ReleaseMoved(planned_at=moment(hong_kong("2026-04-16 22:00"))),
    )
    yield Said(
        hong_kong("2026-04-15 10:00"), _MAY, told.ReleaseScheduled, planned("2026-04-29 22:00")
    )
    closed = told.ClosureDeclared(
        calendars=["business", "extended"],
        start=moment(TYPHOON.start),
        end=moment(TYPHOON.end),
        name=TYPHOON.name,
    )
    yield Said(TYPHOON_DECLARED_AT, TYPHOON.closure, told.ClosureWasDeclared, closed)
