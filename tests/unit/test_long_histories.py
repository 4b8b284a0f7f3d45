"""What is kept of a ticket: chunks written once, repeats known in them, another engine's states."""

from collections.abc import Callable, Sequence

import msgspec
import pytest
from msgspec.structs import astuple

from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import DAY, MINUTE
from streams.core.asleep import Asleep
from streams.core.partition import Effects, Partition, Record
from streams.core.state import CHUNK, ENGINE, chunk_key, decode_state, facts_of
from tests.builders import LADDER, SOURCE, agreement, hk, story
from tests.unit.test_rules_of_events import stated

KEY = f"{SOURCE} T-1"
OPENED = "2026-03-30 10:00 opened plan=silver severity=2 id=o1"
LENGTH = 2 * CHUNK + 8
TALK = [
    OPENED,
    *(f"2026-03-30 10:{n:02} replied role=requester id=r{n}" for n in range(1, LENGTH)),
]
BEGIN = hk("2026-03-30 10:00")


def take(to: Partition, stamp: int, *events: told.InboundEvent) -> Effects:
    payload = encode_batch(events) if events else b""
    return to.apply(Record(0, to.position + 1, stamp, payload))


def empty() -> Partition:
    made = Partition()
    made.book.agreements = [agreement(ladder=LADDER)]
    return made


def lived() -> tuple[Partition, list[Effects]]:
    """A ticket to which something is said every minute, each told by a record of its own."""
    here = empty()
    return here, [take(here, BEGIN + n * MINUTE + 1, event) for n, event in enumerate(story(*TALK))]


def taken_up(kept: Sequence[tuple[str, bytes]], position: int, clock: int) -> Partition:
    """A partition that has loaded `kept`."""
    made = empty()
    made.load(position, clock, kept, {})
    return made


def refusals(effects: Effects) -> list[str]:
    read = [msgspec.json.decode(message) for message in effects.messages]
    return [message["reason"] for message in read if message["type"] == "sla.event_refused.v1"]


def test_a_chunk_is_written_once_and_an_event_writes_little_else() -> None:
    _, effects = lived()
    chunks = [key for one in effects for key in one.states if key != KEY]
    assert chunks == [chunk_key(KEY, 0), chunk_key(KEY, 1)]
    written = [sum(len(raw or b"") for raw in one.states.values()) for one in effects]
    assert max(written[CHUNK:]) <= 2 * max(written[:CHUNK])


@pytest.mark.parametrize("again", [False, True], ids=["going on", "taken up again"])
def test_what_lies_in_a_chunk_is_known(again: bool) -> None:
    """1.6: an event said again is nothing, with other content it is refused; a late one counts."""
    here, _ = lived()
    if again:
        here = taken_up(list(here.states()), here.position, here.clock)
    before = here.truth_digest()
    same, other = story(TALK[3], "2026-03-30 10:05 resolved id=r3")
    assert take(here, here.clock, same).messages == []
    assert refusals(take(here, here.clock, other)) == ["conflicting_duplicate"]
    assert here.truth_digest() == before
    late = story("2026-03-30 10:02 replied id=late")
    take(here, here.clock, *late)
    at_once = empty()
    take(at_once, here.clock, *story(*TALK), *late)
    assert here.truth_digest() == at_once.truth_digest() != before


def test_an_orphan_that_is_given_up_leaves_nothing() -> None:
    """1.7: its events are dead letters, its chunks are gone."""
    here = empty()
    waiting = story(*TALK[1:])
    for event in waiting:
        take(here, BEGIN + DAY, event)
    assert len(dict(here.states())) == 1 + len(waiting) // CHUNK
    given_up = take(here, BEGIN + 9 * DAY)
    assert refusals(given_up) == ["orphan"] * len(waiting)
    assert set(given_up.states.values()) == {None}
    assert dict(here.states()) == {}


def by_engine_1(here: Partition) -> dict[str, bytes]:
    """The ticket as engine 1 kept it: all facts and publications in one."""
    kept = dict(here.states())
    state = decode_state(kept[KEY])
    facts = facts_of(state, [kept[chunk_key(KEY, n)] for n in range(state.chunks)])
    published = here.published(KEY)
    written = msgspec.msgpack.encode((facts, published, state.judged_until, None))
    return {KEY: b"\x01" + written}


