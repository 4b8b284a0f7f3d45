"""The settings of an agreement as a table: what is chosen, the defaults marked (semantics 9)."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

from rich.table import Table

from sla import agreement_words as words
from streams.core.agreement.choices import Choices
from streams.core.agreement.kinds import CONCERNS
from streams.core.agreement.model import Agreement, Cell
from streams.core.agreement.node import Node
from streams.core.agreement.settings import EDIT, EDITS, FIXED, Chosen, read_settings


def settings_table(document: Mapping[str, Any], agreement: Agreement) -> Table:
    """Every setting: its value, whether that is the default, and the targets that differ."""
    said = document.get("settings")
    chosen = read_settings(None if said is None else Node(said, ("settings",), []))
    table = Table(title="settings", title_justify="left")
    for column in ("setting", "value", "", "otherwise for"):
        table.add_column(column, overflow="fold")
    rules = Choices()
    for one in fields(Choices):
        value, default = (value_of(found, one.name) for found in (chosen.choices, rules))
        otherwise = "\n".join(_otherwise(agreement, one.name, value))
        table.add_row(_written(one.name), value, _mark(value == default), otherwise)
    for row in _of_the_agreement(chosen):
        table.add_row(*row)
    for name, offered in FIXED.items():
        word = offered[0]
        shown = word if isinstance(word, str) else "null" if word is None else "true"
        table.add_row(name, shown, "fixed", "")
    return table


def _mark(is_default: bool) -> str:
    return "default" if is_default else "chosen"


def _of_the_agreement(chosen: Chosen) -> Iterator[tuple[str, str, str, str]]:
    rules = Chosen()
    yield "scope", chosen.scope, _mark(chosen.scope == rules.scope), ""
    edit = "none" if chosen.on_edit is None else EDITS[0]
    yield EDIT, edit, _mark(chosen.on_edit == rules.on_edit), ""
    skew, orphan = chosen.skew_max, chosen.orphan_after
    yield "skew_max", words.length(skew), _mark(skew == rules.skew_max), ""
    yield "orphan_after", words.days(orphan), _mark(orphan == rules.orphan_after), ""


def value_of(of: Choices | Cell, name: str) -> str:
    """A choice as it is shown."""
    value = getattr(of, name)
    if isinstance(value, Fraction):
        return f"{float(value * 100):g}%"
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _written(name: str) -> str:
    return "at_risk_threshold" if name == "at_risk" else name


def _otherwise(agreement: Agreement, name: str, value: str) -> Iterator[str]:
    """The targets that choose otherwise, each with the promises that do, unless all do."""
    kinds = CONCERNS.get(_written(name))
    for target, cells in agreement.targets.items():
        found: dict[str, list[str]] = {}
        for (plan, severity), cell in cells.items():
            if kinds is None or cell.kind in kinds:
                found.setdefault(value_of(cell, name), []).append(f"{plan} {severity}")
        for other, whose in found.items():
            if other != value:
                which = "" if len(found) == 1 else f" at {', '.join(whose)}"
                yield f"{target}{which}: {other}"
