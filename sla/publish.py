"""Says events to the journal from this machine: what `send`, `import` and the facts by hand use."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

import click
import psycopg

from schemas.codec import Content, decode_events, fault_of
from schemas.inbound import InboundEvent
from sla.clock import now_instant
from sla.cluster_options import ENVIRONMENT, cluster_of_environment, no_answer
from sla.database import database
from sla.settings import Settings
from sla.trouble import Trouble
from streams.kafka.cluster import Cluster
from streams.postgres.door import Receipt, take_in
from streams.postgres.journal import append_events

if TYPE_CHECKING:
    from streams.kafka.helpdesk import Helpdesk


class Publisher:
    """An open connection to the journal; every append is committed when it returns."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __enter__(self) -> Self:
        """Raises Trouble where the rows of the database are not of its own journal."""
        self._connection = psycopg.connect(database(self._settings), autocommit=True)
        if rows_of(self._connection) == "cluster":
            self._connection.close()
            raise Trouble(
                "the rows of this database come from a cluster, and nobody judges what is in its "
                "own journal\nwhat to do: `sla send --kafka FILE` speaks to the cluster"
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def append(self, events: Sequence[InboundEvent]) -> int:
        """Appends `events`; the position of the last record.

        Raises EventRefused, appending nothing, where one is not fit for the journal: what was
        built in this process passes the same checks as what comes through the door.
        """
        for event in events:
            fault = fault_of(event)
            if fault is not None:
                raise EventRefused(
                    f"event {event.id}: field {fault.field}: expected {fault.expected}"
                )
        with self._connection.transaction():
            return append_events(self._connection, events, now_instant())

    def append_raw(self, raw: bytes, content: Content = "auto") -> Receipt:
        """Decodes `raw`, appends what is good, keeps what is refused."""
        return take_in(self._connection, decode_events(raw, content=content), now_instant())

    def lag(self) -> tuple[int, bool]:
        """(records that the read models are behind the journal, whether a tracker is at work)."""
        row = self._connection.execute(
            "SELECT h.position - t.position + (SELECT count(*) FROM sla.outbox o"
            "  WHERE o.position > coalesce((SELECT max(position) FROM sla.positions), 0)),"
            " EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            "  AND objid = %s AND classid = 0 AND database ="
            "   (SELECT oid FROM pg_database WHERE datname = current_database()))"
            " FROM sla.journal_head h, sla.tracker_position t",
            (OWNER_LOCK,),
        ).fetchone()
        assert row is not None, "The migration made the rows."
        return row[0], row[1]


class EventRefused(click.ClickException):
    """An event that the journal does not take; says the event, the field and what was expected."""


OWNER_LOCK = 5_147_001
"""The advisory lock that the tracker at work holds."""


Origin = Literal["journal", "cluster", "new"]


def rows_of(connection: psycopg.Connection) -> Origin:
    """Where the rows of a database come from; `new`: there are none yet."""
    row = connection.execute(
        "SELECT bool_or(partition > 0 OR resume IS NOT NULL),"
        " bool_or(position > 0) OR EXISTS (SELECT FROM sla.journal) FROM sla.positions"
    ).fetchone()
    assert row is not None, "An aggregate gives a row."
    of_cluster, begun = row
    return "cluster" if of_cluster else "journal" if begun else "new"


def spoken_to(settings: Settings) -> Cluster | None:
    """The cluster to which events are to be said, where the rows come from one, or there are none
    yet and the environment names brokers; None: the database's own journal.

    Raises Trouble where it is a cluster that the environment does not name.
    """
    with psycopg.connect(database(settings)) as connection:
        origin = rows_of(connection)
    cluster = cluster_of_environment()
    if origin == "cluster" and cluster is None:
        raise Trouble(
            "the rows of this database come from a cluster\n"
            f"what to do: name its brokers by {ENVIRONMENT}"
        )
    return None if origin == "journal" else cluster


def publish(settings: Settings, events: Sequence[InboundEvent]) -> str:
    """Says `events` to the tracker, and returns where they are kept: in its journal, or by the
    brokers that the environment names where the rows come from a cluster.

    Raises EventRefused, Trouble.
    """
    cluster = spoken_to(settings)
    if cluster is None:
        with Publisher(settings) as publisher:
            return f"journaled at position {publisher.append(events)}"
    from streams.kafka.helpdesk import EventUnfit
    from streams.kafka.topics import Topics

    with helpdesk_of(cluster) as helpdesk:
        try:
            helpdesk.say(*events)
        except EventUnfit as error:
            raise EventRefused(str(error)) from error
    return f"sent to {Topics(cluster.prefix).inbound}"


@contextmanager
def helpdesk_of(cluster: Cluster) -> Iterator["Helpdesk"]:
    """Speaks to a cluster; all that was said is kept when it ends. Raises Trouble."""
    from kafka.errors import KafkaError

    from streams.kafka.helpdesk import Helpdesk

    try:
        with Helpdesk(cluster) as helpdesk:
            yield helpdesk
    except KafkaError as error:
        raise Trouble(no_answer(cluster, error)) from error


def say_raw(helpdesk: "Helpdesk", raw: bytes, content: Content = "auto") -> Receipt:
    """Decodes `raw` and says what is good; the receipt holds once the helpdesk has flushed."""
    decoded = decode_events(raw, content=content)
    helpdesk.say_checked(decoded.events)
    return Receipt(len(decoded.events), None, decoded.refused, decoded.left_out)


def publish_raw(settings: Settings, raw: bytes, content: Content = "auto") -> Receipt:
    """Decodes and appends `raw`; says what was refused."""
    with Publisher(settings) as publisher:
        return publisher.append_raw(raw, content)
