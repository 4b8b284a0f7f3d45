"""The simulated desk: the same for the same seed, and everything that it promises to show."""

import hashlib
from collections import Counter
from functools import cache
from pathlib import Path

import msgspec
import pytest

from schemas import inbound as told
from schemas.codec import decode_events, encode_batch
from schemas.data import Data
from schemas.instants import DAY, HOUR, MINUTE, instant
from sla.agreement_files import load
from sla.demo.accounts import ACCOUNTS
from sla.demo.delivery import OUTAGE
from sla.demo.desk import Delivery, Desk, DeskPlan, deliveries, desk
from sla.demo.happenings import TYPHOON_DECLARED_AT
from sla.demo.life import AIMS
from sla.demo.rhythm import DAYS_OFF, TYPHOON, desk_hours
from sla.demo.said import hong_kong
from sla.demo.set_pieces import SET_PIECES
from streams.core.agreement.model import Agreement

pytestmark = pytest.mark.slow  # days of a desk, or of a real log

AGREEMENT = Path(__file__).parents[2] / "agreements" / "passkit.yaml"
SEVERITY_OF = {"critical": "1", "major": "2", "minor": "3", "enhancement": "4"}


@cache
def whole() -> Desk:
    return desk(DeskPlan())


@cache
def passkit() -> Agreement:
    return load(AGREEMENT)[1]


def digest(of: list[Delivery]) -> str:
    made = hashlib.sha256()
    for one in of:
        raw = one.said if isinstance(one.said, bytes) else msgspec.json.encode(one.said)
        made.update(b"%d %b\n" % (one.arrives_at, raw))
    return made.hexdigest()


def events() -> list[tuple[int, told.InboundEvent]]:
    found = [(one.arrives_at, one.said) for one in whole().deliveries]
    return [(at, said) for at, said in found if not isinstance(said, bytes)]


def of_ticket(name: str) -> list[tuple[int, told.InboundEvent]]:
    ticket = whole().tickets[name]
    return [(at, event) for at, event in events() if event.subject == ticket]


def test_a_seed_says_it_all() -> None:
    small = DeskPlan(seed=3, days=5, tickets_per_day=20)
    assert digest(deliveries(small)) == digest(deliveries(small))
    assert digest(deliveries(small)) != digest(deliveries(DeskPlan(4, days=5, tickets_per_day=20)))


def test_it_is_of_the_size_that_is_promised() -> None:
    tickets = {e.subject for _, e in events() if isinstance(e, told.TicketOpened)}
    of_tickets = [e for _, e in events() if isinstance(e, told.TicketEvent)]
    assert 400 <= len(tickets) <= 800
    assert 8 <= len(of_tickets) / len(tickets) <= 13
    doubled = desk(DeskPlan(days=10, tickets_per_day=100))
    assert len(doubled.deliveries) > 5 * len(desk(DeskPlan(days=10, tickets_per_day=1)).deliveries)


def test_things_arrive_in_order_and_none_before_its_time_beyond_skew() -> None:
    arrivals = [one.arrives_at for one in whole().deliveries]
    assert arrivals == sorted(arrivals)
    early = [at - instant(event.time) for at, event in events() if instant(event.time) > at]
    assert early, "Some machine's clock runs ahead."
    assert min(early) > -5 * MINUTE  # skew_max, semantics 1.5
    assert all(DeskPlan().start <= instant(e.time) < DeskPlan().end for _, e in events())


def test_every_event_passes_the_door_unchanged() -> None:
    said = [event for _, event in events()]
    decoded = decode_events(encode_batch(said), content="batch")
    assert decoded.refused == []
    assert decoded.left_out == {}
    assert decoded.events == said


def test_repeats_are_the_same_event_again() -> None:
    by_id: dict[str, list[told.InboundEvent]] = {}
    for _, event in events():
        by_id.setdefault(event.id, []).append(event)
    repeated = [same for same in by_id.values() if len(same) > 1]
    assert all(len(set(map(msgspec.json.encode, same))) == 1 for same in repeated)
    numbered = sum(not event_id.startswith("desk-beat") for event_id in by_id)
    assert 0.01 < len(repeated) / numbered < 0.02


def test_the_malformed_are_refused_each_for_its_reason() -> None:
    raw = [one.said for one in whole().deliveries if isinstance(one.said, bytes)]
    read = [decode_events(one, content="single") for one in raw]
    reasons = Counter(refused.reason for one in read for refused in one.refused)
    assert reasons == {
        "not_json": 2,
        "naive_time": 1,
        "unknown_type": 1,
        "missing_field": 1,
        "bad_encoding": 1,
    }
    # The others are well formed and are refused by the tracker (1.5, 1.6, 1.7).
    well_formed = [event for one in read for event in one.events]
    known = {event.subject for _, event in events()}
    assert sum(event.subject not in known for event in well_formed) == 1
    assert sum(event.id in {e.id for _, e in events()} for event in well_formed) == 1
    assert len(well_formed) == 3


