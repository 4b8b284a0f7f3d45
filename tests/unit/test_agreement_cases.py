"""`sla agreement test`: stories in, what came out otherwise told with expected and got."""

import json
import random
import re
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sla.agreement_files import FileFaults, load
from sla.cases.expected import EXAMPLES
from sla.cases.phrases import PHRASES
from sla.cases.read import read_cases
from sla.cases.run import run as hold
from sla.cli import main
from streams.core.agreement.model import Agreement
from streams.core.agreement.read import read_agreement
from tests.agreements import PASSKIT_FILE

HEAD = "zone: Asia/Hong_Kong\ncases:\n"
# Gold, severity 2: 4 business hours to the first answer, so due at 14:00.
CASE = """\
- case: a story
  opened: Mon 2026-03-30 10:00
  plan: gold
  severity: 2
  happens: [{happens}]
  expect: {{ {expect} }}
"""


def run(tmp_path: Path, text: str) -> Result:
    """The command on the cases in `text`, with PassKit's agreement."""
    return CliRunner().invoke(
        main, ["agreement", "test", str(PASSKIT_FILE), str(_file(tmp_path, text))]
    )


def misses(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    """(expected, got) of all that came out otherwise."""
    cases = read_cases(_file(tmp_path, text), of_2026())
    found = [miss for result in hold(of_2026(), cases) for miss in result.misses]
    return [(f"{miss.expected.target}: {miss.expected.text}", miss.got) for miss in found]


@cache
def of_2026() -> Agreement:
    """PassKit's agreement for one year, so that its calendars are made ten times as fast."""
    document, _ = load(PASSKIT_FILE)
    return read_agreement(document | {"years": "2026"})


def _file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "cases.yaml"
    file.write_text(text)
    return file


def story(happens: str, expect: str) -> str:
    return HEAD + CASE.format(happens=happens, expect=expect)


@pytest.mark.parametrize(
    ("happens", "expect", "got"),
    [
        ("", "first_response: due 14:30", "running, due Mon 2026-03-30 14:00, spent 0 s"),
        ("13:00 agent replied", "first_response: met 13:01", ", met Mon 2026-03-30 13:00"),
        ("13:00 agent replied", "first_response: running", "met, due"),
        ("15:00 agent replied", "first_response: met 15:00", "met late, due Mon 2026-03-30 14:00"),
        ("13:00 agent replied", "first_response: breached 14:00", "met, due"),
        ("13:00 agent replied", "first_response: spent 2 hours", "spent 3 h"),
        ("13:00 agent replied", "first_response: not due", "due Mon 2026-03-30 14:00"),
        ("13:00 agent replied", "first_response: none", "met, due"),
        ("", "first_response: reached team 12:00", "reached assignee Mon 2026-03-30 12:00"),
        ("", "first_response: void", "running, due"),
        ("11:00 deleted", "first_response: void 12:00", "void (deleted), void Mon 2026-03-30 11"),
        ("11:00 plan bronze", "turn_around: running", "void (no_target)"),
        ("12:00 severity 1", "first_response: none", "superseded (superseded), spent 2 h; then"),
        ("10:30 status pending", "turn_around: running", "paused, spent 30 min"),
        ("", "promise: due 12:00", "none"),
    ],
)  # fmt: skip
def test_what_comes_out_otherwise(tmp_path: Path, happens: str, expect: str, got: str) -> None:
    ((expected, came),) = misses(tmp_path, story(happens, expect))
    assert expected == expect
    assert got in came


def test_a_failing_case_prints_expected_and_got(tmp_path: Path) -> None:
    result = run(tmp_path, story("13:00 agent replied", "first_response: [met 13:00, met 13:01]"))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{tmp_path / 'cases.yaml'}:3:3: a story",
        "  first_response: expected met 13:01",
        "                  got met, due Mon 2026-03-30 14:00, "
        "reached assignee Mon 2026-03-30 12:00, met Mon 2026-03-30 13:00, spent 3 h",
        "0 passed, 1 failed",
    ]


