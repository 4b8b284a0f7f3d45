"""Targets as an agreement states them: a promise for each plan and severity (semantics 2.6, 3)."""

from collections.abc import Mapping
from typing import Final

from streams.core.agreement.cells import (
    NO_PROMISE,
    TERMS,
    Common,
    Terms,
    read_cell,
    read_terms,
)
from streams.core.agreement.faults import listed, nearest, quoted
from streams.core.agreement.kinds import OFFERED, check_concerned, pauses_of
from streams.core.agreement.model import Cell, TargetKind
from streams.core.agreement.node import Node, names_in_key

Cells = dict[tuple[str, str], Cell]

PROMISE: Final = "promise"
"""The name under which the promises made on a ticket are counted; no target may have it."""
_OWN: Final = ("stops_at_workaround", "from_opening", "team", "about")
_EXAMPLE: Final = "1: {budget: 1 hours, calendar: always}"


def read_targets(node: Node, terms: Terms) -> dict[str, Cells]:
    """Target name -> (plan, severity) -> cell; a cell that promises nothing is absent."""
    targets: dict[str, Cells] = {}
    for key, one in node.entries("first_response: {kind: first_response, promises: ...}"):
        name = one.at(key, key).name("target")
        if name == PROMISE:
            one.fault(f"`{PROMISE}` names what agents promise (3.12)", "choose another name")
        if name is not None:
            targets[name] = _target(name, one, terms)
    if node.value == {}:
        node.fault("no target is defined", "add one like first_response")
    return targets


def _target(name: str, node: Node, terms: Terms) -> Cells:
    fields = node.fields(("kind", "promises"), (*TERMS, *_OWN))
    if "about" in fields:
        fields["about"].text()
    kind = _kind(fields["kind"]) if "kind" in fields else None
    if kind is not None:
        check_concerned(fields, kind)
    # A kind with a fault was told; what is read of the rest is thrown away with it.
    known = kind or TargetKind.RESOLUTION
    own = Common(
        target=name,
        kind=known,
        judged=kind is not None,
        at_workaround=_at_workaround(fields, known, terms),
        from_opening=_from_opening(fields),
        team=_team(name, known, fields),
        calendar=None,
        pauses=pauses_of(known),
        ladder=(),
        choices=terms.choices,
    )
    common = read_terms(fields, terms, own)
    return _promises(fields["promises"], terms, common) if "promises" in fields else {}


def _kind(node: Node) -> TargetKind | None:
    kinds = tuple(kind.value for kind in OFFERED)
    if isinstance(node.value, str) and node.value in kinds:
        return TargetKind(node.value)
    close = nearest(node.value, kinds) if isinstance(node.value, str) else ""
    node.fault(f"no kind {quoted(node.value)}", f"{close}offered: {listed(kinds)}")
    return None


def _at_workaround(fields: Mapping[str, Node], kind: TargetKind, terms: Terms) -> frozenset[str]:
    """The severities at which a workaround stops it; the most severe where not said (3.7)."""
    if kind is not TargetKind.RESOLUTION:
        return frozenset()
    node = fields.get("stops_at_workaround")
    if node is None:
        return frozenset(terms.severities[-1:])
    return frozenset(node.some_of(terms.severities, "severity"))


def _from_opening(fields: Mapping[str, Node]) -> bool:
    node = fields.get("from_opening")
    if node is not None and not isinstance(node.value, bool):
        node.fault(f"{quoted(node.value)} is neither true nor false", "write true or false")
    return node is not None and node.value is True


def _team(name: str, kind: TargetKind, fields: Mapping[str, Node]) -> str | None:
    """The team whose ownership counts: as said, else as `ownership:L2` names it, else any."""
    if kind is not TargetKind.OWNERSHIP:
        return None
    if "team" in fields:
        return fields["team"].line()
    return name.partition(":")[2] or None


def _promises(node: Node, terms: Terms, common: Common) -> Cells:
    cells: dict[tuple[str, str], Cell | None] = {}
    for key, row in node.entries("gold: {1: {budget: 1 hours, calendar: always}}"):
        plans = names_in_key(row, key, terms.plans, "plan")
        if row.value == NO_PROMISE:
            found: list[tuple[str, str, Node]] = [
                (plan, severity, row) for plan in plans for severity in terms.severities
            ]
        else:
            found = [
                (plan, severity, one)
                for word, one in row.entries(_EXAMPLE)
                for severity in names_in_key(one, word, terms.severities, "severity")
                for plan in plans
            ]
        for plan, severity, one in found:
            if (plan, severity) in cells:
                one.fault(
                    f"plan {plan}, severity {severity} stands here a second time", "leave it once"
                )
            cells[plan, severity] = read_cell(one, plan, severity, terms, common)
    _check_whole(node, cells, terms)
    return {at: cell for at, cell in cells.items() if cell is not None}


def _check_whole(node: Node, cells: Mapping[tuple[str, str], object], terms: Terms) -> None:
    if not isinstance(node.value, dict):
        return
    for plan in terms.plans:
        missing = [severity for severity in terms.severities if (plan, severity) not in cells]
        if missing:
            node.fault(
                f"nothing is said of plan {plan}, severity {listed(missing)}",
                f"add what is promised, or {plan}: {{{missing[0]}: {NO_PROMISE}}}",
            )