def test_every_set_piece_is_on_stage() -> None:
    assert set(whole().tickets) == {piece.name for piece in SET_PIECES}
    for piece in SET_PIECES:
        happened = {instant(event.time) for _, event in of_ticket(piece.name)}
        assert happened == {piece.at, *(hong_kong(when) for when, _, _ in piece.steps)}
    assert not desk(DeskPlan(start=hong_kong("2027-06-01 00:00"), days=3)).tickets


def test_a_reply_arrives_hours_after_it_was_given() -> None:
    replied = [
        (at, event)
        for at, event in of_ticket("late_reply")
        if isinstance(event, told.TicketReplied) and event.data.role == "agent"
    ]
    at, first = replied[0]
    due = hong_kong("2026-03-31 14:00")  # gold major at 10:00: 4 business hours
    assert instant(first.time) < due < at
    assert not [at for at, _ in events() if OUTAGE[0] <= at < OUTAGE[1]]


def test_the_typhoon_is_declared_after_the_fact() -> None:
    declared = next(e for _, e in events() if isinstance(e, told.ClosureWasDeclared))
    assert instant(declared.time) == TYPHOON_DECLARED_AT > TYPHOON.end
    assert set(declared.data.calendars) <= set(passkit().calendars)


@pytest.mark.parametrize(
    "kind",
    [
        told.TicketSeverityChanged,
        told.TicketWorkaroundProvided,
        told.TicketReopened,
        told.TicketClosed,
        told.TicketMerged,
        told.TicketDeleted,
        told.TicketStretchExcluded,
        told.TicketDeadlineSet,
        told.ReleaseScheduled,
        told.ReleaseWasMoved,
    ],
)
def test_it_shows(kind: type[told.Event]) -> None:
    assert any(isinstance(event, kind) for _, event in events())


def test_pauses_begin_and_mostly_end() -> None:
    words = Counter(e.data.status for _, e in events() if isinstance(e, told.TicketStatusChanged))
    assert words["pending"] > words["open"] > 0.9 * words["pending"]


def test_accounts_change_what_they_are_entitled_to() -> None:
    stated = [e for _, e in events() if isinstance(e, told.AccountFactStated)]
    said = {(e.subject, e.data.fact, e.data.value) for e in stated}
    assert {plan for _, fact, plan in said if fact == "plan"} == set(passkit().plans)
    assert {("orchid-hotels", "plan", "silver"), ("orchid-hotels", "plan", "gold")} <= said
    assert ("stone-kiosks", "sdk", False) in said
    onboarded = {(value, fact) for name, fact, value in said if name == "kite-couriers"}
    assert {(False, "onboarded"), (True, "onboarded"), (True, "new_to_saas")} <= onboarded


def test_every_word_is_mapped_by_the_agreement() -> None:
    words = passkit().words
    meanings = {
        "status": words.statuses,
        "severity": words.severities,
        "category": words.categories,
        "role": words.roles,
        "opened_by": words.roles,
        "plan": words.plans,
    }
    unmapped = set()
    for _, event in events():
        data: Data = event.data
        for field, known in meanings.items():
            word = getattr(data, field, None)
            if word is not None and word not in known:
                unmapped.add((field, word))
    assert not unmapped


def test_the_agents_aim_at_what_the_agreement_promises() -> None:
    cells = {
        (plan, SEVERITY_OF[severity]): aim
        for plan, aims in AIMS.items()
        for severity, aim in aims.items()
    }
    promised = passkit().targets["first_response"]
    assert cells == {
        key: (cell.calendar, cell.budget) for key, cell in promised.items() if cell.budget
    }
    assert {one.plan for one in ACCOUNTS} == set(passkit().plans)


def test_the_desk_keeps_the_hours_of_the_agreement() -> None:
    hours = desk_hours(2026, 2026)
    begin, end = DeskPlan().start, DeskPlan().end
    for name, calendar in hours.calendars.items():
        agreed = passkit().calendars[name]
        in_days = {day for day in agreed.holidays if begin <= hong_kong(f"{day} 00:00") < end}
        assert agreed.always or in_days <= DAYS_OFF.keys()
        # 9 April is an ordinary Thursday: 12 hours; the typhoon takes 8 of Wednesday 22 April.
        day = hong_kong("2026-04-09 00:00")
        assert calendar.open_between(day, day + DAY) == (24 if agreed.always else 12) * HOUR
        day = hong_kong("2026-04-22 00:00")
        assert calendar.open_between(day, day + DAY) == (24 if agreed.always else 4) * HOUR


def test_heartbeats_say_only_what_is_true() -> None:
    beats = [(at, e) for at, e in events() if isinstance(e, told.SourceHeartbeat)]
    assert len(beats) > 2000
    first_arrival: dict[str, tuple[int, int]] = {}
    for at, event in events():
        if not isinstance(event, told.SourceHeartbeat):
            first_arrival.setdefault(event.id, (at, instant(event.time)))
    late = [pair for pair in first_arrival.values() if pair[0] > pair[1]]
    for at, beat in beats[::40]:
        complete_to = instant(beat.data.complete_to)
        assert not [1 for arrived, happened in late if arrived > at and happened < complete_to]
