"""The sum of a timer's life: wall time as what it went into, adding up as shown (8.1)."""

from collections import Counter
from dataclasses import dataclass

from sla.explain.story import CLOSED, Story
from sla.show import length


@dataclass(frozen=True, slots=True)
class Part:
    """One term of the sum; `detail` names what is in it."""

    kind: str
    us: int
    detail: str = ""


def parts(story: Story) -> list[Part]:
    """The terms; they add up to `story.wall_us` exactly."""
    counted: Counter[tuple[str, str]] = Counter()
    closed: Counter[str] = Counter()
    for row in story.rows:
        if row.kind in CLOSED:
            closed[_closed_name(row.kind, row.label)] += row.shown_us
        elif row.kind != "carried":
            counted[row.kind, row.label if row.kind != "ran" else ""] += row.shown_us
    ran = counted.pop(("ran", ""), 0)
    found = [Part("ran", ran)]
    found += [Part(kind, us, label) for (kind, label), us in counted.items()]
    if closed:
        found.append(Part("closed", sum(closed.values()), _closed_detail(closed)))
    return found


def _closed_name(kind: str, label: str) -> str:
    return "outside hours" if kind == "closed" else label or kind


def _closed_detail(closed: Counter[str]) -> str:
    named = {name: us for name, us in closed.items() if name != "outside hours"}
    if not named:
        return ""
    if (rest := closed["outside hours"]) > 0:
        named["outside hours"] = rest
    if len(named) == 1:
        return next(iter(named))
    return ", ".join(f"{name} {length(us)}" for name, us in named.items())


def wall_line(story: Story) -> str:
    """`wall 4 h 12 min = ran 1 h 11 min + paused 2 h (waiting_on_customer) + closed 1 h 1 min`."""
    terms = [
        f"{part.kind} {length(part.us)}" + (f" ({part.detail})" if part.detail else "")
        for part in parts(story)
    ]
    return f"wall {length(story.wall_us)} = {' + '.join(terms)}"


def spent_line(story: Story) -> str:
    """What was spent of the budget, and what is left of it or over it."""
    spent, carried = story.spent_us, story.total("carried")
    made_of = f" (carried {length(carried)} + ran {length(spent - carried)})" if carried else ""
    if story.budget_us is None:
        return f"spent {length(spent)}{made_of}; no budget of working time"
    over = spent - story.budget_us
    budget = length(story.budget_us)
    if over > 0:
        return f"spent {length(spent)}{made_of} = budget {budget} + {length(over)} over it"
    return f"budget {budget} = spent {length(spent)}{made_of} + left {length(-over)}"
