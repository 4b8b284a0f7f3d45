"""What is wrong with a document, where, and what to write instead; all of it at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

HUGE: Final = 10**18
"""No number of an agreement is as large."""
SHOWN_MAX: Final = 60

Path = tuple[str | int, ...]
"""The keys and list places that lead to a part of a document; () is the document itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong. `problem` and `remedy` are plain words, without a full stop."""

    path: Path
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{place(self.path)}: {self.problem} — {self.remedy}"


class AgreementFaults(ValueError):
    """A document cannot be used; `faults` holds everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


def place(path: Path) -> str:
    """A path in words: `targets.first_response.promises.gold`."""
    return ".".join(str(step)[:64] for step in path) or "the document"


def quoted(value: object) -> str:
    """A value as it reads in a message: short whatever it is, and of bounded cost."""
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case int() if abs(value) >= HUGE:
            return "a huge number"
        case str() if len(value) > SHOWN_MAX:
            return f"{value[:SHOWN_MAX]!r}..."
        case _:
            return repr(value)


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean gold? `, where a known word is close; else nothing."""
    close = get_close_matches(word, list(known), n=1) if len(word) <= SHOWN_MAX else []
    return f"did you mean {close[0]}? " if close else ""


def listed(words: Iterable[object]) -> str:
    """`bronze, silver and gold`; `none` for no words."""
    *most, last = [str(word) for word in words] or ["none"]
    return f"{', '.join(most)} and {last}" if most else last
