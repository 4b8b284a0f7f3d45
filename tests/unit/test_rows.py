"""Messages to row changes: the newest image of each thing, every outcome in order."""

import csv as lines
from collections.abc import Sequence
from typing import Any

import msgspec
import orjson
import pytest

from projections.feed import FeedRecord
from projections.rows import batch_of
from projections.rows.batch import UnreadableRecord
from projections.rows.tickets import Row
from projections.writer import csv
from schemas.codec import encode_batch
from schemas.instants import SECOND, iso
from schemas.outbound import AccountStated, EventRefused, Image, SourceSeen, Stretch
from streams.core.partition import Partition, Record
from tests.builders import LADDER, SOURCE, agreement, hk, story
from tests.projecting import ticket, timer

STAMP = hk("2026-04-01 12:00")


def record(position: int, *messages: bytes) -> FeedRecord:
    array = b"[" + b",".join(messages) + b"]"
    return FeedRecord(0, position, STAMP, STAMP + SECOND, array)


def images(position: int, *said: Image) -> FeedRecord:
    return record(position, *(msgspec.json.encode(one) for one in said))


def lived(*told: tuple[str, Sequence[str]]) -> list[FeedRecord]:
    """What a partition publishes of a story, one record for each (clock, lines)."""
    partition = Partition()
    partition.book.agreements = [agreement(ladder=LADDER)]
    records = []
    events = story(*(line for _, said in told for line in said))
    for position, (clock, said) in enumerate(told, 1):
        payload, events = events[: len(said)], events[len(said) :]
        raw = encode_batch(payload) if payload else b""
        effects = partition.apply(Record(0, position, hk(clock), raw))
        records.append(record(position, *effects.messages))
    return records


OPENED = ("2026-03-30 10:00", ["2026-03-30 10:00 opened severity=1 plan=silver"])
OVERDUE: tuple[str, list[str]] = ("2026-03-30 22:30", [])


def test_of_a_ticket_the_newest_image_counts_with_its_timers() -> None:
    """Design 4, 5: within a batch (position, index) decides, whatever came before."""
    batch = batch_of(
        [
            images(1, ticket("T-1", timer("a@e1"), timer("b@e1")), ticket("T-2", timer("a@e1"))),
            images(
                2, ticket("T-1", timer("a@e1", "met"), status="old"), ticket("T-1", status="new")
            ),
        ]
    )
    assert [(row[1], row[3], row[8]) for row in batch.tickets] == [
        ("T-1", 2, "new"),
        ("T-2", 1, None),
    ]
    assert [row[1:3] for row in batch.timers] == [("T-2", "a@e1")]


def stretch(number: int, ends: bool) -> Stretch:
    """The `number`th of stretches of ten microseconds."""
    return Stretch(number * 10, number * 10 + 10 if ends else None, "ran", "e1")


def test_an_image_is_laid_over_the_one_before() -> None:
    """An image of some timers, and some of their stretches, leaves the others as they are."""
    first = [stretch(0, True), stretch(1, True), stretch(2, False)]
    later = timer("b@e1", stretches=[stretch(2, True), stretch(3, False)], stretches_from=2)
    batch = batch_of(
        [
            images(
                1,
                ticket("T-1", timer("a@e1"), timer("b@e1", stretches=first), status="open"),
            ),
            images(2, ticket("T-1", later, timer("b@e2", cycle=2), changed=["owner"], team="L2")),
        ]
    )
    assert [row[2:4] for row in batch.timers] == [("a@e1", 1), ("b@e1", 1), ("b@e2", 2)]
    (seen,) = [row for row in batch.timers if row[2] == "b@e1"]
    assert str(seen[16]) == "[[0,10,%s],[10,20,%s],[20,30,%s],[30,null,%s]]".replace(
        "%s", '"ran","e1",""'
    )
    assert seen[17] == 0
    (row,) = batch.tickets
    assert (row[8], row[15], row[-1]) == ("open", "L2", None)


def test_every_outcome_is_kept_in_order_and_all_that_it_said() -> None:
    """7.1, 7.2: the log is append-only."""
    records = lived(OPENED, OVERDUE, ("2026-03-31 10:00", ["11:00 replied"]))
    batch = batch_of(records)
    told = [
        (position, index, message)
        for position, one in enumerate(records, 1)
        for index, message in enumerate(orjson.loads(one.messages))
        if message["type"] != "sla.ticket_judged.v1"
    ]
    assert len(batch.outcomes) == len(told) > 8
    for row, (position, index, message) in zip(batch.outcomes, told, strict=True):
        data = message["data"]
        assert row[:6] == (
            0,
            position,
            index,
            message["identity"],
            data["revision"],
            message["type"],
        )
        assert row[14:16] == (iso(STAMP + SECOND), message["causationid"])
        assert orjson.loads(str(row[-1])) == data


