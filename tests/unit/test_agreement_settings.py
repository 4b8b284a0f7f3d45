"""The settings of section 9: chosen once, otherwise for a target, otherwise for one promise."""

from dataclasses import fields
from fractions import Fraction
from typing import Any

import pytest

from schemas.instants import DAY, HOUR
from sla.agreement_settings import settings_table, value_of
from streams.core.agreement.choices import WORDS, Choices
from streams.core.agreement.kinds import CONCERNS, OFFERED, pauses_of
from streams.core.agreement.model import Agreement, Cell, TargetKind
from streams.core.agreement.read import read_agreement
from streams.core.agreement.settings import FIXED
from tests.agreements import changed, faults_of

TARGET = "targets/first_response"
LOW = f"{TARGET}/promises/pro/low"


def agreement(*changes: tuple[str, Any]) -> Agreement:
    """The small agreement with `changes`."""
    return read_agreement(_document(*changes))


def _document(*changes: tuple[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = changed("version", "1")
    for path, value in changes:
        part: Any = document
        *steps, last = path.split("/")
        for step in steps:
            part = part[step]
        part[last] = value
    return document


def cell(of: Agreement, severity: str = "low", target: str = "first_response") -> Cell:
    found = of.cell(target, "pro", severity)
    assert found is not None
    return found


def kind(of: TargetKind, **said: Any) -> dict[str, Any]:
    """A target of this kind that promises all the same."""
    return {"kind": of.value, "promises": {"all": {"all": {"calendar": "office"} | said}}}


@pytest.mark.parametrize("name", WORDS)
def test_what_is_chosen_nowhere_is_the_rules_own_choice(name: str) -> None:
    """Section 9: the first value is the default."""
    assert getattr(cell(agreement()), name) == WORDS[name][0]


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WORDS.items() for value in values]
)
def test_every_value_may_be_chosen_for_all(name: str, value: str) -> None:
    found = agreement(
        (f"settings/{name}", value), (f"{LOW}/budget", "1 hours"), ("targets/x", _any(name))
    )
    assert getattr(cell(found, target="x"), name) == value
    assert getattr(cell(found), name) == value


def _any(name: str) -> dict[str, Any]:
    whose = CONCERNS.get(name, frozenset(OFFERED))
    return kind(next(one for one in OFFERED if one in whose))


@pytest.mark.parametrize("name", WORDS)
def test_a_target_chooses_otherwise_and_a_promise_otherwise_again(name: str) -> None:
    general, special, *_ = (*WORDS[name], WORDS[name][0])
    target = _any(name)
    target[name] = special
    target["promises"]["all"] = {"low": {"calendar": "office"}, "high": {"calendar": "office"}}
    target["promises"]["all"]["high"][name] = general
    found = agreement(
        (f"settings/{name}", general), (f"{LOW}/budget", "1 hours"), ("targets/x", target)
    )
    assert getattr(cell(found, "low", "x"), name) == special
    assert getattr(cell(found, "high", "x"), name) == general
    assert getattr(cell(found), name) == general


@pytest.mark.parametrize("name", ["on_upgrade", "on_downgrade"])
@pytest.mark.parametrize("word", ["cancel_attach_retroactive", "recompute_keep_pauses"])
def test_other_names_of_recompute(name: str, word: str) -> None:
    """Section 9, `on_change`."""
    assert getattr(cell(agreement((f"settings/{name}", word))), name) == "recompute"


def test_on_change_is_both_ways_and_one_way_goes_before_it() -> None:
    found = agreement(("settings", {"on_upgrade": "restart", "on_change": "freeze"}))
    assert (cell(found).on_upgrade, cell(found).on_downgrade) == ("restart", "freeze")
    assert (found.on_upgrade, found.on_downgrade) == ("restart", "freeze")


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("public_reply_agent", {"public_reply_agent"}),
        ("public_agent_reply", {"public_reply_agent"}),
        (["status:In Progress"], {"status:In Progress"}),
        (
            ["public_reply_agent", "status_category:resolved"],
            {"public_reply_agent", "status_category:resolved"},
        ),
    ],
)
def test_what_is_a_first_response(said: Any, means: set[str]) -> None:
    """3.4."""
    found = agreement((f"{TARGET}/first_response_by", said))
    assert cell(found).first_response_by == means
    assert cell(found, "high").first_response_by == means


@pytest.mark.parametrize("said", ["status:", "status_category:", "public", 1, None, [[]], [None]])
def test_what_stops_no_first_response_is_a_fault(said: Any) -> None:
    assert faults_of(changed(f"{TARGET}/first_response_by", said))


@pytest.mark.parametrize(
    ("rule", "text", "budget", "days"),
    [
        ("schedule_day_length", "2 business_days", 16 * HOUR, None),
        ("24_schedule_hours", "2 business_days", 2 * DAY, None),
        ("24_schedule_hours", "0.5 business_days", 12 * HOUR, None),
        ("end_of_nth_day", "2 business_days", None, Fraction(2)),
        ("same_clock", "1 business_day", None, Fraction(1)),
        ("same_clock", "3 hours", 3 * HOUR, None),
    ],
)
def test_what_a_business_day_is(
    rule: str, text: str, budget: int | None, days: Fraction | None
) -> None:
    """2.5: under two of the rules only the start of a timer says how much time it is."""
    found = cell(agreement(("settings/day_rule", rule), (f"{LOW}/budget", text)))
    assert (found.day_rule, found.budget, found.days) == (rule, budget, days)
    assert found.budget_text == text
    assert [step.level for step in found.ladder] == ["team", "lead"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1.5 business_days", "no whole number of days"),
        ("0 business_days", "not more than nothing"),
        ("3661 business_days", "more than 3660 days"),
    ],
)
def test_days_that_cannot_be_counted(text: str, problem: str) -> None:
    document = _document(("settings/day_rule", "end_of_nth_day"), (f"{LOW}/budget", text))
    assert problem in str(faults_of(document)[0])