def by_engine_2(here: Partition) -> dict[str, bytes]:
    """The ticket as engine 2 kept it: its version before the rest, a head of another form."""
    _, *kept = as_engine_3(here)
    return dict(here.states()) | {KEY: b"\x02" + msgspec.msgpack.encode(kept)}


def by_engine_3(here: Partition) -> dict[str, bytes]:
    """The ticket as engine 3 kept it: a head of another form."""
    return dict(here.states()) | {KEY: msgspec.msgpack.encode(as_engine_3(here))}


def as_engine_3(here: Partition) -> list[object]:
    """It counted only the facts in chunks, beside those in the state."""
    state = decode_state(dict(here.states())[KEY])
    state.known = state.before
    _, *kept, _, uncertain = astuple(state)
    return [3, *kept, [["another", "form"], []], uncertain]


@pytest.mark.parametrize("former", [by_engine_1, by_engine_2, by_engine_3])
def test_a_ticket_kept_by_an_engine_before_is_judged_again_and_says_nothing_twice(
    former: Callable[[Partition], dict[str, bytes]],
) -> None:
    """Design 2: what holds stays published; what its events do afterwards is what they would."""
    here, _ = lived()
    again = taken_up(list(former(here).items()), here.position, here.clock)
    assert again.truth_digest() == here.truth_digest()
    assert again.next_due == again.clock
    told_again = [msgspec.json.decode(message) for message in take(again, here.clock).messages]
    assert [message["type"] for message in told_again] == ["sla.ticket_judged.v1"]
    assert decode_state(dict(again.states())[KEY]).engine == ENGINE
    resolved = story("2026-03-31 09:30 resolved id=end")
    for one in (here, again):
        take(one, hk("2026-03-31 10:00"), *resolved)
    assert again.truth_digest() == here.truth_digest()


def test_a_timer_keeps_its_name_whatever_the_event_is_called_that_started_it() -> None:
    """3.1: `target@starting event`, through every time that it is saved."""
    here = empty()
    said = [
        take(here, BEGIN + n * MINUTE + 1, *story(line))
        for n, line in enumerate(
            (
                OPENED,
                "2026-03-30 10:01 severity severity=1 id=s@",
                "2026-03-30 10:02 severity severity=2 id=@o1",
                "2026-03-30 10:03 status status=pending id=p",
                "2026-03-30 10:04 resolved id=end",
            )
        )
    ]
    messages = [msgspec.json.decode(message) for effects in said for message in effects.messages]
    targets = ("first_response", "resolution")
    names = {f"{target}@{event}" for target in targets for event in ("o1", "s@", "@o1")}
    assert {m["data"]["timer"] for m in messages if "data" in m} == names
    assert {publication.outcome.timer for publication in here.published(KEY)} == names


def test_what_concerns_no_target_lets_them_sleep() -> None:
    """A target's timers stay encoded, to the byte, until something changes for them."""
    here = empty()
    take(here, BEGIN + 1, *story(OPENED))
    sleeping = [asleep_of(here)]
    for line in (
        "2026-03-30 10:01 assigned team=L1",
        "2026-03-30 10:02 replied role=requester",
        "2026-03-30 10:03 verdict verdict=met",
    ):
        take(here, BEGIN + 3 * MINUTE + 1, *story(f"{line} id={line[11:16]}"))
        sleeping.append(asleep_of(here))
    take(here, BEGIN + 5 * MINUTE, *story("2026-03-30 10:04 resolved id=end"))
    # Whoever has the ticket is part of how a running timer looks: that wakes it.
    assert sleeping[0] != sleeping[1] == sleeping[2] == sleeping[3] != asleep_of(here)


def asleep_of(here: Partition) -> list[Asleep]:
    head = decode_state(dict(here.states())[KEY]).head
    assert head is not None
    return head.asleep


def test_an_account_named_by_a_correction_concerns_the_ticket() -> None:
    """1.6, 5.1: its facts judge the ticket at once, though the opening named another account."""
    here = empty()
    opened = story(
        "2026-03-30 10:00 opened severity=2 account=other id=o1",
        "2026-03-30 10:00 opened severity=2 account=acme id=o2 replaces=o1",
    )
    take(here, BEGIN + 1, *opened)
    fact = stated("plan", "gold", "2026-03-30 10:00", "2026-01-01 00:00")
    assert KEY in take(here, BEGIN + 2, fact).states
