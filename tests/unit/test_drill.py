"""The drill's own checks: they let a good cluster pass, and see each thing that may go wrong."""

from itertools import takewhile

import msgspec
import orjson
import pytest

from schemas import inbound as told
from schemas.codec import decode_events, encode_batch
from schemas.instants import MINUTE, SECOND, moment
from sla.agreement_files import load, published
from streams.core.partition import Record
from tests.builders import hk
from tests.drill import AGREEMENT
from tests.drill.folding import Folded, Place, Standing
from tests.drill.holding import (
    accounted,
    breaches_as_promised,
    published_as_folded,
    same_latest,
    tickets_in,
)
from tests.drill.promised import expected_breaches
from tests.drill.traffic import EARLY, UNREADABLE, Desk, Said

BEGIN = hk("2026-04-01 10:00")

pytestmark = pytest.mark.slow  # it lives through a desk of its own


def said(seconds: int, name: str = "d") -> list[Said]:
    desk = Desk(name, seed=1, begin=BEGIN, rate=200)
    end = BEGIN + seconds * SECOND
    return list(takewhile(lambda one: one.at < end, desk.say()))


def folded(sent: list[Said]) -> Folded:
    """One partition that was told all of it, each event by itself, with ticks every 50 ms."""
    document, agreement = load(AGREEMENT)
    first = published(document, agreement, "/drill", BEGIN)
    fold = Folded(0)
    fold.take([Record(0, 1, BEGIN, encode_batch([first]))])
    go_on(fold, sent)
    return fold


def go_on(fold: Folded, sent: list[Said]) -> None:
    """Tells it the rest, and a minute of silence."""
    for one in sent:
        tick(fold, one.at)
        events = decode_events(one.body, content="single").events
        if events:
            fold.take([Record(0, fold.partition.position + 1, one.at, encode_batch(events))])
    tick(fold, sent[-1].at + MINUTE)


def tick(fold: Folded, until: int) -> None:
    """Lets time pass as the tracker does, stopping at whatever comes due."""
    while (due := fold.partition.next_due) is not None and due <= until:
        fold.take([Record(0, fold.partition.position + 1, due, b"")])


@pytest.fixture(scope="module")
def sent() -> list[Said]:
    return said(20)


@pytest.fixture(scope="module")
def fold(sent: list[Said]) -> Folded:
    return folded(sent)


def heard(messages: dict[Place, bytes]) -> Standing:
    standing = Standing()
    standing.hear(messages.values())
    return standing


def test_the_desk_says_as_much_as_it_is_asked_to(sent: list[Said]) -> None:
    per_second = len([one for one in sent if one.at >= BEGIN + 10 * SECOND]) / 10
    assert 190 <= per_second <= 210
    assert [one.at for one in sent] == sorted(one.at for one in sent)
    assert sent == said(20)


def test_what_is_broken_by_arithmetic_is_what_the_tracker_holds(
    sent: list[Said], fold: Folded
) -> None:
    expected = expected_breaches(orjson.loads(one.body) for one in sent)
    assert len(expected) > 100
    standing = heard(fold.messages)
    assert breaches_as_promised(expected, standing, "d-") == []
    withdrawn = [i for i, revision in standing.revisions.items() if revision % 2 == 0]
    assert withdrawn, "the desk is to be late now and then, so that breaches come and go"


def test_a_breach_too_few_too_many_or_twice_is_seen(sent: list[Said], fold: Folded) -> None:
    expected = expected_breaches(orjson.loads(one.body) for one in sent)
    standing = heard(fold.messages)
    one = next(iter(expected))
    assert "1 breaches are held that were none" in str(
        breaches_as_promised(expected - {one}, standing, "d-")
    )
    assert "1 breaches are not held" in str(
        breaches_as_promised(expected | {("d-9", "resolution", 5)}, standing, "d-")
    )
    standing.held["again"] = next(iter(standing.held.values()))
    assert "1 breaches are held twice" in str(breaches_as_promised(expected, standing, "d-"))
    repeated = [m for m in fold.messages.values() if b"sla.timer_breached.v1" in m[:300]][:1]
    standing.hear(repeated)
    assert "revision 1 follows" in str(breaches_as_promised(expected, standing, "d-"))


