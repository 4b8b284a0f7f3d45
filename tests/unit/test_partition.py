"""A partition: records in, effects out; truth does not depend on how the log was cut (7.6)."""

import random
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import DAY, MINUTE, instant, moment
from sla.agreement_files import load
from streams.core.partition import Effects, Partition, Record
from tests.agreements import PASSKIT_FILE
from tests.builders import LADDER, SOURCE, agreement, hk, story


def partition() -> Partition:
    """One with the test agreement."""
    made = Partition()
    made.book.agreements = [agreement(ladder=LADDER)]
    return made


def feed(to: Partition, *records: tuple[str, Sequence[told.InboundEvent]]) -> list[Effects]:
    """Applies records stamped at Hong Kong times."""
    return [
        to.apply(Record(0, to.position + 1, hk(stamp), encode_batch(events) if events else b""))
        for stamp, events in records
    ]


def said(effects: Sequence[Effects]) -> list[dict[str, object]]:
    """The outcomes published, as JSON objects."""
    messages = [msgspec.json.decode(m) for one in effects for m in one.messages]
    return [m for m in messages if "identity" in m]


def briefly(effects: Sequence[Effects]) -> list[str]:
    """`type target revision`, in the order of publication."""
    return [
        f"{m['type'].removeprefix('sla.').removesuffix('.v1')} "  # type: ignore[attr-defined]
        f"{m['data']['target']} {m['data']['revision']}"  # type: ignore[index]
        for m in said(effects)
    ]


OPENED = "2026-03-30 10:00 opened plan=silver severity=2"


def test_a_breach_is_stamped_with_its_deadline_and_found_by_a_tick() -> None:
    """1.2, 7.3: effective at the deadline, detected at the record that let time pass."""
    here = partition()
    feed(here, ("2026-03-30 10:00:01", story(OPENED)))
    due = here.next_due
    assert due == hk("2026-03-30 19:00")  # the warning at 75 % comes first
    (effects,) = feed(here, ("2026-03-31 10:00:00.000001", []))
    breach = next(m for m in said([effects]) if m["type"] == "sla.timer_breached.v1")
    assert breach["time"] == "2026-03-31T02:00:00Z"
    assert breach["recordedtime"] == "2026-03-31T02:00:00.000001Z"


def test_a_late_reply_withdraws_the_breach_and_adds_what_now_follows() -> None:
    """7.2: nothing is overwritten; the withdrawal names what it withdraws and its cause."""
    here = partition()
    feed(here, ("2026-03-30 10:00:01", story(OPENED)), ("2026-03-31 11:00", []))
    late = story(OPENED, "2026-03-31 09:30 replied")[1:]
    effects = feed(here, ("2026-03-31 12:00", late))
    assert briefly(effects) == [
        "outcome_retracted first_response 2",
        "outcome_retracted first_response 2",
        "timer_met first_response 1",
    ]
    withdrawn = [m for m in said(effects) if m["type"] == "sla.outcome_retracted.v1"]
    assert {m["causationid"] for m in withdrawn} == {"e2"}
    met = said(effects)[-1]["data"]
    assert isinstance(met, dict)
    assert met["corrected"] is True


def test_withdrawing_the_reply_makes_the_breach_hold_again() -> None:
    """7.1: the same identity, revision 3."""
    here = partition()
    feed(here, ("2026-03-30 10:00:01", story(OPENED)), ("2026-03-31 11:00", []))
    events = story(OPENED, "2026-03-31 09:30 replied", "12:30 withdrawn event=e2")
    first = said(feed(here, ("2026-03-31 12:00", events[1:2])))
    again = said(feed(here, ("2026-03-31 13:00", events[2:])))
    breach = next(m for m in again if m["type"] == "sla.timer_breached.v1")
    assert breach["data"]["revision"] == 3  # type: ignore[index]
    assert breach["identity"] in {m["identity"] for m in first}


def test_deciding_again_says_nothing() -> None:
    here = partition()
    feed(here, ("2026-03-30 10:00:01", story(OPENED)), ("2026-03-31 11:00", []))
    assert briefly(feed(here, ("2026-03-31 11:00", []), ("2026-03-31 11:30", []))) == []


def test_the_highest_of_several_steps_is_marked_latest() -> None:
    """6.3: warning, breach and boss come to be known by one record."""
    here = partition()
    feed(here, ("2026-03-30 10:00:01", story(OPENED)))
    steps = [
        m["data"]
        for m in said(feed(here, ("2026-03-31 13:00", [])))
        if m["type"] == "sla.timer_escalated.v1" and m["data"]["target"] == "first_response"  # type: ignore[index]
    ]
    marks = [(s["level"], s.get("latest", False)) for s in steps]  # type: ignore[index,attr-defined]
    assert marks == [("warning", False), ("breach", False), ("boss", True)]


