"""A small world in a database, for the questions: lived through by the real tracker and projector.

Agreement `desk`: Monday to Friday 09:00 to 21:00 in Hong Kong, Good Friday 3 April and Easter
Monday 6 April 2026 closed; pro high: first response 4 h, resolution 16 h of it, pausing while
waiting on the customer, at risk from 75%. It is Tuesday 7 April, 12:00.
"""

import asyncio
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

from projections.projector import Projector
from projections.table_feed import TableFeed
from schemas import inbound as told
from schemas.codec import decode_events
from schemas.instants import moment
from sla.agreement_files import published
from streams.core.agreement.read import read_agreement
from streams.postgres.door import take_in
from streams.postgres.journal import PostgresJournal, append_events
from streams.postgres.store import PostgresStore
from streams.tracker import Tracker
from tests.agreements import SMALL
from tests.builders import SOURCE, hk, story

NOW: Final = hk("2026-04-07 12:00")
OTHER: Final = "/helpdesks/test/two"

Said = Sequence[tuple[str, Sequence[told.InboundEvent]]]
"""Events, each lot with the Hong Kong time at which it comes in."""


def document() -> dict[str, Any]:
    """The agreement of this world."""
    one = deepcopy(SMALL)
    one |= {"name": "desk", "zone": "Asia/Hong_Kong"}
    one["holidays"]["public"]["days"] = {
        "2026-04-03": "Good Friday",
        "2026-04-06": "Easter Monday",
    }
    one["calendars"]["office"]["hours"] = {"mon-fri": "09:00-21:00"}
    one["settings"] = {"at_risk_threshold": "75%"}
    hours = {"low": "12 hours", "high": "4 hours"}
    targets = one["targets"]
    targets["first_response"]["promises"]["pro"] = {
        name: {"budget": hours[name], "calendar": "office"} for name in hours
    }
    targets["resolution"] = {
        "kind": "resolution",
        "pauses": ["waiting_on_customer"],
        "promises": {
            "basic": "none",
            "pro": {
                "low": {"calendar": "office"},
                "high": {"budget": "16 hours", "calendar": "office"},
            },
        },
    }
    return one


def said() -> Said:
    """What came in, each with the Hong Kong time at which it did."""
    late_reply = story("2026-04-02 09:14 opened severity=P1 plan=pro", "13:25:07 replied")
    paused = story(
        "2026-04-02 20:00 status status=pending id=p1", "2026-04-07 10:00 status status=open id=p2"
    )
    withdrawn = story(
        "2026-04-02 09:00 opened severity=high plan=pro", "12:30 replied", ticket="T-2"
    )
    low = story(
        "2026-04-02 18:00 opened severity=low plan=pro",
        "2026-04-07 10:30 resolved",
        "10:31 verdict verdict=met",
        ticket="T-5",
    )
    merged = story(
        "2026-04-02 10:00 opened severity=high plan=pro", "10:05:30 merged into=T-1", ticket="T-6"
    )
    return [
        ("2026-04-02 09:00", [withdrawn[0]]),
        ("2026-04-02 09:14:01", [late_reply[0]]),
        (
            "2026-04-02 09:30",
            story("2026-04-02 09:30 opened severity=high plan=basic", ticket="T-3"),
        ),
        ("2026-04-02 10:06", merged),
        ("2026-04-02 13:25:09", [late_reply[1]]),
        ("2026-04-02 14:00", [withdrawn[1]]),
        ("2026-04-02 15:00", story("2026-04-02 15:00 replied", ticket="T-4")),
        ("2026-04-02 18:00", [low[0]]),
        ("2026-04-02 20:00", [paused[0]]),
        ("2026-04-07 10:00", [paused[1]]),
        ("2026-04-07 10:31", low[1:]),
        ("2026-04-07 11:00", [heartbeat("2026-04-07 11:00")]),
        ("2026-04-07 11:30", _conflict()),
        ("2026-04-07 11:31", [_elsewhere()]),
    ]


def heartbeat(until: str) -> told.SourceHeartbeat:
    """Everything up to then is in."""
    return told.SourceHeartbeat(
        specversion="1.0",
        id=f"heartbeat {until}",
        source=SOURCE,
        subject="events",
        time=moment(hk(until)),
        data=told.Heartbeat(complete_to=moment(hk(until))),
    )


def _conflict() -> Sequence[told.InboundEvent]:
    """The opening of T-1 again, under its id, with another severity: a dead letter (1.6)."""
    return story("2026-04-02 09:14 opened severity=low plan=pro")


def _elsewhere() -> told.InboundEvent:
    """A ticket of another helpdesk that has the id of one of ours."""
    (opened,) = story(f"2026-04-07 11:31 opened source={OTHER} severity=low plan=pro")
    return opened


def live(dsn: str) -> None:
    """Lives through all of it up to `NOW`, and shows it in the views."""
    agreement = document()
    first = published(agreement, read_agreement(agreement), "/test", hk("2026-04-01 00:00"))
    live_on(dsn, [("2026-04-02 08:00", [first]), *said()], NOW)
    with psycopg.connect(dsn) as connection:
        take_in(connection, decode_events(b'{"specversion": "1.0"}', content="auto"), NOW)


def live_on(dsn: str, coming: Said, until: int) -> None:
    """Takes in what comes, each at its time, lets time pass to `until`, and shows it all."""
    asyncio.run(_live(dsn, coming, until))
    with psycopg.connect(dsn) as connection:
        # It left the tracker two tenths of a second after it was judged, not today.
        connection.execute(
            "UPDATE sla.outbox SET published_at = sla.at(stamp_us) + interval '0.2 s'"
        )
    projector = Projector(dsn, TableFeed)
    while projector.project_once():
        pass
    projector.close()


async def _live(dsn: str, coming: Said, until: int) -> None:
    now = 0 if coming else until

    async def judge_all() -> None:
        while await tracker.step(0.0):
            pass

    async def pass_time(to: int) -> None:
        nonlocal now
        while (due := tracker.partition.next_due) is not None and due < to:
            now = due + 1  # exactly at a deadline a timer still runs (3.3)
            await tracker.step(0.0)
            await judge_all()
        now = to

    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        journal = PostgresJournal(connection, lambda: now)
        tracker = Tracker(journal, PostgresStore(connection), lambda: now)
        await tracker.load()
        await judge_all()
        for clock, events in coming:
            await pass_time(hk(clock))
            _append(dsn, events, now)
            await judge_all()
        await pass_time(until)


def _append(dsn: str, events: Sequence[told.InboundEvent], clock: int) -> None:
    with psycopg.connect(dsn) as connection:
        append_events(connection, events, clock)


def as_of_now(dsn: str) -> str:
    """The connection string of one who asks at `NOW`."""
    return make_conninfo(dsn, options=f"-c sla.now={moment(NOW).isoformat()}")
