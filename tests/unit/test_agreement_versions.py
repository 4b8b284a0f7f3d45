"""Versions of an agreement, and which timers each is for (semantics 4.6)."""

from dataclasses import replace

import pytest

from schemas.instants import HOUR
from streams.core.book import Book
from tests.builders import agreement, cell, hk, judged, told_of


def two_versions(scope: str) -> Book:
    """Version 1 owes a first response in 12 hours, version 2 in 4, from Monday 15:00 on."""
    made = Book()
    first = agreement()
    quick = cell("first_response", "silver", "2", 4 * HOUR)
    second = replace(
        agreement(cells={("first_response", "silver", "2"): quick}),
        version="2",
        effective_from=hk("2026-03-30 15:00"),
        scope=scope,  # type: ignore[arg-type]  # parametrized
    )
    made.agreements = [first, second]
    made._published_by = {("test", "1"): "a1", ("test", "2"): "a2"}
    return made


OPENED = "2026-03-30 10:00 opened plan=silver severity=2"


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        pytest.param(
            "new_tickets",
            ["2026-03-30 10:00 started first_response"],
            id="4.6-a-ticket-keeps-the-version-of-its-opening",
        ),
        pytest.param(
            "open_timers",
            # Five hours are spent at 15:00: the new four were reached at 14:00 (4.2).
            [
                "2026-03-30 10:00 started first_response",
                "2026-03-30 14:00 breached first_response",
                "2026-03-30 15:00 superseded first_response",
                "2026-03-30 15:00 started first_response",
            ],
            id="4.6-open-timers-change-at-its-effective-from",
        ),
    ],
)
def test_a_new_version(scope: str, told: list[str]) -> None:
    seen = judged(two_versions(scope), "2026-03-30 16:00", OPENED)
    assert [t for t in told_of(seen.outcomes) if t.endswith("first_response")] == told


def test_before_it_takes_over_it_is_only_due() -> None:
    """4.6, 1.5: like any fact with a future `effective_from`, it comes due like a deadline."""
    seen = judged(two_versions("open_timers"), "2026-03-30 12:00", OPENED)
    assert seen.next_due == hk("2026-03-30 15:00")


def test_a_ticket_opened_afterwards_has_the_new_version() -> None:
    seen = judged(
        two_versions("new_tickets"),
        "2026-03-31 12:00",
        "2026-03-30 16:00 opened plan=silver severity=2",
    )
    assert "2026-03-30 20:00 breached first_response" in told_of(seen.outcomes)
