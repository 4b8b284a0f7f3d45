"""Rows of outcomes and alerts, in the order of the columns they are copied into."""

from typing import Final

from projections.feed import FeedRecord
from projections.rows.reading import OUTCOMES, Outcome, Said, text
from projections.rows.tickets import Row
from schemas.outcomes import RETRACTED, WIRE_NAMES, Breached, Escalated

AlertKey = tuple[str, str, str, str, str]
"""Source, ticket, timer, kind (`breach` or `escalation`) and level (semantics 7.1)."""

_BREACHED: Final = WIRE_NAMES[Breached]
_ESCALATED: Final = WIRE_NAMES[Escalated]


def outcome_row(
    record: FeedRecord, published: str, index: int, message: Outcome, said: Said
) -> Row:
    """The row of one publication; `published` is the record's own instant as ISO text."""
    return (
        record.partition,
        record.position,
        index,
        message.identity,
        said.revision,
        OUTCOMES[type(message)],
        said.retracts,
        said.source,
        said.ticket,
        said.timer,
        said.target,
        said.level,
        said.effective_at,
        said.detected_at,
        published,
        message.causationid,
        said.corrected,
        said.latest,
        said.alerting,
        text(message.data),
    )


def alert_key(message: Outcome, said: Said) -> AlertKey | None:
    """The alert of which this is the latest word; None where it is of no alert."""
    name = OUTCOMES[type(message)]
    about = said.retracts if name == RETRACTED else name
    if about == _BREACHED:
        return said.source, said.ticket, said.timer, "breach", "breach"
    if about == _ESCALATED:
        return said.source, said.ticket, said.timer, "escalation", said.level or ""
    return None


def alert_row(
    key: AlertKey, record: FeedRecord, published: str, index: int, message: Outcome, said: Said
) -> Row:
    """The row of an alert after its latest word."""
    return (
        *key,
        message.identity,
        said.revision,
        said.step,
        text(said.notify),
        said.effective_at,
        said.detected_at,
        published,
        message.causationid,
        said.corrected,
        said.latest,
        said.alerting,
        record.partition,
        record.position,
        index,
    )
