"""A journal to listen to, and our settings of Faust taken away."""

from collections.abc import Callable

import pytest

from streams.kafka import app as ours
from streams.kafka.cluster import Cluster
from streams.kafka.topics import init
from tests.cluster.listening import RECORDS
from tests.cluster.saying import voice


@pytest.fixture
def spoken(bare_cluster: Cluster) -> Cluster:
    """A journal of one partition and twenty records."""
    init(bare_cluster, 1)
    with voice(bare_cluster, 1) as said:
        for _ in range(RECORDS):
            said.tick()
    return bare_cluster


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Takes a setting of ours away: Faust's own holds."""
    settings = ours._settings

    def take(**instead: object) -> None:
        monkeypatch.setattr(ours, "_settings", lambda *place: settings(*place) | instead)

    return take
