"""Rows of tickets and timers, in the order of the staging tables' columns (`stage.sql`)."""

from typing import Final, TypeAlias

import msgspec
from msgspec import Raw

from projections.feed import FeedRecord
from projections.rows.reading import Ticket, Timer, text
from schemas.outbound import PARTS

_STRETCHES: Final = msgspec.json.Decoder(list[Raw])

Value: TypeAlias = str | int | bool | None
Row: TypeAlias = tuple[Value, ...]


def ticket_row(record: FeedRecord, ticket: Ticket) -> Row:
    """The row of one ticket as it stood after `record`."""
    return (
        ticket.source,
        ticket.ticket,
        record.partition,
        record.position,
        ticket.detected_us,
        ticket.judged_us,
        ticket.opened_us,
        ticket.waiting,
        ticket.status,
        ticket.status_category,
        ticket.severity_word,
        ticket.severity,
        ticket.account,
        ticket.category,
        ticket.channel,
        ticket.team,
        ticket.agent,
        ticket.agreement,
        ticket.version,
        text(ticket.decision),
        ticket.first_resolved_us,
        ticket.resolved_us,
        ticket.gone,
        ticket.merged_into,
        ticket.verdict,
        ticket.last_event_us,
        ticket.facts,
        text(ticket.unmapped),
        _mask(ticket),
    )


def _mask(ticket: Ticket) -> int | None:
    """The parts that it tells, a bit each in the order of `PARTS`; None: it is the whole."""
    if ticket.changed is None:
        return None
    return sum(1 << place for place, part in enumerate(PARTS) if part in ticket.changed)


def timer_rows(ticket: Ticket) -> list[Row]:
    """The rows of the timers that its image shows."""
    return [_timer_row(ticket.source, ticket.ticket, timer) for timer in ticket.timers]


def overlaid(before: Ticket, after: Ticket) -> Ticket:
    """The image `after` as it shows all that `before`, the one next to it, showed."""
    if after.changed is None:
        return after
    for part, fields in PARTS.items():
        if part not in after.changed:
            for name in fields:
                setattr(after, name, getattr(before, name))
    if before.changed is None:
        after.changed = None
        after.opened_us, after.channel = before.opened_us, before.channel
    else:
        after.changed = [p for p in PARTS if p in before.changed or p in after.changed]
    timers = {timer.timer: timer for timer in before.timers}
    for timer in after.timers:
        known = timers.get(timer.timer)
        if known is not None and timer.stretches_from:
            kept = timer.stretches_from - known.stretches_from
            stretches = _STRETCHES.decode(known.stretches)[:kept]
            stretches += _STRETCHES.decode(timer.stretches)
            timer.stretches = Raw(msgspec.json.encode(stretches))
            timer.stretches_from = known.stretches_from
        timers[timer.timer] = timer
    after.timers = list(timers.values())
    return after


def _timer_row(source: str, ticket: str, timer: Timer) -> Row:
    return (
        source,
        ticket,
        timer.timer,
        timer.cycle,
        timer.target,
        timer.kind,
        timer.state,
        timer.start_event,
        timer.started_us,
        timer.calendar,
        timer.agreement,
        timer.version,
        timer.plan,
        timer.severity,
        timer.rule,
        timer.spent_us,
        text(timer.stretches),
        timer.stretches_from,
        timer.budget_us,
        timer.deadline_us,
        timer.first_deadline_us,
        timer.ended_us,
        timer.breached_us,
        timer.running_since_us,
        timer.at_risk_us,
        timer.carried_us,
        text(timer.levels),
        timer.reason,
        timer.survivor,
        timer.predecessor,
        timer.successor,
        timer.team_at_start,
        timer.team_at_deadline,
        timer.severity_at_start,
        timer.severity_at_deadline,
    )
