"""`make bench-kafka`: every figure of the cluster, in one run, with what limits it."""

import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import kafka_intake
from tests.bench.kafka import stages
from tests.bench.kafka.desk import desk
from tests.drill.__main__ import CACHE
from tests.drill.rig import Rig

SECONDS = 30.0
"""Of undisturbed work, to see how late breaches are."""


def measure(place: Path) -> Iterator[str]:
    """Line after line."""
    os.environ.setdefault("SLA_BROKER_CACHE", str(CACHE))
    for line in kafka_intake.run():
        yield f"intake, {line} (must 30,000, aim 60,000); its one core limits, the broker beside it"
    with desk(CACHE, place) as made:
        yield stages.tracker(made)
        yield stages.chain(made)
        yield from stages.takeover(made)
    with Rig(CACHE, rate=1000.0, seed=1) as rig:
        late = rig.live(SECONDS)
    yield (
        f"lateness: from deadline to a committed reader, {late} (must p50 under 50 ms, p99 under "
        "200 ms), two workers, intake and projector at work on the two cores"
    )


def main() -> None:
    """Prints each figure as soon as it is known."""
    cores = os.cpu_count()
    print(f"Python {platform.python_version()}, {cores} cores with the broker on them", flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sla-bench-") as place:
        Path(place).chmod(0o755)
        for line in measure(Path(place)):
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
