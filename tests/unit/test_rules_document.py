"""The document of the rules: whole, its examples true, printed by `sla rule`."""

import re
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from click.testing import CliRunner

from schemas.outcomes import WIRE_NAMES
from sla.cli import main
from sla.explain.page import RULES
from sla.rules import document, parts
from streams.core.agreement.choices import BOTH_WAYS, KEYS, WORDS
from streams.core.agreement.model import ChangeMode
from streams.core.agreement.settings import FIXED, LENGTHS, OF_VERSION
from tests.builders import book, judged, show
from tests.targets import OPENED, promising

TESTS: Final = Path(__file__).parent.parent
TEXT: Final = document()
PARTS: Final = parts(TEXT)
NAMES: Final = [name for part in PARTS for name in part.names]
UNDER_A_TARGET: Final = {"pauses", "stops_at_workaround", "from_opening", "team"}
OFFERED: Final = {**WORDS, **OF_VERSION}


def test_rules_are_numbered_without_a_gap() -> None:
    """A number that output names leads somewhere."""
    numbers = [name for name in NAMES if "." in name]
    last = {"1": 8, "2": 7, "3": 15, "4": 9, "5": 2, "6": 3, "7": 6, "8": 3}
    assert numbers == [f"{c}.{n}" for c, count in last.items() for n in range(1, count + 1)]
    assert all(part.text for part in PARTS if "." in part.names[0])


def test_every_setting_is_in_the_document_with_all_that_is_offered() -> None:
    """What the reader of agreements offers is what the document says."""
    settings = NAMES[NAMES.index("9") + 1 :]
    known = {*KEYS, *LENGTHS, *UNDER_A_TARGET, *OFFERED, *FIXED} - {BOTH_WAYS}
    assert sorted(settings) == sorted(known)
    for part in PARTS:
        for name in part.names:
            missing = [value for value in OFFERED.get(name, ()) if f"`{value}`" not in part.text]
            assert missing == [], name
    assert all(f"`{mode}`" in TEXT for mode in get_args(ChangeMode))


@pytest.mark.parametrize("name", sorted(set(FIXED) - set(OFFERED)))
def test_what_is_offered_in_one_way_says_which(name: str) -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |"))
    _, _, value, rule, _ = (cell.strip() for cell in row.split("|"))
    says = ["null" if v is None else "true" if v is True else v for v in FIXED[name]]
    assert value == ", ".join(f"`{one}`" for one in says)
    assert rule in NAMES


TWO_DAYS: Final = [OPENED.replace("10:00", "15:00")]
RAISED: Final = [OPENED.replace("10:00", "20:00"), "2026-03-31 10:00 severity severity=1"]
REOPENED: Final = [OPENED, "12:00 resolved", "2026-03-31 10:00 reopened"]
ATTACHED: Final = ["2026-03-30 10:00 opened plan=silver", "12:00 severity severity=2"]
ASKED: Final = [f"{OPENED} requester=ann", "11:00 replied", "12:00 replied role=requester"]


