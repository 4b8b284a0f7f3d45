"""`docker-compose.yml` brought up for real, by whichever compose command is there."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

ROOT: Final = Path(__file__).parents[2]
PROJECT: Final = f"sla-check-{os.getpid()}"
"""Of this run alone: another checkout may be checked beside it."""
ROLES: Final = ("intake", "worker-1", "worker-2", "projector")


@dataclass(frozen=True, slots=True)
class Compose:
    """The services of the project, on ports of their own."""

    command: tuple[str, ...]
    kafka_port: int
    postgres_port: int

    @property
    def bootstrap(self) -> str:
        return f"localhost:{self.kafka_port}"

    @property
    def dsn(self) -> str:
        return f"postgresql://sla:sla@localhost:{self.postgres_port}/sla"

    def run(self, *words: str) -> str:
        """A compose command; what it prints. Fails with all that it said."""
        ports = {"KAFKA_PORT": str(self.kafka_port), "POSTGRES_PORT": str(self.postgres_port)}
        # A machine under load may take minutes for what takes a second elsewhere.
        patience = {"COMPOSE_HTTP_TIMEOUT": "300"}
        done = subprocess.run(
            [*self.command, "-p", PROJECT, *words],
            cwd=ROOT,
            env=os.environ | ports | patience | {"DOCKER_BUILDKIT": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(words)}:\n{done.stdout[-8000:]}"
        return done.stdout

    def container(self, service: str) -> str:
        """The id of a service's container."""
        found = self.run("ps", "-q", service).split()
        assert found, f"no container of {service}:\n{self.run('ps')}{self.run('logs', 'init')}"
        return found[-1]

    def state(self, service: str) -> dict[str, object]:
        """What the daemon says of it; also how often it was started again."""
        said = orjson.loads(_docker("inspect", self.container(service)))[0]
        return {**said["State"], "RestartCount": said["RestartCount"]}

    def wait_healthy(self, *services: str, seconds: float = 180) -> None:
        """Returns once all are healthy; fails with their last words."""
        until = time.monotonic() + seconds
        waiting = list(services)
        while waiting:
            health = self.state(waiting[0]).get("Health") or {}
            assert isinstance(health, dict)
            if health.get("Status") == "healthy":
                waiting.pop(0)
                continue
            assert time.monotonic() < until, self.run("logs", "--tail", "40", waiting[0])
            time.sleep(0.3)


@contextmanager
def compose() -> Iterator[Compose]:
    """Everything up and healthy; gone with its volumes afterwards."""
    v2 = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    command = ("docker", "compose") if v2.returncode == 0 else ("docker-compose",)
    made = Compose(command, _free_port(), _free_port())
    try:
        made.run("up", "-d", "--build")
        made.wait_healthy("kafka", "postgres", *ROLES)
        yield made
    finally:
        made.run("down", "-v", "--remove-orphans")


def _docker(*words: str) -> str:
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout


def kill_inside(container: str) -> None:
    """SIGKILL to the program in a container, as the kernel does when memory is short."""
    _docker("exec", container, "sh", "-c", "kill -9 $(cat /proc/1/task/1/children)")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
