"""Releases, cut-over, imports and the ledger of judged timers (semantics 1.7, 3.13, 7.5, 8.1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import HOUR, moment
from schemas.outbound import TicketJudged
from streams.core.agreement.model import Agreement
from streams.core.calendar import Closure, compile_calendar
from streams.core.images import ticket_image
from streams.core.ledger import LedgerRow, ledger
from streams.core.messages import Place
from streams.core.partition import Partition, Record
from tests.builders import LADDER, SOURCE, book, hk, judged, office, show, story
from tests.targets import OPENED, promising, then

UPGRADE = promising("resolution", None, release="upgrade")
"""Due with the next upgrade."""


def release(
    event: type[Any], at: str, planned: str | None = None, name: str = "r1", **data: Any
) -> told.SharedEvent:
    """What is said of a release at a Hong Kong time of Monday 30 March."""
    head: dict[str, Any] = {"specversion": "1.0", "id": f"{name} {at}", "source": "/sla/cli"}
    if planned is not None:
        said = told.ReleasePlanned if event is told.ReleaseScheduled else told.ReleaseMoved
        head["data"] = said(planned_at=moment(hk(f"2026-03-30 {planned}")), **data)
    made: told.SharedEvent = event(subject=name, time=moment(hk(f"2026-03-30 {at}")), **head)
    return made


PLANNED = release(told.ReleaseScheduled, "08:00", "15:00", kind="upgrade")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param([PLANNED], ["15:00 breached"], id="due-with-the-release"),
        pytest.param(
            [PLANNED, release(told.ReleaseWasMoved, "12:00", "18:00")],
            ["18:00 breached"],
            id="moved-before-it-moves-the-deadline",
        ),
        pytest.param(
            [PLANNED, release(told.ReleaseCancelled, "12:00")], [], id="cancelled-before-it-none"
        ),
        pytest.param(
            [PLANNED, release(told.ReleaseWasMoved, "15:00:00.000001", "18:00")],
            ["15:00 breached"],
            id="moved-afterwards-the-breach-stands",
        ),
        pytest.param(
            [PLANNED, release(told.ReleaseCancelled, "16:00")],
            ["15:00 breached"],
            id="cancelled-afterwards-the-breach-stands",
        ),
        pytest.param(
            [PLANNED, release(told.ReleaseScheduled, "11:00", "14:00", "r2", kind="upgrade")],
            ["14:00 breached"],
            id="the-earliest-counts-as-soon-as-it-is-known",
        ),
        pytest.param(
            [PLANNED, release(told.ReleaseScheduled, "11:00", "14:00", "r2", kind="patch")],
            ["15:00 breached"],
            id="of-its-kind",
        ),
        pytest.param(
            [PLANNED, release(told.ReleaseScheduled, "08:30", "09:30", "r2", kind="upgrade")],
            ["15:00 breached"],
            id="planned-after-the-opening",
        ),
        pytest.param([], [], id="none-planned-no-deadline"),
    ],
)
def test_a_target_bound_to_a_release(said: Sequence[told.SharedEvent], expected: list[str]) -> None:
    """3.13: as known at each instant, in whatever order it came in."""
    for order in (said, said[::-1]):
        of = book(UPGRADE)
        for event in order:
            of.take(event, hk("2026-04-01 09:00"))
        assert then(of, "2026-03-30 20:00", OPENED) == ["10:00 started", *expected]


def test_resolution_stops_a_target_bound_to_a_release_and_one_without_a_budget() -> None:
    """3.13: the second measures, and cannot breach."""
    of = book(UPGRADE)
    of.take(PLANNED, hk("2026-03-30 09:00"))
    assert then(of, "2026-03-30 20:00", OPENED, "14:00 resolved") == ["10:00 started", "14:00 met"]
    measured = judged(
        book(promising("resolution", None)), "2026-06-30 20:00", OPENED, "2026-06-30 10:00 resolved"
    )
    (timer,) = measured.timers
    assert (timer.state, timer.deadline) == ("met", None)
    assert timer.spent > 700 * HOUR


# -- who is alerted ---------------------------------------------------------------------------


def published(of: Agreement, *records: tuple[str, Sequence[told.InboundEvent]]) -> list[Any]:
    """The outcomes that these records publish, as JSON objects."""
    here = Partition()
    here.book.agreements = [of]
    messages: list[bytes] = []
    for stamp, events in records:
        raw = encode_batch(events) if events else b""
        messages += here.apply(Record(0, here.position + 1, hk(stamp), raw)).messages
    read = [msgspec.json.decode(message) for message in messages]
    return [message for message in read if "identity" in message]


def alerting(outcomes: Sequence[Any]) -> list[str]:
    """`kind alerts` or `kind is silent`, in the order of publication."""
    return [
        f"{o['type'].split('.')[1]} {'alerts' if o['data'].get('alerting', True) else 'is silent'}"
        for o in outcomes
    ]


@pytest.mark.parametrize(
    ("cut_over", "breach"),
    [("2026-03-30T18:00", "alerts"), ("2026-03-30T18:00:00.000001", "is silent")],
)
def test_what_was_effective_before_the_cut_over_alerts_nobody(cut_over: str, breach: str) -> None:
    """1.7: 8 h from 10:00 are gone at 18:00; it breaches all the same."""
    opened = story(f"{OPENED} cut_over_at={cut_over}")
    outcomes = published(promising("resolution", 8), ("2026-03-30 19:00", opened))
    assert alerting(outcomes) == ["timer_started is silent", f"timer_breached {breach}"]


def test_after_the_end_of_an_import_outcomes_alert() -> None:
    """7.5: the breach of 18:00 lies before the end at 19:00, the step of 20:00 after it."""
    head: dict[str, Any] = {"specversion": "1.0", "source": SOURCE, "subject": "log"}
    begun = told.SourceImportBegun(
        id="i1",
        time=moment(hk("2026-03-30 09:00")),
        data=told.ImportBegun(complete_until=moment(hk("2026-03-30 12:00"))),
        **head,
    )
    ended = told.SourceImportEnded(id="i2", time=moment(hk("2026-03-30 19:00")), **head)
    outcomes = published(
        promising("resolution", 8, ladder=LADDER[2:]),
        ("2026-03-30 09:00", [begun]),
        ("2026-03-30 10:00:01", story(OPENED)),
        ("2026-03-30 19:00", [ended]),
        ("2026-03-30 20:30", []),
    )
    assert alerting(outcomes) == [
        "timer_started is silent",
        "timer_breached is silent",
        "timer_escalated alerts",
    ]


# -- the ledger of a judged timer -------------------------------------------------------------

HOLIDAY = replace(office(), holidays={date(2026, 4, 1): "Founders' Day"})
TYPHOON = Closure("t8", "Typhoon", hk("2026-03-31 14:00"), hk("2026-03-31 16:00"))


def rows(of: Agreement, until: str, *lines: str) -> list[tuple[str, str, str, float]]:
    """(from, kind, label, hours that count) of the last timer's rows, which add up."""
    seen = judged(book(of), until, *lines)
    here = Place(0, 0, hk(until), "")
    image: TicketJudged = ticket_image(SOURCE, "T-1", len(lines), hk(until), seen, here)
    timer = image.timers[-1]
    found: list[LedgerRow] = ledger(timer, compile_calendar(HOLIDAY, [TYPHOON]), hk(until))
    for one, after in pairwise(found):
        assert one.to_us == after.from_us
    assert sum(row.wall_us for row in found) == hk(until) - timer.started_us
    return [(show(r.from_us)[5:], r.kind, r.label, r.spent_us / HOUR) for r in found]