def test_a_ticket_under_no_promise_says_why(tmp_path: Path) -> None:
    text = story("", "first_response: running").replace("plan: gold", "category: third_party")
    assert misses(tmp_path, text) == [("first_response: running", "none (not_covered)")]


@pytest.mark.parametrize(
    ("happens", "expect"),
    [
        # A time alone is on the day of the line above; one with a zone is an instant.
        (
            "2026-03-31 09:00 status pending, 10:00 status open, 11:00 resolved",
            "turn_around: [met 2026-03-31 11:00, spent 12 hours]",
        ),
        ("2026-03-30T05:59:59Z agent replied", "first_response: met 13:59:59"),
        ("12:00 calendar business closed until 13:00", "first_response: due 15:00"),
        ("11:00 excluded until 12:00", "first_response: due 15:00"),
        ("11:00 deadline of first_response 12:00", "first_response: breached 12:00"),
        (
            "11:00 deadline of first_response 12:00, 11:30 deadline of first_response withdrawn",
            "first_response: due 14:00",
        ),
        ("11:00 deleted, 12:00 restored", "first_response: due 15:00"),
        ("11:00 spam", "turn_around: void 11:00"),
        ("11:00 closed, 13:00 reopened", "turn_around: running"),
        ("11:00 first response recorded", "first_response: met 11:00"),
        ("11:00 promised p by 12:00, 11:30 promise p withdrawn", "promise: void 11:30"),
        ("11:00 plan Platinum", "first_response: due 11:00"),
        ("10:30 account sdk false", "first_response: void 10:30"),
        ("11:00 category release", "first_response: due 14:00"),
        ('"11:00 assigned to L2, Ann", 12:00 assigned to nobody', "first_response: due 14:00"),
        (
            "11:00 severity 4, 11:01 release maintenance planned for 2026-05-04 10:00, "
            "11:02 release maintenance cancelled",
            "turn_around: not due",
        ),
        (
            "10:10 severity 1, 11:00 workaround, 12:00 workaround withdrawn",
            "turn_around: [met 11:00, reopened 12:00]",
        ),
        ("10:20 agent contact recorded, 10:30 requester contact recorded", "turn_around: running"),
    ],
)
def test_what_may_happen(tmp_path: Path, happens: str, expect: str) -> None:
    assert misses(tmp_path, story(happens, expect)) == []


FAULTY = HEAD + dedent("""\
    - case: one
      opened: Tue 2026-03-30 10:00
      expect: {}
    - case: two
      opened: 2026-03-30 10:00
      plan: golden
      severity: 2
      happens:
        - agent replied
        - 25:00 agent replied
        - 11:00 agent repliedd
        - 12:00 status pendig
        - 2026-02-30 12:00 resolved
      expect:
        first_respons: due 14:00
        first_response: [due 14:00 sharp, dew 14:00, spent 1 day]
    - {case: three, opened: 10:00, expect: {turn_around: none}, hapens: []}
    - {opened: 2026-03-30 10:00, account: {sdk: []}, expect: {}}
    """)

FAULTS = """\
4:3: cases.0.opened: 2026-03-30 is no Tue — write Mon, or correct the date
8:3: cases.1.plan: no plan 'golden' — did you mean gold? write one of:
11:7: cases.1.happens.0: 'agent replied' begins with no time — write one like Thu 2026-04-02 18:00
12:7: cases.1.happens.1: '25:00 agent replied' begins with no time — write one like
13:7: cases.1.happens.2: 'agent repliedd' says nothing known — did you mean agent replied? say
14:7: cases.1.happens.3: no status 'pendig' — did you mean pending? write one of:
15:7: cases.1.happens.4: '2026-02-30 12:00 resolved' names no day — write one like
17:5: cases.1.expect.first_respons: no target 'first_respons' — did you mean first_response?
18:22: cases.1.expect.first_response.0: 'sharp' stands after the time — write what is expected
18:39: cases.1.expect.first_response.1: 'dew 14:00' expects nothing known —
18:50: cases.1.expect.first_response.2.0: a bare day may be 24 hours or an office day (2.5) —
19:17: cases.2.opened: '10:00' names no day — write one like
19:61: cases.2.hapens: unknown key 'hapens' — did you mean happens?
20:3: cases.3: case is missing — add the key case
20:40: cases.3.account.sdk: a list is no value of a fact — write a word, true or false
20:50: cases.3.expect: nothing is expected — name a target, like first_response: met 09:30
"""