@pytest.mark.parametrize("of", OFFERED)
def test_every_kind_is_read_and_pauses_as_the_rules_say(of: TargetKind) -> None:
    """3.4, 3.7, 3.10: replies never pause, what waits for the customer is not our time."""
    found = cell(agreement(("targets/x", kind(of))), target="x")
    assert (found.kind, found.pauses) == (of, pauses_of(of))
    replies = {TargetKind.FIRST_RESPONSE, TargetKind.NEXT_REPLY, TargetKind.PERIODIC_UPDATE}
    assert not (of in replies and found.pauses)


def test_a_promise_is_made_on_a_ticket_and_in_no_agreement() -> None:
    """3.12."""
    assert faults_of(changed("targets/x", kind(TargetKind.PROMISE)))
    assert faults_of(changed("targets/promise", kind(TargetKind.TIME_TO_OWN)))


@pytest.mark.parametrize("of", OFFERED)
@pytest.mark.parametrize("name", CONCERNS)
def test_a_setting_that_means_nothing_for_a_kind_is_refused(of: TargetKind, name: str) -> None:
    said: dict[str, Any] = {
        "first_response_by": "public_reply_agent",
        "from_opening": True,
        "team": "L2",
        "stops_at_workaround": "high",
        "on_change": "carry",
        "release": "maintenance",
        "ladder": "none",
        "at_risk_threshold": "50%",
    }
    value = said.get(name) or WORDS[name][0]
    target = kind(of)
    (target["promises"]["all"]["all"] if name == "release" else target)[name] = value
    faults = faults_of(changed("targets/x", target))
    if of in CONCERNS[name]:
        assert faults == ()
    else:
        (fault,) = faults
        assert (fault.path[-1], fault.problem) == (name, f"{name} means nothing for {of.value}")
        assert fault.remedy.startswith("take it out; it is for ")


@pytest.mark.parametrize("of", [TargetKind.REQUESTER_WAIT, TargetKind.AGENT_WORK])
def test_a_budget_of_what_only_measures_is_not_judged(of: TargetKind) -> None:
    """3.10."""
    found = cell(agreement(("targets/x", kind(of, budget="4 hours"))), target="x")
    assert (found.budget, found.days, found.budget_text) == (None, None, "4 hours")
    assert faults_of(changed("targets/x", kind(of, budget="no time")))


@pytest.mark.parametrize(
    ("name", "said", "team"),
    [
        ("ownership", {}, None),
        ("ownership:L2", {}, "L2"),
        ("ownership:L2", {"team": "second line"}, "second line"),
        ("handling", {"team": "L1"}, "L1"),
    ],
)
def test_whose_ownership_is_counted(name: str, said: dict[str, str], team: str | None) -> None:
    """3.11."""
    found = agreement((f"targets/{name}", kind(TargetKind.OWNERSHIP) | said))
    assert cell(found, target=name).team == team


def test_the_table_marks_defaults_and_names_who_differs() -> None:
    target = kind(TargetKind.NEXT_REPLY) | {"close_boundary": "next_open"}
    document = _document(
        ("settings", {"on_upgrade": "restart", "at_risk_threshold": "75%"}),
        ("targets/next_reply", target),
        (f"{LOW}/on_upgrade", "carry"),
    )
    table = settings_table(document, read_agreement(document))
    rows = list(zip(*(column.cells for column in table.columns), strict=True))
    assert ("on_upgrade", "restart", "chosen", "first_response at pro low: carry") in rows
    assert ("on_downgrade", "carry", "default", "") in rows
    assert ("close_boundary", "close", "default", "next_reply: next_open") in rows
    assert ("at_risk_threshold", "75%", "default", "") in rows
    assert ("skew_max", "5 min", "default", "") in rows
    assert ("scope", "new_tickets", "default", "") in rows
    assert ("policy_edit", "none", "default", "") in rows
    assert ("merge", "void_source", "fixed", "") in rows
    assert len(rows) == len(fields(Choices)) + len(FIXED) + 4


@pytest.mark.parametrize("scope", [{}, {"scope": "open_timers"}])
def test_an_edit_applied_to_what_runs_is_a_scope_and_a_mode(scope: dict[str, str]) -> None:
    """4.6, section 9: `policy_edit`. The mode of other changes is chosen by itself."""
    found = agreement(
        ("settings", {"policy_edit": "apply_to_running", "on_change": "freeze"} | scope)
    )
    assert (found.scope, found.on_edit) == ("open_timers", "recompute")
    assert (found.on_upgrade, found.on_downgrade) == ("freeze", "freeze")
    assert agreement(("settings", scope)).on_edit is None


def test_a_choice_is_shown_in_the_words_of_the_file() -> None:
    assert value_of(Choices(at_risk=Fraction(1, 3)), "at_risk") == "33.3333%"
    assert value_of(Choices(), "first_response_by") == "public_reply_agent"
