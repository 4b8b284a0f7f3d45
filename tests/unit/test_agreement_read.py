"""Reading an agreement: each fault with its place and remedy, and what the parts come to."""

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from schemas.instants import DAY, HOUR, MINUTE
from streams.core.agreement.read import AgreementFaults, read_agreement, read_mapping
from streams.core.calendar import Hours
from tests.agreements import GONE, SMALL, changed, faults_of

CELL = "targets/first_response/promises/pro/low"
BUDGET = f"{CELL}/budget"
TARGET = "targets/first_response"
OFFICE = "calendars/office"
RESOLUTION = "targets/first_response/kind"


def test_the_small_agreement_is_good() -> None:
    assert faults_of(SMALL) == ()


@pytest.mark.parametrize(
    ("path", "value", "at", "problem", "remedy"),
    [
        # The document as a whole.
        ("zone", GONE, "", "zone is missing", "add the key zone"),
        ("plasn", [], "plasn", "unknown key 'plasn'", "did you mean plans?"),
        ("name", "two words", "name", "is no agreement name", "letters, digits"),
        ("version", None, "version", "None is no version name", "1 to 64 letters"),
        (
            "effective_from",
            "2026-01-01T00:00",
            "effective_from",
            "no instant with a zone",
            "+08:00",
        ),
        ("effective_from", 5, "effective_from", "no instant", "2026-01-01T00:00+08:00"),
        ("zone", "Asia/Honkong", "zone", "no IANA time zone", "Asia/Hong_Kong"),
        ("applies_to", {}, "applies_to", "applies to nobody", 'sources: ["*"]'),
        ("plans", ["p"] * 10_001, "plans", "10001 entries", "at most 10000"),
        ("plans", [f"p{n}" for n in range(101)], "plans", "101 names", "at most 100"),
        ("title", "x" * 81, "title", "no title", "one line"),
        ("not_measured", "a manager", "not_measured", "no list", "write a list"),
        # Names.
        ("plans", [], "plans", "no plan is defined", "lowest to the highest"),
        ("plans", ["basic", "pro", "pro"], "plans/2", "pro stands here twice", "leave it once"),
        ("plans", ["basic", "pro", "none"], "plans/2", "meaning of its own", "another name"),
        ("plans", "pro", "plans", "'pro' is no list", "write a list"),
        ("severities/1", {"severty": "high"}, "severities/1/severty", "unknown key", "severity"),
        ("plans/0", True, "plans/0", "True is no plan name", "letters"),
        # Calendars.
        ("calendars", {}, "calendars", "no calendar is defined", "add one"),
        (
            f"{OFFICE}/hours",
            {"mon": "09:00-25:00"},
            f"{OFFICE}/hours/mon",
            "'25:00'",
            "00:00 to 24",
        ),
        (f"{OFFICE}/hours", {"mon": "9-17"}, f"{OFFICE}/hours/mon", "'9'", "two digits"),
        (f"{OFFICE}/hours", {"mon": 900}, f"{OFFICE}/hours/mon", "no interval", "09:00-21:00"),
        (f"{OFFICE}/hours", {"mon": ["09:00-12:00", "x"]}, f"{OFFICE}/hours/mon/1", "'x'", "like"),
        (
            f"{OFFICE}/hours",
            {"funday": "closed"},
            f"{OFFICE}/hours/funday",
            "'funday'",
            "mean sun?",
        ),
        (
            f"{OFFICE}/hours",
            {"Monday": "closed"},
            f"{OFFICE}/hours/Monday",
            "'Monday'",
            "mean mon?",
        ),
        (
            f"{OFFICE}/hours",
            {"mon": "22:00-06:00"},
            f"{OFFICE}/hours/mon",
            "ends before it has begun",
            "22:00-24:00, and 00:00-06:00 on the next day",
        ),
        (
            f"{OFFICE}/hours",
            {"mon-fri": "09:00-17:00", "fri": "09:00-12:00"},
            f"{OFFICE}/hours/fri",
            "fri has hours already",
            "each weekday once",
        ),
        (f"{OFFICE}/hours", {"mon": "closed"}, OFFICE, "it never opens", "hours: always"),
        (
            f"{OFFICE}/hours",
            [{"mon": "09:00-10:00"}, {"tue": "09:00-10:00"}],
            f"{OFFICE}/hours/1",
            "a second week without `from`",
            "its own `from`",
        ),
        (f"{OFFICE}/zone", "Mars", f"{OFFICE}/zone", "no IANA time zone", "like Asia/Hong_Kong"),
        (f"{OFFICE}/years", "2028-2026", f"{OFFICE}/years", "are no years", "2019-2028"),
        ("years", GONE, OFFICE, "its years are missing", "years: 2026-2028"),
        (f"{OFFICE}/holidays", "pubic", f"{OFFICE}/holidays", "'pubic'", "did you mean public?"),
        (f"{OFFICE}/years", "2026-2027", f"{OFFICE}/holidays", "are known from 2026", "lengthen"),
        (
            f"{OFFICE}/special",
            {"2027-01-01": "closed"},
            f"{OFFICE}/special/2027-01-01",
            "outside the calendar's years 2026 to 2026",
            "correct the date",
        ),
        (
            f"{OFFICE}/breaks",
            {"1 May": "closed"},
            f"{OFFICE}/breaks/1 May",
            "no date",
            "2026-04-03",
        ),
        ("calendars/always/breaks", {}, "calendars/always/breaks", "has no breaks", "take breaks"),
        # Holidays.
        ("holidays/public", "public.yaml", "holidays/public", "is a file", "`sla agreement`"),
        (
            "holidays/public/days",
            {"2026-02-29": "Leap day"},
            "holidays/public/days/2026-02-29",
            "'2026-02-29' is no date",
            "2026-04-03",
        ),
        (
            "holidays/public/days",
            {"2025-12-25": "Christmas"},
            "holidays/public/days/2025-12-25",
            "outside the years 2026 to 2026",
            "years of this list",
        ),
        (
            "holidays/public/provisional",
            {"2026-05-01": "May Day"},
            "holidays/public/provisional/2026-05-01",
            "is listed twice, also as Labour Day",
            "one place",
        ),
        # Budgets (2.5).
        (BUDGET, "1 day", BUDGET, "a bare day", "business_days, or 24 hours"),
        (BUDGET, "0 hours", BUDGET, "not more than nothing", "above zero"),
        (BUDGET, "-4 hours", BUDGET, "not more than nothing", "above zero"),
        (BUDGET, "1/7 minutes", BUDGET, "no whole number of microseconds", "rounder"),
        (BUDGET, "1/0 hours", BUDGET, "divides by nothing", "1/2"),
        (BUDGET, "4 huors", BUDGET, "unknown unit 'huors'", "did you mean hours?"),
        (BUDGET, "four hours", BUDGET, "no amount of time", "like 4 hours"),
        (BUDGET, 4, BUDGET, "4 is no amount of time", "a number and one of minutes, hours"),
        (BUDGET, None, BUDGET, "None is no amount of time", "like 4 hours"),
        (BUDGET, "", BUDGET, "'' is no amount of time", "like 4 hours"),
        (BUDGET, "999999999 hours", BUDGET, "more than a hundred years", "shorter"),
        (
            f"{OFFICE}/hours",
            [{"from": "2026-01-01"}, {"from": "2025-01-01", "mon": "09:00-10:00"}],
            BUDGET,
            "has no weekly hours",
            "in hours",
        ),
        # Cells.
        (f"{CELL}/calendar", "ofice", f"{CELL}/calendar", "no calendar 'ofice'", "mean office?"),
        (f"{CELL}/calendar", GONE, CELL, "it names no calendar", "office and always"),
        (f"{CELL}/release", "major", f"{CELL}/release", "fixes the deadline", "leave budget or"),
        (
            CELL,
            GONE,
            f"{TARGET}/promises",
            "nothing is said of plan pro, severity low",
            "pro: {low:",
        ),
        (
            f"{TARGET}/promises/basic, pro",
            "none",
            f"{TARGET}/promises/basic, pro",
            "stands here a second time",
            "leave it once",
        ),
        (f"{TARGET}/promises/por", "none", f"{TARGET}/promises/por", "'por'", "did you mean pro?"),
        (CELL.replace("low", "hihg"), "none", CELL.replace("low", "hihg"), "'hihg'", "mean high?"),
        (f"{CELL}/pauses", ["closed"], f"{CELL}/pauses/0", "'closed'", "waiting_on_customer"),
        (f"{CELL}/at_risk_threshold", "0%", f"{CELL}/at_risk_threshold", "no share", "like 75%"),
        (f"{CELL}/start_at_attach", "x", f"{CELL}/start_at_attach", "'x'", "created and attached"),
        # Targets.
        ("targets", {}, "targets", "no target is defined", "first_response"),
        (RESOLUTION, "next_repy", RESOLUTION, "no kind 'next_repy'", "did you mean next_reply?"),
        (RESOLUTION, "resolutoin", RESOLUTION, "no kind 'resolutoin'", "mean resolution?"),
        (
            f"{TARGET}/stops_at_workaround",
            ["high"],
            f"{TARGET}/stops_at_workaround",
            "stops_at_workaround means nothing for first_response",
            "take it out; it is for resolution",
        ),
        (f"{TARGET}/ladder", "down", f"{TARGET}/ladder", "no ladder 'down'", "up and none"),
        # Ladders (6.1).
        ("ladders/up/1/level", "team", "ladders/up/1/level", "team stands here twice", "its own"),
        ("ladders/up/0/at", "-1 hours", "ladders/up/0/at", "before the start of first_r", "later"),
        ("ladders/up/1/at", "25%", "ladders/up/1/at", "reached before the step above", "order"),
        ("ladders/up/1/at", "+0 minutes", "ladders/up/1/at", "the deadline itself", "write 100%"),
        ("ladders/up/0/at", "-5%", "ladders/up/0/at", "no amount of time", "a number and one of"),
        ("ladders/up/0/at", "2000%", "ladders/up/0/at", "no share", "0% to 1000%"),
        ("ladders/up/0/at", 75, "ladders/up/0/at", "75 is no share", "like 75%"),
        ("ladders/up/0/notify", [], "ladders/up/0/notify", "it tells nobody", "name whom"),
        ("ladders/none", [], "ladders/none", "means no ladder", "another name"),
        # Rules (5.1, 5.2).
        ("rules", [], "rules", "no rule grants anything", "plan_of_account"),
        (
            "unknown/vip",
            GONE,
            "rules/0/when/account.vip",
            "reads the fact vip, which may be unknown",
            "like vip: false",
        ),
        ("unknown/plan", GONE, "rules/1/grant", "may be unknown", "plan: null"),
        ("unknown/plna", None, "unknown/plna", "no rule reads the fact plna", "mean plan?"),
        ("unknown/plan", "por", "unknown/plan", "no plan 'por'", "mean pro?"),
        ("rules/0/grant", "por", "rules/0/grant", "no plan to grant 'por'", "did you mean pro?"),
        ("rules/0/grant", "nothing", "rules/0", "nothing without a reason", "add a reason"),
        ("rules/0/reason", "why", "rules/0/reason", "why nothing is granted", "grant nothing"),
        ("rules/0/name", "as bought", "rules/1", "a second rule 'as bought'", "of its own"),
        ("rules/0/when", {}, "rules/1", "no ticket gets to this rule", "move it up"),
        (
            "rules/0/when",
            {"account.vip": True, "ticket.categroy": "help"},
            "rules/0/when/ticket.categroy",
            "nothing is known as 'ticket.categroy'",
            "did you mean ticket.category?",
        ),
        (
            "rules/0/when",
            {"account.vip": True, "ticket.category": "custum"},
            "rules/0/when/ticket.category",
            "no category 'custum'",
            "did you mean custom?",
        ),
        ("rules/0/when/account.vip", [], "rules/0/when/account.vip", "no value", "name the values"),
        ("rules/0/when/account.vip", [[]], "rules/0/when/account.vip/0", "no value", "true or"),
        # Words (1.4).
        ("words/statuses/new", "opne", "words/statuses/new", "'opne'", "did you mean open?"),
        ("words/severities/P2", "mid", "words/severities/P2", "no severity 'mid'", "low and high"),
        ("words/statusses", {}, "words/statusses", "unknown key", "did you mean statuses?"),
        # Settings (9).
        ("settings/reopen", "newcycle", "settings/reopen", "no reopen", "mean new_cycle?"),
        ("settings/day_rule", "day", "settings/day_rule", "no day_rule 'day'", "same_clock"),
        ("settings/on_upgrade", "restrat", "settings/on_upgrade", "no on_up", "mean restart?"),
        ("settings/on_downgrade", True, "settings/on_downgrade", "True", "carry, recompute"),
        ("settings/on_change", "keep", "settings/on_change", "no on_change 'keep'", "freeze"),
        ("settings/close_boundary", "open", "settings/close_boundary", "'open'", "next_open"),
        ("settings/agent_created", False, "settings/agent_created", "False", "no_first_r"),
        ("settings/resolve_without_reply", "met", "settings/resolve_without_reply", "met", "fulf"),
        ("settings/next_reply_start", "now", "settings/next_reply_start", "now", "opening_message"),
        ("settings/first_response_by", [], "settings/first_response_by", "nothing", "public_reply"),
        (
            "settings/first_response_by",
            ["public_reply_agent", "status_category:solved"],
            "settings/first_response_by/1",
            "no status category 'solved'",
            "resolved and closed",
        ),
        (
            "settings/first_response_by",
            "public_reply_agnet",
            "settings/first_response_by",
            "stops no first response",
            "did you mean public_reply_agent?",
        ),
        ("settings/merge", "absorb", "settings/merge", "not offered: merge", "void_source"),
        ("settings/paused_deadline", "kept", "settings/paused_deadline", "not offered", "null"),
        ("settings/scope", "open_timer", "settings/scope", "no scope", "mean open_timers?"),
        ("settings/policy_edit", "keep", "settings/policy_edit", "no policy_edit", "apply_to_run"),
        (
            "settings",
            {"policy_edit": "apply_to_running", "scope": "new_timers"},
            "settings/policy_edit",
            "scope new_timers is not",
            "scope: open_timers",
        ),
        ("settings/reopne", "x", "settings/reopne", "unknown setting", "did you mean reopen?"),
        ("settings/start_at_attach", "x", "settings/start_at_attach", "no start_at_", "attached"),
        ("settings/next_reply_pauses", [], "settings/next_reply_pauses", "each target", "pauses u"),
        ("settings/update_mode", "x", "settings/update_mode", "each target", "periodic_update"),
        ("settings/at_risk_threshold", 1.5, "settings/at_risk_threshold", "no share", "100%"),
        ("settings/skew_max", "1 days", "settings/skew_max", "a bare days", "24 hours a day"),
        ("settings/orphan_after", "1 business_days", "settings/orphan_after", "unit", "hours"),
    ],
)
def test_one_fault(path: str, value: Any, at: str, problem: str, remedy: str) -> None:
    faults = faults_of(changed(path, value))
    steps = tuple(int(step) if step.isdigit() else step for step in at.split("/") if step)
    found = [fault for fault in faults if fault.path == steps]
    assert found, [str(fault) for fault in faults]
    assert any(problem in fault.problem for fault in found), [str(fault) for fault in found]
    assert any(remedy in fault.remedy for fault in found), [str(fault) for fault in found]


