"""What Faust brings of its own, and is not to: topics, tables, a producer, files, limits.

`with` and `without` as in `test_faust_traps.py`.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import faust
import pytest
from faust.exceptions import ImproperlyConfigured
from kafka.admin import KafkaAdminClient

from sla.clock import now_instant
from streams.core.partition import Effects
from streams.kafka import app as ours
from streams.kafka.app import Membership, make_app
from streams.kafka.cluster import Cluster
from streams.kafka.inbox import Received
from streams.kafka.owner import Owner
from streams.kafka.store import KafkaStore
from tests.cluster.listening import (
    RECORDS,
    WITH_AND_WITHOUT,
    Listener,
    ends_within,
    listener,
    no_tick,
    seen,
    started,
)
from tests.cluster.servers import AnyBroker

pytestmark = pytest.mark.slow

CUT_OFF_MS: Final = 2_150_000_000_002
"""An instant, of 2038, that seconds in floating point do not hold."""


def topics_of(cluster: Cluster) -> set[str]:
    """Those under its prefix."""
    with closing(KafkaAdminClient(**cluster.for_kafka_python())) as admin:
        return {name for name in admin.list_topics() if name.startswith(cluster.prefix)}


@WITH_AND_WITHOUT
def test_it_makes_no_topic(spoken: Cluster, without: Callable[..., None], protected: bool) -> None:
    """Topics are made by `sla kafka init` alone. Either of the two settings holds Faust back."""
    if not protected:
        without(topic_disable_leader=False, topic_allow_declare=True)
    before = topics_of(spoken)

    async def scenario() -> None:
        owner = listener(spoken)
        async with started(spoken, owner):
            await seen(lambda: RECORDS in owner.got)

    asyncio.run(scenario())
    assert (topics_of(spoken) == before) is protected


@dataclass(slots=True)
class Counting(Listener):
    """Counts records, in one transaction with where it is; acknowledges none."""

    store: KafkaStore | None = None
    position: int = 0
    count: int = 0

    async def assigned(
        self, partitions: Iterable[int], generation: int, current: Callable[[], int]
    ) -> None:
        """Takes up what was committed."""
        self.store = KafkaStore(self.cluster, 0, now_instant)
        found = await self.store.load()
        self.position = found.position
        self.count = int(dict(found.states).get("records", b"0"))

    async def put(self, number: int, received: Received) -> None:
        """One more, unless it was counted before."""
        position = received.record.position
        if position > self.position and self.store is not None:
            self.count += 1
            count = b"%d" % self.count
            await self.store.commit(
                self.position, [Effects(position, position, {"records": count})]
            )
            self.position = position
        self.got.append(position)


def with_a_table(app: Any, journal: Any, owner: Any) -> None:
    """The same in Faust's way."""
    counts = app.Table("counts", default=int, partitions=1)

    @app.agent(journal)  # type: ignore[untyped-decorator]
    async def read_journal(stream: Any) -> None:
        async for event in stream.noack().events():
            counts["records"] += 1
            owner.count = counts["records"]
            owner.got.append(event.message.offset + 1)


@WITH_AND_WITHOUT
def test_what_is_read_again_counts_once(
    spoken: Cluster,
    without: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    protected: bool,
) -> None:
    """A table is written apart from what is acknowledged: whoever ends in between counts twice.

    Or the reading stands still for good, as what the table sends goes by Faust's producer.
    """
    monkeypatch.chdir(tmp_path)
    if not protected:
        monkeypatch.setattr(ours, "bind_owner", with_a_table)
        without(topic_allow_declare=True)

    async def scenario() -> int:
        owner = Counting(
            spoken, now_instant, no_tick, lambda number, effects: None, lambda error: None
        )
        async with started(spoken, owner):
            with nullcontext() if protected else suppress(TimeoutError):
                await seen(lambda: RECORDS in owner.got)
        if owner.store is not None:
            owner.store.close()
        return owner.count

    counted = [asyncio.run(scenario()), asyncio.run(scenario())]
    assert (counted == [RECORDS, RECORDS]) is protected, counted


def sending(app: Any, journal: Any, owner: Any) -> None:
    """Sends by Faust's producer, to a topic that is missing."""
    gone = app.topic(f"{owner.cluster.prefix}gone", value_type=bytes, value_serializer="raw")

    @app.agent(journal)  # type: ignore[untyped-decorator]
    async def read_journal(stream: Any) -> None:
        async for event in stream.noack().events():
            await owner.put(0, ours.received(event))
            await gone.send(value=b"said")


