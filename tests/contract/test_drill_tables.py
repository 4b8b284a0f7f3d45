"""The drill's comparison of read models sees a row too few or changed, and nothing else."""

from itertools import takewhile

import psycopg
import pytest

from schemas.codec import decode_events, encode_batch
from schemas.instants import MINUTE, SECOND
from sla.agreement_files import load, published
from streams.core.partition import Record
from tests.builders import hk
from tests.drill import AGREEMENT, tables
from tests.drill.folding import Folded
from tests.drill.traffic import Desk

BEGIN = hk("2026-04-01 10:00")
PARTITIONS = 2

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folds() -> list[Folded]:
    """Six seconds of the drill's desk, spread over two partitions."""
    document, agreement = load(AGREEMENT)
    shared = encode_batch([published(document, agreement, "/drill", BEGIN)])
    folds = [Folded(number) for number in range(PARTITIONS)]
    for fold in folds:
        fold.take([Record(fold.number, 1, BEGIN, shared, BEGIN)])
    end = BEGIN + 6 * SECOND
    for said in takewhile(lambda one: one.at < end, Desk("d", 1, BEGIN, 200).say()):
        events = decode_events(said.body, content="single").events
        fold = folds[sum(said.key.encode()) % PARTITIONS]
        if events and b'"ticket.' in said.body[:40]:
            position = fold.partition.position + 1
            fold.take([Record(fold.number, position, said.at, encode_batch(events))])
    for fold in folds:
        position = fold.partition.position + 1
        fold.take([Record(fold.number, position, end + MINUTE, b"")])
    return folds


@pytest.fixture
def both(database: str, database_of_module: str, folds: list[Folded]) -> tuple[str, str]:
    """Two databases into which the same was projected, in batches of other sizes and order."""
    feed = [record for fold in folds for record in fold.feed]
    mixed = sorted(feed, key=lambda record: (record.position, record.partition))
    tables.project(database, PARTITIONS, feed)
    for start in range(0, len(mixed), 90):
        tables.project(database_of_module, PARTITIONS, mixed[start : start + 90])
    return database, database_of_module


def test_how_records_fall_into_batches_makes_no_difference(both: tuple[str, str]) -> None:
    assert tables.differences(*both) == []


@pytest.mark.parametrize(
    "spoils",
    [
        "DELETE FROM sla.outcomes WHERE (partition, position, index) IN"
        " (SELECT partition, position, index FROM sla.outcomes LIMIT 1)",
        "UPDATE sla.timers SET spent_us = spent_us + 1 WHERE timer ="
        " (SELECT timer FROM sla.timers LIMIT 1)",
        "UPDATE sla.tickets SET team = 'other' WHERE ticket ="
        " (SELECT ticket FROM sla.tickets WHERE team IS NOT NULL LIMIT 1)",
        "DELETE FROM sla.alerts WHERE ticket = (SELECT ticket FROM sla.alerts LIMIT 1)",
    ],
    ids=["an outcome gone", "a timer changed", "a ticket changed", "an alert gone"],
)
def test_what_is_spoilt_is_seen(both: tuple[str, str], spoils: str) -> None:
    expected, found = both
    with psycopg.connect(expected) as connection:
        connection.execute(spoils)
    (fault,) = tables.differences(expected, found)
    assert "of the fold's are not there" in fault or "there are not the fold's" in fault
