"""Which partitions a worker owns while they are dealt out anew."""

import asyncio
import threading

import pytest

from streams.kafka.cluster import Cluster
from streams.kafka.journal import Appended
from streams.kafka.owner import Owner


class SlowTakeOver:
    """Stands where the brokers would be asked to shut out the previous owner; they take long."""

    begun = threading.Event()
    answer = threading.Event()
    answered = False

    def __init__(self, *of: object) -> None:
        pass

    def take_over(self) -> None:
        """Returns when `answer` is set."""
        SlowTakeOver.begun.set()
        assert self.answer.wait(30)
        SlowTakeOver.answered = True

    def close(self) -> None:
        """Nothing is under way."""


async def no_tick(partition: int) -> Appended | None:
    """None is appended."""
    return None


def test_a_take_over_that_is_under_way_ends_before_partitions_are_dealt_out_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Answered late, it would shut out the worker to which the partition is given next."""
    monkeypatch.setattr("streams.kafka.store.Transactions", SlowTakeOver)
    failed: list[BaseException] = []

    async def scenario() -> None:
        owner = Owner(
            Cluster("127.0.0.1:1"), lambda: 0, no_tick, lambda number, effects: None, failed.append
        )
        assigning = asyncio.create_task(owner.assigned([0], 1, lambda: 1))
        await asyncio.to_thread(SlowTakeOver.begun.wait, 30)
        revoking = asyncio.create_task(owner.revoked())
        waiting, _ = await asyncio.wait((revoking,), timeout=0.05)
        assert not waiting
        SlowTakeOver.answer.set()
        await revoking
        assert SlowTakeOver.answered
        await assigning
        assert owner.holdings == {}
        owner.close()

    asyncio.run(scenario())
    assert failed == []
