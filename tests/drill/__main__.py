"""`make drill ROUNDS=10`: what may happen to a cluster happens, and what must hold is looked at.

python -m tests.drill [--rounds N] [--outage SECONDS] [--rate EVENTS] [--seed N] [FAULT...]
"""

import argparse
import sys
import time
from pathlib import Path

from tests.drill.faults import FAULTS
from tests.drill.rig import Rig

CACHE = Path(__file__).parents[2] / ".pytest_cache" / "d" / "kafka"
"""Where the tests keep the broker's jars, too."""


def main() -> None:
    """Prints a line for each fault of each round, and counts last. Exits 1 where one failed."""
    asked = _asked()
    passed = failed = 0
    CACHE.mkdir(parents=True, exist_ok=True)
    for round_ in range(1, asked.rounds + 1):
        begun = time.monotonic()
        with Rig(CACHE, asked.rate, asked.seed + round_) as rig:
            print(f"round {round_}: a cluster in {time.monotonic() - begun:.1f} s", flush=True)
            for name in asked.faults:
                faults, measured = rig.suffer(name, f"r{round_}-{name}", asked.outage)
                passed, failed = passed + (not faults), failed + bool(faults)
                print(f"{'FAILED' if faults else 'ok'}  {FAULTS[name][0]}: {measured}", flush=True)
                for fault in faults:
                    print(f"    {fault}", flush=True)
                if faults:
                    print(rig.logs(), flush=True)
                    break  # what follows would be held against what is wrong already
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make drill", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1, help="how often all of it happens")
    parser.add_argument("--outage", type=float, default=60.0, help="seconds of being unreachable")
    parser.add_argument("--rate", type=float, default=1000.0, help="events a second")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another desk")
    parser.add_argument("faults", nargs="*", default=list(FAULTS), help=", ".join(FAULTS))
    asked = parser.parse_args()
    unknown = [name for name in asked.faults if name not in FAULTS]
    if unknown:
        parser.error(f"no such fault: {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    return asked


if __name__ == "__main__":
    main()
