"""Every rule of the document is quoted by a test, so that none is only claimed.

A test quotes rules where a docstring or comment begins with their numbers or has them in brackets
or after the word semantics, or where the id of a parametrized row begins with them.
"""

import ast
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from sla.rules import document, parts

TESTS: Final = Path(__file__).parent.parent
RULES: Final = tuple(
    name for part in parts(document()) for name in part.names if re.fullmatch(r"\d\.\d+", name)
)
NOT_HELD: Final[dict[str, str]] = {}
"""Rule -> why no test can quote it; only for what is not built yet."""

_NUMBER: Final = r"\d\.\d{1,2}"
_LIST: Final = rf"{_NUMBER}(?:(?:, | and | to ){_NUMBER})*"
_BEGINNING: Final = re.compile(rf"\s*(?:#\s*)?({_LIST})(?=[:.,;](?!\d)|$)")
_AFTER_THE_WORD: Final = re.compile(rf"\b[Ss]emantics ({_LIST})(?![\d.]\d)")
_IN_BRACKETS: Final = re.compile(rf"\((?:[^()]*[,;] )?({_LIST})(?=[),;])")
_ID: Final = re.compile(rf"({_NUMBER}(?:-{_NUMBER})*)-[a-z]")


def quoted_in(text: str, *, is_id: bool = False) -> set[str]:
    """The rule numbers that a docstring, comment or id quotes; `3.7 to 3.9` has all between."""
    if is_id:
        found = _ID.match(text)
        return set() if found is None else set(found[1].split("-"))
    beginning = _BEGINNING.match(text)
    lists = [] if beginning is None else [beginning[1]]
    for pattern in (_AFTER_THE_WORD, _IN_BRACKETS):
        lists += pattern.findall(text)
    return {number for one in lists for number in _numbers(one)}


def _numbers(listed: str) -> Iterator[str]:
    for item in re.split(r", | and ", listed):
        first, _, last = item.partition(" to ")
        yield first
        if last in RULES and first in RULES:
            yield from RULES[RULES.index(first) : RULES.index(last) + 1]
        elif last:
            yield last


def quoted_by(path: Path) -> set[str]:
    """The rule numbers that a file of tests quotes."""
    found: set[str] = set()
    with tokenize.open(path) as lines:
        for token in tokenize.generate_tokens(lines.readline):
            if token.type == tokenize.COMMENT:
                found |= quoted_in(token.string)
            elif token.type == tokenize.STRING and token.string.startswith('"""'):
                found |= quoted_in(token.string.strip('"'))
            elif token.type == tokenize.STRING and token.string[1:2].isdigit():
                found |= quoted_in(ast.literal_eval(token.string), is_id=True)
    return found


@cache
def quotes() -> dict[str, set[str]]:
    """Rule number -> the files that quote it."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        if path == Path(__file__):
            continue  # what it holds are samples
        for number in quoted_by(path):
            found.setdefault(number, set()).add(path.name)
    return found


def test_every_rule_is_quoted_by_a_test() -> None:
    bare = [rule for rule in RULES if rule not in quotes() and rule not in NOT_HELD]
    assert bare == [], "write a test that holds it, and quote its number"


def test_only_what_is_not_built_is_excused() -> None:
    text = {name: part.text for part in parts(document()) for name in part.names}
    assert [rule for rule in NOT_HELD if rule in quotes()] == [], "it is held: take it out"
    assert [rule for rule in NOT_HELD if "Not built yet" not in text.get(rule, "")] == []


def test_no_test_quotes_a_rule_that_is_none() -> None:
    assert {rule: sorted(files) for rule, files in quotes().items() if rule not in RULES} == {}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3.3: exactly at the deadline", {"3.3"}),
        ("7.5.", {"7.5"}),
        ("# 1.5, 1.7", {"1.5", "1.7"}),
        ("Refused (1.8), and told (semantics 2.2).", {"1.8", "2.2"}),
        ("It holds for what is written (see there, 4.7).", {"4.7"}),
        ("Semantics 3.7 to 3.9: time used", {"3.7", "3.8", "3.9"}),
        ("1.5 hours later", set()),
        ("2026.1 and 10.30 and 0.25", set()),
        ("Design 4.2: one writer", set()),
        ("a share of 1.5: too much", set()),
    ],
)
def test_what_is_a_quotation(text: str, numbers: set[str]) -> None:
    assert quoted_in(text) == numbers


def test_what_is_a_quotation_in_an_id() -> None:
    assert quoted_in("3.4-3.7-both-start", is_id=True) == {"3.4", "3.7"}
    assert quoted_in("1.5 hours", is_id=True) == set()
    assert quoted_in("2026-03-30 10:00", is_id=True) == set()
