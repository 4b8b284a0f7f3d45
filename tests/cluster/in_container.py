"""A broker in a container, for the tests of the cluster."""

import os
import signal
import socket
from typing import Any, Final

import docker
from docker.errors import DockerException
from testcontainers.core.config import testcontainers_config

from tests.cluster.broker import free_ports
from tests.cluster.waiting import until
from tests.containers.apache_kafka import IMAGE, ApacheKafkaContainer

_STARTED: Final = b"Kafka Server started"
_PORT: Final = 9092


class ContainerBroker:
    """A broker in a container, on one port for its whole life."""

    def __init__(self) -> None:
        (port,) = free_ports(1)
        self.container = ApacheKafkaContainer().with_bind_ports(_PORT, port)
        self.container.with_envs(
            KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS="1000",
            # A killed broker may come back once its old life has timed out, nine seconds else.
            KAFKA_BROKER_SESSION_TIMEOUT_MS="3000",
            KAFKA_BROKER_HEARTBEAT_INTERVAL_MS="500",
        )
        self.container.start()
        self.bootstrap = self.container.bootstrap

    @property
    def _wrapped(self) -> Any:
        return self.container.get_wrapped_container()

    @property
    def running(self) -> bool:
        """Whether it was started and not ended since."""
        self._wrapped.reload()
        return bool(self._wrapped.status in ("running", "paused"))

    def start(self) -> None:
        """Starts it again where it was killed or stopped, and returns once it answers."""
        told = self._wrapped.logs().count(_STARTED)
        self._wrapped.start()
        until(lambda: self._wrapped.logs().count(_STARTED), lambda now: now > told, 60)

    def stop(self) -> None:
        """SIGTERM."""
        self._wrapped.stop()

    def kill(self) -> None:
        """SIGKILL."""
        self._wrapped.kill(signal.SIGKILL)

    def freeze(self) -> None:
        """Connections stay, nothing answers."""
        self._wrapped.pause()

    def thaw(self) -> None:
        """Goes on."""
        self._wrapped.unpause()


def image() -> str:
    """The image, with the prefix that stands before its name here."""
    return f"{testcontainers_config.hub_image_name_prefix}{IMAGE}"


def image_to_be_had() -> bool:
    """Whether a Docker daemon answers that has the image or can fetch it."""
    if not _listens():
        return False
    try:
        client = docker.from_env()
    except DockerException:
        return False
    try:
        client.ping()
        if not any(image() in one.tags for one in client.images.list()):
            client.images.pull(image())
    except DockerException:
        return False
    finally:
        client.close()
    return True


def _listens() -> bool:
    """Whether somebody takes connections where Docker does; its client leaves one open if not."""
    kind, _, path = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").partition("://")
    if kind != "unix":
        return True
    with socket.socket(socket.AF_UNIX) as tried:
        try:
            tried.connect(path)
        except OSError:
            return False
    return True