@pytest.mark.parametrize(
    ("again", "reason"),
    [
        ("2026-03-30 10:00 opened plan=silver severity=2", None),
        ("2026-03-30 10:00 opened plan=gold severity=2", "conflicting_duplicate"),
    ],
)
def test_the_same_id_again(again: str, reason: str | None) -> None:
    """1.6: equal content is ignored, other content refused; neither changes anything."""
    here = partition()
    feed(here, ("2026-03-30 10:00:01", story(OPENED)))
    before = here.truth_digest()
    (effects,) = feed(here, ("2026-03-30 10:01", story(again)))
    refused = [msgspec.json.decode(m) for m in effects.messages]
    assert [r.get("reason") for r in refused if r["type"] == "sla.event_refused.v1"] == (
        [reason] if reason else []
    )
    assert here.truth_digest() == before


def test_what_is_due_when_only_repeats_arrive_is_judged_all_the_same() -> None:
    """7.3: a record lets time pass, also one whose every event was known."""
    here = partition()
    feed(here, ("2026-03-30 10:00:01", story(OPENED)))
    effects = feed(here, ("2026-03-31 10:00:01", story(OPENED)))
    assert "timer_breached first_response 1" in briefly(effects)
    assert here.next_due is not None


@pytest.mark.parametrize(("stamp", "refused"), [("09:55", False), ("09:54:59.999999", True)])
def test_events_from_the_future(stamp: str, refused: bool) -> None:
    """1.5: up to five minutes ahead stands; further is a dead letter."""
    here = partition()
    (effects,) = feed(here, (f"2026-03-30 {stamp}", story(OPENED)))
    assert (b"from_the_future" in b"".join(effects.messages)) == refused
    assert (here.next_due == hk("2026-03-30 10:00")) == (not refused)


def test_an_opening_that_lies_ahead_is_due_at_its_time_after_a_restart_too() -> None:
    """1.5, 1.7: what has not opened yet is no orphan that only its week's end would wake."""
    here = partition()
    feed(here, ("2026-03-30 09:58", story(OPENED)))
    again = partition()
    again.load(here.position, here.clock, list(here.states()), {})
    assert again.next_due == here.next_due == hk("2026-03-30 10:00")


def test_orphans_wait_a_week_and_then_are_dead_letters() -> None:
    """1.7."""
    here = partition()
    feed(here, ("2026-03-30 10:00", story("2026-03-30 09:30 replied")))
    assert here.next_due == hk("2026-03-30 10:00") + 7 * DAY
    (effects,) = feed(here, ("2026-04-06 10:00", []))
    assert b'"reason":"orphan"' in b"".join(effects.messages)
    assert list(here.states()) == []


def test_an_opening_that_comes_late_finds_what_waited() -> None:
    """1.7: nothing is decided until it is known; then all of it is."""
    here = partition()
    events = story(OPENED, "11:00 replied")
    feed(here, ("2026-03-30 11:00", events[1:]))
    assert briefly(feed(here, ("2026-03-30 12:00", events[:1]))) == [
        "timer_started first_response 1",
        "timer_met first_response 1",
        "timer_started resolution 1",
    ]


def test_an_import_holds_its_tickets_back_and_alerts_nobody() -> None:
    """7.5: judged up to `complete_until` until it ends; what is effective before alerts nobody."""
    here = partition()
    head: dict[str, Any] = {
        "specversion": "1.0",
        "source": SOURCE,
        "subject": "log",
        "time": moment(hk("2026-03-30 09:00")),
    }
    begun = told.SourceImportBegun(
        id="i1", data=told.ImportBegun(complete_until=moment(hk("2026-03-30 12:00"))), **head
    )
    ended = told.SourceImportEnded(id="i2", **head)
    first = feed(here, ("2026-04-10 09:00", [begun, *story(OPENED)]))
    assert briefly(first) == ["timer_started first_response 1", "timer_started resolution 1"]
    # No tick makes anything true: waking for what was due by now would write ticks without end.
    assert here.next_due is None
    again = partition()
    book = {key: raw for key, raw in first[0].book.items() if raw is not None}
    again.load(here.position, here.clock, list(here.states()), book)
    assert again.next_due is None
    second = said(feed(here, ("2026-04-10 09:05", [ended])))
    assert "sla.timer_breached.v1" in {m["type"] for m in second}
    assert {m["data"]["alerting"] for m in [*said(first), *second]} == {False}  # type: ignore[index]


