"""The lifecycle cases taken from other products, each put to `judge` (semantics 3, 4, 6, 9)."""

from pathlib import Path
from typing import Any, Final

import pytest

from sla.conform.files import cases_in
from sla.conform.lifecycle import run_lifecycle
from sla.conform.outcome import Failed, Passed, Skipped

pytestmark = pytest.mark.slow

CASES: Final = {
    written.name: written.case
    for written in cases_in([Path(__file__).parent / "cases"])
    if written.part == "lifecycle"
}
SKIPPED: Final = {
    "life-alga-009": "matching=most_specific_first",
    "life-frp-018": "merge=void_source_redirect_replies",
    "life-frp-019": "matching=empty_condition_matches_nothing",
    "life-docs-007": "retroactive_pause=False",
    "life-docs-012": "created_closed=first_response_keeps_running",
    "life-zam-007": "next_reply_report=longest_exchange",
    "life-zam-017": "second_precision=floor_minute",
    "life-zaml-011": "next_reply_report=longest_exchange",
    "life-zaml-013": "close_without_response=no_deadline",
}
"""What section 9 does not offer, and no more."""

EPOCH: Final = "1970-01-01T00:00:00Z"


@pytest.mark.parametrize("name", CASES)
def test_the_core_says_what_the_case_expects(name: str) -> None:
    expected = Skipped(SKIPPED[name]) if name in SKIPPED else Passed()
    assert run_lifecycle(CASES[name]) == expected


def test_all_cases_are_here() -> None:
    assert len(CASES) == 98
    assert SKIPPED.keys() < CASES.keys()


@pytest.mark.parametrize("name", [name for name in CASES if name not in SKIPPED])
def test_a_case_that_expects_anything_else_fails(name: str) -> None:
    """Every field of every question is compared: each, made untrue, is told."""
    case = CASES[name]
    asks = [
        ask | {"expect": {field: _untrue(field, value) for field, value in ask["expect"].items()}}
        for ask in case["ask"]
    ]
    outcome = run_lifecycle({**case, "ask": asks})
    assert isinstance(outcome, Failed)
    told = outcome.expected.split("; ")
    fields = [field for ask in asks for field in ask["expect"]]
    assert [one.partition(": ")[0].rpartition(" ")[2] for one in told] == fields


def _untrue(field: str, value: Any) -> Any:
    match value:
        case _ if field == "not_state":
            return "breached"
        case bool():
            return not value
        case int():
            return value + 1
        case list():
            return [*value, EPOCH]
        case _:
            return EPOCH
