"""A database whose read models are fed what a partition publishes, or what a test makes up."""

from collections.abc import Sequence
from typing import Any

import msgspec
import psycopg
from psycopg.rows import dict_row

from projections.projector import Projector
from projections.table_feed import TableFeed
from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import moment
from schemas.outbound import CalendarCompiled, Image, Stretch, TicketJudged, TimerImage
from streams.core.calendar import Calendar
from streams.core.partition import Partition, Record
from tests.asked import document
from tests.builders import SOURCE, hk

CALENDAR = "support 1/office"


class Fed:
    """The tracker's side of the read models: what it publishes stands in the outbox."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.partition = Partition()
        self.connection = psycopg.connect(dsn, autocommit=True, row_factory=dict_row)
        self.position = 0

    def agree(self, clock: str = "2026-01-01 00:00") -> None:
        """Publishes the agreement `desk` of `tests.asked`."""
        event = told.AgreementWasPublished(
            specversion="1.0",
            id="agreement desk",
            source="/test",
            subject="desk",
            time=moment(hk(clock)),
            data=told.AgreementPublished(agreement=document()),
        )
        self.take(clock, event)

    def take(self, clock: str, *events: told.InboundEvent) -> None:
        """One journal record at Hong Kong time `clock`; without events a tick."""
        payload = encode_batch(events) if events else b""
        stamp = hk(clock)
        effects = self.partition.apply(Record(0, self.partition.position + 1, stamp, payload))
        if effects.messages:
            self._put(effects.position, stamp, effects.messages)

    def publish(self, *images: Image, clock: str = "2026-04-01 00:00") -> None:
        """Made-up images, as of the next position."""
        self._put(self.position + 1, hk(clock), [msgspec.json.encode(one) for one in images])

    def _put(self, position: int, stamp: int, messages: Sequence[bytes]) -> None:
        self.position = position
        self.connection.execute(
            "INSERT INTO sla.outbox (partition, position, stamp_us, published_at, messages)"
            " VALUES (0, %s, %s, sla.at(%s) + interval '1 second', %s)",
            (position, stamp, stamp, b"[" + b",".join(messages) + b"]"),
        )
        self.connection.execute("NOTIFY sla_outbox")

    def project(self) -> None:
        """Projects all there is."""
        projector = Projector(self.dsn, TableFeed)
        while projector.project_once():
            pass
        projector.close()

    def asked_at(self, clock: str) -> None:
        """What is live is as of `clock`, Hong Kong time."""
        self.connection.execute(
            "SELECT set_config('sla.now', %s, false)", (moment(hk(clock)).isoformat(),)
        )

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        return self.connection.execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> dict[str, Any]:
        (one,) = self.rows(query, *values)
        return one

    def column(self, query: str, *values: object) -> list[Any]:
        return [next(iter(row.values())) for row in self.rows(query, *values)]


def compiled(calendar: Calendar, name: str = CALENDAR, position: int = 1) -> CalendarCompiled:
    """The image of a calendar."""
    return CalendarCompiled(
        calendar=name,
        name=calendar.spec.name,
        zone=calendar.spec.zone,
        calendar_version=calendar.version,
        position=position,
        day_length_us=calendar.day_length,
        spans=calendar.spans(),
    )


def timer(name: str = "resolution@e1", state: str = "running", **other: Any) -> TimerImage:
    """A timer's image; what is not said is made up, from the opening on."""
    opened = other.pop("started_us", hk("2026-04-01 10:00"))
    said: dict[str, Any] = {
        "timer": name,
        "target": name.partition("@")[0],
        "kind": "resolution",
        "state": state,
        "start_event": name.partition("@")[2],
        "started_us": opened,
        "calendar": CALENDAR,
        "agreement": "support",
        "version": "1",
        "plan": "gold",
        "severity": "2",
        "rule": "paid",
        "spent_us": 0,
        "stretches": [Stretch(opened, None, "ran", "e1")],
    }
    return TimerImage(**{**said, **other})


def ticket(name: str = "T-1", *timers: TimerImage, **other: Any) -> TicketJudged:
    """A ticket's image with these timers."""
    said: dict[str, Any] = {
        "source": SOURCE,
        "ticket": name,
        "partition": 0,
        "position": 0,
        "detected_us": hk("2026-04-01 10:00"),
        "judged_us": hk("2026-04-01 10:00"),
        "opened_us": hk("2026-04-01 10:00"),
        "facts": 1,
        "timers": list(timers),
    }
    return TicketJudged(**{**said, **other})
