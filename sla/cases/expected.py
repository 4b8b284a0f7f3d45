"""What a case expects of a target: `due 2026-04-08 10:00`, `met 09:30`, `void`, each checked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from schemas.instants import SECOND
from schemas.outcomes import Breached, Escalated, Met, MetLate, Outcome, Reopened, Started, Voided
from sla.agreement_words import length
from sla.cases.clock import Clock
from streams.core.agreement.amounts import microseconds, read_positive
from streams.core.agreement.faults import listed, nearest, quoted
from streams.core.agreement.node import Node
from streams.core.judge import Judged
from streams.core.timer import Timer

_DATED: Final[dict[str, type[Outcome]]] = {
    "started": Started,
    "met": Met,
    "met late": MetLate,
    "breached": Breached,
    "void": Voided,
    "reopened": Reopened,
}
_STATES: Final = ("running", "paused", "met", "met late", "breached", "void", "none")
EXAMPLES: Final = (
    "due 2026-04-08 10:00",
    "not due",
    "at risk 09:00",
    "started 09:00",
    "met 09:30",
    "met late 11:00",
    "breached 10:00",
    "reached team 09:00",
    "reopened 12:00",
    "void",
    "running",
    "paused",
    "none",
    "spent 90 minutes",
)
_DUE: Final = re.compile(r"due (.+)")
_AT_RISK: Final = re.compile(r"at risk (.+)")
_REACHED: Final = re.compile(r"reached (\S+) (.+)")
_SPENT: Final = re.compile(r"spent (.+)")
_OUTCOME: Final = re.compile(rf"({'|'.join(sorted(_DATED, key=len, reverse=True))}) (.+)")
_TIMED: Final = (
    (_DUE, "due"),
    (_AT_RISK, "at risk"),
    (_REACHED, "reached"),
    (_OUTCOME, "outcome"),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing expected of a target; `what` says which of the fields below it is about."""

    target: str
    text: str
    what: str
    """`due`, `not due`, `at risk`, `state`, `outcome`, `reached` or `spent`."""
    at: int | None = None
    """The instant that it names."""
    word: str = ""
    """A state, the kind of an outcome, or a level."""
    amount: int = 0

    def holds(self, timers: Sequence[Timer], judged: Judged) -> bool:
        """Whether it is so; `timers` are those of the target, in their order."""
        last = timers[-1] if timers else None
        match self.what:
            case "due":
                return last is not None and last.deadline == self.at
            case "not due":
                return last is None or last.deadline is None
            case "at risk":
                return last is not None and last.at_risk_at == self.at
            case "state":
                return state_of(last) == self.word
            case "spent":
                return last is not None and spent_of(last, judged.until) == self.amount
            case "reached":
                return any(
                    isinstance(one, Escalated)
                    and (one.rung, one.effective_at) == (self.word, self.at)
                    for timer in timers
                    for one in timer.outcomes
                )
            case _:
                return any(
                    type(one) is _DATED[self.word] and one.effective_at == self.at
                    for timer in timers
                    for one in timer.outcomes
                )


def state_of(timer: Timer | None) -> str:
    """The state in the words of a case."""
    return "none" if timer is None else timer.state.replace("_", " ")


def spent_of(timer: Timer, now: int) -> int:
    """Working time spent up to its end, or to `now`."""
    if timer.since is None:
        return timer.spent
    return timer.spent + timer.time.open_between(timer.since, now)


def read_expected(node: Node, target: str, clock: Clock, day: date) -> Expected | None:
    """What the phrase at `node` expects; None, with a fault, for none that is known."""
    text = node.value if isinstance(node.value, str) else ""
    if text in _STATES:
        return Expected(target, text, "state", word=text)
    if text == "not due":
        return Expected(target, text, "not due")
    for pattern, what in _TIMED:
        if match := pattern.fullmatch(text):
            *words, time = match.groups()
            at = clock.read(node, time, day)
            if at is None or not _nothing_after(node, at.rest):
                return None
            return Expected(target, text, what, at.instant, words[0] if words else "")
    if match := _SPENT.fullmatch(text):
        amount = read_positive(node.at(0, match[1]), ("minutes", "hours"))
        us = None if amount is None else microseconds(node, amount, None)
        return None if us is None else Expected(target, text, "spent", amount=us)
    close = nearest(text, EXAMPLES)
    node.fault(f"{quoted(node.value)} expects nothing known", f"{close}say {listed(EXAMPLES)}")
    return None


def _nothing_after(node: Node, rest: str) -> bool:
    if rest:
        node.fault(f"{quoted(rest)} stands after the time", "write what is expected, then its time")
    return not rest


def found(timers: Sequence[Timer], judged: Judged, clock: Clock) -> str:
    """What became of a target, in the words in which a case expects it."""
    if not timers:
        fold = judged.fold
        reason = "" if fold is None else fold.entitlement.decision.reason
        return f"none ({reason})" if reason else "none"
    return "; then ".join(_told(timer, judged, clock) for timer in timers)


def _told(timer: Timer, judged: Judged, clock: Clock) -> str:
    said = [state_of(timer)]
    if timer.end_reason:
        said[0] += f" ({timer.end_reason})"
    if timer.deadline is not None:
        said.append(f"due {clock.show(timer.deadline)}")
    if timer.breached_at is not None:
        said.append(f"breached {clock.show(timer.breached_at)}")
    for one in timer.outcomes:
        match one:
            case Met() | MetLate() | Voided():
                word = next(name for name, kind in _DATED.items() if type(one) is kind)
                said.append(f"{word} {clock.show(one.effective_at)}")
            case Escalated():
                said.append(f"reached {one.rung} {clock.show(one.effective_at)}")
            case _:
                pass
    spent = spent_of(timer, judged.until)
    said.append(f"spent {length(spent // SECOND * SECOND)}")
    return ", ".join(said)
