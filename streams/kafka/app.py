"""The Faust app: it owns partitions of the journal and hands in their records, nothing more.

No table, no producer of Faust's, no acknowledgement but ours: each of these lost or repeated
events when tried. `tests/cluster/test_faust_traps.py` holds what is avoided here.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import faust
import mode
from faust.transport.drivers import aiokafka as driver

from streams.kafka.cluster import Cluster
from streams.kafka.inbox import Received
from streams.kafka.journal_format import to_record
from streams.kafka.owner import Owner
from streams.kafka.topics import RECORD_BYTES, Topics
from streams.kafka.watching import NothingRead

GROUP: Final = "sla-tracker"
"""The consumer group of all trackers of a cluster."""
HEARTBEAT: Final = 0.5
"""Seconds. By the answer a member learns that partitions are dealt out anew, and all wait for the
last: half a second is little beside the taking over. What holds does not hang on it."""


@dataclass(frozen=True, slots=True)
class Membership:
    """How this process takes part in its group."""

    instance: str | None = None
    """A name that stays through restarts: back within `session`, it finds its partitions kept and
    nobody else is disturbed. None: a new member each time."""
    session: float = 6.0
    """Seconds without a sign of life after which its partitions are given to others."""


class Consumer(driver.Consumer):
    """Reads on while our loops are busy, and leaves nothing out."""

    def on_buffer_full(self, tp: Any) -> None:
        """Nothing: what waits for room waits. Faust would look again only after a second."""

    async def seek_to_committed(self) -> Any:
        """Goes back, also where nothing is committed: to the beginning.

        Faust stays there where it is. A fetch that was under way when partitions were dealt out
        anew takes records of the new ones, and while they are loaded Faust throws those away.
        """
        committed = await super().seek_to_committed()
        beginnings = {tp: 0 for tp, offset in committed.items() if not offset}
        if beginnings:
            await self.seek_wait(beginnings)
        return committed

    async def perform_seek(self) -> None:
        """Raises NothingRead, and so ends the worker, before Faust's own time for it is over.

        Faust would end its taking over of partitions then, for good and without a word.
        """
        seconds = 0.9 * self.app.conf.broker_request_timeout
        try:
            async with asyncio.timeout(seconds):
                await super().perform_seek()
        except TimeoutError as late:
            raise NothingRead(
                f"for {seconds:.0f} s the brokers did not say up to where the journal is "
                "acknowledged, and nothing of it is read; this one stops, start it again"
            ) from late


class Transport(driver.Transport):
    """Faust's own, with that consumer."""

    Consumer = Consumer


class App(faust.App):
    """Keeps nothing on disk."""

    def _create_directories(self) -> None:
        """None: there are no tables to put there, and a container may write nowhere."""


def make_app(cluster: Cluster, member: Membership, owner: Owner) -> Any:
    """An app that keeps `owner` told; start and stop it. To be made on a running event loop."""
    topics = Topics(cluster.prefix)
    app = App(
        f"{cluster.prefix}{GROUP}",
        **_settings(cluster, member),
    )
    app.transport = Transport(app.conf.broker_consumer, app)
    journal = app.topic(
        topics.journal, key_type=bytes, value_type=bytes, value_serializer="raw", acks=True
    )
    bind_owner(app, journal, owner)
    return app


def bind_owner(app: Any, journal: Any, owner: Owner) -> None:
    """One agent, and the two signals that matter. (Faust's decorators have no types.)"""
    name = journal.get_topic_name()

    @app.agent(journal, name="journal", concurrency=1)  # type: ignore[untyped-decorator]
    async def read_journal(stream: Any) -> None:
        # Without acknowledgement: an event is acknowledged once its effects are committed.
        async for event in stream.noack().events():
            message = event.message
            # What was fetched before partitions were dealt out anew will be fetched again.
            if message.generation_id == app.consumer_generation_id:
                await owner.put(message.partition, received(event))

    @app.on_partitions_revoked.connect(weak=False)  # type: ignore[untyped-decorator]
    async def on_revoked(app: Any, revoked: Any, **kwargs: Any) -> None:
        await owner.revoked()

    # The one gate: no record is handed in until it returns (`on_partitions_assigned` is none).
    @app.on_rebalance_complete.connect(weak=False)  # type: ignore[untyped-decorator]
    async def on_complete(app: Any, **kwargs: Any) -> None:
        partitions = [tp.partition for tp in app.consumer.assignment() if tp.topic == name]
        await owner.assigned(
            partitions, app.consumer_generation_id, lambda: app.consumer_generation_id
        )


def received(event: Any) -> Received:
    """A Faust event as the journal's record."""
    message = event.message
    record = to_record(
        message.partition,
        message.offset,
        round(message.timestamp * 1000),  # Faust made seconds of it
        message.headers,
        message.value,
    )
    return Received(record, event.ack)


def _settings(cluster: Cluster, member: Membership) -> dict[str, Any]:
    request = max(40.0, 2 * member.session)
    return {
        "broker": [f"aiokafka://{server}" for server in cluster.servers],
        "broker_credentials": _credentials(cluster),
        # An agent that fails ends the process; by default Faust starts it again after the event.
        "agent_supervisor": mode.CrashingSupervisor,
        "processing_guarantee": "at_least_once",
        # We finish or drop what was handed in ourselves; Faust would wait for all of it.
        "stream_wait_empty": False,
        "topic_disable_leader": True,
        "topic_allow_declare": False,
        "store": "memory://",
        "table_standby_replicas": 0,
        "web_enabled": False,
        "consumer_auto_offset_reset": "earliest",
        "consumer_group_instance_id": member.instance,
        "consumer_max_fetch_size": RECORD_BYTES,
        "broker_session_timeout": member.session,
        "broker_heartbeat_interval": min(HEARTBEAT, member.session / 4),
        "broker_rebalance_timeout": max(20.0, member.session),
        "broker_request_timeout": request,
        "broker_commit_interval": 0.5,
        "broker_max_poll_records": 500,
        "stream_buffer_maxsize": 500,
    }


def _credentials(cluster: Cluster) -> Any:
    if cluster.protocol == "PLAINTEXT":
        return None
    context = cluster.ssl_context() if cluster.protocol.endswith("SSL") else None
    if cluster.protocol == "SSL":
        return faust.SSLCredentials(context=context)
    said = cluster.security
    return faust.SASLCredentials(
        username=said.get("sasl_username", ""),
        password=said.get("sasl_password", ""),
        ssl_context=context,
        mechanism=said.get("sasl_mechanism", "PLAIN"),
    )
