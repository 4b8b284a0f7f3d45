"""Time zones from the pinned `tzdata` package, never from the machine's own files.

The zone rules decide past and future deadlines, so every machine must have the same ones; their
version is part of a calendar's version.
"""

from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]  # it has no types

ZONES_VERSION: Final = tzdata.IANA_VERSION
"""The IANA release of the rules in use, for example `2026a`."""


@cache
def zone_names() -> frozenset[str]:
    """Every zone name there is."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@cache
def zone(name: str) -> ZoneInfo:
    """The zone that `name` names. Raises ValueError when there is none."""
    if name not in zone_names():
        raise ValueError(f"{name!r} is no IANA time zone; write one like Asia/Hong_Kong or UTC")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)