def test_many_faults_are_told_at_once() -> None:
    document = deepcopy(SMALL)
    document["zone"] = "Nowhere"
    document["calendars"]["office"]["hours"] = {"mon-fri": "09:00-25:00"}
    document["targets"]["first_response"]["promises"]["pro"]["high"]["budget"] = "1 day"
    document["rules"][0]["grant"] = "gold"
    document["extra"] = 1
    assert {fault.path for fault in faults_of(document)} == {
        ("zone",),
        ("calendars", "office", "hours", "mon-fri"),
        ("targets", "first_response", "promises", "pro", "high", "budget"),
        ("rules", 0, "grant"),
        ("extra",),
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        # A calendar with a fault is known by its name, so the cells that name it are no faults.
        ("calendars/office/hours", {"mon-fri": "09:00-25:00"}),
        ("years", "soon"),
        ("zone", "Nowhere"),
        ("holidays/public/years", "soon"),
        ("ladders/up/0/at", "soon"),
    ],
)
def test_one_slip_is_told_once(path: str, value: Any) -> None:
    assert len(faults_of(changed(path, value))) == 1


@pytest.mark.parametrize("document", [None, [], "agreement", 5, {}, {1: 2}])
def test_what_is_no_agreement_is_refused(document: Any) -> None:
    with pytest.raises(AgreementFaults) as refused:
        read_agreement(document)
    assert all(fault.problem and fault.remedy for fault in refused.value.faults)