@WITH_AND_WITHOUT
def test_nothing_of_it_is_sent(
    spoken: Cluster, monkeypatch: pytest.MonkeyPatch, protected: bool
) -> None:
    """What its producer cannot send keeps the next records from coming, with no error."""
    if not protected:
        monkeypatch.setattr(ours, "bind_owner", sending)

    async def scenario() -> list[int]:
        owner = listener(spoken, loaded=not protected)
        async with started(spoken, owner) as app:
            assert not app.tables
            await seen(lambda: owner.got != [])
            with suppress(TimeoutError):
                await seen(lambda: RECORDS in owner.got, 20 if protected else 2)
            assert app.crash_reason is None
        return owner.got

    assert asyncio.run(scenario()) == (list(range(1, RECORDS + 1)) if protected else [1])


@WITH_AND_WITHOUT
def test_it_keeps_nothing_on_disk(
    spoken: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, protected: bool
) -> None:
    """A container may write nowhere."""
    monkeypatch.chdir(tmp_path)
    if not protected:
        monkeypatch.delattr(ours.App, "_create_directories")

    async def scenario() -> None:
        owner = listener(spoken)
        async with started(spoken, owner):
            await seen(lambda: owner.loaded)

    asyncio.run(scenario())
    assert (list(tmp_path.iterdir()) == []) is protected


@pytest.mark.parametrize(
    "protected",
    [
        pytest.param(True, id="with"),
        pytest.param(
            False,
            id="without",
            # It is a thread of Faust's that refuses.
            marks=pytest.mark.filterwarnings(
                "ignore::pytest.PytestUnhandledThreadExceptionWarning"
            ),
        ),
    ],
)
def test_a_session_may_be_long(
    spoken: Cluster, without: Callable[..., None], protected: bool
) -> None:
    """Faust does not start with one that is longer than it gives a request."""
    if not protected:
        without(broker_request_timeout=40.0)

    async def scenario() -> BaseException | None:
        threads = set(threading.enumerate())
        owner = listener(spoken)
        app = make_app(spoken, Membership(session=60), owner)
        try:
            await app.start()
            await seen(lambda: owner.loaded or app.crash_reason is not None)
        except ImproperlyConfigured as refused:
            return refused
        finally:
            await app.stop()
            # It is to have complained before the next test begins.
            await seen(lambda: protected or threads.issuperset(threading.enumerate()))
        crash: BaseException | None = app.crash_reason
        return crash

    assert (asyncio.run(scenario()) is None) is protected


def test_it_waits_for_brokers_that_do_not_answer(spoken: Cluster, kafka: AnyBroker) -> None:
    """By itself it does not end; `sla.roles` sees to that: `test_outages.py` is the other half."""

    async def scenario() -> bool:
        owner = listener(spoken, acknowledges=False)
        app = make_app(spoken, Membership(session=3), owner)
        await app.start()
        await seen(lambda: RECORDS in owner.got)
        kafka.freeze()
        try:
            for received in owner.received:
                received.acknowledge()
            return await ends_within(3, app, kafka.thaw)
        finally:
            kafka.thaw()

    assert not asyncio.run(scenario())


@pytest.mark.parametrize("stamp_ms", [1_700_000_000_001, CUT_OFF_MS])
def test_stamps_are_whole_milliseconds_again(stamp_ms: int) -> None:
    """Faust makes seconds of them, in floating point; cut off, some would be too early."""
    message = SimpleNamespace(
        partition=0, offset=0, timestamp=stamp_ms / 1000.0, headers=[], value=b""
    )
    event = SimpleNamespace(message=message, ack=lambda: None)
    assert ours.received(event).record.stamp == stamp_ms * 1000
    assert (int(message.timestamp * 1000) == stamp_ms) is (stamp_ms != CUT_OFF_MS)


def test_what_is_only_set() -> None:
    """Protections that no test can take away to show something: see the settings themselves."""

    async def scenario() -> Any:
        owner: Owner = listener(Cluster("127.0.0.1:9"))
        return make_app(owner.cluster, Membership(), owner).conf

    conf = asyncio.run(scenario())
    assert conf.processing_guarantee is faust.types.ProcessingGuarantee.AT_LEAST_ONCE
    assert conf.table_standby_replicas == 0
    assert conf.consumer_auto_offset_reset == "earliest"
    assert not conf.web_enabled