def test_a_closure_declared_after_the_fact_withdraws_the_breach() -> None:
    """2.3: Monday afternoon closed: the response is due two hours later than it was."""
    here = partition()
    feed(here, ("2026-03-30 10:00:01", story(OPENED)), ("2026-03-31 10:30", []))
    closed = told.ClosureWasDeclared(
        specversion="1.0",
        id="c1",
        source="/sla/cli",
        subject="power-cut",
        time=moment(hk("2026-03-31 10:30")),
        data=told.ClosureDeclared(
            calendars=["office"],
            start=moment(hk("2026-03-30 15:00")),
            end=moment(hk("2026-03-30 17:00")),
            name="Power cut",
        ),
    )
    effects = feed(here, ("2026-03-31 10:31", [closed]))
    assert "outcome_retracted first_response 2" in briefly(effects)
    (effects2,) = feed(here, ("2026-03-31 12:01", []))
    breach = next(m for m in said([effects2]) if m["type"] == "sla.timer_breached.v1")
    assert breach["time"] == "2026-03-31T04:00:00Z"


DAYS = [
    "2026-03-30 09:00 opened plan=silver severity=2 account=a1",
    "2026-03-30 09:20 assigned team=L1",
    "2026-03-30 10:00 status status=pending",
    "2026-03-30 11:30 status status=open",
    "2026-03-31 11:00 replied",
    "2026-03-31 12:00 severity severity=1",
    "2026-03-31 13:00 status status=vendor",
    "2026-04-01 10:00 resolved",
    "2026-04-01 15:00 reopened",
    "2026-04-01 16:00 plan plan=gold",
    "2026-04-02 10:00 closed",
]


def desk(seed: int, tickets: int = 12) -> list[told.TicketEvent]:
    """Some tickets, each living through a random part of `DAYS`."""
    rng = random.Random(seed)
    events: list[told.TicketEvent] = []
    for number in range(tickets):
        lived = [DAYS[0], *(line for line in DAYS[1:] if rng.random() < 0.7)]
        told_lines = [f"{line} id=t{number}-{n}" for n, line in enumerate(lived)]
        events += story(*told_lines, ticket=f"T-{number}")
    return sorted(events, key=lambda e: (e.time, e.id))


def digest_of(batches: Sequence[Sequence[told.TicketEvent]], stamps: Sequence[int]) -> str:
    """The truth after the batches and a last tick at noon on 10 April."""
    here = partition()
    for events, stamp in zip(batches, stamps, strict=True):
        here.apply(Record(0, here.position + 1, stamp, encode_batch(events)))
    feed(here, ("2026-04-10 12:00", []))
    return here.truth_digest()


def test_another_text_of_a_known_version_is_refused_whatever_its_event_is_called() -> None:
    """4.6: taken up again, the book would have to guess which of the two holds."""
    document, _ = load(PASSKIT_FILE)
    here = Partition()

    def published(event: str, start: str) -> told.AgreementWasPublished:
        return told.AgreementWasPublished(
            specversion="1.0",
            id=event,
            source="/tests",
            subject="passkit",
            time=moment(hk("2026-01-01 10:00")),
            data=told.AgreementPublished(agreement=document | {"effective_from": start}),
        )

    effects = feed(
        here,
        ("2026-03-30 10:00", [published("b", "2026-01-01T00:00+08:00")]),
        ("2026-03-30 10:01", [published("a", "2026-02-01T00:00+08:00")]),
        ("2026-03-30 10:02", [published("c", "2026-01-01T00:00+08:00")]),
    )
    refused = [b"conflicting_duplicate" in b"".join(one.messages) for one in effects]
    assert refused == [False, True, False]


@pytest.mark.parametrize("seed", range(4))
def test_the_truth_is_the_same_however_the_log_was_cut(seed: int) -> None:
    """7.6: one batch, event by event, shuffled within each day, a tenth repeated."""
    rng = random.Random(seed)
    events = desk(seed)
    at_once = digest_of([events], [hk("2026-04-09 12:00")])
    one_by_one = digest_of([[e] for e in events], [instant(e.time) + MINUTE for e in events])
    shuffled = sorted(events, key=lambda e: (e.time.date(), rng.random()))
    late = [hk(f"{e.time.date()} 23:59") + DAY for e in shuffled]
    by_day = digest_of([[e] for e in shuffled], late)
    repeated = [e for e in events for _ in range(2 if rng.random() < 0.1 else 1)]
    twice = digest_of([[e] for e in repeated], [instant(e.time) + MINUTE for e in repeated])
    assert one_by_one == by_day == twice == at_once


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_partition_taken_up_again_goes_on_as_if_it_had_never_stopped(seed: int) -> None:
    """Design 3: saved states and book are all there is to know."""
    events = desk(seed)
    here = partition()
    saved: dict[str, bytes] = {}
    for event in events:
        effects = here.apply(
            Record(0, here.position + 1, instant(event.time) + MINUTE, encode_batch([event]))
        )
        saved.update({k: v for k, v in effects.states.items() if v is not None})
        again = partition()
        again.load(here.position, here.clock, saved.items(), {})
        assert again.next_due == here.next_due
        here = again
    feed(here, ("2026-04-10 12:00", []))
    assert here.truth_digest() == digest_of([events], [hk("2026-04-09 12:00")])
