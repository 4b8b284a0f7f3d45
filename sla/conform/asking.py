"""What a lifecycle case asks, read off the judged timers of one ticket.

Every figure is one that the core gave: an image, a ledger, an outcome. Lengths are seconds.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from schemas.instants import SECOND, iso
from schemas.outcomes import Breached, Escalated
from sla.conform.view import View

_STATES: Final = {"met_late": "breached"}
"""A case calls breached what has missed its deadline, settled or not."""
_SETTLED: Final = frozenset({"met", "met_late"})


class NotAsked(LookupError):
    """No such field or clock can be read off a timer."""


def read(field: str, seen: View) -> Any:
    """The value of `field` as a case writes it. Raises NotAsked for a field that is none."""
    if field.startswith("previous_"):
        before = replace(seen, cycle=seen.cycle - 1, chosen=True)
        return read(field.removeprefix("previous_"), before)
    reader = _FIELDS.get(field)
    if reader is None:
        raise NotAsked(f"field {field}; taken: {', '.join(sorted(_FIELDS))}")
    return reader(seen)


# -- states -------------------------------------------------------------------------------------


def _state(seen: View) -> str:
    image = seen.image
    if image is not None:
        return _STATES.get(image.state, image.state)
    fold = seen.judged.fold
    applies = fold is not None and any(target in fold.entitlement.terms for target in seen.targets)
    return "not_started" if applies else "none"


def _states(seen: View) -> list[str]:
    """What the state may be called; a breach is confirmed once the watermark has passed its
    deadline (7.4)."""
    state = _state(seen)
    at = None if seen.image is None else seen.image.breached_us
    confirmed = at is not None and seen.watermark is not None and seen.watermark > at
    return [state, f"{state}_confirmed"] if confirmed else [state]


def _at_risk(seen: View) -> bool:
    image = seen.image
    if image is None or image.state != "running" or image.at_risk_us is None:
        return False
    return image.at_risk_us <= seen.now


# -- instants -----------------------------------------------------------------------------------


def _shown(at: int | None) -> str | None:
    return None if at is None else iso(at)


def _of_image(name: str) -> Callable[[View], str | None]:
    return lambda seen: None if seen.image is None else _shown(getattr(seen.image, name))


def _runs_from(seen: View) -> str | None:
    return next((iso(row.from_us) for row in seen.rows if row.kind == "ran"), None)


def _settled_at(seen: View) -> str | None:
    image = seen.image
    return None if image is None or image.state not in _SETTLED else _shown(image.ended_us)


def _fired(seen: View) -> list[Escalated]:
    """Of two targets of one clock the form asks for both, where it asks for no cycle."""
    timers = seen.own if seen.chosen or len(seen.targets) == 1 else seen.every
    told = [one for timer in timers for one in timer.outcomes if isinstance(one, Escalated)]
    return sorted(told, key=lambda one: one.effective_at)


def _next_threshold_at(seen: View) -> str | None:
    step = None if seen.timer is None else seen.next_step(seen.timer.timer)
    return None if step is None else iso(step.effective_at)


# -- lengths ------------------------------------------------------------------------------------


def seconds(length: int) -> int | float:
    """Microseconds as seconds; whole where they are."""
    whole, rest = divmod(length, SECOND)
    return length / SECOND if rest else whole


def _spent(seen: View) -> int:
    return sum(row.spent_us for row in seen.rows)


def _elapsed(seen: View) -> int | float | None:
    return None if seen.timer is None else seconds(_spent(seen))


def _paused(seen: View) -> int | float | None:
    """Working time that a pause kept from counting."""
    paused = sum(row.working_us for row in seen.rows if row.kind == "paused")
    return None if seen.timer is None else seconds(paused)


def _target(seen: View) -> int | float | None:
    budget = None if seen.image is None else seen.image.budget_us
    return None if budget is None else seconds(budget)


def _remaining(seen: View) -> int | float | None:
    """Of the budget; of a fixed deadline the open time to it, less than nothing past it (3.14)."""
    timer, image = seen.timer, seen.image
    if timer is None or image is None:
        return None
    if timer.fixed is not None:
        now = seen.now if image.ended_us is None else image.ended_us
        late = timer.time.open_between(timer.fixed, now)
        return seconds(timer.time.open_between(now, timer.fixed) - late)
    return None if image.budget_us is None else seconds(image.budget_us - _spent(seen))


def _late_by(seen: View) -> int | float | None:
    left = _remaining(seen)
    return None if left is None else max(0, -left)


def _wall(seen: View) -> int | float | None:
    image = seen.image
    if image is None or image.state not in _SETTLED or image.ended_us is None:
        return None
    return seconds(image.ended_us - image.started_us)


def _of_ended(seen: View) -> list[int]:
    """The time spent by each cycle that has ended."""
    cycles = [replace(seen, cycle=number) for number in range(len(seen.cycles))]
    return [_spent(one) for one in cycles if one.image and one.image.ended_us is not None]


def _worst(seen: View) -> int | float | None:
    spent = _of_ended(seen)
    return seconds(max(spent)) if spent else None


def _mean(seen: View) -> int | float | None:
    spent = _of_ended(seen)
    return sum(spent) / len(spent) / SECOND if spent else None


def _breaches(seen: View) -> int:
    timers = seen.own if seen.chosen else seen.every
    return sum(isinstance(one, Breached) for timer in timers for one in timer.outcomes)


_FIELDS: Final[dict[str, Callable[[View], Any]]] = {
    "state": _state,
    "not_state": _states,
    "deadline": _of_image("deadline_us"),
    "deadline_before": _of_image("deadline_us"),
    "started_at": _of_image("started_us"),
    "runs_from": _runs_from,
    "settled_at": _settled_at,
    "breached_at": _of_image("breached_us"),
    "next_threshold_at": _next_threshold_at,
    "elapsed_s": _elapsed,
    "paused_s": _paused,
    "remaining_s": _remaining,
    "late_by_s": _late_by,
    "target_s": _target,
    "wall_s": _wall,
    "worst_elapsed_s": _worst,
    "mean_elapsed_s": _mean,
    "breaches": _breaches,
    "fired": lambda seen: [one.rung for one in _fired(seen)],
    "fired_at": lambda seen: [iso(one.effective_at) for one in _fired(seen)],
    "at_risk": _at_risk,
    "merged_into": lambda seen: None if seen.image is None else seen.image.survivor,
}
