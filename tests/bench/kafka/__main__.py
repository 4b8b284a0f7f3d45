"""`make bench-kafka`: every figure of the cluster, in one run, with what limits it."""

import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import kafka_intake
from tests.bench.kafka import stages
from tests.bench.kafka.desk import desk
from tests.drill.__main__ import CACHE
from tests.drill.rig import Rig

WARM, SECONDS = 45.0, 60.0
"""Of undisturbed work, to see how late breaches are; and of work before that."""


PARTS = ("intake", "tracker", "chain", "takeover", "lateness")


def measure(part: str, place: Path) -> Iterator[str]:
    """The lines of one part."""
    if part == "intake":
        os.environ.setdefault("SLA_BROKER_CACHE", str(CACHE))
        for line in kafka_intake.run():
            yield f"intake, {line} (must 30,000, aim 60,000); limited by its core, broker beside it"
    elif part == "lateness":
        with Rig(CACHE, rate=1000.0, seed=1, workers=1, direct=True) as rig:
            late = rig.live(SECONDS, WARM)
        yield (
            f"lateness: from deadline to a committed reader, {late} (must p50 under 50 ms, p99 "
            "under 200 ms), worker, intake and projector at work on the two cores"
        )
    else:
        with desk(CACHE, place) as made:
            yield from getattr(stages, part)(made)


def main() -> None:
    """Prints each figure as soon as it is known: all parts, or those named."""
    unknown = set(sys.argv[1:]) - set(PARTS)
    if unknown:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {cores} cores with the broker on them, load {load}")
    CACHE.mkdir(parents=True, exist_ok=True)
    for part in sys.argv[1:] or PARTS:
        with tempfile.TemporaryDirectory(prefix="sla-bench-") as place:
            Path(place).chmod(0o755)
            for line in measure(part, Path(place)):
                print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
