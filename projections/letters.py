"""What the intake of a cluster refused, from its topic into the rows: dead letters of the door.

Beside the projector and apart from it: no outcome depends on them, and none waits for them.
"""

import threading
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import psycopg
from kafka import KafkaConsumer, TopicPartition

from projections.feed import FeedAway
from projections.kafka_feed import ANSWER_MS, SETTINGS, told
from projections.outage import AWAY, Outage
from projections.statements import statement
from schemas.letters import Letter
from schemas.refusal import storable

NAME: Final = "sla letters"
"""How its connection is called on the server."""
LOOK_UP_MS: Final = 500
"""How long one wait for letters lasts, here and at the brokers; nobody is in a hurry for them."""


class Letters:
    """Follows `topic`, which has one partition. `dsn` must have all migrations.

    A letter is known by its key: one that the topic has twice is one row.
    """

    def __init__(self, dsn: str, cluster: Mapping[str, Any], topic: str) -> None:
        """`cluster`: where and how it is reached, in the client's words."""
        self._dsn = dsn
        self._cluster = cluster
        self._place = TopicPartition(topic, 0)

    def run(self, stop: threading.Event) -> None:
        """Follows until `stop` is set. What is away is tried again; all else is raised."""
        database, source = Outage("letters"), Outage("letters", what="topic")
        while not stop.is_set():
            try:
                self._follow(stop, database, source)
            except AWAY as error:
                stop.wait(database.pause(error))
            except FeedAway as error:
                stop.wait(source.pause(error))

    def _follow(self, stop: threading.Event, database: Outage, source: Outage) -> None:
        with (
            psycopg.connect(self._dsn, autocommit=True, application_name=NAME) as connection,
            told(),
        ):
            settings = {**SETTINGS, "fetch_max_wait_ms": LOOK_UP_MS}
            consumer = KafkaConsumer(**self._cluster, **settings)
            try:
                self._begin(connection, consumer)
                while not stop.is_set():
                    records = consumer.poll(timeout_ms=LOOK_UP_MS).get(self._place, [])
                    source.over()
                    if records:
                        _save(connection, records)
                        database.over()
            finally:
                consumer.close(timeout_ms=1000)

    def _begin(self, connection: psycopg.Connection[Any], consumer: Any) -> None:
        """Goes to where the rows stand; where the topic does not reach so far, to its beginning."""
        consumer.assign([self._place])
        first = consumer.beginning_offsets([self._place], timeout_ms=ANSWER_MS)[self._place]
        last = consumer.end_offsets([self._place], timeout_ms=ANSWER_MS)[self._place]
        row = connection.execute(statement("read_letter_offset")).fetchone()
        resume = first if row is None else row[0]
        consumer.seek(self._place, resume if first <= resume <= last else first)


def _save(connection: psycopg.Connection[Any], records: list[Any]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(statement("save_letter"), [_row(record) for record in records])
        cursor.execute(statement("move_letter_offset"), {"resume": records[-1].offset + 1})


def _row(record: Any) -> dict[str, Any]:
    """One letter; one that no intake wrote is one, too, and says so."""
    value = record.value or b""
    try:
        letter = msgspec.json.decode(value, type=Letter)
    except msgspec.MsgspecError as error:
        letter = _of_a_stranger(record, str(error))
    said_at = f"{letter.topic} {letter.partition}, offset {letter.offset}"
    return {
        "letter": letter.key,
        "refused_ms": record.timestamp,
        "event": storable(letter.event),
        "source": storable(letter.source),
        "subject": storable(letter.subject),
        "reason": letter.reason,
        "detail": storable(f"{said_at}, {letter.place}: {letter.detail}"),
        "body": storable(letter.body),
    }


def _of_a_stranger(record: Any, why: str) -> Letter:
    place = record.topic, record.partition, record.offset
    body = (record.value or b"").decode("utf-8", "backslashreplace")
    return Letter(*place, "letter", None, None, None, "unreadable", "", f"no letter: {why}", body)
