"""A reading that stands still is told; brokers that are away, and who is frozen, are waited for."""

import pytest

from streams.kafka.watching import STILL, NothingRead
from tests.unit.test_kafka_journal import Partition, run

pytestmark = pytest.mark.usefixtures("_at_once")


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits for what is known to be there take no time."""
    monkeypatch.setattr("streams.kafka.journal.CATCHING_UP", 0)


async def in_vain(here: Partition, times: int, after: int = 0) -> None:
    """Reads so often, and nothing comes."""
    for _ in range(times):
        assert await here.read(after) == []


def test_it_ends_where_brokers_answer_and_nothing_comes() -> None:
    async def scenario() -> None:
        here = Partition(until=2)
        await in_vain(here, STILL - 1)
        assert here.ticks == 0
        await in_vain(here, 1)
        assert here.ticks == 1  # so they were asked
        await in_vain(here, STILL - 1)
        with pytest.raises(NothingRead, match="partition 3 of the journal: its brokers answer"):
            await here.read(0)

    run(scenario)


def test_its_own_tick_is_known_to_be_there() -> None:
    async def scenario() -> None:
        here = Partition()
        assert await here.journal.append_tick() is not None
        await in_vain(here, 2 * STILL - 1)
        with pytest.raises(NothingRead):
            await here.read(0)

    run(scenario)


def test_brokers_that_are_away_are_waited_for() -> None:
    async def scenario() -> None:
        here = Partition(until=2)
        here.away = True
        await in_vain(here, 10 * STILL)
        here.away = False
        # Once they are back it has all its time again.
        await in_vain(here, 2 * STILL - 1)
        await here.put(1)
        assert await here.read(0) == [1]

    run(scenario)


def test_what_comes_is_a_sign_of_life() -> None:
    """Also what was read before, and is passed over."""

    async def scenario() -> None:
        here = Partition(until=9)
        for _ in range(3):
            await in_vain(here, 2 * STILL - 1, after=4)
            await here.put(3)
            assert await here.read(4) == []
        await in_vain(here, 2 * STILL - 1, after=4)
        await here.put(5)
        assert await here.read(4) == [5]

    run(scenario)


def test_where_nothing_is_known_to_be_there_nothing_has_to_come() -> None:
    async def scenario() -> None:
        here = Partition()
        await in_vain(here, 10 * STILL)
        assert here.ticks == 0

    run(scenario)


def test_who_waits_for_room_elsewhere_does_not_stand_still() -> None:
    async def scenario() -> None:
        here = Partition(until=2, held_up=lambda: True)
        await in_vain(here, 10 * STILL)
        assert here.ticks == 0

    run(scenario)


def test_what_is_given_away_is_not_watched() -> None:
    async def scenario() -> None:
        here = Partition(until=2)
        await in_vain(here, 2 * STILL - 1)
        here.journal.inbox.close()
        await in_vain(here, 1)

    run(scenario)
