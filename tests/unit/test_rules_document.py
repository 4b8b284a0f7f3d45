"""The document of the rules: whole, printed by `sla rule`, its examples true."""

from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from sla.agreement_files import load
from sla.cases.read import read_cases
from sla.cases.run import run
from sla.cli import main
from sla.rules import document, parts
from streams.core.agreement.choices import BOTH_WAYS, KEYS, WORDS
from streams.core.agreement.model import Agreement, ChangeMode
from streams.core.agreement.settings import FIXED, LENGTHS, SCOPES

TEXT: Final = document()
PARTS: Final = parts(TEXT)
NAMES: Final = [name for part in PARTS for name in part.names]
UNDER_A_TARGET: Final = {"pauses", "stops_at_workaround", "from_opening", "team"}


def blocks(text: str) -> list[Any]:
    """What the YAML examples in `text` hold."""
    found = [block.partition("```")[0] for block in text.split("```yaml\n")[1:]]
    return [YAML(typ="safe", pure=True).load(block) for block in found]


(BASE,) = blocks(next(part.text for part in PARTS if part.names == ("9",)))
EXAMPLES: Final = [
    pytest.param(example, id=f"{'-'.join(part.names)}-{number}")
    for part in PARTS
    if part.names != ("9",)
    for number, example in enumerate(one for block in blocks(part.text) for one in block)
]


def overlaid(base: Any, over: Any) -> Any:
    """`base` with `over` put into it, depth first."""
    if not isinstance(base, dict) or not isinstance(over, dict) or "all" in over:
        return over
    return base | {key: overlaid(base.get(key), value) for key, value in over.items()}


def choosing(chosen: dict[str, Any]) -> dict[str, Any]:
    """The examples' agreement with what an example chooses: settings, targets, parts of one."""
    over: dict[str, Any] = {"settings": {}}
    for key, value in chosen.items():
        if key == "targets":
            over = overlaid(over, {"targets": value})
        elif key in BASE["targets"]:
            over = overlaid(over, {"targets": {key: value}})
        else:
            over["settings"][key] = value
    done = overlaid(deepcopy(BASE), over)
    assert isinstance(done, dict)
    return done


def written(value: Any, to: Path) -> Path:
    """`value` as a YAML file."""
    out = StringIO()
    YAML(typ="safe", pure=True).dump(value, out)
    to.write_text(out.getvalue(), "utf-8")
    return to


def agreement_of(chosen: dict[str, Any], tmp_path: Path) -> Agreement:
    return load(written(choosing(chosen), tmp_path / "agreement.yaml"))[1]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_a_setting_comes_out_as_it_says(
    example: dict[str, Any], tmp_path: Path
) -> None:
    """9: the examples are cases, put to the core as users put theirs."""
    case = {"case": "example", "plan": "silver", "severity": "minor"} | example
    agreement = agreement_of(case.pop("with"), tmp_path)
    if case["severity"] == "none":
        del case["severity"]
    cases = read_cases(written({"cases": [case]}, tmp_path / "cases.yaml"), agreement)
    (result,) = run(agreement, cases)
    assert [(miss.expected.text, miss.got) for miss in result.misses] == []
    assert len(cases.cases[0].expected) == 1


def test_every_setting_stands_in_the_document_once_with_all_that_is_offered() -> None:
    """9: what the reader of agreements offers is what the document says."""
    settings = NAMES[NAMES.index("9") + 1 :]
    assert sorted(settings) == sorted({*KEYS, *LENGTHS, *UNDER_A_TARGET, "scope"} - {BOTH_WAYS})
    for part in PARTS:
        for name in part.names:
            for value in (*WORDS.get(name, ()), *(SCOPES if name == "scope" else ())):
                assert f"`{value}`" in part.text or value in str(blocks(part.text)), (name, value)
    for value in get_args(ChangeMode):
        assert f"`{value}`" in TEXT
    fixed = TEXT[TEXT.index("### Offered in one way") :]
    one_way = {name: offered for name, offered in FIXED.items() if name != "scope"}
    for name, offered in one_way.items():
        row = next(line for line in fixed.splitlines() if line.startswith(f"| `{name}` |"))
        says = [
            one if isinstance(one, str) else "null" if one is None else "true" for one in offered
        ]
        assert row.split("|")[2].strip() == ", ".join(f"`{one}`" for one in says)
    assert fixed.count("\n| `") == len(one_way)


def test_rules_are_numbered_without_a_gap() -> None:
    """A number that output names leads somewhere."""
    numbers = [name for name in NAMES if "." in name]
    last = {"1": 8, "2": 7, "3": 15, "4": 9, "5": 2, "6": 3, "7": 6, "8": 3}
    assert numbers == [f"{c}.{n}" for c, count in last.items() for n in range(1, count + 1)]
    assert all(part.text for part in PARTS if "." in part.names[0])


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
    setting = CliRunner().invoke(main, ["rule", "on_downgrade"]).output
    assert setting.startswith("on_upgrade, on_downgrade\n")
    assert "`freeze`" in setting


def test_a_number_that_is_none_is_refused_with_the_nearest() -> None:
    answer = CliRunner().invoke(main, ["rule", "3.16"])
    assert answer.exit_code == 1
    assert "no rule 3.16" in answer.output
