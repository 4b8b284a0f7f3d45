"""What Faust does by default and must not do to us: each trap beside its protection.

`with` shows what holds with our protection, and fails where it is taken away. `without` is the
same scenario with that one protection taken out: it shows what would happen, and fails once Faust
(0.15.3 today) no longer needs it. Where no scenario could be made the setting itself is looked at.

| protection | without it | pinned by |
|---|---|---|
| CrashingSupervisor | the record that failed is lost | the first two below |
| no acknowledgement but ours | what is not committed is lost | `only_we_acknowledge` |
| one actor | records overtake each other | `records_come_in_their_order` |
| loading at `on_rebalance_complete` | records come before it is loaded | `no_record_comes_before` |
| `stream_wait_empty` off | it never ends | `does_not_hold_up_the_end` |
| `on_buffer_full` does nothing | a second's rest each time | `full_buffer` |
| no table | what is read again counts twice | `of_its_own`, `counts_once` |
| no producer of Faust's | the reading stands still, with no error | `of_its_own`, `is_sent` |
| no leader, no declaring | a topic that nobody asked for | `of_its_own`, `makes_no_topic` |
| no directories | it writes where it is started | `of_its_own`, `nothing_on_disk` |
| request timeout over the session | it does not start | `of_its_own`, `session_may_be_long` |
| `sla.roles` ends the process | frozen brokers: it never ends | `of_its_own`, `waits_for_brokers` |
| stamps are rounded | some are a millisecond early | `of_its_own`, `whole_milliseconds` |
| records below our position skipped | they are judged again | `of_dealing_out`, `comes_again` |
| back also where nothing is acknowledged | some is never read | `of_dealing_out`, `goes_back` |
| a take-over given up ends the worker | nothing is read any more | `of_dealing_out`, `given_up` |
| a load is asked whether it is current | two follow a partition | `of_dealing_out`, `for_nothing` |
| a missed generation: all is loaded anew | stale state; it ends | `of_dealing_out`, `loaded_anew` |
| a take-over ends at a revocation | late, it shuts out the next | `tests/unit/test_owner.py` |
| one transactional id a partition | a zombie commits | `commits_nothing`; `test_fencing.py` |

Tried, and not to be provoked:

- Our look at the generation of each record: Faust's streams do the same, without a turn of the loop
  in between, so taking ours away changes nothing. `fetched_before` holds it by a stream of our own.
- `topic_disable_leader` or `topic_allow_declare` alone: either of them holds Faust back from making
  topics, and records come all the same; both are taken away together.
- `processing_guarantee`, `table_standby_replicas`, `consumer_auto_offset_reset`, `web_enabled`:
  the first three are Faust's own defaults or empty without tables, and no web server is started
  without Faust's command line. `what_is_only_set` looks at them.
- Acknowledgements that stand still for seconds beside Faust's producer: seen in runs of 14 seconds
  under load, which is too long for a test; that nothing of it is sent is held above.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import mode
import pytest

from streams.kafka import app as ours
from streams.kafka.app import Membership, make_app
from streams.kafka.cluster import Cluster
from streams.kafka.owner import Owner
from tests.cluster.listening import (
    RECORDS,
    WITH_AND_WITHOUT,
    Listener,
    committed,
    ends_within,
    listener,
    seen,
    started,
)
from tests.cluster.saying import voice

pytestmark = pytest.mark.slow


def test_an_agent_that_fails_ends_the_worker(spoken: Cluster) -> None:
    async def scenario() -> int | None:
        owner = listener(spoken, fails_at=6)
        async with started(spoken, owner) as app:
            async with asyncio.timeout(20):
                await app.wait_until_stopped()
            assert isinstance(app.crash_reason, ArithmeticError)
            assert owner.got == [1, 2, 3, 4, 5]
        return await committed(spoken)

    assert asyncio.run(scenario()) in (None, 5)


def test_by_default_it_goes_on_and_the_record_is_lost(
    spoken: Cluster, without: Callable[..., None]
) -> None:
    without(agent_supervisor=mode.OneForOneSupervisor)

    async def scenario() -> int | None:
        owner = listener(spoken, fails_at=6)
        async with started(spoken, owner):
            await seen(lambda: RECORDS in owner.got)
            assert 6 not in owner.got
        return await committed(spoken)

    assert asyncio.run(scenario()) == RECORDS


def reading(owner: Owner, events: Callable[[Any], Any], app: Any, journal: Any, **how: Any) -> None:
    """An agent as Faust's own guide would have it."""

    @app.agent(journal, **how)  # type: ignore[untyped-decorator]
    async def read_journal(stream: Any) -> None:
        async for event in events(stream):
            await owner.put(0, ours.received(event))


