"""Partitions dealt out anew again and again, under load: nothing lost, nothing twice, no growth.

`REBALANCES` in the environment says how often; `make rebalances` does it a hundred times.
"""

import asyncio
import os
from collections.abc import Callable
from itertools import islice
from random import Random
from typing import Any, Final

import pytest

from sla.clock import now_instant
from streams.kafka.app import Membership
from streams.kafka.cluster import Cluster
from streams.kafka.journal import Appended
from streams.kafka.topics import init
from streams.kafka.working import Worker
from tests.cluster.desk import answered, folded, names, opened, promises
from tests.cluster.reading import digest, nothing_twice, states
from tests.cluster.saying import Voice, voice
from tests.cluster.waiting import until
from tests.cluster.workers import WorkerProcess, live, running

pytestmark = pytest.mark.slow

PARTITIONS: Final = 8
REBALANCES: Final = int(os.environ.get("REBALANCES", "8"))
SEED: Final = 11
SESSION: Final = 3.0


class Crew:
    """A worker that stays, in a process of its own, and up to two in this one that come and go.

    Each tick of those in this process is asked whose partition it is for.
    """

    def __init__(self, cluster: Cluster, steady: WorkerProcess) -> None:
        self._cluster = cluster
        self._steady = steady
        self.workers: dict[Worker, asyncio.Task[None]] = {}
        self.ticks = 0

    def join(self) -> None:
        """Another worker."""
        worker = Worker(self._cluster, Membership(session=SESSION), now_instant)
        append = worker.owner.append

        async def tick(partition: int) -> Appended | None:
            assert partition in worker.owner.holdings, "A tick for a partition of another."
            assert worker.owner.state == "tracking", "A tick while partitions are dealt out."
            self.ticks += 1
            return await append(partition)

        worker.owner.append = tick
        self.workers[worker] = asyncio.create_task(worker.run())

    async def leave(self, worker: Worker) -> None:
        """A worker ends in good order; whatever went wrong in it is raised."""
        worker.stop()
        await self.workers.pop(worker)

    async def change(self, rng: Random) -> None:
        """One comes or one goes; returns once every partition is tracked by one of them."""
        count = len(self.workers)
        if count == 0 or (count == 1 and rng.random() < 0.5):
            self.join()
        else:
            await self.leave(rng.choice(list(self.workers)))
        await self.settled()

    async def settled(self) -> None:
        """Returns once every partition is tracked by one of them; raises what went wrong."""
        async with asyncio.timeout(60):
            while not self._is_settled(await asyncio.to_thread(self._steady.health)):
                for task in self.workers.values():
                    if task.done():
                        task.result()
                await asyncio.sleep(0.02)

    def _is_settled(self, steady: dict[str, Any]) -> bool:
        owned = [number for worker in self.workers for number in worker.owner.holdings]
        owned += [int(number) for number in steady.get("positions", {})]
        states = {worker.owner.state for worker in self.workers} | {steady.get("state")}
        return states == {"tracking"} and sorted(owned) == list(range(PARTITIONS))


async def speak(said: Voice, going: Callable[[], bool]) -> None:
    """Some hundred events a second, while `going`; every other ticket is answered in time."""
    tickets = names("R")
    while going():
        some = list(islice(tickets, 10))
        said.say(opened(some))
        said.say(answered(some[::2]))
        await asyncio.sleep(0.15)


async def rebalance(crew: Crew, said: Voice, memory: Callable[[], int]) -> list[int]:
    """Workers come and go under load; the memory of the one that stays, after each time."""
    rng = Random(SEED)
    await crew.settled()
    said.say([promises()], now_instant())
    going = True
    speaking = asyncio.create_task(speak(said, lambda: going))
    grown = []
    for _ in range(REBALANCES):
        await crew.change(rng)
        grown.append(memory())
    going = False
    await speaking
    said.producer.flush()
    for worker in list(crew.workers):
        await crew.leave(worker)
    await crew.settled()
    return grown


def test_rebalances_under_load(bare_cluster: Cluster) -> None:
    init(bare_cluster, PARTITIONS)
    with (
        running(*live(bare_cluster, "--session", str(SESSION))) as steady,
        voice(bare_cluster, PARTITIONS) as said,
    ):
        steady.wait_until("tracking")

        async def scenario() -> tuple[list[int], int]:
            crew = Crew(bare_cluster, steady)
            return await rebalance(crew, said, steady.memory), crew.ticks

        grown, ticks = asyncio.run(scenario())
        until(
            lambda: steady.positions,
            lambda found: all(found[number] >= end for number, end in enumerate(said.said)),
            60,
        )
        assert steady.stop() == 0
    assert ticks > 0
    nothing_twice(bare_cluster)
    assert set(states(bare_cluster)) == set(range(PARTITIONS))
    assert digest(bare_cluster) == folded(bare_cluster)
    # What it holds of tickets has grown meanwhile, by some megabytes.
    half = len(grown) // 2
    assert grown[-1] - grown[half] < 30 << 20, [size >> 20 for size in grown]
