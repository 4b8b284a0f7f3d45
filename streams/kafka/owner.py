"""Which partitions are ours: taken over, kept and let go of as Faust deals them out."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from streams.kafka.cluster import Cluster
from streams.kafka.holding import Holding, OnEffects
from streams.kafka.inbox import Received
from streams.kafka.journal import AppendTick
from streams.kafka.loading import ends
from streams.kafka.topics import Topics

log = structlog.get_logger()


@dataclass(slots=True)
class Owner:
    """The partitions of this process. Methods are called on one event loop, one after the other."""

    cluster: Cluster
    clock: Callable[[], int]
    append: AppendTick
    on_effects: OnEffects
    on_error: Callable[[BaseException], None]
    holdings: dict[int, Holding] = field(default_factory=dict)
    state: str = "joining"
    """`joining` the group, `loading` what was dealt out, `tracking`, or `stopping`."""
    _generation: int | None = None
    _closed: bool = False

    async def revoked(self) -> None:
        """Partitions are about to be dealt out anew: finishes what is being committed."""
        self.state = "joining"
        await asyncio.gather(*(holding.rest() for holding in self.holdings.values()))

    async def assigned(
        self, partitions: Iterable[int], generation: int, current: Callable[[], int]
    ) -> None:
        """Takes up `partitions`, dealt out in `generation`; gives up where `current` has moved on.

        Until it returns no record is handed in.
        """
        if self._closed:
            return
        wanted = set(partitions)
        await self.revoked()
        # Where a generation passed without us, others may have owned what is ours again.
        stayed = self._generation is not None and generation == self._generation + 1
        kept = wanted & self.holdings.keys() if stayed else set()
        for number in self.holdings.keys() - kept:
            self.holdings.pop(number).drop()
        new = sorted(wanted - kept)
        self.state = "loading"
        log.info("partitions", generation=generation, kept=sorted(kept), taken=new)
        loaded = await asyncio.gather(*(self._loaded(number) for number in new))
        if self._closed or current() != generation:
            for holding in loaded:
                holding.drop()
            self._generation = None
            return
        self._generation = generation
        self.holdings.update({holding.number: holding for holding in loaded})
        await self._follow()

    async def _loaded(self, number: int) -> Holding:
        holding = Holding(
            self.cluster, number, self.clock, self.append, self.on_effects, self.on_error
        )
        await holding.load()
        return holding

    async def _follow(self) -> None:
        journal = Topics(self.cluster.prefix).journal
        until: Mapping[int, int] = await asyncio.to_thread(
            ends, self.cluster, journal, sorted(self.holdings)
        )
        for number, holding in self.holdings.items():
            holding.follow(until[number])
            log.info("tracking", partition=number, position=holding.position)
        self.state = "tracking"

    async def put(self, number: int, received: Received) -> None:
        """Hands in a record of the journal; waits for room. Not ours: it is passed over."""
        holding = self.holdings.get(number)
        if holding is not None:
            await holding.put(received)

    def close(self) -> None:
        """Lets go of everything. Rest first: what is being committed ends here."""
        self._closed = True
        self.state = "stopping"
        for holding in self.holdings.values():
            holding.drop()
        self.holdings.clear()
