"""Who is entitled to what, and why (semantics 5.2). Pure; the one place that decides it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.outbound import DecisionImage
from streams.core.agreement.model import Agreement, Condition, Rule
from streams.core.agreement.rules import ACCOUNT, PLAN_FACT, FactValue, said

NO_PLAN = "no_plan"
NO_RULE = "no_rule"
NO_SEVERITY = "no_severity"
NOT_PROMISED = "not_promised"
UNKNOWN_PLAN = "unknown_plan"


def decide(
    agreement: Agreement, account: Mapping[str, FactValue], ticket: Mapping[str, str | None]
) -> DecisionImage:
    """The plan granted, by which rule, the rules passed over, and the facts that were assumed.

    Rules run from the top down and the first whose conditions all hold decides; one without
    conditions matches all. `account` holds the facts stated about the account, `ticket` has `plan`,
    `severity`, `category` and `channel` as this agreement names them, None where not known.

    The plan of an account is what was stated about the account, be it that it has none (`null`);
    only where nothing was ever stated it is what the ticket says, and then what the agreement takes
    an unknown plan for. A rule granted by a plan that no promise of any target is made to at this
    severity says so in `reason`; so does a ticket without a severity, which keeps its plan.
    """
    facts = _Facts(agreement, account, ticket)
    passed: list[tuple[str, str]] = []
    for rule in agreement.rules:
        failed = _first_failure(rule, facts)
        if failed is None:
            plan, reason = _granted(rule, facts)
            return DecisionImage(
                rule=rule.name,
                plan=plan,
                reason=reason or _nothing_runs(agreement, plan, ticket.get("severity")),
                passed=tuple(passed),
                assumed=tuple(facts.assumed),
            )
        passed.append((rule.name, failed))
    return DecisionImage(reason=NO_RULE, passed=tuple(passed), assumed=tuple(facts.assumed))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What rules read, and which of it had to be assumed."""

    agreement: Agreement
    account: Mapping[str, FactValue]
    ticket: Mapping[str, str | None]
    assumed: dict[str, None] = field(default_factory=dict)
    """In the order in which they were first read."""

    def value(self, subject: str) -> FactValue:
        """The value of `account.<fact>` or `ticket.<field>`."""
        kind, _, name = subject.partition(".")
        if kind == "ticket":
            return self.ticket.get(name)
        if name in self.account:
            stated = self.account[name]
            if name == PLAN_FACT and isinstance(stated, str):
                return self.agreement.words.plans.get(stated, stated)
            return stated
        if name == PLAN_FACT and self.ticket.get(PLAN_FACT) is not None:
            return self.ticket[PLAN_FACT]
        value = self.agreement.unknown_facts[name]
        self.assumed[f"{subject} is taken as {said(value)}"] = None
        return value


def _first_failure(rule: Rule, facts: _Facts) -> str | None:
    """The first condition of `rule` that does not hold, in plain words; None when all hold."""
    for condition in rule.when:
        value = facts.value(condition.subject)
        if not any(_same(value, wanted) for wanted in condition.values):
            return _unlike(condition, value)
    return None


def _same(value: FactValue, wanted: FactValue) -> bool:
    """Equal as written, so that the word `false` of a desk without booleans is false; only nothing
    is nothing."""
    if value is None or wanted is None:
        return value is wanted
    return said(value) == said(wanted)


def _unlike(condition: Condition, value: FactValue) -> str:
    *most, last = [said(wanted) for wanted in condition.values]
    wanted = f"{', '.join(most)} or {last}" if most else last
    return f"{condition.subject} is {said(value)}, not {wanted}"


def _granted(rule: Rule, facts: _Facts) -> tuple[str | None, str | None]:
    """(plan, reason why there is none)."""
    if not rule.plan_of_account:
        return rule.plan, rule.reason or None
    plan = facts.value(f"{ACCOUNT}{PLAN_FACT}")
    if plan is None:
        return None, NO_PLAN
    if not isinstance(plan, str) or plan not in facts.agreement.plans:
        return None, UNKNOWN_PLAN
    return plan, None


def _nothing_runs(agreement: Agreement, plan: str | None, severity: str | None) -> str | None:
    """Why a granted plan promises nothing here; None where it promises something."""
    if severity is None:
        return NO_SEVERITY
    if all(agreement.cell(target, plan, severity) is None for target in agreement.targets):
        return NOT_PROMISED
    return None
