"""The achieved share of any history: numerator, denominator and what is left out add up."""

from collections import Counter
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from projections.feed import FeedRecord
from projections.rows import batch_of
from projections.statements import statement
from projections.writer import write
from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import MINUTE, instant
from streams.core.agreement.model import Agreement
from streams.core.judge import judge
from streams.core.partition import Partition, Record
from streams.core.timer import Timer
from tests.builders import SOURCE, history
from tests.histories import BEGIN, agreements, book_of, lives

pytestmark = pytest.mark.slow

LEFT_OUT = ("running", "paused", "superseded", "void", "open_ended")
MANY = settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))


@MANY
@given(agreement=agreements(), events=lives(), minutes=st.integers(1, 12 * 24 * 60))
def test_the_share_of_any_history_adds_up(
    database: str, agreement: Agreement, events: list[told.TicketEvent], minutes: int
) -> None:
    """8.2: each timer is counted once, as met, as missed, or as left out by its reason."""
    until = BEGIN + minutes * MINUTE
    known = [event for event in events if instant(event.time) <= until]
    rows = attainment(database, agreement, known, until)
    timers = judge(SOURCE, history(known), book_of([agreement]), until).timers
    standing = Counter(map(stands, timers))
    assert sum(row["numerator"] for row in rows) == standing["met"]
    assert sum(row["denominator"] for row in rows) == standing["met"] + standing["missed"]
    for name in LEFT_OUT:
        assert sum(row[name] for row in rows) == standing[name]
    for row in rows:
        assert row["denominator"] + sum(row[name] for name in LEFT_OUT) == row["timers"]
    assert sum(row["timers"] for row in rows) == len(timers)


def stands(timer: Timer) -> str:
    """How a timer counts, said once more in plain words."""
    if timer.deadline is None and (timer.budget is None or timer.state == "met"):
        return timer.state if timer.state in ("superseded", "void") else "open_ended"
    return "missed" if timer.state in ("breached", "met_late") else timer.state


def attainment(
    database: str, agreement: Agreement, events: list[told.TicketEvent], until: int
) -> list[dict[str, Any]]:
    """What the view says of a ticket that lived through `events`; nothing of it stays."""
    here = Partition()
    here.book.agreements = [agreement]
    messages = here.apply(Record(0, 1, until, encode_batch(events))).messages
    batch = batch_of([FeedRecord(0, 1, until, until, b"[" + b",".join(messages) + b"]")])
    with (
        psycopg.connect(database, row_factory=dict_row) as connection,
        connection.transaction(force_rollback=True),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement("stage"))
        write(cursor, {0: batch})
        return cursor.execute("SELECT * FROM sla_v1.attainment").fetchall()
