"""One sentence that says how a timer stands."""

from collections.abc import Callable, Mapping
from typing import Final

from sla.explain.story import Belief, Story
from sla.show import LocalTime, length, shown


def verdict(story: Story) -> str:
    """The sentence, for example `first_response breached Thu 2 Apr 10:30 HKT by 11 min ...`.

    Raises ValueError for a state that is none of semantics 3.2.
    """
    if story.state not in _SENTENCES:
        raise ValueError(f"timer {story.timer} is in the state {story.state!r}, which is none")
    local = LocalTime(story.zone, story.now_us)
    return f"{story.target} {_SENTENCES[story.state](story, local)}"


def _running(story: Story, local: LocalTime) -> str:
    if story.deadline_us is None:
        since = local.at(story.started_us)
        why = "open-ended" if story.budget_us is None else "its deadline is not known"
        return f"runs since {since}, {length(story.spent_us)} of working time spent; {why}"
    if story.deadline_us <= story.now_us:
        return f"was due {local.at(story.deadline_us)}; the breach is about to be published"
    risk = ""
    if story.at_risk_us is not None and story.at_risk_us <= story.now_us:
        risk = f"; at risk since {local.at(story.at_risk_us)}"
    return f"is running, due {local.at(story.deadline_us)}, in {_in(story)}{risk}"


def _in(story: Story) -> str:
    """How long it has left; both times where they differ, as either alone misleads."""
    assert story.deadline_us is not None, "Only a timer with a deadline is due."
    wall, left = shown(story.deadline_us) - shown(story.now_us), story.left_us
    if left is None:
        return f"{length(wall)} by the clock"
    clock = "" if left == wall else f" ({length(wall)} by the clock)"
    return f"{length(left)} of working time{clock}"


def _paused(story: Story, local: LocalTime) -> str:
    pauses = [row for row in story.rows if row.kind == "paused"]
    label = f" ({pauses[-1].label})" if pauses and pauses[-1].label else ""
    since = f" since {local.at(_began(story))}" if pauses else ""
    left = story.left_us
    kept = "" if left is None else f"; {length(left)} of working time left when it resumes"
    return f"is paused{label}{since}{kept}"


def _began(story: Story) -> int:
    """When the pause that lasts began: closed hours lie inside it."""
    last = next(row for row in reversed(story.rows) if row.kind == "paused")
    return min(row.from_us for row in story.rows if (row.kind, row.cause) == ("paused", last.cause))


def _met(story: Story, local: LocalTime) -> str:
    ended = story.until_us
    if story.deadline_us is None:
        return f"met {local.at(ended)} after {length(story.spent_us)} of working time"
    left = story.left_us
    early = (
        f"{length(left)} of working time"
        if left is not None
        else f"{length(story.deadline_us - ended)}"
    )
    return f"met {local.at(ended)}, {early} before the deadline {local.at(story.deadline_us)}"


def _breached(story: Story, local: LocalTime) -> str:
    ended = "" if story.ended_us is None else f", ended {local.at(story.ended_us)}"
    why = f" ({story.reason})" if story.reason else ""
    late = "now late" if story.ended_us is None else "late"
    return f"breached {_gone(story, local)}, {late} by {_late(story)}{ended}{why}{_notice(story)}"


def _met_late(story: Story, local: LocalTime) -> str:
    met = "" if story.ended_us is None else f", met late {local.at(story.ended_us)}"
    return f"breached {_gone(story, local)} by {_late(story)}{met}{_notice(story)}"


def _gone(story: Story, local: LocalTime) -> str:
    at = story.breached_us if story.breached_us is not None else story.deadline_us
    assert at is not None, "A breach has an instant (3.2)."
    return local.at(at)


def _late(story: Story) -> str:
    return f"{length(story.late_us)} of working time"


def _notice(story: Story) -> str:
    """How sure it is and how soon it was told."""
    said = ""
    if story.confirmed is not None:
        said = "; confirmed" if story.confirmed else "; provisional"
    belief = breach(story)
    if belief is None:
        return said
    if not belief.alerting:
        return f"{said}; imported history, which alerts nobody"
    told = "detected" if belief.published_us is None else "published"
    at = belief.detected_us if belief.published_us is None else belief.published_us
    return f"{said}; {told} {length(at - belief.effective_us)} after the deadline"


def breach(story: Story) -> Belief | None:
    """The publication by which its breach came to be known; None where it is not on record."""
    said = [
        one
        for one in story.beliefs
        if one.what == "breached" and not one.withdrawn and one.effective_us == story.breached_us
    ]
    return max(said, key=lambda one: one.revision, default=None)


def _superseded(story: Story, local: LocalTime) -> str:
    by = f" by {story.successor}" if story.successor else ""
    spent = length(story.spent_us)
    return f"superseded {local.at(story.until_us)}{by} with {spent} spent; in no percentage"


def _void(story: Story, local: LocalTime) -> str:
    why = f" ({story.reason})" if story.reason else ""
    into = f", goes on as {story.survivor}" if story.survivor else ""
    return f"void since {local.at(story.until_us)}{why}{into}; in no percentage"


def _not_started(story: Story, local: LocalTime) -> str:
    return f"starts {local.at(story.started_us)}"


_SENTENCES: Final[Mapping[str, Callable[[Story, LocalTime], str]]] = {
    "not_started": _not_started,
    "running": _running,
    "paused": _paused,
    "met": _met,
    "breached": _breached,
    "met_late": _met_late,
    "superseded": _superseded,
    "void": _void,
}
