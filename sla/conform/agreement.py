"""The agreement of a lifecycle case as a value of the core."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from schemas.instants import DAY, HOUR, MINUTE
from sla.conform.events import NO_SEVERITY
from sla.conform.settings import Chosen
from sla.conform.unreadable import Unreadable
from sla.conform.words import Words, own_pauses, words_of
from streams.core.agreement.model import Agreement, AppliesTo, Cell, Rule, Step, TargetKind
from streams.core.calendar import CalendarSpec, day_length

Case = Mapping[str, Any]

PLAN: Final = "all"
"""A case knows no plans: everybody has this one."""
_KINDS: Final = {"total_resolution": "resolution"}
_UNITS: Final = {"minutes": MINUTE, "hours": HOUR}


def clock_of(name: str) -> str:
    """The clock that a case's name of one stands for."""
    return _KINDS.get(name, name)


def agreement_of(
    case: Case, setting: Mapping[str, Any], calendars: Mapping[str, CalendarSpec]
) -> Agreement:
    """What the case promises. Raises Unreadable for what no agreement can say."""
    chosen = Chosen(setting)
    words = words_of(case, setting)
    severities = _severities(case)
    maker = _Cells(chosen, words, calendars, setting)
    targets: dict[str, dict[tuple[str, str], Cell]] = {}
    for target in case["agreement"]["targets"]:
        name = _name(target)
        for severity in severities if target.get("severity") is None else (target["severity"],):
            targets.setdefault(name, {})[PLAN, severity] = maker.cell(name, target, severity)
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
        on_upgrade=chosen.on_change,
        on_downgrade=chosen.on_change,
        reopen=setting.get("reopen", "continue_excluding_closed"),
        at_risk=chosen.at_risk,
        skew_max=5 * MINUTE,
        orphan_after=7 * DAY,
    )


def _name(target: Case) -> str:
    """A target's name: its clock; of an agreement beside others, that one's name too."""
    clock = clock_of(target["clock"])
    return clock if "agreement" not in target else f"{clock}:{target['agreement']}"


def _severities(case: Case) -> tuple[str, ...]:
    """Every severity that the case speaks of; cases do not rank them, so neither direction of a
    change is told from the other."""
    said: dict[str, None] = {NO_SEVERITY: None}
    for target in case["agreement"]["targets"]:
        said[target.get("severity") or NO_SEVERITY] = None
    for event in case["events"]:
        said[event.get("severity") or NO_SEVERITY] = None
        if event["type"] == "severity_changed":
            said[event["to"] or NO_SEVERITY] = None
    return tuple(said)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Makes the cells of one case."""

    chosen: Chosen
    words: Words
    calendars: Mapping[str, CalendarSpec]
    setting: Mapping[str, Any]

    def cell(self, name: str, target: Case, severity: str) -> Cell:
        """The promise of `target` at one severity."""
        fields = {"start_at_attach": "created"} | self.chosen.cell() | self._first_response_by()
        if "start" in target:
            fields["start_at_attach"] = target["start"]
        unit = target["unit"]
        budget: int | None = None
        if unit in _UNITS:
            budget = _whole(target["budget"], _UNITS[unit])
        elif unit == "business_days":
            budget, days = self._days(target)
            fields["days"] = days
        else:
            raise Unreadable(f"unit {unit}; taken: minutes, hours, business_days")
        return Cell(
            target=name,
            kind=TargetKind(clock_of(target["clock"])),
            plan=PLAN,
            severity=severity,
            calendar=target["calendar"],
            budget=budget,
            budget_text=f"{target['budget']} {unit}",
            release=None,
            pauses=frozenset(self.words.categories(own_pauses(target, self.words.lists))),
            stops_at_workaround=False,
            ladder=tuple(_step(one) for one in target.get("thresholds", ())),
            at_risk=self.chosen.at_risk,
            **fields,
        )

    def _days(self, target: Case) -> tuple[int | None, Fraction | None]:
        """(the budget where the day rule fixes it now, the days where only the start does)."""
        count = Fraction(str(target["budget"]))
        match self.setting.get("day_rule", "schedule_day_length"):
            case "schedule_day_length":
                return _whole(count, day_length(self.calendars[target["calendar"]])), None
            case "24_schedule_hours":
                return _whole(count, DAY), None
            case _:
                return None, count

    def _first_response_by(self) -> dict[str, frozenset[str]]:
        said: Sequence[str] | None = self.setting.get("first_response_by")
        if said is None:
            return {}
        return {"first_response_by": frozenset(one for by in said for one in self.words.by(by))}


def _whole(count: Any, unit: int) -> int:
    length = Fraction(str(count)) * unit
    if length.denominator != 1:
        raise Unreadable(f"budget {count}: no whole number of microseconds")
    return int(length)


def _step(threshold: Case) -> Step:
    level = str(threshold["id"])
    if "pct" in threshold:
        share = Fraction(str(threshold["pct"])) / 100
        return Step(level, f"{threshold['pct']}%", (), share=share)
    return Step(
        level, f"{threshold['offset_s']} s", (), offset=_whole(threshold["offset_s"], 1_000_000)
    )
