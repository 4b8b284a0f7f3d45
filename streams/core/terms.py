"""What a ticket is promised, with all about it that can be worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.outbound import DecisionImage
from streams.core import ladder
from streams.core.agreement.model import MEASURES, Agreement, Cell, Step
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
    steps: tuple[tuple[int, Step], ...]
    """The steps by the spent time at which each is reached, ascending; those at 100 % left out."""
    at_breach: tuple[Step, ...]
    at_risk: int | None
    """The spent time from which it is at risk; None without a budget."""


@dataclass(frozen=True, slots=True, eq=False)
class Entitlement:
    """What a ticket is promised: the decision, and the terms by target name."""

    agreement: Agreement | None
    decision: DecisionImage
    terms: Mapping[str, Terms]


NO_AGREEMENT = Entitlement(None, DecisionImage(reason="no_agreement"), {})


def terms_of(calendar: Calendar, agreement: Agreement, cell: Cell, rule: str) -> Terms:
    """The terms of a cell, counted by `calendar`, granted by the entitlement rule `rule`."""
    budget = cell.budget
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
