"""Rows of tickets and timers, in the order of the staging tables' columns (`stage.sql`)."""

from typing import TypeAlias

import msgspec

from projections.feed import FeedRecord
from projections.rows.reading import Ticket, Timer, text

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
        _ids(ticket.timers),
    )


def _ids(timers: list[Timer]) -> str:
    return msgspec.json.encode([timer.timer for timer in timers]).decode()


def timer_rows(ticket: Ticket) -> list[Row]:
    """The rows of its timers, those of one target numbered from 1 in their order."""
    rows = []
    cycles: dict[str, int] = {}
    for timer in ticket.timers:
        cycle = cycles[timer.target] = cycles.get(timer.target, 0) + 1
        rows.append(_timer_row(ticket.source, ticket.ticket, cycle, timer))
    return rows


def _timer_row(source: str, ticket: str, cycle: int, timer: Timer) -> Row:
    return (
        source,
        ticket,
        timer.timer,
        cycle,
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
