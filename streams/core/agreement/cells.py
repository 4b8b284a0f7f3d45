"""One promise of a target: its budget, calendar, ladder and choices (semantics 2.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from streams.core.agreement.budgets import Budget, read_budget
from streams.core.agreement.choices import KEYS, Choices, read_choices
from streams.core.agreement.faults import listed
from streams.core.agreement.kinds import check_concerned
from streams.core.agreement.ladders import Rung, ladder_named, steps_of
from streams.core.agreement.model import MEASURES, Cell, StatusCategory, Step, TargetKind
from streams.core.agreement.node import Node
from streams.core.calendar import CalendarSpec

NO_PROMISE: Final = "none"
PAUSING: Final[tuple[StatusCategory, ...]] = (
    "open",
    "in_progress",
    "waiting_on_customer",
    "waiting_on_third_party",
)
TERMS: Final = ("calendar", "pauses", "ladder", *KEYS)
"""What a target may say for all its promises, and each of them otherwise."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What cells may speak of."""

    plans: tuple[str, ...]
    severities: tuple[str, ...]
    calendars: Mapping[str, CalendarSpec | None]
    ladders: Mapping[str, tuple[Rung, ...]]
    choices: Choices


@dataclass(frozen=True, slots=True)
class Common:
    """What a target says for all its cells; a cell may say otherwise."""

    target: str
    kind: TargetKind
    judged: bool
    """Whether its kind is known, so that what is for other kinds is a fault."""
    at_workaround: frozenset[str]
    from_opening: bool
    team: str | None
    calendar: str | None
    pauses: frozenset[str]
    ladder: tuple[Rung, ...]
    choices: Choices


def read_terms(fields: Mapping[str, Node], terms: Terms, common: Common) -> Common:
    """`common` with what `fields` say otherwise."""
    calendar, pauses, ladder = common.calendar, common.pauses, common.ladder
    if "calendar" in fields:
        calendar = fields["calendar"].one_of(terms.calendars, "calendar")
    if "pauses" in fields:
        pauses = frozenset(fields["pauses"].some_of(PAUSING, "status category that pauses"))
    if "ladder" in fields:
        ladder = ladder_named(fields["ladder"], terms.ladders)
    choices = read_choices(fields, common.choices)
    return replace(common, calendar=calendar, pauses=pauses, ladder=ladder, choices=choices)


def read_cell(node: Node, plan: str, severity: str, terms: Terms, common: Common) -> Cell | None:
    """The promise at `node`; None: nothing is promised."""
    if node.value == NO_PROMISE:
        return None
    fields = node.fields((), ("budget", "release", *TERMS))
    if common.judged:
        check_concerned(fields, common.kind)
    own = read_terms(fields, terms, common)
    if own.calendar is None and "calendar" not in fields:
        node.fault("it names no calendar", f"add calendar: one of {listed(terms.calendars)}")
    spec = None if own.calendar is None else terms.calendars[own.calendar]
    budget = Budget()
    if "budget" in fields:
        budget = read_budget(fields["budget"], spec, own.choices.day_rule)
    if common.kind in MEASURES:
        # It stays to be seen as text, and is not judged (3.10).
        budget = Budget(text=budget.text)
    release = fields["release"].name("release kind") if "release" in fields else None
    _check_deadline(fields, own)
    steps: tuple[Step, ...] = ()
    if common.kind not in MEASURES and ("budget" in fields or "release" in fields):
        whose = f"{common.target}, plan {plan}, severity {severity}"
        steps = steps_of(own.ladder, budget.open_time, spec, own.choices.day_rule, whose)
    return _cell(own, plan, severity, budget, release, steps)


def _check_deadline(fields: Mapping[str, Node], own: Common) -> None:
    if "budget" in fields and "release" in fields:
        fields["release"].fault(
            "a release fixes the deadline already", "leave budget or release out"
        )
    open_ended = "budget" not in fields and "release" not in fields
    if open_ended and own.kind not in MEASURES and "ladder" in fields and own.ladder:
        fields["ladder"].fault(
            "an open-ended promise has no deadline to climb to", "give it a budget, or ladder: none"
        )


def _cell(
    own: Common,
    plan: str,
    severity: str,
    budget: Budget,
    release: str | None,
    steps: tuple[Step, ...],
) -> Cell:
    choices = own.choices
    return Cell(
        target=own.target,
        kind=own.kind,
        plan=plan,
        severity=severity,
        calendar=own.calendar or "",
        budget=budget.open_time,
        budget_text=budget.text,
        release=release,
        pauses=own.pauses,
        stops_at_workaround=severity in own.at_workaround,
        start_at_attach=choices.start_at_attach,
        ladder=steps,
        at_risk=choices.at_risk,
        on_upgrade=choices.on_upgrade,
        on_downgrade=choices.on_downgrade,
        reopen=choices.reopen,
        agent_created=choices.agent_created,
        first_response_by=choices.first_response_by,
        resolve_without_reply=choices.resolve_without_reply,
        next_reply_start=choices.next_reply_start,
        from_opening=own.from_opening,
        team=own.team,
        close_boundary=choices.close_boundary,
        day_rule=choices.day_rule,
        days=budget.days,
    )
