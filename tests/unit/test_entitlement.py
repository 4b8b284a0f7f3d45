"""Who is entitled to what (semantics 5), by the rules of `agreements/passkit.yaml`."""

from typing import Any

import pytest

from schemas.outbound import DecisionImage
from streams.core.agreement.read import read_agreement
from streams.core.entitlement import decide
from tests.agreements import changed, passkit

SDK = ("no SDK, no technical support", "account.sdk is true, not false")
COVERED = (
    "not covered",
    "ticket.category is none, not custom_development, without_sdk, third_party or "
    "application_development",
)
NEW = ("on-boarding not completed", "account.new_to_saas is false, not true")
KNOWN = {"sdk": True, "new_to_saas": False, "onboarded": True}


def decision(account: dict[str, Any], **ticket: str | None) -> DecisionImage:
    """The decision on a ticket of severity 2, unless told otherwise."""
    said = {"plan": None, "severity": "2", "category": None, "channel": None} | ticket
    return decide(passkit(), account, said)


@pytest.mark.parametrize(
    ("account", "ticket", "rule", "plan", "reason"),
    [
        pytest.param({"plan": "gold"}, {}, "as bought", "gold", None, id="as-bought"),
        pytest.param({"plan": "Gold"}, {}, "as bought", "gold", None, id="by-its-word"),
        pytest.param({"plan": "gold", "sdk": False}, {}, SDK[0], None, "no_sdk", id="no-sdk"),
        pytest.param({"plan": "gold", "sdk": "false"}, {}, SDK[0], None, "no_sdk", id="as-text"),
        pytest.param({"plan": "gold", "sdk": True}, {}, "as bought", "gold", None, id="sdk"),
        pytest.param(
            {"plan": "platinum", "new_to_saas": True, "onboarded": False},
            {},
            NEW[0],
            "silver",
            None,
            id="silver-until-on-boarded",
        ),
        pytest.param(
            {"plan": "platinum", "new_to_saas": False, "onboarded": False},
            {},
            "as bought",
            "platinum",
            None,
            id="only-new-users-need-on-boarding",
        ),
        pytest.param(
            {"plan": "platinum", "new_to_saas": True, "onboarded": True},
            {},
            "as bought",
            "platinum",
            None,
            id="on-boarded",
        ),
        pytest.param(
            {"plan": "platinum", "new_to_saas": True},
            {},
            "as bought",
            "platinum",
            None,
            id="on-boarding-unknown-is-taken-as-done",
        ),
        pytest.param(
            {"plan": "bronze", "new_to_saas": True, "onboarded": False},
            {},
            "as bought",
            "bronze",
            "not_promised",
            id="the-override-gives-bronze-nothing",
        ),
        pytest.param(
            {"plan": "gold", "sdk": False, "new_to_saas": True, "onboarded": False},
            {},
            SDK[0],
            None,
            "no_sdk",
            id="the-sdk-goes-first",
        ),
        pytest.param(
            {"plan": "gold"},
            {"category": "custom_development"},
            "not covered",
            None,
            "not_covered",
            id="custom-development",
        ),
        pytest.param(
            {"plan": "gold"}, {"category": "feature_help"}, "as bought", "gold", None, id="covered"
        ),
        pytest.param({}, {}, "as bought", None, "no_plan", id="no-plan-known"),
        pytest.param({}, {"plan": "silver"}, "as bought", "silver", None, id="as-the-ticket-says"),
        pytest.param(
            {"plan": "silver"}, {"plan": "gold"}, "as bought", "silver", None, id="account-wins"
        ),
        pytest.param(
            {"plan": None}, {"plan": "gold"}, "as bought", None, "no_plan", id="a-plan-ended"
        ),
        pytest.param({"plan": "gild"}, {}, "as bought", None, "unknown_plan", id="unknown-plan"),
        pytest.param(
            {"new_to_saas": True, "onboarded": False},
            {"plan": "gold"},
            NEW[0],
            "silver",
            None,
            id="override-of-the-ticket's-plan",
        ),
        pytest.param(
            {"plan": "gold"}, {"severity": None}, "as bought", "gold", "no_severity", id="unranked"
        ),
        pytest.param(
            {"plan": "silver"}, {"channel": "phone"}, "as bought", "silver", None, id="channel"
        ),
    ],
)
def test_who_gets_which_plan(
    account: dict[str, Any], ticket: dict[str, str | None], rule: str, plan: str, reason: str
) -> None:
    found = decision(account, **ticket)
    assert (found.rule, found.plan, found.reason) == (rule, plan, reason)


def test_rules_passed_over_say_the_first_condition_that_failed() -> None:
    found = decision({"plan": "gold", **KNOWN})
    assert found.passed == (SDK, COVERED, NEW)
    assert found.assumed == ()


def test_the_second_condition_is_told_when_the_first_holds() -> None:
    found = decision({"plan": "gold", "sdk": True, "new_to_saas": True, "onboarded": True})
    assert found.passed[-1] == (NEW[0], "account.onboarded is true, not false")


def test_facts_never_stated_are_named_as_assumed() -> None:
    found = decision({})
    assert found.assumed == (
        "account.sdk is taken as true",
        "account.new_to_saas is taken as false",
        "account.plan is taken as none",
    )


def test_what_no_rule_read_is_not_assumed() -> None:
    assert decision({"sdk": False}).assumed == ()


def test_no_rule_matches() -> None:
    only = [{"name": "vip", "when": {"account.vip": True}, "grant": "pro"}]
    document = changed("rules", only) | {"unknown": {"vip": False}}
    found = decide(read_agreement(document), {}, {"severity": "high"})
    assert (found.rule, found.plan, found.reason) == (None, None, "no_rule")
    assert found.passed == (("vip", "account.vip is false, not true"),)
    assert found.assumed == ("account.vip is taken as false",)


def test_a_condition_may_ask_for_nothing_known() -> None:
    rules = [
        {"name": "free", "when": {"account.plan": None}, "grant": "basic"},
        {"name": "as bought", "grant": "plan_of_account"},
    ]
    document = changed("rules", rules) | {"unknown": {"plan": None}}
    found = decide(read_agreement(document), {}, {"severity": "high"})
    assert (found.rule, found.plan) == ("free", "basic")


@pytest.mark.parametrize("severity", ["low", "high"])
def test_a_plan_without_a_promise_says_so(severity: str) -> None:
    agreement = read_agreement(changed("version", "1"))
    found = decide(agreement, {"plan": "basic"}, {"severity": severity})
    assert (found.plan, found.reason) == ("basic", "not_promised")
