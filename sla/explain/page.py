"""The whole answer to `why`, as lines and tables."""

from collections.abc import Iterator
from typing import Final

from rich.console import Console, RenderableType

from sla.explain.story import COUNTS, Belief, Decision, Story
from sla.explain.sums import spent_line, wall_line
from sla.explain.timeline import timeline
from sla.explain.verdict import verdict
from sla.show import LocalTime, is_plain, length, shown, table

RULES: Final = {
    "ran": "2.4",
    "paused": "3.9",
    "excluded": "4.9",
    "resolved": "4.7",
    "carried": "4.2",
    "closed": "2.1",
    "holiday": "2.3",
    "closure": "2.3",
    "unknown": "2.7",
}
"""By which rule a row of a kind does or does not count."""


def page(out: Console, story: Story) -> None:
    """Prints all that is told of one timer."""
    out.print(verdict(story), soft_wrap=True)
    out.print(f"  {wall_line(story)}", soft_wrap=True)
    out.print(f"  {spent_line(story)}", soft_wrap=True)
    out.print(f"  {promise_line(story)}", soft_wrap=True)
    drawn = timeline(story, out.width, plain=is_plain(out))
    if drawn:
        out.print()
        for line in drawn:
            out.print(line, overflow="ignore", no_wrap=True, crop=False)
    out.print()
    out.print(ledger_table(story))
    if story.beliefs:
        out.print()
        out.print(belief_table(story))


def promise_line(story: Story) -> str:
    """By which promise, granted by which rule, it is counted."""
    return (
        f"{story.agreement} {story.version}, plan {story.plan}, severity {story.severity}, "
        f"calendar {story.calendar}, by the rule {story.rule}; timer {story.timer}"
    )


def ledger_table(story: Story) -> RenderableType:
    """The ledger: from, to, what, how long, the time spent so far, and why (8.1)."""
    return table(
        ("=from", "=to", "what", ">wall", ">spent", "by", "rule"),
        _ledger_rows(story),
        title=f"ledger of {story.timer}, {story.zone}",
    )


def _ledger_rows(story: Story) -> Iterator[tuple[object, ...]]:
    local = LocalTime(story.zone, story.now_us)
    spent = 0
    for row in story.rows:
        if row.kind in COUNTS:
            spent += row.working_us if row.kind == "carried" else row.shown_us
        yield (
            local.brief(row.from_us),
            _end(local, row.from_us, row.to_us),
            f"{row.kind} ({row.label})" if row.label else row.kind,
            length(row.shown_us),
            length(spent),
            row.cause,
            RULES.get(row.kind, ""),
        )


def _end(local: LocalTime, beside: int, at: int) -> str:
    """An instant beside another: the day is said again only where it is another."""
    same = local.day(beside) == local.day(at)
    return local.clock(at) if same else local.brief(at)


def belief_table(story: Story) -> RenderableType:
    """What was published, in order: what was believed, since when, and what withdrew it."""
    return table(
        ("=known", "=of", "what", ">revision", "by", "=rules"),
        (_belief(LocalTime(story.zone, story.now_us), one) for one in story.beliefs),
        title="what was believed, in the order in which it came to be known",
    )


def _belief(local: LocalTime, one: Belief) -> tuple[object, ...]:
    what = f"{one.what} {one.level}".strip()
    what = f"WITHDRAWN: {what}" if one.withdrawn else what
    what = f"{what}, corrected" if one.corrected and not one.withdrawn else what
    lag = shown(one.detected_us) - shown(one.effective_us)
    after = f" (+{length(lag)})" if lag > 0 and one.alerting else ""
    return (
        f"{local.brief(one.detected_us)}{after}",
        _end(local, one.detected_us, one.effective_us),
        what,
        one.revision,
        one.cause,
        ", ".join(one.rules),
    )


def decision_lines(decision: Decision) -> Iterator[str]:
    """Who is entitled to what: the rules tried, the one that decided, what was assumed (5.2)."""
    for rule, failed in decision.passed:
        yield f"passed over {rule}, as {failed}"
    if decision.plan is not None:
        nothing = f", which promises nothing here: {decision.reason}" if decision.reason else ""
        yield f"matched {decision.rule}: plan {decision.plan}{nothing}"
    else:
        by = f" by {decision.rule}" if decision.rule else ""
        yield f"no promise{by}: {decision.reason or 'no reason on record'}"
    for fact in decision.assumed:
        yield f"assumed, as it was never stated: {fact}"
