"""What a ticket is promised, with all about it that can be worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from schemas.outbound import DecisionImage
from streams.core import ladder
from streams.core.agreement.model import MEASURES, Agreement, Cell, Step
from streams.core.agreement.rules import FactValue
from streams.core.calendar import Calendar


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What one target owes a ticket, with all about it that can be worked out once."""

    cell: Cell
    calendar: Calendar
    calendar_name: str
    """The name under which the calendar is published: agreement, version and its own name."""
    agreement: str
    version: str
    rule: str
    steps: ladder.Amounts
    """The steps by the spent time at which each is reached; those at 100 % left out."""
    at_breach: tuple[Step, ...]
    at_risk: int | None
    """The spent time from which it is at risk; None without a budget of its own."""
    token: int
    """Stands for it where it is saved: equal terms have equal tokens, on any machine."""
    whole: Agreement
    """The version that it is a part of."""


@dataclass(frozen=True, slots=True, eq=False)
class Entitlement:
    """What a ticket is promised: the decision, and the terms by target name."""

    agreement: Agreement | None
    decision: DecisionImage
    terms: Mapping[str, Terms]
    token: int
    """Stands for it where it is saved, as that of its terms does."""


class Circumstances(NamedTuple):
    """What decides who is entitled to what, whichever version of an agreement is asked (5.2)."""

    account: str | None
    facts: Mapping[str, FactValue]
    plan: str | None
    severity: str | None
    category: str | None
    channel: str | None


NO_AGREEMENT = Entitlement(None, DecisionImage(reason="no_agreement"), {}, 0)


def token_of(*parts: str) -> int:
    """A number that stands for `parts`, the same on any machine."""
    digest = blake2b("\n".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def entitled(
    agreement: Agreement, decision: DecisionImage, terms: Mapping[str, Terms]
) -> Entitlement:
    """What a decision under a version of an agreement promises."""
    said = msgspec.json.encode(decision).decode()
    tokens = [f"{target} {each.token}" for target, each in terms.items()]
    token = token_of(agreement.name, agreement.version, said, *tokens)
    return Entitlement(agreement, decision, terms, token)


def terms_of(calendar: Calendar, agreement: Agreement, cell: Cell, rule: str) -> Terms:
    """The terms of a cell, counted by `calendar`, granted by the entitlement rule `rule`."""
    budget = cell.budget
    named = (cell.target, cell.plan, cell.severity, cell.calendar, rule, calendar.version)
    return Terms(
        cell,
        calendar,
        calendar_name(agreement, cell.calendar),
        agreement.name,
        agreement.version,
        rule,
        () if budget is None else ladder.amounts(cell.ladder, budget),
        tuple(step for step in cell.ladder if ladder.at_breach(step)),
        None if budget is None else ladder.at_risk_amount(cell, budget),
        token_of(agreement.name, agreement.version, *named),
        agreement,
    )


def cell_for(
    agreement: Agreement, target: str, plan: str | None, severity: str | None
) -> Cell | None:
    """The cell that applies; a target that only measures does so entitled or not (3.10)."""
    cell = agreement.cell(target, plan, severity)
    if cell is None:
        other = next(iter(agreement.targets[target].values()), None)
        if other is not None and other.kind in MEASURES:
            return other
    return cell


def calendar_name(agreement: Agreement, name: str) -> str:
    """The name under which a calendar is published: agreement, version and its own name."""
    return f"{agreement.name} {agreement.version}/{name}"
