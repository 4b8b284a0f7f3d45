"""What the form of lifecycle cases can say and the cases from other products leave out."""

from typing import Any

import pytest

from sla.conform.lifecycle import run_lifecycle
from sla.conform.outcome import Failed, Outcome, Passed, Skipped

Ask = tuple[str, str, dict[str, Any]]

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
REPLY = {"clock": "next_reply", "budget": 30, "unit": "minutes"}
RESOLUTION = {"clock": "resolution", "budget": 2, "unit": "hours"}


def at(time: str, type_: str, **fields: Any) -> dict[str, Any]:
    """An event on Monday 2 March 2026, London wall time."""
    return {"at": f"2026-03-02T{time}:00", "type": type_, **fields}


def opened(time: str = "09:00", **fields: Any) -> dict[str, Any]:
    return at(time, "created", author="customer", status="open", **fields)


def outcome(
    targets: list[dict[str, Any]],
    events: list[dict[str, Any]],
    *asks: Ask,
    hours: dict[str, Any] = ALWAYS,
    setting: dict[str, Any] | None = None,
    agreement: dict[str, Any] | None = None,
    select: dict[str, Any] | None = None,
) -> Outcome:
    """What a case comes to; a question is (time, clock, what is expected)."""
    return run_lifecycle(
        {
            "agreement": {
                "targets": [{"calendar": "main", **target} for target in targets],
                "pause_statuses": ["pending"],
                **(agreement or {}),
            },
            "calendars": {"main": {"tz": "Europe/London", "hours": hours, "hol": []}},
            "events": events,
            "setting": setting,
            "ask": [
                {"at": f"2026-03-02T{time}:00", "clock": clock, "select": select, "expect": expect}
                for time, clock, expect in asks
            ],
        }
    )


def test_every_figure_of_a_cycle_and_of_the_one_before() -> None:
    """3.5: a cycle for each message that has no unanswered one before it."""
    events = [
        opened(),
        at("09:10", "public_reply_agent"),
        at("09:20", "public_reply_customer"),
        at("09:25", "internal_note"),
        at("10:00", "public_reply_agent"),
        at("11:00", "public_reply_customer"),
        at("11:10", "public_reply_agent"),
    ]
    expected = {
        "state": "met",
        "wall_s": 600,
        "target_s": 1800,
        "runs_from": "2026-03-02T11:00:00Z",
        "previous_state": "breached",
        "previous_late_by_s": 600,
        "previous_previous_state": "not_started",
        "worst_elapsed_s": 2400,
        "mean_elapsed_s": 1500,
        "breaches": 1,
    }
    assert outcome([REPLY], events, ("12:00", "next_reply", expected)) == Passed()
    none_in_second = ("12:00", "next_reply", {"breaches": 0})
    assert outcome([REPLY], events, none_in_second, select={"cycle": 2}) == Passed()


def test_the_steps_fired_and_the_one_to_come() -> None:
    """6.1: by a share, and by open time off the deadline."""
    steps = [
        {"id": "half", "pct": 50},
        {"id": "soon", "offset_s": -90},
        {"id": "over", "offset_s": 0},
        {"id": "worse", "offset_s": 600},
    ]
    assert (
        outcome(
            [RESOLUTION | {"thresholds": steps}],
            [opened("16:00")],
            ("16:30", "resolution", {"fired": [], "next_threshold_at": "2026-03-02T17:00:00Z"}),
            ("17:00", "resolution", {"fired": ["half"]}),
            ("17:30", "resolution", {"next_threshold_at": "2026-03-03T09:58:30Z"}),
            hours=OFFICE,
        )
        == Passed()
    )
    late = ("12:00", "resolution", {"fired": ["half", "soon", "over", "worse"]})
    assert outcome([RESOLUTION | {"thresholds": steps}], [opened()], late) == Passed()
    nothing = ("12:00", "resolution", {"next_threshold_at": None})
    assert outcome([RESOLUTION | {"thresholds": steps}], [opened()], nothing) == Passed()


def test_the_clock_that_is_due_first() -> None:
    first = {"clock": "first_response", "budget": 1, "unit": "hours"}
    asks: list[Ask] = [
        ("09:30", "due", {"deadline": "2026-03-02T10:00:00Z"}),
        ("09:50", "due", {"deadline": "2026-03-02T11:00:00Z"}),
        ("09:50", "total_resolution", {"deadline": "2026-03-02T11:00:00Z"}),
        ("10:20", "due", {"deadline": None, "state": "none"}),
    ]
    events = [opened(), at("09:45", "public_reply_agent"), at("10:10", "resolved", status="done")]
    assert outcome([first, RESOLUTION], events, *asks) == Passed()


