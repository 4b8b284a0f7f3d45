"""What the book makes of shared facts that speak of the same thing (semantics 1.3, 1.4, 4.6)."""

from copy import deepcopy
from itertools import permutations

import pytest

from schemas import inbound as told
from schemas.instants import moment
from streams.core.book import Book
from tests.agreements import SMALL
from tests.builders import SOURCE, hk


def _mapping(id_: str, at: str, category: str, sequence: str | None = None) -> told.SharedEvent:
    """Says at a Hong Kong time what `parked` means from 1 April on."""
    return told.MappingWasPublished(
        specversion="1.0",
        id=id_,
        source="/test",
        subject=SOURCE,
        time=moment(hk(at)),
        sequence=sequence,
        data=told.MappingPublished(
            mapping={"statuses": {"parked": category}}, effective_at=moment(hk("2026-04-01 00:00"))
        ),
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(
            _mapping("z", "2026-04-02 10:00", "resolved"),
            _mapping("a", "2026-04-02 11:00", "waiting_on_customer"),
            id="by-when-it-was-stated",
        ),
        pytest.param(
            _mapping("z", "2026-04-02 10:00", "resolved", "9"),
            _mapping("a", "2026-04-02 10:00", "waiting_on_customer", "10"),
            id="then-by-sequence",
        ),
        pytest.param(
            _mapping("a", "2026-04-02 10:00", "resolved"),
            _mapping("z", "2026-04-02 10:00", "waiting_on_customer"),
            id="then-by-id",
        ),
    ],
)
def test_of_two_mappings_with_one_date_the_one_stated_later_holds(
    first: told.SharedEvent, second: told.SharedEvent
) -> None:
    """1.4 with 5.1 and 1.3, in whatever order the two arrive."""
    for order in permutations((first, second)):
        book = Book()
        for event in order:
            book.take(event, hk("2026-04-03 00:00"))
        words = book.words(SOURCE, hk("2026-04-03 00:00"), None)
        assert words.statuses["parked"] == "waiting_on_customer"


def test_a_version_that_takes_over_names_the_event_that_published_it() -> None:
    """4.6: scope `open_timers`."""
    document = deepcopy(SMALL)
    document["settings"] = {"scope": "open_timers"}
    book = Book()
    published = told.AgreementWasPublished(
        specversion="1.0",
        id="agreement-1",
        source="/test",
        subject=document["name"],
        time=moment(hk("2026-03-01 00:00")),
        data=told.AgreementPublished(agreement=document),
    )
    book.take(published, hk("2026-03-01 00:00"))
    assert [event for _, event in book.take_overs(0)] == ["/test agreement-1"]
