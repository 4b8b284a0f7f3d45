"""Targets as an agreement states them: a promise for each plan and severity (semantics 2.6, 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, cast

from streams.core.agreement.amounts import read_length, read_share
from streams.core.agreement.faults import listed
from streams.core.agreement.ladders import Rung, ladder_named, steps_of
from streams.core.agreement.model import Cell, StatusCategory, TargetKind
from streams.core.agreement.node import Node, names_in_key
from streams.core.agreement.settings import one_offered
from streams.core.calendar import CalendarSpec

Cells = dict[tuple[str, str], Cell]
Attach = Literal["created", "attached"]

NO_PROMISE: Final = "none"
PAUSING: Final[tuple[StatusCategory, ...]] = (
    "open",
    "in_progress",
    "waiting_on_customer",
    "waiting_on_third_party",
)
_LATER: Final = (
    "next_reply",
    "periodic_update",
    "time_to_own",
    "ownership",
    "requester_wait",
    "agent_work",
    "first_resolution",
)
_TERMS: Final = ("calendar", "pauses", "ladder", "start_at_attach", "at_risk_threshold")


@dataclass(frozen=True, slots=True)
class Terms:
    """What cells may speak of."""

    plans: tuple[str, ...]
    severities: tuple[str, ...]
    calendars: Mapping[str, CalendarSpec | None]
    ladders: Mapping[str, tuple[Rung, ...]]
    at_risk: Fraction


@dataclass(frozen=True, slots=True)
class Common:
    """What a target says for all its cells; a cell may say otherwise."""

    target: str
    kind: TargetKind
    at_workaround: frozenset[str]
    calendar: str | None
    pauses: frozenset[str]
    ladder: tuple[Rung, ...]
    start_at_attach: Attach
    at_risk: Fraction


def read_targets(node: Node, terms: Terms) -> dict[str, Cells]:
    """Target name -> (plan, severity) -> cell; a cell that promises nothing is absent."""
    targets: dict[str, Cells] = {}
    for key, one in node.entries("first_response: {kind: first_response, promises: ...}"):
        name = one.at(key, key).name("target")
        if name is not None:
            targets[name] = _target(name, one, terms)
    if node.value == {}:
        node.fault("no target is defined", "add one like first_response")
    return targets


def _target(name: str, node: Node, terms: Terms) -> Cells:
    fields = node.fields(("kind", "promises"), (*_TERMS, "stops_at_workaround", "about"))
    if "about" in fields:
        fields["about"].text()
    word = None
    if "kind" in fields:
        word = one_offered(fields["kind"], tuple(kind.value for kind in TargetKind), _LATER, "kind")
    kind = TargetKind(word or TargetKind.FIRST_RESPONSE)
    common = _terms(
        fields,
        terms,
        Common(
            target=name,
            kind=kind,
            at_workaround=_at_workaround(fields, kind, terms),
            calendar=None,
            # Defaults of 3.4 and 3.7.
            pauses=frozenset({"waiting_on_customer"} if kind == TargetKind.RESOLUTION else ()),
            ladder=(),
            start_at_attach="created",
            at_risk=terms.at_risk,
        ),
    )
    return _promises(fields["promises"], terms, common) if "promises" in fields else {}


def _at_workaround(fields: Mapping[str, Node], kind: TargetKind, terms: Terms) -> frozenset[str]:
    """The severities at which a workaround stops it; the most severe where not said (3.7)."""
    node = fields.get("stops_at_workaround")
    if kind != TargetKind.RESOLUTION:
        if node is not None:
            node.fault(f"a workaround stops no {kind.value}", "take stops_at_workaround out")
        return frozenset()
    if node is None:
        return frozenset(terms.severities[-1:])
    return frozenset(node.some_of(terms.severities, "severity"))


def _terms(fields: Mapping[str, Node], terms: Terms, common: Common) -> Common:
    """`common` with what `fields` say otherwise."""
    calendar, pauses, ladder = common.calendar, common.pauses, common.ladder
    attach, at_risk = common.start_at_attach, common.at_risk
    if "calendar" in fields:
        calendar = fields["calendar"].one_of(terms.calendars, "calendar")
    if "pauses" in fields:
        pauses = frozenset(fields["pauses"].some_of(PAUSING, "status category that pauses"))
    if "ladder" in fields:
        ladder = ladder_named(fields["ladder"], terms.ladders)
    if "start_at_attach" in fields:
        word = one_offered(
            fields["start_at_attach"], ("created", "attached"), (), "start_at_attach"
        )
        attach = cast(Attach, word or attach)
    if "at_risk_threshold" in fields:
        at_risk = read_at_risk(fields["at_risk_threshold"]) or at_risk
    return Common(
        common.target,
        common.kind,
        common.at_workaround,
        calendar,
        pauses,
        ladder,
        attach,
        at_risk,
    )


def read_at_risk(node: Node) -> Fraction | None:
    """The share of the budget from which a running timer is at risk (6.1)."""
    return read_share(node, Fraction(1, 1_000_000), Fraction(1))


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
                for word, one in row.entries("1: {budget: 1 hours, calendar: always}")
                for severity in names_in_key(one, word, terms.severities, "severity")
                for plan in plans
            ]
        for plan, severity, one in found:
            if (plan, severity) in cells:
                one.fault(
                    f"plan {plan}, severity {severity} stands here a second time", "leave it once"
                )
            cells[plan, severity] = _cell(one, plan, severity, terms, common)
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


def _cell(node: Node, plan: str, severity: str, terms: Terms, common: Common) -> Cell | None:
    if node.value == NO_PROMISE:
        return None
    fields = node.fields((), ("budget", "release", *_TERMS))
    own = _terms(fields, terms, common)
    if own.calendar is None and "calendar" not in fields:
        node.fault("it names no calendar", f"add calendar: one of {listed(terms.calendars)}")
    spec = None if own.calendar is None else terms.calendars[own.calendar]
    budget = read_length(fields["budget"], spec) if "budget" in fields else None
    release = fields["release"].name("release kind") if "release" in fields else None
    if "budget" in fields and "release" in fields:
        fields["release"].fault(
            "a release fixes the deadline already", "leave budget or release out"
        )
    has_deadline = "budget" in fields or "release" in fields
    if not has_deadline and "ladder" in fields and own.ladder:
        fields["ladder"].fault(
            "an open-ended promise has no deadline to climb to", "give it a budget, or ladder: none"
        )
    whose = f"{common.target}, plan {plan}, severity {severity}"
    return Cell(
        target=common.target,
        kind=common.kind,
        plan=plan,
        severity=severity,
        calendar=own.calendar or "",
        budget=budget,
        budget_text=(fields["budget"].written() or "") if "budget" in fields else "",
        release=release,
        pauses=own.pauses,
        stops_at_workaround=severity in common.at_workaround,
        start_at_attach=own.start_at_attach,
        ladder=steps_of(own.ladder, budget, spec, whose) if has_deadline else (),
        at_risk=own.at_risk,
    )