def test_every_fault_of_a_file_of_cases_is_told_at_once(tmp_path: Path) -> None:
    result = run(tmp_path, FAULTY)
    assert result.exit_code == 1
    assert result.stdout == ""
    *lines, last = result.stderr.splitlines()
    for line, start in zip(lines, FAULTS.splitlines(), strict=True):
        assert line.startswith(f"{tmp_path / 'cases.yaml'}:{start}"), line
    assert last == f"Error: {tmp_path / 'cases.yaml'}: 16 faults"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1:1: is empty"),
        ("cases: []", "1:1: cases: there is no case — add one"),
        ("cases: none", "1:1: cases: 'none' is no list"),
        ("zone: Mars\ncases: []", "1:1: zone: "),
        ("case: []", "1:1: cases is missing — add the key cases"),
    ],
)
def test_what_is_no_file_of_cases(tmp_path: Path, text: str, told: str) -> None:
    assert f"{tmp_path / 'cases.yaml'}:{told}" in run(tmp_path, text).stderr


def test_every_phrase_is_shown_by_its_example() -> None:
    """What a fault proposes must itself be understood."""

    for example, pattern, _ in PHRASES:
        fitting = [other for _, other, _ in PHRASES if re.fullmatch(other, example)]
        assert fitting[0] == pattern, example
    assert len(set(EXAMPLES)) == len(EXAMPLES)


JUNK: list[Any] = [
    *(None, True, -1, 10**30, 0.5, "", " ", "x" * 5000, [], {}, [[]], [None], {"": 1}, ["a", "a"]),
    *("10:00", "due", "met 99:99", "Mon", "0001-01-01 00:00", "9999-12-31 23:59", "10:00 status "),
    "10:00 merged into " + "x" * 200,
    *("10:00 excluded until 9:00", "10:00 account x " + "y" * 99),
    *("1500-01-01T00:00Z resolved", "2026-03-30T10:00+08:00", "at risk 9999-12-31 23:59"),
]  # fmt: skip


@pytest.mark.slow
def test_whatever_a_file_of_cases_holds_is_read_or_refused(tmp_path: Path) -> None:
    """Any other exception would show a stack trace to a support manager."""
    rng = random.Random(1)
    outcome = {"read": 0, "refused": 0}
    for _ in range(200):
        case: dict[str, Any] = {
            "case": "a story",
            "opened": "2026-03-30 10:00",
            "severity": 2,
            "happens": ["11:00 agent replied"],
            "expect": {"first_response": ["due 14:00"]},
        }
        key = rng.choice([*case, "plan", "status", "team", "account", "now", "opened_by"])
        junk = rng.choice(JUNK)
        inner = rng.random() < 0.5
        match case.get(key):
            case list() if inner:
                case[key] = [junk]
            case dict() if inner:
                case[key] = {"first_response": junk}
            case _:
                case[key] = junk
        file = _file(tmp_path, json.dumps({"cases": [case]}))
        try:
            read = read_cases(file, of_2026())
        except FileFaults:
            outcome["refused"] += 1
        else:
            assert len(list(hold(of_2026(), read))) == 1
            outcome["read"] += 1
    assert min(outcome.values()) >= 10, outcome


@pytest.mark.parametrize(
    "opened", ["0001-01-01 00:00", "9999-12-31 23:59", "0001-01-01T00:00+14:00", "1969-12-31 23:59"]
)
def test_times_of_no_ticket_are_refused(tmp_path: Path, opened: str) -> None:
    result = run(
        tmp_path, story("", "first_response: none").replace("Mon 2026-03-30 10:00", opened)
    )
    assert "it is no time of a ticket — write a time in the years 1970 to 2200" in result.stderr