def test_a_ledger_with_a_row_of_every_kind() -> None:
    """8.1: closed, holiday, closure, excluded, resolved, paused, ran; each from its event on."""
    of = promising("resolution", 100)
    lines = [
        OPENED,
        "12:00 status status=pending",
        "13:00 status status=open",
        "14:00 resolved",
        "16:00 reopened",
        "17:00 deleted",
        "19:00 restored",
    ]
    assert rows(of, "2026-04-02 10:00", *lines) == [
        ("03-30 10:00", "ran", "", 2),
        ("03-30 12:00", "paused", "waiting_on_customer", 0),
        ("03-30 13:00", "ran", "", 1),
        ("03-30 14:00", "resolved", "", 0),
        ("03-30 16:00", "ran", "", 1),
        ("03-30 17:00", "excluded", "deleted", 0),
        ("03-30 19:00", "ran", "", 2),
        ("03-30 21:00", "closed", "", 0),
        ("03-31 09:00", "ran", "", 5),
        ("03-31 14:00", "closure", "Typhoon", 0),
        ("03-31 16:00", "ran", "", 5),
        ("03-31 21:00", "closed", "", 0),
        ("04-01 09:00", "holiday", "Founders' Day", 0),
        ("04-01 21:00", "closed", "", 0),
        ("04-02 09:00", "ran", "", 1),
    ]


def test_an_excluded_stretch_is_a_row_that_says_who_and_why() -> None:
    """8.1, 4.9."""
    lines = [OPENED, "15:00 excluded start=11:00 end=12:00 why=site_down"]
    found = rows(promising("resolution", 100), "2026-03-30 16:00", *lines)
    assert [(at, kind, hours) for at, kind, _, hours in found] == [
        ("03-30 10:00", "ran", 1),
        ("03-30 11:00", "excluded", 0),
        ("03-30 12:00", "ran", 4),
    ]
    assert "boss" in found[1][2]
    assert "site down" in found[1][2]


def test_a_successor_begins_with_what_was_carried_or_at_the_first_start() -> None:
    """8.1: `carry` at the change, its opening balance without wall time; `recompute` at 10:00."""
    change = [OPENED, "13:00 severity severity=1"]
    carried = rows(promising("resolution", 100), "2026-03-30 14:00", *change)
    assert carried == [("03-30 13:00", "carried", "", 3), ("03-30 13:00", "ran", "", 1)]
    anew = promising("resolution", 100, on_upgrade="recompute")
    assert rows(anew, "2026-03-30 14:00", *change) == [("03-30 10:00", "ran", "", 4)]