def test_an_alert_has_the_latest_word_on_it() -> None:
    """7.1: ticket, timer, level; a breach stands beside the level of its step."""
    records = lived(OPENED, OVERDUE)
    raised = {row[3:5]: row[6] for row in batch_of(records).alerts if row[2] == "first_response@e1"}
    assert raised == {
        ("escalation", "warning"): 1,
        ("escalation", "boss"): 1,
        ("escalation", "breach"): 1,
        ("breach", "breach"): 1,
    }
    undone = lived(OPENED, OVERDUE, ("2026-03-31 10:00", ["11:00 replied"]))
    latest = {row[3:5]: row[6] for row in batch_of(undone).alerts if row[2] == "first_response@e1"}
    assert set(latest.values()) == {2}, "a reply before the first step takes all of them back"


def test_an_outcome_that_is_no_alert_makes_none() -> None:
    batch = batch_of(lived(OPENED))
    assert len(batch.outcomes) == 2
    assert batch.alerts == []


def test_shared_images_replace_older_ones_and_dead_letters_stand_for_themselves() -> None:
    def seen(watermark: int, position: int) -> SourceSeen:
        return SourceSeen(
            source=SOURCE,
            position=position,
            watermark_us=watermark,
            last_event_us=None,
            importing_until_us=None,
        )

    def refused(index: int) -> EventRefused:
        return EventRefused(
            event="e",
            source=SOURCE,
            subject="T",
            reason="orphan",
            detail="no",
            body="{}",
            position=2,
            index=index,
            stamp_us=STAMP,
        )

    def stated(event: str) -> AccountStated:
        return AccountStated(
            account="acme",
            fact="plan",
            value='"gold"',
            effective_us=1,
            stated_us=1,
            event=event,
            position=1,
        )

    batch = batch_of(
        [
            images(1, seen(5, 1), stated("e1"), stated("e2")),
            images(2, refused(0), refused(1), seen(9, 2)),
        ]
    )
    assert [(one.watermark_us, one.position) for one in batch.sources] == [(9, 2)]
    assert [one.index for one in batch.dead_letters] == [0, 1]
    assert [one.event for one in batch.accounts] == ["e1", "e2"]


def test_the_latest_event_heard_of_a_source_is_the_greatest() -> None:
    batch = batch_of(
        [
            images(
                1,
                ticket("T-1", last_event_us=7),
                ticket("T-2", last_event_us=9),
                ticket("T-3", last_event_us=8),
                ticket("T-4", source="/elsewhere"),
            )
        ]
    )
    assert batch.heard == {SOURCE: 9}


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param(b'[{"type":"sla.of_tomorrow.v1"}]', id="a type of a later version"),
        pytest.param(b'[{"type":"sla.ticket_judged.v1"}]', id="fields missing"),
        pytest.param(b"[", id="no JSON"),
    ],
)
def test_a_record_not_in_the_language_is_named(messages: bytes) -> None:
    with pytest.raises(UnreadableRecord, match=r"partition 0, position 7: .*tracker's version"):
        batch_of([FeedRecord(0, 7, 1, 1, messages)])


HARD = [
    "plain",
    'a "quoted" one',
    "a, comma; and\tno tab",
    "back\\slash \\n \\. \\",
    "null",
    "香港 zürich \u2028",
    "",
    "]",
    "[",
]


def test_rows_become_lines_that_say_the_same() -> None:
    """Read back by another reader: quotes and backslashes escaped by a backslash."""
    hard = [text for text in HARD if "\t" not in text]
    rows: list[Row] = [(text, 1, None, True, text) for text in hard]
    read = lines.reader(
        csv(rows).decode().split("\n")[:-1], escapechar="\\", doublequote=False, strict=True
    )
    assert [list(row) for row in read] == [[text, "1", "null", "true", text] for text in hard]


def test_nothing_makes_no_changes() -> None:
    empty = batch_of([])
    values: list[Any] = [getattr(empty, name) for name in empty.__dataclass_fields__]
    assert not any(values)
