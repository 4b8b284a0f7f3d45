"""Which broker the tests of the cluster run on: in a container, from jars, or none.

`SLA_TEST_SERVERS` says `docker` or `jars`; where it does not, a container is taken where a Docker
daemon answers and the image can be had, else jars where Java and Maven are here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from tests.cluster.broker import broker, missing

# What speaks to Docker is imported only when it is asked: it takes longer than many a test.

ASKED: Final = "SLA_TEST_SERVERS"


class AnyBroker(Protocol):
    """A broker that tests start and end, whatever it runs in."""

    bootstrap: str

    @property
    def running(self) -> bool:
        """Whether it was started and not ended since."""

    def start(self) -> None:
        """Starts it again where it was killed or stopped."""

    def stop(self) -> None:
        """SIGTERM."""

    def kill(self) -> None:
        """SIGKILL."""

    def freeze(self) -> None:
        """Connections stay, nothing answers."""

    def thaw(self) -> None:
        """Goes on."""


@contextmanager
def chosen_broker(jars: Path) -> Iterator[AnyBroker]:
    """The broker that `choice` says; `jars` is where they are kept. Raises BrokerUnavailable."""
    if choice() == "docker":
        from tests.cluster.in_container import ContainerBroker

        running = ContainerBroker()
        try:
            yield running
        finally:
            running.container.stop()
    else:
        with broker(jars) as made:
            yield made


@cache
def choice() -> str | None:
    """`docker`, `jars`, or None where neither can be had."""
    asked = os.environ.get(ASKED)
    if asked is not None:
        assert asked in ("docker", "jars"), f"{ASKED} is {asked}; it may be docker or jars"
        return asked
    from tests.cluster.in_container import image_to_be_had

    if image_to_be_had():
        return "docker"
    return None if missing() else "jars"


def told() -> str:
    """What a run says of it first."""
    from tests.cluster.in_container import image

    match choice():
        case "docker":
            return f"in a container of {image()}"
        case "jars":
            return "from jars"
        case _:
            return f"none: no Docker daemon with {image()}, and {' and '.join(missing())} missing"
