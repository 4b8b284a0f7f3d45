"""Which partitions are ours: taken over, kept and let go of as Faust deals them out."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from streams.kafka.cluster import Cluster
from streams.kafka.holding import Holding, OnEffects
from streams.kafka.inbox import Received
from streams.kafka.journal import AppendTick
from streams.kafka.loading import Closed, ends
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
    _loading: list[Holding] = field(default_factory=list)
    _generation: int | None = None
    _dealt: int = 0
    """How often partitions were about to be dealt out anew."""
    _handing_in: bool = False
    """A record waits for room: meanwhile none of any partition is handed in."""
    _closed: threading.Event = field(default_factory=threading.Event)

    async def revoked(self) -> None:
        """Partitions are about to be dealt out anew: finishes what is being committed, and gives
        up what is being taken over; late, that would shut out whoever is given it next.
        """
        self.state = "joining"
        self._dealt += 1
        for holding in self.holdings.values():
            holding.pause()
        for holding in self._loading:
            holding.drop()
        await asyncio.gather(
            *(holding.rest() for holding in self.holdings.values()),
            *(holding.gone() for holding in self._loading),
        )

    async def assigned(
        self, partitions: Iterable[int], generation: int, current: Callable[[], int]
    ) -> None:
        """Takes up `partitions`, dealt out in `generation`; gives up where `current` has moved on.

        Until it returns no record is handed in.
        """
        if self._closed.is_set():
            return
        wanted = set(partitions)
        await self.revoked()
        dealt = self._dealt
        # Where a generation passed without us, others may have owned what is ours again.
        stayed = self._generation is not None and generation == self._generation + 1
        kept = wanted & self.holdings.keys() if stayed else set()
        for number in self.holdings.keys() - kept:
            self.holdings.pop(number).drop()
        new = sorted(wanted - kept)
        self.state = "loading"
        log.info("partitions", generation=generation, kept=sorted(kept), taken=new)
        self._loading = loading = [self._made(number) for number in new]
        until = await self._loaded(loading, sorted(wanted))
        if self._closed.is_set() or dealt != self._dealt or current() != generation:
            for holding in loading:
                holding.drop()
            self._generation = None
        else:
            self._loading = []
            self._generation = generation
            self._follow(loading, until)

    async def _loaded(self, loading: Sequence[Holding], wanted: Sequence[int]) -> Mapping[int, int]:
        """Loads them; the present ends of the journal of all that are `wanted`.

        Raises what went wrong, unless it was told to end meanwhile.
        """
        loads = await asyncio.gather(
            *(holding.load() for holding in loading), return_exceptions=True
        )
        try:
            for error in loads:
                if error is not None:
                    raise error
            journal = Topics(self.cluster.prefix).journal
            return await asyncio.to_thread(ends, self.cluster, journal, wanted, self._closed)
        except Closed:
            return {}

    def _follow(self, loaded: Sequence[Holding], until: Mapping[int, int]) -> None:
        self.holdings.update({holding.number: holding for holding in loaded})
        for number, holding in self.holdings.items():
            holding.follow(until[number])
            log.info("tracking", partition=number, position=holding.position)
        self.state = "tracking"

    def _drop_all(self) -> None:
        for holding in (*self.holdings.values(), *self._loading):
            holding.drop()
        self.holdings.clear()
        self._loading = []

    def _made(self, number: int) -> Holding:
        return Holding(
            self.cluster,
            number,
            self.clock,
            self.append,
            self.on_effects,
            self.on_error,
            lambda: self._handing_in,
        )

    async def put(self, number: int, received: Received) -> None:
        """Hands in a record of the journal; waits for room. Not ours: it is passed over."""
        holding = self.holdings.get(number)
        if holding is not None:
            self._handing_in = True
            try:
                await holding.put(received)
            finally:
                self._handing_in = False

    def close(self) -> None:
        """Lets go of everything. Rest first: what is being committed ends here."""
        self._closed.set()
        self.state = "stopping"
        self._drop_all()
