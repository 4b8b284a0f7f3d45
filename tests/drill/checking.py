"""After a fault, with nothing more being said: waits until all has been taken in, then compares."""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import psycopg

from projections.feed import FeedRecord
from streams.kafka import state_format
from streams.kafka.journal_format import to_record
from streams.kafka.topics import Topics
from tests.drill import tables
from tests.drill.folding import Folded, Place, Standing
from tests.drill.holding import (
    accounted,
    breaches_as_promised,
    published_as_folded,
    same_latest,
    tickets_in,
)
from tests.drill.promised import expected_breaches
from tests.drill.reading import Read, TopicReader

TICKET: Final = state_format.TICKET.decode()
BOOK: Final = state_format.BOOK.decode()
QUIET: Final = 20_000_000
"""Microseconds: what is due later than this after all has been said never comes due in a drill."""


@dataclass(slots=True)
class Checker:
    """Follows every topic from its beginning, and folds the journal itself, as one process."""

    bootstrap: str
    topics: Topics
    found: str
    """The cluster's database, the direct way."""
    expected: str
    """A database for what the fold comes to."""
    folds: dict[int, Folded] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)
    at_intake: set[str] = field(default_factory=set)
    state: dict[int, dict[str, bytes]] = field(default_factory=dict)
    alerts: dict[int, dict[str, bytes]] = field(default_factory=dict)
    _readers: dict[str, TopicReader] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for topic in (
            self.topics.journal,
            self.topics.events,
            self.topics.state,
            self.topics.alerts,
            self.topics.dead_letters,
        ):
            self._readers[topic] = TopicReader(self.bootstrap, topic)
        for number in self._readers[self.topics.journal].partitions:
            self.folds[number] = Folded(number)
            self.state[number], self.alerts[number] = {}, {}

    # -- waiting --------------------------------------------------------------------------------

    def settle(self, seconds: float) -> list[str]:
        """Waits until the journal is folded, nothing comes due, and the rows are as far.

        What holds it back, where that takes longer than `seconds`.
        """
        until = time.monotonic() + seconds
        while True:
            behind = self._behind()
            if not behind:
                return []
            if time.monotonic() > until:
                return [f"not settled after {seconds:.0f} s: {'; '.join(behind)}"]
            time.sleep(0.25)

    def _behind(self) -> list[str]:
        read = self._fold()
        if read:
            return [f"{read} records were new in the journal"]
        due = []
        for fold in self.folds.values():
            at = fold.partition.next_due
            if at is not None and at < fold.partition.clock + QUIET:
                due.append(f"partition {fold.number} has something due and no tick")
        return due or self._rows_behind()

    def _fold(self) -> int:
        by_partition: defaultdict[int, list[Read]] = defaultdict(list)
        for one in self._readers[self.topics.journal].new():
            by_partition[one.partition].append(one)
        for number, records in by_partition.items():
            self.folds[number].take(
                to_record(number, r.offset, r.stamp_ms, list(r.headers.items()), r.value)
                for r in records
            )
        return sum(map(len, by_partition.values()))

    def _rows_behind(self) -> list[str]:
        try:
            with psycopg.connect(self.found, connect_timeout=5) as connection:
                held = connection.execute("SELECT partition, position FROM sla.positions")
                rows: dict[int, int] = dict(held.fetchall())
        except psycopg.OperationalError as error:
            return [f"the database is away: {error}"]
        return [
            f"rows of partition {number} are at {rows.get(number)} of {fold.partition.position}"
            for number, fold in self.folds.items()
            if rows.get(number, 0) < fold.partition.position
        ]

    # -- comparing ------------------------------------------------------------------------------

    def check(self, sent: list[dict[str, Any]], name: str) -> list[str]:
        """Everything that does not hold, now that it has settled; `name` begins all ids sent."""
        return [
            *self.accounted(event["id"] for event in sent),
            *self.as_folded(),
            *breaches_as_promised(expected_breaches(sent), self.standing, f"{name}-"),
        ]

    def accounted(self, sent: Iterable[str]) -> list[str]:
        """Whether each event sent is in the journal, or refused by who was to refuse it."""
        for one in self._readers[self.topics.dead_letters].new():
            assert one.value is not None
            self.at_intake.add(_event_of(one.value))
        journal = set().union(*(fold.ids for fold in self.folds.values()))
        refused = set().union(*(fold.refused for fold in self.folds.values()))
        return accounted(sent, journal, refused, self.at_intake)

    def as_folded(self) -> list[str]:
        """Whether outcomes, states and read models are what the fold comes to, each once."""
        faults = self._messages() + self._states() + self._alerts()
        return faults + tables.differences(self.expected, self.found)

    def _messages(self) -> list[str]:
        got: defaultdict[int, list[tuple[Place, bytes]]] = defaultdict(list)
        for one in self._readers[self.topics.events].new():
            if one.value:
                place = int(one.headers["position"]), int(one.headers["index"])
                got[one.partition].append((place, one.value))
        faults: list[str] = []
        fed: list[FeedRecord] = []
        for number, fold in self.folds.items():
            messages, feed = fold.take_away()
            faults += published_as_folded(number, messages, got[number])
            self.standing.hear(value for _, value in got[number])
            fed += feed
        tables.project(self.expected, len(self.folds), fed)
        return faults

    def _states(self) -> list[str]:
        faults = []
        self._take_latest(self.topics.state, self.state)
        for number, fold in self.folds.items():
            held = dict(self.state[number])
            held.pop("partitions", None)
            said = orjson.loads(held.pop("partition", b"{}"))
            at, last = said.get("position"), fold.partition.position
            if at != last:
                faults.append(f"sla.state {number} is at {at}, not {last}")
            name = f"sla.state {number}"
            states = {
                key.removeprefix(TICKET): held.pop(key)
                for key in list(held)
                if key.startswith(TICKET)
            }
            expected = tickets_in(dict(fold.partition.states()))
            faults += same_latest(name, expected, tickets_in(states))
            book = {f"{BOOK}{key}": value for key, value in fold.book.items()}
            faults += same_latest(name, book, held)
        return faults

    def _alerts(self) -> list[str]:
        self._take_latest(self.topics.alerts, self.alerts)
        faults = []
        for number, fold in self.folds.items():
            faults += same_latest(f"sla.alerts {number}", fold.alerts, self.alerts[number])
        return faults

    def _take_latest(self, topic: str, held: dict[int, dict[str, bytes]]) -> None:
        """Keeps of each key of a compacted topic what was said last."""
        for one in self._readers[topic].new():
            assert one.key is not None, f"{topic} holds a record without a key."
            if one.value:
                held[one.partition][one.key] = one.value
            else:
                held[one.partition].pop(one.key, None)

    def close(self) -> None:
        """Lets go of the broker."""
        for reader in self._readers.values():
            reader.close()


def _event_of(letter: bytes) -> str:
    """The id of the event that was refused, as far as it could be read."""
    said = orjson.loads(letter)
    return str(said.get("event", ""))
