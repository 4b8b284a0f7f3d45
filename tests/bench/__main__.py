"""`make bench`: every figure, in one run, with what it is measured beside."""

import os
import platform

from tests.bench import core, deadlines, embedded, lateness, projector

PARTS = (
    ("An event in the core (one process)", core.run),
    ("Deadlines", deadlines.run),
    ("The projector alone", projector.run),
    ("The embedded chain (limited by the two cores that all processes share)", embedded.run),
    ("From the deadline to a row", lateness.run),
)


def main() -> None:
    """Prints part after part."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]}")
    for title, run in PARTS:
        print(f"\n{title}")
        for line in run():
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
