"""`sla agreement`: what it prints, and that nothing fails in silence."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sla.cli import main
from tests.agreements import PASSKIT_FILE

FILE = str(PASSKIT_FILE)
GOLD = ("--plan", "gold", "--severity", "2", "--at", "2026-04-02T18:00+08:00")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["agreement", *arguments])


def answer(*arguments: str) -> Any:
    result = run("when", FILE, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_check_says_what_it_read() -> None:
    result = run("check", FILE)
    assert result.exit_code == 0
    assert "good; passkit" in result.stdout
    assert "24 promises, 4 plans x 4 severities x 2 targets" in result.stdout


@pytest.mark.parametrize("command", ["check", "show", "publish"])
def test_every_fault_goes_to_stderr_and_the_exit_code_is_1(command: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("name: bad name\nplans: none\n")
    result = run(command, str(file))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"{file}:1:1: name: 'bad name' is no agreement name" in result.stderr
    assert f"{file}:2:1: plans: 'none' is no list" in result.stderr
    assert "faults" in result.stderr.splitlines()[-1]


def test_show_has_every_promise_and_reading() -> None:
    result = run("show", FILE)
    assert result.exit_code == 0
    for part in (
        "1 Critical",
        "30 minutes,",
        "mon-fri",
        "always open",
        "1. no SDK, no technical support: if account.sdk is false: nothing (no_sdk)",
        "account.onboarded never stated: taken as true",
        "100%: team_lead, tells team_lead",
        "at_risk_threshold",
        "fixed",
        "waiting_on_customer: waiting_on_customer, pending, Pending",
        "An account manager for Gold and Platinum.",
        "17 of them are worked out, not gazetted yet",
    ):
        assert part in result.stdout


def test_show_json_is_the_document_that_is_published() -> None:
    document = json.loads(run("show", FILE, "--json").stdout)
    assert document["holidays"]["hong_kong"]["days"]["2026-04-03"] == "Good Friday"


def test_when_prints_the_deadline_and_the_way_to_it() -> None:
    result = run("when", FILE, *GOLD, "--target", "first_response")
    assert result.exit_code == 0
    first, *way = result.stdout.splitlines()
    # Thursday 3 of the 4 hours, the rest on the first day after the holidays.
    assert first == "first_response: 2026-04-08T10:00:00+08:00"
    told = "\n".join(way)
    for part in ("Thu 02 Apr 2026", "18:00 - 21:00", "3 h counted", "holiday: Good Friday"):
        assert part in told
    assert "Wed 08 Apr 2026    09:00 - 10:00" in told


def test_when_as_json_counts_the_budget_exactly() -> None:
    target = answer(*GOLD)["targets"][0]
    assert (target["target"], target["budget"]) == ("first_response", "4 hours")
    assert target["deadline"] == "2026-04-08T10:00:00+08:00"
    assert sum(span["counted_us"] for span in target["spans"]) == target["budget_us"]
    assert [span["name"] for span in target["spans"] if span["kind"] == "holiday"] == [
        "Good Friday",
        "The day following Ching Ming Festival",
        "The day following Easter Monday",
    ]
    touching = zip(target["spans"], target["spans"][1:], strict=False)
    assert all(one["to"] == other["from"] for one, other in touching)


def test_when_takes_the_words_of_the_desk() -> None:
    words = ("--plan", "Gold", "--severity", "Major", *GOLD[4:])
    assert answer(*words) == answer(*GOLD)


@pytest.mark.parametrize(
    ("plan", "severity", "at", "target", "why"),
    [
        ("bronze", "1", "2026-04-02T18:00Z", "first_response", "plan bronze promises none"),
        ("gold", "1", "2026-04-02T18:00Z", "turn_around", "open-ended, measured by"),
        (
            "gold",
            "4",
            "2026-04-02T18:00Z",
            "turn_around",
            "with the first maintenance release planned",
        ),
        ("gold", "2", "2028-12-29T12:30Z", "first_response", "unknown: the way to it leaves"),
    ],
)
def test_when_says_why_there_is_no_deadline(
    plan: str, severity: str, at: str, target: str, why: str
) -> None:
    asked = ("--plan", plan, "--severity", severity, "--at", at, "--target", target)
    found = answer(*asked)["targets"][0]
    assert found["deadline"] is None
    assert why in found["why_none"]
    assert f"{target}: no deadline, {why}" in run("when", FILE, *asked).stdout


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"--plan": "golden"}, "no plan 'golden'; write one of: bronze, silver, gold, platinum"),
        ({"--severity": "5"}, "no severity '5'; write one of: 4, 3, 2, 1"),
        ({"--target": "x"}, "no target 'x'; targets: first_response, turn_around"),
        ({"--at": "2026-04-02T18:00"}, "has no zone"),
    ],
)
def test_when_names_what_it_does_not_know(changes: dict[str, str], told: str) -> None:
    asked = dict(zip(GOLD[::2], GOLD[1::2], strict=True)) | changes
    result = run("when", FILE, *(word for pair in asked.items() for word in pair))
    assert result.exit_code == 2
    assert told in result.stderr


def test_when_before_the_agreement_is_in_force_says_so() -> None:
    result = run("when", FILE, *GOLD[:-1], "2018-06-01T18:00Z")
    assert "is in force only from 2019-01-01T00:00:00+08:00 on" in result.stderr