@pytest.mark.parametrize(
    ("setting", "target", "hours", "chosen", "lines", "due"),
    [
        ("day_rule", "resolution", 24, {}, TWO_DAYS, "2026-04-01 15:00"),
        ("day_rule", "resolution", 48, {}, TWO_DAYS, "2026-04-03 15:00"),
        (
            "day_rule",
            "resolution",
            None,
            {"day_rule": "end_of_nth_day"},
            TWO_DAYS,
            "2026-04-01 21:00",
        ),
        ("day_rule", "resolution", None, {"day_rule": "same_clock"}, TWO_DAYS, "2026-04-01 15:00"),
        (
            "close_boundary",
            "resolution",
            12,
            {},
            ["2026-03-30 09:00" + OPENED[16:]],
            "2026-03-30 21:00",
        ),
        (
            "close_boundary",
            "resolution",
            12,
            {"close_boundary": "next_open"},
            ["2026-03-30 09:00" + OPENED[16:]],
            "2026-03-31 09:00",
        ),
        ("on_upgrade", "resolution", 24, {}, RAISED, "2026-03-31 16:00"),
        ("on_upgrade", "resolution", 24, {"on_upgrade": "recompute"}, RAISED, "2026-03-31 04:00"),
        ("on_upgrade", "resolution", 24, {"on_upgrade": "restart"}, RAISED, "2026-03-31 18:00"),
        ("on_upgrade", "resolution", 24, {"on_upgrade": "freeze"}, RAISED, "2026-04-01 20:00"),
        ("reopen", "resolution", 24, {}, REOPENED, "2026-04-01 20:00"),
        (
            "reopen",
            "resolution",
            24,
            {"reopen": "continue_including_closed"},
            REOPENED,
            "2026-04-01 10:00",
        ),
        ("reopen", "resolution", 24, {"reopen": "new_cycle"}, REOPENED, "2026-04-02 10:00"),
        ("start_at_attach", "resolution", 4, {}, ATTACHED, "2026-03-30 14:00"),
        (
            "start_at_attach",
            "resolution",
            4,
            {"start_at_attach": "attached"},
            ATTACHED,
            "2026-03-30 16:00",
        ),
        ("next_reply_start", "next_reply", 4, {}, ASKED, "2026-03-30 16:00"),
        (
            "next_reply_start",
            "next_reply",
            4,
            {"next_reply_start": "opening_message"},
            ASKED,
            "2026-03-30 14:00",
        ),
    ],
)
def test_a_dated_example_comes_out_as_it_says(
    setting: str,
    target: str,
    hours: float | None,
    chosen: dict[str, Any],
    lines: list[str],
    due: str,
) -> None:
    """Asked when the last thing has happened; a time without a day is of the day named before."""
    if setting == "on_upgrade":
        chosen = chosen | {"severity_1": {"hours": 8, "calendar": "always"}}
    if "day_rule" in chosen:
        chosen = chosen | {"days": Fraction(2)}
    timers = judged(book(promising(target, hours, **chosen)), "2026-03-31 10:00", *lines).timers
    deadline = timers[0 if target == "next_reply" else -1].deadline
    assert deadline is not None
    assert show(deadline) == due
    text = " ".join(next(part.text for part in PARTS if setting in part.names).split())
    day, _, time = due.partition(" ")
    assert due in text or (day in text and time in text)


def test_a_rule_is_printed_with_its_title() -> None:
    answer = CliRunner().invoke(main, ["rule", "3.3"])
    assert answer.exit_code == 0
    assert answer.output.startswith("3.3 At the deadline itself\n\nAt the very instant")
    assert "first_response" not in answer.output


def test_a_chapter_is_printed_as_its_titles_and_a_setting_by_its_name() -> None:
    chapter = CliRunner().invoke(main, ["rule", "6"]).output.splitlines()
    assert chapter == [
        "6 Ladders",
        "  6.1 When a step is reached",
        "  6.2 Steps and successors",
        "  6.3 Several steps at once",
    ]
    for name in ("on_downgrade", "dst_gap"):
        answer = CliRunner().invoke(main, ["rule", name])
        assert (answer.exit_code, f"{name}" in answer.output) == (0, True)


def test_a_number_that_is_none_is_refused_with_where_to_look() -> None:
    answer = CliRunner().invoke(main, ["rule", "3.16"])
    assert answer.exit_code == 1
    assert "no rule 3.16" in answer.output
    assert "chapters are 1, 2, 3, 4, 5, 6, 7, 8 and 9" in answer.output


NAMED: Final = re.compile(r"\((?:semantics )?([1-8]\.\d{1,2})(?=[),;])")
PRODUCT: Final = ("schemas", "streams", "projections", "sla")


def test_every_number_that_the_product_names_is_a_rule() -> None:
    """In outcomes, in tables that are explained, in comments on columns, in messages."""
    named = {rule for kind in WIRE_NAMES for rule in kind.rules} | set(RULES.values())
    for package in PRODUCT:
        for path in (TESTS.parent / package).rglob("*"):
            if path.suffix in (".py", ".sql"):
                named |= set(NAMED.findall(path.read_text("utf-8")))
    assert len(named) > 40
    assert sorted(named - set(NAMES)) == []