JUNK: list[Any] = [
    *(None, True, -1, 10**30, 0.5, float("nan"), "", " ", "none", "all", "x" * 5000, "\x00", "é"),
    *([], {}, [[]], [None], {"": 1}, {1: 2}, ["a", "a"], [{}], {"budget": None}),
    *("-1 hours", "1/0 hours", "25:00-26:00", "2026-02-30", "9999-2026", "mon-", "+0 hours"),
]


def _spoil(document: Any, rng: random.Random) -> None:
    """Puts junk in some place of the document, or adds it, or takes something out."""
    part = document
    while True:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        if not keys:
            return
        key = rng.choice(keys)
        if isinstance(part[key], dict | list) and rng.random() < 0.8:
            part = part[key]
            continue
        match rng.randrange(3):
            case 0:
                part[key] = deepcopy(rng.choice(JUNK))
            case 1:
                del part[key]
            case _ if isinstance(part, dict):
                part[rng.choice(["zz", "all", "from", "pro", ""])] = deepcopy(rng.choice(JUNK))
            case _:
                part.append(deepcopy(rng.choice(JUNK)))
        return


def test_no_document_is_met_with_anything_but_faults() -> None:
    """Any other exception would stop the tracker that reads it from the journal."""
    rng = random.Random(1)
    refused = 0
    for _ in range(400):
        document = deepcopy(SMALL)
        for _ in range(rng.randrange(1, 4)):
            _spoil(document, rng)
        refused += bool(faults_of(document))
    assert 200 < refused < 400


