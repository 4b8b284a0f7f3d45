"""The agreement of a lifecycle case, its targets taken in by the agreement's own reader."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.instants import DAY, MINUTE
from sla.conform.events import NO_SEVERITY
from sla.conform.settings import choices_of
from sla.conform.words import Words, own_pauses, words_of
from streams.core.agreement.cells import NO_PROMISE, Terms
from streams.core.agreement.choices import Choices
from streams.core.agreement.faults import AgreementFaults, Fault
from streams.core.agreement.ladders import read_ladders
from streams.core.agreement.model import Agreement, AppliesTo, Cell, Rule
from streams.core.agreement.node import Node
from streams.core.agreement.targets import read_targets
from streams.core.calendar import CalendarSpec

Case = Mapping[str, Any]
Document = dict[str, Any]

PLAN: Final = "all"
"""A case knows no plans: everybody has this one."""
_SAME: Final = {"total_resolution": "resolution"}
_NOBODY: Final = ["nobody"]
"""Whom the steps of a case tell."""


def clock_of(name: str) -> str:
    """The clock that a case's name of one stands for."""
    return _SAME.get(name, name)


def target_name(clock: str, agreement: str | None) -> str:
    """The target of a clock; where a case has agreements side by side, that of one of them."""
    kind = clock_of(clock)
    return kind if agreement is None else f"{kind}:{agreement.replace(' ', '_')}"


def agreement_of(
    case: Case, setting: Mapping[str, Any], calendars: Mapping[str, CalendarSpec]
) -> Agreement:
    """What the case promises, by the calendars of its names.

    Raises AgreementFaults for what an agreement would be refused for, Unreadable for what the form
    of the cases has and an agreement has not.
    """
    words = words_of(case, setting)
    severities = _severities(case)
    faults: list[Fault] = []
    choices = choices_of(words.in_ours(setting), faults)
    targets = _targets(case["agreement"]["targets"], words, severities, calendars, choices, faults)
    if faults:
        raise AgreementFaults(faults)
    return Agreement(
        name="case",
        version="1",
        effective_from=0,
        zone=next((spec.zone for spec in calendars.values()), "UTC"),
        applies_to=AppliesTo(frozenset(), frozenset({"*"})),
        plans=(PLAN,),
        severities=severities,
        severity_names={},
        calendars=calendars,
        words=words.mapping(severities),
        unknown_facts={},
        rules=(Rule("everybody", (), PLAN, False, ""),),
        targets=targets,
        on_upgrade=choices.on_upgrade,
        on_downgrade=choices.on_downgrade,
        reopen=choices.reopen,
        at_risk=choices.at_risk,
        skew_max=5 * MINUTE,
        orphan_after=7 * DAY,
    )


def _severities(case: Case) -> tuple[str, ...]:
    """Every severity that the case speaks of. Cases do not rank them, and choose one mode for both
    directions of a change, so their order says nothing."""
    said: dict[str, None] = {NO_SEVERITY: None}
    for target in case["agreement"]["targets"]:
        said[target.get("severity") or NO_SEVERITY] = None
    for event in case["events"]:
        said[event.get("severity") or NO_SEVERITY] = None
        if event["type"] == "severity_changed":
            said[event["to"] or NO_SEVERITY] = None
    return tuple(said)


def _targets(
    said: Sequence[Case],
    words: Words,
    severities: tuple[str, ...],
    calendars: Mapping[str, CalendarSpec],
    choices: Choices,
    faults: list[Fault],
) -> dict[str, dict[tuple[str, str], Cell]]:
    """Target name -> (plan, severity) -> cell. A case may promise nothing at all."""
    if not said:
        return {}
    steps = {f"steps{number}": _ladder(one) for number, one in enumerate(said)}
    ladders = read_ladders(Node(steps, ("ladders",), faults))
    document: dict[str, Document] = {}
    for number, target in enumerate(said):
        kind = clock_of(target["clock"])
        promises = dict.fromkeys(severities, NO_PROMISE)
        one = document.setdefault(
            target_name(target["clock"], target.get("agreement")),
            {"kind": kind, "promises": {PLAN: promises}},
        )
        promise = _promise(target, words, f"steps{number}")
        at = severities if target.get("severity") is None else (target["severity"],)
        one["promises"][PLAN] |= dict.fromkeys(at, promise)
    terms = Terms((PLAN,), severities, calendars, ladders, choices)
    return read_targets(Node(document, ("targets",), faults), terms)


def _promise(target: Case, words: Words, ladder: str) -> Document:
    promise = {
        "budget": f"{target['budget']} {target['unit']}",
        "calendar": target["calendar"],
        "pauses": sorted(words.categories(own_pauses(target, words.lists))),
    }
    if target.get("thresholds"):
        promise["ladder"] = ladder
    if "start" in target:
        promise["start_at_attach"] = target["start"]
    return promise


def _ladder(target: Case) -> list[Document]:
    return [
        {"at": _at(one), "level": str(one["id"]), "notify": _NOBODY}
        for one in target.get("thresholds", ())
    ]


def _at(threshold: Case) -> str:
    """A step as an agreement writes it: seconds, which it has no word for, as minutes."""
    if "pct" in threshold:
        return f"{threshold['pct']}%"
    seconds = threshold["offset_s"]
    return "100%" if seconds == 0 else f"{'+' if seconds > 0 else '-'}{abs(seconds)}/60 minutes"
