"""What the words of a case may be: names of the agreement, so that a slip of the pen is told."""

from collections.abc import Collection
from dataclasses import dataclass

from streams.core.agreement.faults import listed, nearest, quoted
from streams.core.agreement.model import Agreement
from streams.core.agreement.node import Node
from streams.core.agreement.targets import PROMISE


@dataclass(frozen=True, slots=True)
class Known:
    """The words that an agreement knows."""

    statuses: Collection[str]
    severities: Collection[str]
    plans: Collection[str]
    categories: Collection[str]
    roles: Collection[str]
    calendars: Collection[str]
    targets: Collection[str]

    @classmethod
    def of(cls, agreement: Agreement) -> "Known":
        """The words of `agreement`, where no source states a mapping of its own."""
        words = agreement.words
        return cls(
            statuses=words.statuses,
            severities=words.severities,
            plans=words.plans,
            categories=words.categories,
            roles=words.roles,
            calendars=agreement.calendars,
            targets=(*agreement.targets, PROMISE),
        )


def check(node: Node, word: str, known: Collection[str], what: str) -> str | None:
    """`word`, if it is known; else None and a fault."""
    if word in known:
        return word
    node.fault(
        f"no {what} {quoted(word)}", f"{nearest(word, known)}write one of: {listed(sorted(known))}"
    )
    return None