@WITH_AND_WITHOUT
def test_only_we_acknowledge(
    spoken: Cluster, monkeypatch: pytest.MonkeyPatch, protected: bool
) -> None:
    """A plain stream acknowledges what it has handed out, whatever became of it."""
    owner = listener(spoken, acknowledges=False, loaded=not protected)
    if not protected:
        plain = partial(reading, owner, lambda stream: stream.events())
        monkeypatch.setattr(ours, "bind_owner", lambda app, journal, owner: plain(app, journal))

    async def scenario() -> int | None:
        async with started(spoken, owner):
            await seen(lambda: RECORDS in owner.got)
        return await committed(spoken)

    assert asyncio.run(scenario()) == (None if protected else RECORDS)


@WITH_AND_WITHOUT
def test_records_come_in_their_order(
    spoken: Cluster, monkeypatch: pytest.MonkeyPatch, protected: bool
) -> None:
    """Several actors of an agent share its queue: who is slow is overtaken."""
    owner = listener(spoken, slow={3: 0.3}, loaded=not protected)
    if not protected:
        four = partial(reading, owner, lambda stream: stream.noack().events(), concurrency=4)
        monkeypatch.setattr(ours, "bind_owner", lambda app, journal, owner: four(app, journal))

    async def scenario() -> None:
        async with started(spoken, owner):
            await seen(lambda: len(owner.got) == RECORDS)

    asyncio.run(scenario())
    assert (owner.got == sorted(owner.got)) is protected


def too_early(app: Any, journal: Any, owner: Owner) -> None:
    """Loads at the signal whose name promises it."""
    reading(owner, lambda stream: stream.noack().events(), app, journal)

    @app.on_partitions_assigned.connect(weak=False)  # type: ignore[untyped-decorator]
    async def on_assigned(app: Any, assigned: Any, **kwargs: Any) -> None:
        await owner.assigned([0], 1, lambda: 1)


@WITH_AND_WITHOUT
def test_no_record_comes_before_all_is_loaded(
    spoken: Cluster, monkeypatch: pytest.MonkeyPatch, protected: bool
) -> None:
    """`on_partitions_assigned` is no gate: records come while its handlers are at work."""
    if not protected:
        monkeypatch.setattr(ours, "bind_owner", too_early)

    async def scenario() -> Listener:
        owner = listener(spoken, loading=1.5)
        async with started(spoken, owner):
            await seen(lambda: RECORDS in owner.got + owner.before_loaded)
        return owner

    assert (asyncio.run(scenario()).before_loaded == []) is protected


@WITH_AND_WITHOUT
def test_what_is_not_acknowledged_does_not_hold_up_the_end(
    spoken: Cluster, without: Callable[..., None], protected: bool
) -> None:
    """By default Faust waits, for ever, until all that it has handed out is acknowledged."""
    if not protected:
        without(stream_wait_empty=True)

    async def scenario() -> bool:
        owner = listener(spoken, acknowledges=False)
        app = make_app(spoken, Membership(session=3), owner)
        await app.start()
        await seen(lambda: RECORDS in owner.got)

        def acknowledge() -> None:
            for received in owner.received:
                received.acknowledge()

        return await ends_within(10 if protected else 2.5, app, acknowledge)

    assert asyncio.run(scenario()) is protected


@WITH_AND_WITHOUT
def test_a_full_buffer_does_not_stop_the_reading(
    spoken: Cluster, without: Callable[..., None], monkeypatch: pytest.MonkeyPatch, protected: bool
) -> None:
    """Faust takes the partition out, and looks again only after a second."""
    without(stream_buffer_maxsize=5, broker_max_poll_records=5)
    if not protected:
        monkeypatch.delattr(ours.Consumer, "on_buffer_full")
    with voice(spoken, 1) as said:
        for _ in range(2 * RECORDS):
            said.tick()

    async def scenario() -> list[float]:
        # Slower than the reading, as is whoever has something to do.
        owner = listener(spoken, slow=dict.fromkeys(range(1, 3 * RECORDS + 1), 0.005))
        async with started(spoken, owner):
            await seen(lambda: 3 * RECORDS in owner.got)
        return owner.at

    at = asyncio.run(scenario())
    idle = [later - earlier for earlier, later in pairwise(at)]
    # One may be the machine's own.
    assert (sum(rest > 0.7 for rest in idle) < 2) is protected, idle
