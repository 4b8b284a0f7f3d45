"""Reads an agreement document: plain data as JSON has it, also inside `agreement.published.v1`.

The reader goes through the whole document whatever it meets, so that one run tells all that is
wrong with it. The shape is explained in `agreements/README.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas.instants import parse
from streams.core.agreement.calendars import Defaults, read_calendars, read_zone
from streams.core.agreement.cells import NO_PROMISE, Terms
from streams.core.agreement.days import read_years
from streams.core.agreement.faults import AgreementFaults, Fault, quoted
from streams.core.agreement.holidays import read_holiday_lists
from streams.core.agreement.ladders import NO_LADDER, read_ladders
from streams.core.agreement.model import Agreement, AppliesTo
from streams.core.agreement.node import Node
from streams.core.agreement.rules import AS_BOUGHT, NOTHING, Names, read_rules
from streams.core.agreement.settings import read_settings
from streams.core.agreement.targets import read_targets
from streams.core.agreement.words import read_mapping, read_words, with_own_names

__all__ = ["AgreementFaults", "Fault", "read_agreement", "read_mapping"]

_REQUIRED: Final = (
    "name",
    "version",
    "effective_from",
    "zone",
    "applies_to",
    "plans",
    "severities",
    "calendars",
    "rules",
    "targets",
)
_OPTIONAL: Final = (
    "title",
    "about",
    "years",
    "holidays",
    "categories",
    "words",
    "unknown",
    "ladders",
    "settings",
    "not_measured",
)
NAMES_MAX: Final = 100
"""More plans, severities or categories than people can tell apart; each costs cells."""
_TAKEN: Final = (AS_BOUGHT, NOTHING, NO_PROMISE, NO_LADDER)


def read_agreement(document: Mapping[str, Any]) -> Agreement:
    """The agreement that `document` states.

    Raises AgreementFaults with every fault there is, each with its path and a remedy.
    """
    faults: list[Fault] = []
    root = Node(document, (), faults)
    fields = root.fields(_REQUIRED, _OPTIONAL)
    # What is missing was told; reading nothing in its place finds the faults of the rest.
    agreement = _read({key: fields.get(key, Node(None, (key,), [])) for key in _ALL})
    if faults:
        # A cell that several plans share is read for each, and told once.
        raise AgreementFaults(list(dict.fromkeys(faults)))
    return agreement


_ALL: Final = (*_REQUIRED, *_OPTIONAL)


@dataclass(frozen=True, slots=True)
class _Named:
    """A ranked list of names with their titles."""

    names: tuple[str, ...]
    titles: Mapping[str, str]


def _read(fields: Mapping[str, Node]) -> Agreement:
    _read_prose(fields)
    plans = _named(fields["plans"], "plan")
    severities = _named(fields["severities"], "severity")
    categories = _named(_or(fields["categories"], []), "category")
    zone = read_zone(fields["zone"])
    years_said = fields["years"].value is not None
    years = read_years(fields["years"]) if years_said else None
    holidays = read_holiday_lists(_or(fields["holidays"], {}))
    calendars = read_calendars(fields["calendars"], Defaults(zone, years, years_said, holidays))
    settings = read_settings(None if fields["settings"].value is None else fields["settings"])
    ladders = read_ladders(_or(fields["ladders"], {}))
    names = Names(plans.names, severities.names, categories.names)
    rules, unknown = read_rules(fields["rules"], _or(fields["unknown"], {}), names)
    words = read_words(fields["words"], severities.names, plans.names, categories.names)
    return Agreement(
        name=fields["name"].name("agreement") or "",
        version=fields["version"].name("version") or "",
        effective_from=_instant(fields["effective_from"]),
        zone=zone or "",
        applies_to=_applies_to(fields["applies_to"]),
        plans=plans.names,
        severities=severities.names,
        severity_names=severities.titles,
        calendars={name: spec for name, spec in calendars.items() if spec is not None},
        words=with_own_names(words, severities.names, plans.names, categories.names),
        unknown_facts=unknown,
        rules=rules,
        targets=read_targets(
            fields["targets"],
            Terms(plans.names, severities.names, calendars, ladders, settings.choices),
        ),
        on_upgrade=settings.choices.on_upgrade,
        on_downgrade=settings.choices.on_downgrade,
        reopen=settings.choices.reopen,
        at_risk=settings.choices.at_risk,
        skew_max=settings.skew_max,
        orphan_after=settings.orphan_after,
        scope=settings.scope,
        on_edit=settings.on_edit,
    )


def _or(node: Node, value: Any) -> Node:
    """`node`, or `value` in its place where it says nothing."""
    return node if node.value is not None else Node(value, node.path, node.faults)


def _read_prose(fields: Mapping[str, Node]) -> None:
    """Texts for people: checked to be texts, and no more."""
    if fields["title"].value is not None:
        fields["title"].line()
    if fields["about"].value is not None:
        fields["about"].text()
    if fields["not_measured"].value is not None:
        for item in fields["not_measured"].items("[an account manager]"):
            item.text()


def _instant(node: Node) -> int:
    try:
        return parse(node.value)
    except (TypeError, ValueError):
        node.fault(
            f"{quoted(node.value)} is no instant with a zone",
            "write one like 2026-01-01T00:00+08:00",
        )
        return 0


def _named(node: Node, what: str) -> _Named:
    """Names from the lowest to the highest: words alone, or with a title and what they mean."""
    titles: dict[str, str] = {}
    for item in node.items(f"[{{{what}: gold, name: Gold}}]"):
        title: str | None = None
        if isinstance(item.value, dict):
            fields = item.fields((what,), ("name", "about"))
            if "about" in fields:
                fields["about"].text()
            title = fields["name"].line() if "name" in fields else None
            name = fields[what].name(what) if what in fields else None
        else:
            name = item.name(what)
        if name is None:
            continue
        if name in _TAKEN:
            item.fault(f"`{name}` has a meaning of its own in this file", "choose another name")
        if name in titles:
            item.fault(f"{what} {name} stands here twice", "leave it once")
        titles[name] = title or name
    if len(titles) > NAMES_MAX:
        node.fault(f"{len(titles)} names", f"name at most {NAMES_MAX}")
    if node.value == [] and what != "category":
        node.fault(f"no {what} is defined", "name them from the lowest to the highest")
    return _Named(tuple(titles), titles)


def _applies_to(node: Node) -> AppliesTo:
    fields = node.fields((), ("sources", "accounts"))
    said = {
        key: frozenset(
            word
            for item in (fields[key].items_or_one("[...]") if key in fields else [])
            if (word := item.line()) is not None
        )
        for key in ("sources", "accounts")
    }
    if isinstance(node.value, dict) and not any(said.values()):
        node.fault("it applies to nobody", 'name sources or accounts, or sources: ["*"] for all')
    return AppliesTo(accounts=said["accounts"], sources=said["sources"])
