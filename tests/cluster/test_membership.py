"""Who comes back under its name in time finds its partitions; the others are not disturbed."""

import time

import pytest

from streams.kafka.cluster import Cluster
from tests.cluster.fixtures import PARTITIONS
from tests.cluster.waiting import until
from tests.cluster.workers import WorkerProcess, live, running

pytestmark = pytest.mark.slow

SHARE = PARTITIONS // 2


def dealt_out(worker: WorkerProcess) -> int:
    """How often partitions were dealt out anew."""
    return sum('"event": "partitions"' in line for line in worker.log)


def share(worker: WorkerProcess) -> None:
    """Returns once it has its half, loaded."""
    until(
        worker.health,
        lambda told: told.get("state") == "tracking" and len(told["positions"]) == SHARE,
        40,
    )


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_restart_under_a_name_disturbs_nobody(cluster: Cluster, how: str) -> None:
    with (
        running(*live(cluster, "--instance", "one", "--session", "20")) as one,
        running(*live(cluster, "--instance", "other", "--session", "20")) as other,
    ):
        share(one)
        share(other)
        before, had = dealt_out(other), set(one.positions)
        begun = time.monotonic()
        getattr(one, how)()
        with running(*live(cluster, "--instance", "one", "--session", "20")) as again:
            share(again)
            assert time.monotonic() - begun < 20, "It waited for its own session to end."
            assert set(again.positions) == had
            assert dealt_out(other) == before
