"""The projector on PostgreSQL: rows once, whatever happens in between (design 4, habits 10)."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from projections.feed import FeedRecord, Held
from projections.projector import NAME, NotOwner, Projector
from projections.rows import batch_of
from projections.rows.batch import UnreadableRecord
from projections.statements import statement
from projections.table_feed import TableFeed
from projections.writer import write
from tests.builders import SOURCE, story
from tests.projecting import Fed, ticket, timer

pytestmark = pytest.mark.slow

TABLES = (
    "tickets",
    "timers",
    "outcomes",
    "alerts",
    "sources",
    "agreements",
    "calendars",
    "calendar_spans",
)
LIFE = [
    ("2026-04-01 10:00", "2026-04-01 10:00 opened severity=high plan=pro"),
    ("2026-04-01 14:00", ""),
    ("2026-04-01 14:01", ""),
    ("2026-04-01 15:00", "2026-04-01 11:00 status status=pending id=e2"),
    ("2026-04-01 16:00", "2026-04-01 10:30 replied id=e3"),
    ("2026-04-02 09:30", "2026-04-02 09:20 resolved id=e4"),
]


@pytest.fixture
def fed(database: str) -> Iterator[Fed]:
    world = Fed(database)
    yield world
    world.connection.close()


def live(fed: Fed) -> None:
    """A breach that a late reply withdraws, a pause, a resolution; record by record."""
    fed.agree()
    for clock, line in LIFE:
        fed.take(clock, *(story(line) if line else ()))


def tables(fed: Fed) -> dict[str, list[str]]:
    """All rows as text, and how far they go."""
    rows = {name: sorted(fed.column(f"SELECT t::text FROM sla.{name} t")) for name in TABLES}
    rows["positions"] = fed.column("SELECT position::text FROM sla.positions")
    return rows


def forget(fed: Fed) -> None:
    """As it was before anything was projected."""
    fed.connection.execute(f"TRUNCATE {', '.join(f'sla.{name}' for name in TABLES)}")
    fed.connection.execute("UPDATE sla.positions SET position = 0")


class Crash(Exception):
    """The process ends here."""


def test_a_crash_at_any_step_leaves_the_same_rows(fed: Fed) -> None:
    live(fed)
    fed.project()
    undisturbed = tables(fed)
    assert undisturbed["positions"] == [str(fed.position)]
    assert all(undisturbed.values())
    forget(fed)
    steps = ["begin", "position", "rows", "committed"]

    def crash(name: str) -> None:
        if left and left[0] == name:
            left.pop(0)
            raise Crash(name)

    while fed.column("SELECT position FROM sla.positions") != [fed.position]:
        left = list(steps)
        for _ in steps:
            projector = Projector(fed.dsn, TableFeed, at_step=crash)
            with pytest.raises(Crash):
                projector.project_once(limit=1)
            projector.close()
    assert tables(fed) == undisturbed


def test_batches_of_any_size_leave_the_same_rows(fed: Fed) -> None:
    live(fed)
    fed.project()
    together = tables(fed)
    forget(fed)
    projector = Projector(fed.dsn, TableFeed)
    while projector.project_once(limit=1):
        pass
    projector.close()
    assert tables(fed) == together


class Repeating(TableFeed):
    """Gives everything again, from the beginning, each time it is read."""

    def read(self, held: Mapping[int, Held], limit: int) -> list[FeedRecord]:
        everything = super().read({0: Held(0, None)}, 1000)
        return list(everything)[: 3 if held[0].position == 0 else 1000]


def test_what_is_delivered_again_changes_nothing(fed: Fed) -> None:
    live(fed)
    fed.project()
    once = tables(fed)
    forget(fed)
    projector = Projector(fed.dsn, Repeating)
    counts = [projector.project_once() for _ in range(3)]
    projector.close()
    assert counts == [3, len(LIFE) + 1 - 3, 0]
    assert tables(fed) == once


def test_an_image_that_is_not_newer_is_passed_over(fed: Fed) -> None:
    """Design 4, 5: also where the position would let it through."""

    def put(position: int, *said: Any) -> None:
        fed.position = position - 1
        fed.publish(*said)
        with psycopg.connect(fed.dsn) as connection, connection.cursor() as cursor:
            cursor.execute(statement("stage"))
            (record,) = TableFeed(connection).read({0: Held(position - 1, None)}, 1)
            write(cursor, {0: batch_of([record])})
            cursor.execute("DELETE FROM sla.outbox")

    put(5, ticket("T-1", timer("a@e1", "met"), status="new"))
    put(4, ticket("T-1", timer("b@e1"), status="old"))
    put(5, ticket("T-1", timer("c@e1"), status="same"))
    asked = "SELECT status, timer, state FROM sla.tickets JOIN sla.timers USING (source, ticket)"
    assert list(fed.row(asked).values()) == ["new", "a@e1", "met"]


def test_a_timer_taken_back_by_corrected_history_goes(fed: Fed) -> None:
    """3.1: another event in the place of its start is another timer."""
    fed.publish(ticket("T-1", timer("a@e1"), timer("b@e1")), ticket("T-2", timer("a@e1")))
    fed.project()
    fed.publish(ticket("T-1", timer("a@e2"), timer("b@e1")), ticket("T-3", timer("a@e1")))
    fed.project()
    held = fed.rows("SELECT ticket, timer FROM sla.timers ORDER BY 1, 2")
    assert [tuple(row.values()) for row in held] == [
        ("T-1", "a@e2"),
        ("T-1", "b@e1"),
        ("T-2", "a@e1"),
        ("T-3", "a@e1"),
    ]
    fed.publish(ticket("T-1"))
    fed.project()
    assert fed.column("SELECT count(*) FROM sla.timers WHERE ticket = 'T-1'") == [0]


def test_of_two_projectors_one_stops(fed: Fed) -> None:
    """Design 3: no row for the expected position, another one owns it."""
    first, second = Projector(fed.dsn, TableFeed), Projector(fed.dsn, TableFeed)
    assert [first.project_once(), second.project_once()] == [0, 0]
    live(fed)
    assert first.project_once(limit=3) == 3
    before = tables(fed)
    with pytest.raises(NotOwner, match=r"position 0 of partition 0 .* another projector"):
        second.project_once()
    assert tables(fed) == before
    first.close()
    second.close()


def test_it_runs_until_told_and_rides_out_a_lost_connection(fed: Fed) -> None:
    """It is woken by the tracker's notification, and says itself when rows have changed."""
    stop = threading.Event()
    projector = Projector(fed.dsn, TableFeed)
    thread = threading.Thread(target=projector.run, args=(stop,))
    with psycopg.connect(fed.dsn, autocommit=True) as watcher:
        watcher.execute("LISTEN sla_rows")
        thread.start()
        try:
            fed.publish(ticket("T-1"))
            assert notified(watcher)
            ended = fed.column(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = %s",
                NAME,
            )
            assert ended == [True]
            fed.publish(ticket("T-2"))
            assert notified(watcher)
        finally:
            stop.set()
            thread.join(10)
    assert not thread.is_alive()
    assert fed.column("SELECT ticket FROM sla.tickets ORDER BY 1") == ["T-1", "T-2"]


