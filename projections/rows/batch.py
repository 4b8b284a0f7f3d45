"""A batch of records as changes to rows: the newest image of each thing, every outcome in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from projections.feed import FeedRecord
from projections.rows.outcomes import AlertKey, alert_key, alert_row, outcome_row
from projections.rows.reading import Outcome, Shared, Ticket, read_data, read_messages
from projections.rows.tickets import Row, overlaid, ticket_row, timer_rows
from schemas.instants import iso
from schemas.outbound import (
    AccountStated,
    AgreementTaken,
    CalendarCompiled,
    EventRefused,
    SourceSeen,
)


class UnreadableRecord(ValueError):
    """A record of the feed that is not in the language of `schemas.outbound`."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What changes. Rows stand in the order of the columns they are copied into."""

    tickets: list[Row] = field(default_factory=list)
    timers: list[Row] = field(default_factory=list)
    """Timers of `tickets`; where a ticket's image shows all of them, no other is held."""
    outcomes: list[Row] = field(default_factory=list)
    alerts: list[Row] = field(default_factory=list)
    calendars: list[CalendarCompiled] = field(default_factory=list)
    agreements: list[AgreementTaken] = field(default_factory=list)
    accounts: list[AccountStated] = field(default_factory=list)
    sources: list[SourceSeen] = field(default_factory=list)
    dead_letters: list[EventRefused] = field(default_factory=list)
    heard: dict[str, int] = field(default_factory=dict)
    """Source -> when the latest event known of its tickets happened, microseconds."""


@dataclass(slots=True)
class _Newest:
    """Of each thing the newest image so far."""

    tickets: dict[tuple[str, str], tuple[FeedRecord, Ticket]] = field(default_factory=dict)
    alerts: dict[AlertKey, Row] = field(default_factory=dict)
    shared: dict[tuple[object, ...], Shared] = field(default_factory=dict)


def batch_of(records: Sequence[FeedRecord]) -> Batch:
    """The changes that `records`, in the order of their positions, make to the read models.

    Raises UnreadableRecord, naming the position, where a message is not one we know: a newer
    tracker than projector, or a damaged table.
    """
    batch = Batch()
    newest = _Newest()
    for record in records:
        try:
            _take(batch, newest, record)
        except msgspec.MsgspecError as error:
            raise UnreadableRecord(
                f"outcomes of partition {record.partition}, position {record.position}: {error}; "
                "run the projector of the tracker's version"
            ) from error
    for record, ticket in newest.tickets.values():
        batch.tickets.append(ticket_row(record, ticket))
        batch.timers.extend(timer_rows(ticket))
        last = ticket.last_event_us
        if last is not None and last > batch.heard.get(ticket.source, last - 1):
            batch.heard[ticket.source] = last
    batch.alerts.extend(newest.alerts.values())
    for image in newest.shared.values():
        _add(batch, image)
    return batch


def _take(batch: Batch, newest: _Newest, record: FeedRecord) -> None:
    """The messages of one record: outcomes as they are, images in the place of older ones."""
    published = iso(record.published_us)
    for index, message in enumerate(read_messages(record.messages)):
        if isinstance(message, Ticket):
            of = message.source, message.ticket
            before = newest.tickets.get(of)
            image = message if before is None else overlaid(before[1], message)
            newest.tickets[of] = record, image
        elif isinstance(message, Outcome):
            said = read_data(message.data)
            batch.outcomes.append(outcome_row(record, published, index, message, said))
            key = alert_key(message, said)
            if key is not None:
                row = alert_row(key, record, published, index, message, said)
                newest.alerts[key] = row
        else:
            newest.shared[type(message), *_key(message)] = message


def _key(image: Shared) -> tuple[object, ...]:
    """What an image is of; each dead letter stands for itself."""
    match image:
        case CalendarCompiled():
            return (image.calendar,)
        case AgreementTaken():
            return image.agreement, image.version
        case AccountStated():
            return image.account, image.event
        case SourceSeen():
            return (image.source,)
        case EventRefused():
            return image.position, image.index


def _add(batch: Batch, image: Shared) -> None:
    match image:
        case CalendarCompiled():
            batch.calendars.append(image)
        case AgreementTaken():
            batch.agreements.append(image)
        case AccountStated():
            batch.accounts.append(image)
        case SourceSeen():
            batch.sources.append(image)
        case EventRefused():
            batch.dead_letters.append(image)
