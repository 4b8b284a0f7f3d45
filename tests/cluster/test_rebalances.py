"""Partitions dealt out anew again and again, under load: nothing lost, nothing twice, no growth.

`REBALANCES` in the environment says how often; `make rebalances` does it a hundred times.
"""

import asyncio
import os
import resource
from collections.abc import Callable
from itertools import islice
from random import Random
from typing import Final

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

pytestmark = pytest.mark.slow

PARTITIONS: Final = 8
REBALANCES: Final = int(os.environ.get("REBALANCES", "8"))
SEED: Final = 11


class Crew:
    """One to three workers in this process; each tick is asked whose partition it is for."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.workers: dict[Worker, asyncio.Task[None]] = {}
        self.ticks = 0

    def join(self) -> None:
        """Another worker."""
        worker = Worker(self._cluster, Membership(session=3), now_instant)
        append = worker.owner.append

        async def tick(partition: int) -> Appended | None:
            assert partition in worker.owner.holdings, "A tick for a partition of another."
            assert worker.owner.state == "tracking", "A tick before all is loaded."
            self.ticks += 1
            return await append(partition)

        worker.owner.append = tick
        self.workers[worker] = asyncio.create_task(worker.run())

    async def leave(self, worker: Worker) -> None:
        """A worker ends in good order; whatever went wrong in it is raised."""
        worker.stop()
        await self.workers.pop(worker)

    async def settled(self) -> None:
        """Returns once every partition is tracked by one of them; raises what went wrong."""
        async with asyncio.timeout(60):
            while not self._is_settled():
                for task in self.workers.values():
                    if task.done():
                        task.result()
                await asyncio.sleep(0.02)

    def _is_settled(self) -> bool:
        owned = [number for worker in self.workers for number in worker.owner.holdings]
        return sorted(owned) == list(range(PARTITIONS)) and all(
            worker.owner.state == "tracking" and worker.owner.holdings for worker in self.workers
        )

    def positions(self) -> list[int]:
        """How far each partition is."""
        held = [one for worker in self.workers for one in worker.owner.holdings.values()]
        return [one.position or 0 for one in sorted(held, key=lambda one: one.number)]


async def speak(said: Voice, going: Callable[[], bool]) -> None:
    """Some hundred events a second, while `going`; every other ticket is answered in time."""
    tickets = names("R")
    while going():
        some = list(islice(tickets, 30))
        said.say(opened(some))
        said.say(answered(some[::2]))
        await asyncio.sleep(0.2)


def memory() -> int:
    """The most bytes that this process ever had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def rebalance(crew: Crew, said: Voice) -> list[int]:
    """Workers come and go; the memory after each time."""
    rng = Random(SEED)
    crew.join()
    await crew.settled()
    said.say([promises()], now_instant())
    going = True
    speaking = asyncio.create_task(speak(said, lambda: going))
    grown = []
    for _ in range(REBALANCES):
        count = len(crew.workers)
        if count == 1 or (count == 2 and rng.random() < 0.5):
            crew.join()
        else:
            await crew.leave(rng.choice(list(crew.workers)))
        await crew.settled()
        grown.append(memory())
    going = False
    await speaking
    said.producer.flush()
    async with asyncio.timeout(60):
        while any(
            position < end for position, end in zip(crew.positions(), said.said, strict=True)
        ):
            await asyncio.sleep(0.05)
    for worker in list(crew.workers):
        await crew.leave(worker)
    return grown


def test_rebalances_under_load(bare_cluster: Cluster) -> None:
    init(bare_cluster, PARTITIONS)
    with voice(bare_cluster, PARTITIONS) as said:

        async def scenario() -> tuple[list[int], int]:
            crew = Crew(bare_cluster)
            return await rebalance(crew, said), crew.ticks

        grown, ticks = asyncio.run(scenario())
    assert ticks > 0
    nothing_twice(bare_cluster)
    assert set(states(bare_cluster)) == set(range(PARTITIONS))
    assert digest(bare_cluster) == folded(bare_cluster)
    half = len(grown) // 2
    assert grown[-1] - grown[half] < 40 << 20, [size >> 20 for size in grown]