def test_every_event_is_accounted_for(sent: list[Said], fold: Folded) -> None:
    names = [one.id for one in sent]
    bad = {name for name in names if name.endswith(UNREADABLE)}
    early = {name for name in names if name.endswith(EARLY)}
    assert bad
    assert early
    assert len(set(names)) < len(names), "some are told twice"
    assert accounted(names, fold.ids, fold.refused, bad) == []
    assert accounted(names, fold.ids - {names[5]}, fold.refused, bad) == [
        f"1 events sent are not accounted for: {names[5]}"
    ]
    assert len(accounted(names, fold.ids, fold.refused, set())) == 1
    assert len(accounted(names, fold.ids, set(), bad)) == 1
    assert accounted(names, fold.ids | {next(iter(bad))}, fold.refused, bad) == [
        f"1 unreadable events are in the journal: {next(iter(bad))}"
    ]
    assert accounted(names, fold.ids, fold.refused | {names[5]}, bad) == [
        f"1 good events were refused: {names[5]}"
    ]


def test_messages_lost_repeated_reordered_made_up_or_changed_are_seen(fold: Folded) -> None:
    got = list(fold.messages.items())
    assert published_as_folded(0, fold.messages, got) == []
    for wrong, says in (
        (got[:-1], "are missing"),
        ([*got[:7], got[6], *got[7:]], "twice"),
        ([*got[:7], got[9], *got[7:]], "came after"),
        ([*got, ((10**6, 0), b"{}")], "follow from no record"),
        ([*got[:-1], (got[-1][0], b"{}")], "differ from the fold"),
    ):
        assert says in str(published_as_folded(0, fold.messages, wrong))


def test_a_state_lost_left_over_or_changed_is_seen(fold: Folded) -> None:
    states = tickets_in(fold.states)
    assert states == tickets_in(dict(fold.partition.states()))
    assert same_latest("sla.state", states, dict(states)) == []
    key = next(iter(states))
    less = {k: v for k, v in states.items() if k != key}
    assert "missing" in str(same_latest("sla.state", states, less))
    assert "too many" in str(same_latest("sla.state", less, states))
    assert "differ" in str(same_latest("sla.state", states, states | {key: b""}))


def test_a_process_that_has_loaded_says_and_keeps_the_same(sent: list[Said]) -> None:
    """But for what images show besides what changed, and for what only shortens the way."""
    half = len(sent) // 2
    whole, again = folded(sent[:half]), Folded(0)
    again.partition.load(
        whole.partition.position,
        whole.partition.clock,
        list(whole.partition.states()),
        dict(whole.book),
    )
    whole.take_away()
    for fold in (whole, again):
        go_on(fold, sent[half:])
    assert whole.messages != again.messages, "then this test tests nothing"
    assert published_as_folded(0, whole.messages, list(again.messages.items())) == []
    assert tickets_in(dict(whole.partition.states())) == tickets_in(dict(again.partition.states()))


def test_arithmetic_by_hand() -> None:
    """Answered in time, resolved late: 1.2 s, then a pause, then 3.6 s are spent."""

    def event(kind: str, at: int, **data: object) -> dict[str, object]:
        time = msgspec.to_builtins(moment(BEGIN + at))
        return {"id": f"{kind}{at}", "type": kind, "subject": "T", "time": time, "data": data}

    events = [
        event("ticket.opened.v1", 0),
        event("ticket.replied.v1", 1_000_000, role="agent"),
        event("ticket.status_changed.v1", 1_200_000, status="waiting_on_customer"),
        event("ticket.status_changed.v1", 3_200_000, status="open"),
    ]
    due = BEGIN + 6_800_000
    assert expected_breaches(events) == {("T", "resolution", due)}
    assert expected_breaches([*events, event("ticket.resolved.v1", 6_700_000)]) == set()
    assert expected_breaches(events[:3]) == set()
    late = [e for e in events if e["type"] != "ticket.replied.v1"]
    assert expected_breaches(late) == {
        ("T", "resolution", due),
        ("T", "first_response", BEGIN + 2_400_000),
    }


def test_the_drill_speaks_only_what_the_door_takes(sent: list[Said]) -> None:
    for one in sent:
        read = decode_events(one.body, content="single")
        assert bool(read.refused) == one.id.endswith(UNREADABLE)
        assert all(isinstance(event, told.Event) for event in read.events)
