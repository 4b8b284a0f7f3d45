"""Messages of the topic into the feed's records: whole groups only, none twice, time in silence."""

from collections import deque

import pytest

from projections.feed import FeedRecord, Held
from projections.grouping import Grouping, Headers
from projections.rows.batch import UnreadableRecord


def at(place: int, **other: bytes | None) -> Headers:
    said: dict[str, bytes | None] = {
        "position": b"%d" % place,
        "stamp_us": b"%d" % (place * 10),
        "published_us": b"%d" % (place * 10 + 1),
    }
    return list((said | other).items())


class Read:
    """A grouping, and what came of it."""

    def __init__(self, position: int = 0) -> None:
        self.whole: deque[FeedRecord] = deque()
        self.grouping = Grouping(2, Held(position, None), self.whole)
        self.offset = 100

    def take(self, position: int, value: bytes | None) -> None:
        self.grouping.take(self.offset, at(position), value)
        self.offset += 1

    @property
    def given(self) -> list[tuple[int, bytes, int | None]]:
        return [(one.position, one.messages, one.resume) for one in self.whole]


def test_a_group_is_given_when_the_next_begins_or_the_mark_comes() -> None:
    read = Read()
    read.take(1, b"1")
    read.take(1, b"2")
    assert read.given == []
    read.take(3, b"3")
    assert read.given == [(1, b"[1,2]", 102)]
    read.take(3, b"")
    assert read.given[1:] == [(3, b"[3]", 104)]
    (first, _) = read.whole
    assert (first.partition, first.stamp_us, first.published_us) == (2, 10, 11)


def test_a_mark_beyond_the_last_group_tells_the_time() -> None:
    read = Read()
    read.take(1, b"1")
    read.take(7, b"")
    assert read.given == [(1, b"[1]", 101), (7, b"[]", 102)]
    assert read.whole[1].stamp_us == 70


def test_a_mark_that_tells_nothing_new_gives_nothing() -> None:
    read = Read(7)
    read.take(7, b"")
    read.take(7, None)
    assert read.given == []


def test_what_is_held_or_was_given_is_passed_over() -> None:
    read = Read(3)
    for position in (1, 2, 3):
        read.take(position, b"old")
    read.take(3, b"")
    read.take(4, b"new")
    read.take(4, b"")
    read.take(2, b"again")
    read.take(4, b"again")
    read.take(5, b"5")
    read.take(5, b"")
    assert [(position, messages) for position, messages, _ in read.given] == [
        (4, b"[new]"),
        (5, b"[5]"),
    ]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="none"),
        pytest.param(at(1, position=b"x"), id="no-number"),
        pytest.param(at(1, stamp_us=None), id="no-value"),
    ],
)
def test_a_record_without_its_place_is_none(headers: Headers) -> None:
    with pytest.raises(UnreadableRecord, match="partition 2, offset 5"):
        Read().grouping.take(5, headers, b"{}")