def _paths(part: Any, path: str = "") -> Iterator[str]:
    steps = part.items() if isinstance(part, dict) else enumerate(part)
    for step, inner in steps:
        yield f"{path}{step}"
        if isinstance(inner, dict | list):
            yield from _paths(inner, f"{path}{step}/")


def _nested(depth: int) -> list[Any]:
    nested: list[Any] = []
    for _ in range(depth):
        nested = [nested]
    return nested


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: _nested(5000), id="deep"),
        pytest.param(lambda: 10**5000, id="a-number-of-5000-digits"),
        pytest.param(lambda: "x" * 10**6, id="long"),
        pytest.param(lambda: float("inf"), id="infinite"),
    ],
)
def test_values_too_big_to_show_are_faults(make: Callable[[], Any]) -> None:
    value = make()
    for path in _paths(SMALL):
        faults = faults_of(changed(path, value))
        assert faults, path
        assert all(len(str(fault)) < 1000 for fault in faults)


# -- what the parts come to -------------------------------------------------------------------


def test_budgets_are_microseconds_of_the_cell_s_calendar() -> None:
    for text, us in (
        ("90 minutes", 90 * MINUTE),
        ("1.5 hours", 90 * MINUTE),
        ("1 hour", HOUR),
        ("1/3 hours", 20 * MINUTE),
        ("2 business_days", 16 * HOUR),  # the office is open 8 hours
        ("0.25 business_days", 2 * HOUR),
    ):
        cell = read_agreement(changed(BUDGET, text)).cell("first_response", "pro", "low")
        assert cell is not None
        assert (cell.budget, cell.budget_text) == (us, text)


