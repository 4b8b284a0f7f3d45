"""A part of a document with its place: what reads it says every fault, and goes on."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from streams.core.agreement.faults import HUGE, Fault, Path, listed, nearest, quoted

NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,63}")
_LINE: Final = re.compile(r"[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f\u2028\u2029]*[^\s\x00-\x1f\x7f])?")
LINE_MAX: Final = 80
TEXT_MAX: Final = 2000
ENTRIES_MAX: Final = 10_000
"""Entries of one mapping or list; telling every fault of more would stall whoever reads it."""
EVERY: Final = "all"
"""As a key: every plan, every severity."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document at its path. A reader that finds a fault gives None or nothing."""

    value: Any
    path: Path
    faults: list[Fault]

    def fault(self, problem: str, remedy: str) -> None:
        """Notes what is wrong here."""
        self.faults.append(Fault(self.path, problem, remedy))

    def at(self, step: str | int, value: Any) -> "Node":
        """The part of this one that `step` leads to."""
        return Node(value, (*self.path, step), self.faults)

    def entries(self, example: str) -> list[tuple[str, "Node"]]:
        """The entries of a mapping whose keys are free."""
        if not isinstance(self.value, dict):
            self.fault(f"{quoted(self.value)} is no mapping", f"write entries like {example}")
            return []
        if self._too_long():
            return []
        found = []
        for key, value in self.value.items():
            if isinstance(key, str) and key:
                found.append((key, self.at(key, value)))
            else:
                self.fault(f"the key {quoted(key)} is no text", "write keys as text")
        return found

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, "Node"]:
        """The entries of a mapping whose keys are known; the rest, and what lacks, are faults."""
        required, known = tuple(required), (*required, *optional)
        entries = self.entries(f"{known[0]}: ...")
        for key, node in entries:
            if key not in known:
                node.fault(
                    f"unknown key {quoted(key)}", f"{nearest(key, known)}keys: {listed(known)}"
                )
        found = {key: node for key, node in entries if key in known}
        if isinstance(self.value, dict):
            for key in required:
                if key not in found:
                    self.fault(f"{key} is missing", f"add the key {key}")
        return found

    def items(self, example: str) -> list["Node"]:
        """The items of a list."""
        if not isinstance(self.value, list):
            self.fault(f"{quoted(self.value)} is no list", f"write a list like {example}")
            return []
        if self._too_long():
            return []
        return [self.at(number, value) for number, value in enumerate(self.value)]

    def _too_long(self) -> bool:
        count = len(self.value)
        if count > ENTRIES_MAX:
            self.fault(f"{count} entries", f"write at most {ENTRIES_MAX}")
        return count > ENTRIES_MAX

    def items_or_one(self, example: str) -> list["Node"]:
        """The items of a list, or what stands there alone."""
        return self.items(example) if isinstance(self.value, list) else [self]

    def text(self, maximum: int = TEXT_MAX) -> str | None:
        """Free text of at most `maximum` characters."""
        if isinstance(self.value, str) and 0 < len(self.value.strip()) <= maximum:
            return self.value.strip()
        self.fault(f"{quoted(self.value)} is no text", f"write 1 to {maximum} characters of text")
        return None

    def line(self) -> str | None:
        """A word or title as people write it: one line of at most 80 characters."""
        word = self.written()
        if word is not None and len(word) <= LINE_MAX and _LINE.fullmatch(word):
            return word
        self.fault(f"{quoted(self.value)} is no title", "write 1 to 80 characters on one line")
        return None

    def name(self, what: str) -> str | None:
        """A name that other parts refer to; a whole number is taken as written."""
        word = self.written()
        if word is not None and word != EVERY and NAME.fullmatch(word):
            return word
        self.fault(
            f"{quoted(self.value)} is no {what} name",
            f"write 1 to 64 letters, digits, _ . : / or -, and not `{EVERY}`",
        )
        return None

    def one_of(self, known: Collection[str], what: str) -> str | None:
        """One of the names in `known`."""
        word = self.written()
        if word is not None and word in known:
            return word
        close = "" if word is None else nearest(word, known)
        self.fault(f"no {what} {quoted(self.value)}", f"{close}write one of: {listed(known)}")
        return None

    def some_of(self, known: Collection[str], what: str) -> list[str]:
        """A list of names in `known`, or one alone; none twice."""
        found: list[str] = []
        for node in self.items_or_one(f"[{listed(known)}]"):
            word = node.one_of(known, what)
            if word in found:
                node.fault(f"{word} stands here twice", "leave it once")
            elif word is not None:
                found.append(word)
        return found

    def written(self) -> str | None:
        """A word; a whole number is one as it is written."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return str(self.value) if abs(self.value) < HUGE else None
        return self.value if isinstance(self.value, str) else None


def names_in_key(node: Node, key: str, known: Collection[str], what: str) -> list[str]:
    """The names that a key such as `silver, gold` or `all` stands for."""
    if key.strip() == EVERY:
        return list(known)
    words = [word.strip() for word in key.split(",")]
    for word in words:
        if word not in known:
            node.fault(
                f"no {what} {quoted(word)}", f"{nearest(word, known)}write one of: {listed(known)}"
            )
    return [word for word in words if word in known]
