"""Entitlement rules as an agreement states them (semantics 5)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from streams.core.agreement.faults import listed, nearest, quoted
from streams.core.agreement.model import Condition, Rule
from streams.core.agreement.node import NAME, Node

FactValue = str | bool | int | None

AS_BOUGHT: Final = "plan_of_account"
NOTHING: Final = "nothing"
ACCOUNT: Final = "account."
PLAN_FACT: Final = "plan"
_TICKET: Final = ("ticket.category", "ticket.severity", "ticket.channel")


@dataclass(frozen=True, slots=True)
class Names:
    """What rules may speak of."""

    plans: Collection[str]
    severities: Collection[str]
    categories: Collection[str]


def said(value: FactValue) -> str:
    """A value in plain words."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def read_unknown(node: Node, names: Names) -> dict[str, FactValue]:
    """What a fact never stated is taken as (5.1)."""
    facts: dict[str, FactValue] = {}
    for key, one in node.entries("sdk: true"):
        fact = one.at(key, key).name("fact")
        if fact == PLAN_FACT and one.value is not None:
            facts[fact] = one.one_of(names.plans, "plan")
        elif fact is not None and _is_value(one):
            facts[fact] = one.value
    return facts


def _is_value(node: Node) -> bool:
    if node.value is None or isinstance(node.value, bool) or 0 < len(node.written() or "") <= 80:
        return True
    node.fault(
        f"{quoted(node.value)} is no value of a fact", "write a word, a number, true or false"
    )
    return False


def read_rules(
    node: Node, unknown: Node, names: Names
) -> tuple[tuple[Rule, ...], dict[str, FactValue]]:
    """The rules from the top down, and what unknown facts are taken as."""
    facts = read_unknown(unknown, names)
    rules: list[Rule] = []
    seen: set[str] = set()
    read: set[str] = set()
    items = node.items("[{name: as bought, grant: plan_of_account}]")
    for item in items:
        rule = _rule(item, names)
        if rule.name in seen:
            item.fault(f"a second rule {quoted(rule.name)}", "give each rule a name of its own")
        seen.add(rule.name)
        rules.append(rule)
        read |= _check_facts(item, rule, facts)
    if isinstance(node.value, list) and not items:
        node.fault(
            "no rule grants anything", f"add one like {{name: as bought, grant: {AS_BOUGHT}}}"
        )
    _check_reachable(items)
    for fact in facts:
        if fact not in read:
            unknown.at(fact, None).fault(
                f"no rule reads the fact {fact}", f"{nearest(fact, read)}take it out"
            )
    return tuple(rules), facts


def _rule(node: Node, names: Names) -> Rule:
    fields = node.fields(("name", "grant"), ("when", "reason", "about"))
    name = fields["name"].line() if "name" in fields else None
    if "about" in fields:
        fields["about"].text()
    when = _conditions(fields["when"], names) if "when" in fields else ()
    grants = (*names.plans, AS_BOUGHT, NOTHING)
    grant = fields["grant"].one_of(grants, "plan to grant") if "grant" in fields else None
    reason = fields["reason"].name("reason") if "reason" in fields else None
    if grant == NOTHING and "reason" not in fields:
        node.fault("it grants nothing without a reason", "add a reason like reason: not_covered")
    if grant not in (None, NOTHING) and "reason" in fields:
        fields["reason"].fault(
            "a reason says why nothing is granted", f"grant {NOTHING}, or take it out"
        )
    return Rule(
        name=name or f"rule {node.path[-1]}",
        when=when,
        plan=None if grant in (AS_BOUGHT, NOTHING) else grant,
        plan_of_account=grant == AS_BOUGHT,
        reason=reason or "",
    )


def _conditions(node: Node, names: Names) -> tuple[Condition, ...]:
    found = []
    for key, one in node.entries("account.sdk: false"):
        values = _values(key, one, names)
        if values is not None:
            wanted = " or ".join(said(value) for value in values)
            found.append(Condition(key, values, f"{key} is {wanted}"))
    return tuple(found)


def _values(key: str, node: Node, names: Names) -> tuple[FactValue, ...] | None:
    """The values that a condition on `key` asks for."""
    known: Mapping[str, tuple[Collection[str], str]] = {
        f"{ACCOUNT}{PLAN_FACT}": (names.plans, "plan"),
        "ticket.category": (names.categories, "category"),
        "ticket.severity": (names.severities, "severity"),
    }
    fact = key.removeprefix(ACCOUNT)
    if key not in _TICKET and (fact == key or not NAME.fullmatch(fact)):
        subjects = ("account.<fact>", *_TICKET)
        node.fault(
            f"nothing is known as {quoted(key)}",
            f"{nearest(key, subjects)}write one of: {listed(subjects)}",
        )
        return None
    items = node.items_or_one("[silver, gold]")
    if not items:
        node.fault("it asks for no value", "name the values that it asks for")
        return None
    values: list[FactValue] = []
    for one in items:
        if key in known and one.value is not None:
            word = one.one_of(*known[key])
            if word is not None:
                values.append(word)
        elif _is_value(one):
            values.append(one.value)
    return tuple(values)


def _check_facts(node: Node, rule: Rule, facts: Mapping[str, FactValue]) -> set[str]:
    """The facts that a rule reads; each must say what unknown means (5.1)."""
    read = {c.subject.removeprefix(ACCOUNT): c for c in rule.when if c.subject.startswith(ACCOUNT)}
    for fact, condition in read.items():
        if fact not in facts:
            node.at("when", None).at(condition.subject, None).fault(
                f"the rule reads the fact {fact}, which may be unknown",
                f"say under `unknown` what it is then taken as, like {fact}: {_example(condition)}",
            )
    if rule.plan_of_account and PLAN_FACT not in facts:
        node.at("grant", None).fault(
            "the plan of an account may be unknown",
            f"say under `unknown` what it is then taken as, like {PLAN_FACT}: null",
        )
    return set(read) | ({PLAN_FACT} if rule.plan_of_account else set())


def _example(condition: Condition) -> str:
    value = condition.values[0] if condition.values else None
    return said(not value) if isinstance(value, bool) else "null"


def _check_reachable(items: list[Node]) -> None:
    """Nothing comes after a rule that matches all."""
    for number, item in enumerate(items):
        if isinstance(item.value, dict) and not item.value.get("when"):
            for late in items[number + 1 :]:
                late.fault(
                    "no ticket gets to this rule, as one above it matches all",
                    "move it up, or give the rule above a condition",
                )
            return