def test_a_business_day_of_an_open_calendar_has_24_hours() -> None:
    cell = read_agreement(changed(f"{CELL}/calendar", "always")).cell(
        "first_response", "pro", "low"
    )
    assert cell is not None
    assert cell.budget == DAY


def test_no_budget_is_open_ended_and_has_no_ladder() -> None:
    """3.13. The ladder of the target is for cells that have a deadline."""
    agreement = read_agreement(changed(CELL, {"calendar": "office"}))
    cell = agreement.cell("first_response", "pro", "low")
    assert cell is not None
    assert (cell.budget, cell.release, cell.ladder) == (None, None, ())


def test_a_cell_bound_to_a_release() -> None:
    said = {"calendar": "office", "release": "maintenance"}
    cell = read_agreement(changed(CELL, said)).cell("first_response", "pro", "low")
    assert cell is not None
    assert (cell.budget, cell.release, len(cell.ladder)) == (None, "maintenance", 2)


def test_steps_before_and_after_the_deadline() -> None:
    steps = [
        {"at": "12.5%", "level": "a", "notify": "team"},
        {"at": "-10 minutes", "level": "b", "notify": ["team", "lead"]},
        {"at": "100%", "level": "c", "notify": "lead"},
        {"at": "+1 hour", "level": "d", "notify": "boss"},
        {"at": "300%", "level": "e", "notify": "boss"},
    ]
    cell = read_agreement(changed("ladders/up", steps)).cell("first_response", "pro", "high")
    assert cell is not None
    assert [(step.level, step.share, step.offset) for step in cell.ladder] == [
        ("a", Fraction(1, 8), None),
        ("b", None, -10 * MINUTE),
        ("c", Fraction(1), None),
        ("d", None, HOUR),
        ("e", Fraction(3), None),
    ]