def notified(watcher: Connection[Any]) -> bool:
    return bool(list(watcher.notifies(timeout=10, stop_after=1)))


def test_a_record_that_is_none_stops_it(fed: Fed) -> None:
    """Design 4, 3: no exception passes silently."""
    fed.connection.execute(
        "INSERT INTO sla.outbox (partition, position, stamp_us, messages) VALUES (0, 1, 1, '[{}]')"
    )
    with pytest.raises(UnreadableRecord, match="position 1"):
        Projector(fed.dsn, TableFeed).run(threading.Event())
    assert fed.column("SELECT position FROM sla.positions") == [0]


def test_hard_words_arrive_as_they_were(fed: Fed) -> None:
    """Ids may hold anything printable; details of dead letters line breaks too."""
    hard = 'a "b", \\c \\n null ] 香港'
    fed.publish(
        ticket(hard, timer(f"a@{hard}", levels=[hard]), status="null", unmapped=[("status", hard)])
    )
    fed.project()
    row = fed.row(
        "SELECT k.ticket, k.status, k.unmapped, t.timer, t.levels, k.source"
        " FROM sla.tickets k JOIN sla.timers t USING (source, ticket)"
    )
    assert list(row.values()) == [
        hard,
        "null",
        [["status", hard]],
        f"a@{hard}",
        [hard],
        SOURCE,
    ]


def test_a_batch_is_bounded_and_a_large_record_still_passes(
    fed: Fed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.table_feed.BYTES", 10)
    for number in range(3):
        fed.publish(ticket(f"T-{number}"))
    projector = Projector(fed.dsn, TableFeed)
    assert [projector.project_once() for _ in range(4)] == [1, 1, 1, 0]
    projector.close()
