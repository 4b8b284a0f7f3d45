"""A partition among several: each takes every shared fact, the first one says so."""

from schemas.codec import encode_batch
from schemas.instants import MINUTE
from streams.core.partition import Effects, Partition, Record
from tests.builders import hk
from tests.unit.test_rules_of_events import stated

TAKEN = hk("2026-04-01 12:00")


def relayed(number: int, effective: str, stamp: int) -> tuple[Partition, Effects]:
    """A partition, after a fact that the log of facts took at noon came to it at `stamp`."""
    here = Partition(number)
    fact = stated("plan", "gold", effective, effective)
    return here, here.apply(Record(number, 1, stamp, encode_batch([fact]), TAKEN))


def test_every_partition_takes_a_shared_fact_and_the_first_publishes_it() -> None:
    first, said = relayed(0, "2026-04-01 11:00", TAKEN)
    other, silent = relayed(3, "2026-04-01 11:00", TAKEN + MINUTE)
    assert first.book.events == other.book.events != {}
    assert (len(said.messages), silent.messages) == (1, [])
    assert said.book.keys() == silent.book.keys()


def test_whether_a_shared_fact_comes_from_the_future_is_decided_once_for_all() -> None:
    """1.5: by the stamp of the log of facts, whenever it reaches a partition."""
    first, said = relayed(0, "2026-04-01 12:30", TAKEN)
    other, silent = relayed(3, "2026-04-01 12:30", hk("2026-04-01 13:00"))
    assert first.book.events == other.book.events == {}
    assert b"from_the_future" in said.messages[0]
    assert silent.messages == []