def test_weeks_may_be_dated_and_days_have_several_intervals() -> None:
    hours = [
        {"mon, wed-thu": ["00:00-12:00", "13:00-24:00"], "fri-sat": "09:00:30-10:00"},
        {"from": "2026-07-01", "sat-mon": "closed", "tue": "09:00-10:00"},
    ]
    split, late, none = ((0, 43200), (46800, 86400)), ((32430, 36000),), ()
    assert read_agreement(changed(f"{OFFICE}/hours", hours)).calendars["office"].hours == (
        Hours(None, (split, none, split, split, late, late, none)),
        Hours(date(2026, 7, 1), (none, ((32400, 36000),), *(none,) * 5)),
    )


def test_special_hours_breaks_and_holidays_by_their_days() -> None:
    document = changed(f"{OFFICE}/special", {"2026-12-24": "09:00-12:00", "2026-12-31": "closed"})
    document["calendars"]["office"]["breaks"] = {"2026-03-05": "12:00-14:00"}
    document["holidays"]["public"]["provisional"] = {"2026-12-25": "Christmas Day"}
    spec = read_agreement(document).calendars["office"]
    assert spec.special == {date(2026, 12, 24): ((32400, 43200),), date(2026, 12, 31): ()}
    assert spec.breaks == {date(2026, 3, 5): ((43200, 50400),)}
    assert spec.holidays == {date(2026, 5, 1): "Labour Day", date(2026, 12, 25): "Christmas Day"}
    assert (spec.zone, spec.first_year, spec.last_year) == ("Europe/Berlin", 2026, 2026)