def test_what_is_left_of_a_deadline_set_by_hand() -> None:
    """3.14: open time to it, whatever pauses."""
    events = [
        opened(),
        at("09:10", "manual_due_set", due="2026-03-02T16:00:00"),
        at("10:00", "status_changed", to="pending"),
    ]
    asks: list[Ask] = [
        ("12:00", "resolution", {"remaining_s": 4 * 3600, "late_by_s": 0, "state": "running"}),
        ("20:00", "resolution", {"remaining_s": -3600, "late_by_s": 3600, "state": "breached"}),
    ]
    assert outcome([RESOLUTION], events, *asks, hours=OFFICE) == Passed()


def test_two_agreements_promise_one_clock_each() -> None:
    steps = [{"id": "a", "pct": 50}]
    targets = [
        RESOLUTION | {"agreement": "ours", "thresholds": steps},
        RESOLUTION
        | {"agreement": "their own", "budget": 1, "thresholds": [{"id": "b", "pct": 50}]},
    ]
    both = ("10:30", "resolution", {"fired": ["b", "a"]})
    assert outcome(targets, [opened()], both) == Passed()
    theirs = ("10:30", "resolution", {"fired": ["b"], "breached_at": "2026-03-02T10:00:00Z"})
    assert outcome(targets, [opened()], theirs, select={"agreement": "their own"}) == Passed()
    ours = ("10:30", "resolution", {"fired": ["a"], "state": "running"})
    assert outcome(targets, [opened()], ours, select={"agreement": "ours"}) == Passed()


def test_only_what_was_said_by_then_is_judged() -> None:
    events = [opened(), at("09:30", "resolved", status="done", recorded_at="2026-03-02T12:00:00")]
    breached = ("11:30", "resolution", {"state": "breached", "not_state": "breached_confirmed"})
    known = {"as_known_at": "2026-03-02T11:30:00"}
    assert outcome([RESOLUTION], events, breached, select=known) == Passed()
    assert outcome([RESOLUTION], events, breached, select={"first_events": 1}) == Passed()
    assert isinstance(outcome([RESOLUTION], events, breached), Failed)


def test_a_breach_that_the_watermark_has_passed_is_confirmed() -> None:
    """7.4, where the watermark is the last event's."""
    events = [opened(), at("11:30", "internal_note")]
    confirmed = ("11:40", "resolution", {"not_state": "breached_confirmed"})
    assert isinstance(outcome([RESOLUTION], events, confirmed), Failed)


def test_a_target_without_severity_holds_at_every_one() -> None:
    targets = [RESOLUTION, REPLY | {"clock": "first_response", "severity": "P1"}]
    events = [opened(), at("09:10", "severity_changed", to="P1"), at("09:20", "severity_changed")]
    events[-1]["to"] = None
    asks: list[Ask] = [
        ("09:05", "first_response", {"state": "none"}),
        ("09:15", "first_response", {"state": "running", "started_at": "2026-03-02T09:00:00Z"}),
        ("09:25", "first_response", {"state": "void"}),
        ("09:25", "resolution", {"deadline": "2026-03-02T11:00:00Z"}),
    ]
    assert outcome(targets, events, *asks) == Passed()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"events": [opened(), at("09:10", "painted")]},
            "event type painted; taken: agent_contact",
        ),
        ({"events": [opened(), at("09:10", "resolved", status="\n")]}, "event resolved at"),
        ({"targets": [RESOLUTION | {"unit": "days"}]}, "a bare days"),
        ({"targets": [RESOLUTION | {"clock": "lunch"}]}, "no kind"),
    ],
)
def test_what_has_no_translation_fails_and_says_what(change: dict[str, Any], says: str) -> None:
    case = {"targets": [RESOLUTION], "events": [opened()]} | change
    got = outcome(case["targets"], case["events"], ("10:00", "resolution", {"state": "running"}))
    assert isinstance(got, Failed)
    assert says in got.got


def test_a_field_that_is_none_fails_and_says_which_are() -> None:
    got = outcome([RESOLUTION], [opened()], ("10:00", "resolution", {"mood": "good"}))
    assert isinstance(got, Failed)
    assert got.got.startswith("field mood; taken: at_risk, breached_at")


@pytest.mark.parametrize(
    ("setting", "agreement"),
    [
        ({"on_change": "forget"}, {}),
        ({}, {"on_change": "forget"}),
    ],
)
def test_a_value_that_is_not_offered_is_skipped_by_name(
    setting: dict[str, Any], agreement: dict[str, Any]
) -> None:
    """Section 9."""
    got = outcome([RESOLUTION], [opened()], setting=setting, agreement=agreement)
    assert got == Skipped("on_change=forget")
