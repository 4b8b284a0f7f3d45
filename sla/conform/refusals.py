"""Cases that must be refused: put to the reader of agreements, or to the reader of local times."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from sla.conform.calendars import calendars_document, instant_of, years_around
from streams.core.agreement.read import AgreementFaults, read_agreement

Case = Mapping[str, Any]

_CALENDAR: Final = "calendar"
_TARGET: Final = "resolution"


def refusal(case: Case) -> str | None:
    """Why the core refuses what `case` says; None: it takes it."""
    try:
        if "local" in case:
            instant_of(case["local"], case.get("tz") or case["cal"]["tz"])
        else:
            read_agreement(agreement_document(case))
    except AgreementFaults as refused:
        return "; ".join(map(str, refused.faults))
    except ValueError as refused:
        return str(refused)
    return None


def agreement_document(case: Case) -> dict[str, Any]:
    """An agreement that promises the case's budget by the case's calendar, and nothing else."""
    promise = {"budget": budget_text(case["budget"]), "calendar": _CALENDAR}
    return {
        "name": "case",
        "version": "1",
        "effective_from": "1970-01-01T00:00Z",
        "zone": "UTC",
        "applies_to": {"sources": ["*"]},
        "plans": ["plan"],
        "severities": ["severity"],
        "rules": [{"name": "everybody", "grant": "plan"}],
        "targets": {
            _TARGET: {"kind": _TARGET, "promises": {"plan": {"severity": promise}}},
        },
    } | calendars_document({_CALENDAR: case["cal"]}, years_around([case["start"]]))


def budget_text(budget: Mapping[str, Any]) -> str:
    """A budget as an agreement writes it: seconds, which it has no word for, as minutes."""
    return " ".join(_part(unit, count) for unit, count in budget.items())


def _part(unit: str, count: Any) -> str:
    if unit == "secs" and isinstance(count, int):
        return f"{Fraction(count, 60)} minutes"
    return f"{count} {unit}"
