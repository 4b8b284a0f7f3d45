"""What running one case came to."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Passed:
    """The core gives what the case expects."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The core gives something else. Both as the case file would write them."""

    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """The case asks for something that is not offered (semantics 9)."""

    name: str
    """What it asks for: `fork=value`, or `kind=name` for a kind of case."""


Outcome: TypeAlias = Passed | Failed | Skipped