def test_a_calendar_keeps_the_holidays_of_its_own_years() -> None:
    document = changed("holidays/public/years", "2025-2027")
    document["holidays"]["public"]["days"]["2025-05-01"] = "Labour Day"
    assert set(read_agreement(document).calendars["office"].holidays) == {date(2026, 5, 1)}


def test_defaults_are_those_of_the_rules() -> None:
    document = changed("targets/first_response/kind", "resolution")
    del document["settings"]
    agreement = read_agreement(document)
    low, high = (agreement.cell("first_response", "pro", s) for s in ("low", "high"))
    assert low is not None
    assert high is not None
    assert low.pauses == {"waiting_on_customer"}  # 3.7
    assert (low.stops_at_workaround, high.stops_at_workaround) == (False, True)  # 3.7
    assert (low.start_at_attach, low.at_risk) == ("created", Fraction(3, 4))  # 4.5
    assert (agreement.skew_max, agreement.orphan_after) == (5 * MINUTE, 7 * DAY)  # 1.5, 1.7


def test_settings_reach_the_cells() -> None:
    document = changed("settings", {"at_risk_threshold": 0.1, "skew_max": "90 minutes"})
    document["targets"]["first_response"]["promises"]["pro"]["high"]["at_risk_threshold"] = "50%"
    agreement = read_agreement(document)
    shares = [cell.at_risk for cell in agreement.targets["first_response"].values()]
    assert shares == [Fraction(1, 10), Fraction(1, 2)]
    assert agreement.skew_max == 90 * MINUTE


@pytest.mark.parametrize(
    ("setting", "value"),
    [("paused_deadline", None), ("retroactive_pause", True), ("close_boundary", "close")],
)
def test_a_default_may_be_written_out(setting: str, value: object) -> None:
    assert faults_of(changed(f"settings/{setting}", value)) == ()


@pytest.mark.parametrize("value", [1, "true", None])
def test_true_is_the_word_true(value: object) -> None:
    assert len(faults_of(changed("settings/retroactive_pause", value))) == 1


def test_a_word_that_is_a_name_means_itself_unless_said_otherwise() -> None:
    words = read_agreement(changed("words/severities", {"high": "low"})).words
    assert words.severities == {"low": "low", "high": "low"}
    assert words.plans == {"basic": "basic", "pro": "pro"}
    assert words.statuses["pending"] == words.statuses["waiting_on_customer"]
    assert words.roles["agent"] == "agent"


def test_conditions_in_plain_words() -> None:
    when = {"account.vip": True, "ticket.category": ["help", "custom"], "ticket.channel": None}
    rule = read_agreement(changed("rules/0/when", when)).rules[0]
    assert [condition.text for condition in rule.when] == [
        "account.vip is true",
        "ticket.category is help or custom",
        "ticket.channel is none",
    ]


# -- mapping documents ------------------------------------------------------------------------


def test_a_mapping_document() -> None:
    words = read_mapping({"statuses": {"6": "waiting_on_customer"}, "severities": {"normal": "3"}})
    assert words.statuses == {"6": "waiting_on_customer"}
    assert words.severities == {"normal": "3"}
    assert words.plans == words.categories == words.roles == {}


def test_every_fault_of_a_mapping_document_at_once() -> None:
    document = {"statuses": {"6": "waiting"}, "severities": {"a": "x y"}, "words": {}, "roles": 1}
    with pytest.raises(AgreementFaults) as refused:
        read_mapping(document)
    told = str(refused.value)
    assert len(refused.value.faults) == 4
    assert "statuses.6: no status category 'waiting' — " in told
    assert "severities.a: 'x y' is no severity name — " in told
    assert "words: unknown key 'words' — " in told
    assert "roles: 1 is no mapping — " in told
