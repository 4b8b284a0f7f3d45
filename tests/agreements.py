"""A small agreement document to change one part of, and the real one."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final

from sla.agreement_files import load
from streams.core.agreement.model import Agreement
from streams.core.agreement.read import AgreementFaults, Fault, read_agreement

PASSKIT_FILE: Final = Path(__file__).parent.parent / "agreements" / "passkit.yaml"

SMALL: Final[dict[str, Any]] = {
    "name": "small",
    "version": "1",
    "effective_from": "2026-01-01T00:00Z",
    "zone": "Europe/Berlin",
    "applies_to": {"sources": ["*"]},
    "plans": ["basic", "pro"],
    "severities": ["low", "high"],
    "categories": ["help", "custom"],
    "words": {"statuses": {"pending": "waiting_on_customer"}, "severities": {"P1": "high"}},
    "years": "2026",
    "holidays": {
        "public": {"source": "the town", "years": "2026", "days": {"2026-05-01": "Labour Day"}}
    },
    "calendars": {
        "office": {"hours": {"mon-fri": "09:00-17:00"}, "holidays": "public"},
        "always": {"hours": "always"},
    },
    "settings": {"at_risk_threshold": "80%"},
    "unknown": {"plan": None, "vip": False},
    "rules": [
        {"name": "vip", "when": {"account.vip": True}, "grant": "pro"},
        {"name": "as bought", "grant": "plan_of_account"},
    ],
    "ladders": {
        "up": [
            {"at": "50%", "level": "team", "notify": ["team"]},
            {"at": "100%", "level": "lead", "notify": ["lead"]},
        ]
    },
    "targets": {
        "first_response": {
            "kind": "first_response",
            "ladder": "up",
            "promises": {
                "basic": "none",
                "pro": {
                    "low": {"budget": "1 business_days", "calendar": "office"},
                    "high": {"budget": "30 minutes", "calendar": "always"},
                },
            },
        }
    },
}

GONE: Final = object()
"""Put in the place of a part to take it out."""


def changed(path: str, value: Any) -> dict[str, Any]:
    """`SMALL` with `value` at a path such as `targets/first_response/kind`."""
    document = deepcopy(SMALL)
    part: Any = document
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in steps:
        part = part[step]
    if value is GONE:
        del part[last]
    else:
        part[last] = value
    return document


def faults_of(document: Any) -> tuple[Fault, ...]:
    """All that is wrong with a document; () when nothing is."""
    try:
        read_agreement(document)
    except AgreementFaults as refused:
        return refused.faults
    return ()


@cache
def passkit() -> Agreement:
    """The agreement that comes with the product."""
    return load(PASSKIT_FILE)[1]
