"""What a ticket looks like now, for the read models: the image of it and of each timer."""

from typing import Final

from schemas.at_hand import AtHand
from schemas.outbound import Stretch, TicketJudged, TimerImage
from streams.core.account import HeldBy
from streams.core.facts import Excluded
from streams.core.fold import Fold
from streams.core.judge import Judged
from streams.core.looks import CHANGED_PARTS, show
from streams.core.messages import Place
from streams.core.moment import copy_of
from streams.core.terms import Terms
from streams.core.timer import Timer


def orphan_image(source: str, ticket: str, waiting: int, place: Place) -> TicketJudged:
    """The image of a ticket whose opening is not known (semantics 1.7); 0 waiting: given up."""
    return TicketJudged(
        source=source,
        ticket=ticket,
        partition=place.partition,
        position=place.position,
        detected_us=place.stamp,
        judged_us=place.stamp,
        waiting=waiting,
        facts=waiting,
    )


def ticket_image(
    source: str, ticket: str, facts: int, last: int, judged: Judged, place: Place
) -> TicketJudged:
    """The image of a ticket. Of one that went on it tells only what looks different."""
    fold = judged.fold
    assert fold is not None, "An orphan has its own image."
    changed = CHANGED_PARTS[fold.seen]
    timers = []
    for timer in judged.timers:
        timers.append(timer_image(timer, fold))
    image = TicketJudged(
        source=source,
        ticket=ticket,
        partition=place.partition,
        position=place.position,
        detected_us=place.stamp,
        judged_us=judged.until,
        last_event_us=last,
        facts=facts,
        timers=timers,
        changed=changed,
    )
    if changed is None:
        image.opened_us = fold.opened_at
        image.channel = fold.channel
    if changed != []:
        show(image, fold)
    return image


def timer_image(timer: Timer, fold: Fold) -> TimerImage:
    """One timer as it stands."""
    image = copy_of(_AS_PROMISED[timer.terms])
    started = timer.started_at
    deadline = timer.deadline if timer.breached_at is None else timer.breached_at
    image.timer = timer.timer
    image.state = timer.state
    image.start_event = timer.start_event
    image.started_us = started
    image.spent_us = timer.spent
    image.stretches = with_exclusions(timer, fold) if fold.exclusions else timer.stretches
    image.stretches_from = timer.before
    image.cycle = timer.cycle
    image.budget_us = timer.budget
    image.first_deadline_us = _first_deadline(timer)
    image.running_since_us = timer.since
    image.at_risk_us = timer.at_risk_at
    image.levels = timer.levels
    _show_seldom(timer, image)
    if timer.held_by is not None:
        image.team_at_start, image.severity_at_start = timer.held_by
    if deadline is not None:
        image.deadline_us = deadline
        image.team_at_deadline, image.severity_at_deadline = _due_with(timer, fold, deadline)
    return image


def _show_seldom(timer: Timer, image: TimerImage) -> None:
    """What most timers have not: asked of them first, as that takes a third of setting it."""
    if timer.ended_at is not None:
        image.ended_us = timer.ended_at
        image.reason = timer.end_reason
        image.survivor = timer.survivor
        image.successor = timer.successor
    if timer.breached_at is not None:
        image.breached_us = timer.breached_at
    if timer.carried:
        image.carried_us = timer.carried
    if timer.predecessor is not None:
        image.predecessor = timer.predecessor


def _due_with(timer: Timer, fold: Fold, deadline: int) -> HeldBy:
    """Team and severity at the deadline, or at the end where that came first."""
    if timer.due_with is not None:
        return timer.due_with
    ended = timer.ended_at
    return fold.held_at(deadline if ended is None or deadline < ended else ended)


def _as_promised(terms: Terms) -> TimerImage:
    """The image of a timer of these terms, as far as they say it: to be copied and filled in.

    That takes a third of the time of naming every field anew, for each timer at each event.
    """
    cell = terms.cell
    return TimerImage(
        timer="",
        target=cell.target,
        kind=cell.kind.value,
        state="",
        start_event="",
        started_us=0,
        calendar=terms.calendar_name,
        agreement=terms.agreement,
        version=terms.version,
        plan=cell.plan,
        severity=cell.severity,
        rule=terms.rule,
        spent_us=0,
        stretches=[],
    )


_AS_PROMISED: Final = AtHand(_as_promised)


def _first_deadline(timer: Timer) -> int | None:
    """The deadline that it had at its start; None under a fixed one, which has no first."""
    budget = timer.budget
    if timer.day_end is not None:
        return timer.day_end
    if budget is None or budget < timer.carried:
        return None
    if timer.since == timer.started_at and timer.fixed is None:
        return timer.deadline if timer.breached_at is None else timer.breached_at
    return timer.time.deadline(timer.started_at, budget - timer.carried)


def with_exclusions(timer: Timer, fold: Fold) -> list[Stretch]:
    """The stretches of a timer, the excluded parts of them cut out and named (8.1)."""
    cut = timer.stretches
    for fact in sorted(fold.exclusions.values(), key=lambda e: (e.start, e.id)):
        cut = [part for stretch in cut for part in _cut(stretch, fact)]
    return cut


def _cut(stretch: Stretch, fact: Excluded) -> list[Stretch]:
    """`stretch` without [start, end) of `fact`, which stands in its place as `excluded`."""
    end = stretch.to_us
    if stretch.kind in ("carried", "excluded") or fact.end <= stretch.from_us:
        return [stretch]
    if end is not None and fact.start >= end:
        return [stretch]
    start = max(fact.start, stretch.from_us)
    stop = fact.end if end is None else min(fact.end, end)
    label = f"{fact.why} ({fact.who})"
    parts = []
    if stretch.from_us < start:
        parts.append(_part(stretch, stretch.from_us, start))
    parts.append(Stretch(start, stop, "excluded", fact.id, label))
    if end is None or stop < end:
        parts.append(_part(stretch, stop, end))
    return parts


def _part(stretch: Stretch, start: int, end: int | None) -> Stretch:
    return Stretch(start, end, stretch.kind, stretch.cause, stretch.label)
