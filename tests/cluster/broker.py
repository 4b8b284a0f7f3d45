"""A real Kafka broker for tests, straight from its jars: started in a second, gone with its parent.

It can be killed, stopped, frozen and started again on the same port with what it had on disk.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final

HERE: Final = Path(__file__).parent
NEEDS: Final = ("java", "mvn")
"""Programs without which there is no broker from jars."""
START_MAX: Final = 180.0
"""Seconds; a start takes one to three, so this is a machine in trouble."""
_CLUSTER_ID: Final = "5L6g3nShT-eMCtK--X86sw"
_STARTED: Final = "Kafka Server started"
_NOT_CLIENTS: Final = (20_000, 32_000)
"""Below the ports from which Linux lets clients connect."""

_JVM: Final = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_LASTING: Final = "-XX:TieredStopAtLevel=4"
_SETTINGS: Final = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    # A topic that is missing is to be told, not to be made with settings that nobody chose.
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    # A killed broker may come back once its old life has timed out, nine seconds by default.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "offsets.topic.num.partitions": "4",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
}


class BrokerUnavailable(Exception):
    """The broker could not be had; the message says why."""


class Broker:
    """One broker and its directory. `bootstrap` stays the same for its whole life.

    `proxied` is the port of a proxy that leads to `far_port`: who begins there is told to stay
    there, as the broker names that port to its clients.
    """

    def __init__(
        self, libs: Path, directory: Path, sharing: tuple[str, ...], proxied: int | None = None
    ) -> None:
        self._libs = libs
        self._sharing = sharing
        self.directory = directory
        self.log = directory / "log"
        self.port, controller, self.far_port = free_ports(3)
        self.bootstrap = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._properties = directory / "server.properties"
        settings = {
            **_SETTINGS,
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "log.dirs": str(directory / "data"),
        }
        if proxied is not None:
            settings["listeners"] += f",FAR://127.0.0.1:{self.far_port}"
            settings["advertised.listeners"] += f",FAR://127.0.0.1:{proxied}"
            settings["listener.security.protocol.map"] += ",FAR:PLAINTEXT"
        self._properties.write_text("".join(f"{k}={v}\n" for k, v in settings.items()))

    @property
    def running(self) -> bool:
        """Whether it was started and not ended since."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The process number of the running broker."""
        assert self._process is not None, "It is not running."
        return self._process.pid

    def start(self) -> None:
        """Starts it and returns once it answers. Raises BrokerUnavailable."""
        if not (self.directory / "data").exists():
            self._format()
        told = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [*_dies_with_us(), *self._java(), "kafka.Kafka", str(self._properties)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        until = time.monotonic() + START_MAX
        while _STARTED not in self.log.read_bytes()[told:].decode(errors="replace"):
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise BrokerUnavailable("the broker did not start:\n" + self.last_lines())
            time.sleep(0.02)

    def stop(self) -> None:
        """SIGTERM: it closes its logs and ends."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Starts it again where it was killed or stopped; ends it first where it runs."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """SIGSTOP: connections stay, nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    def last_lines(self, count: int = 30) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        if how is not signal.SIGKILL:
            process.send_signal(signal.SIGCONT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _java(self) -> list[str]:
        classes = ":".join(str(jar) for jar in sorted(self._libs.glob("*.jar")))
        logging = f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"
        quiet = ("-Xlog:disable", "-Xlog:all=error:stderr")
        return ["java", *_JVM, *self._sharing, *quiet, logging, "-cp", classes]

    def _format(self) -> None:
        done = subprocess.run(
            [
                *(*self._java(), "kafka.tools.StorageTool", "format"),
                *("-t", _CLUSTER_ID, "-c", str(self._properties)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BrokerUnavailable(f"its storage cannot be formatted: {done.stdout}{done.stderr}")


def missing() -> list[str]:
    """The programs that a broker from jars needs and that are not here."""
    return [name for name in NEEDS if shutil.which(name) is None]


@contextmanager
def broker(cache: Path, proxied: int | None = None, *, lasting: bool = False) -> Iterator[Broker]:
    """A running broker in a temporary directory. `cache` keeps jars and loaded classes.

    `lasting`: it is at work for minutes, as brokers are; its code is compiled as well as can be,
    at the price of the first half minute.
    Ends with the thread that entered, so enter in the main one. Raises BrokerUnavailable.
    """
    libs = _libs(cache)
    archive = _archive(cache, libs)
    with _directory() as directory:
        sharing = (f"-XX:SharedArchiveFile={archive}", "-Xshare:auto")
        made = Broker(libs, directory, (*sharing, _LASTING) if lasting else sharing, proxied)
        made.start()
        try:
            yield made
        finally:
            made.kill()


def _libs(cache: Path) -> Path:
    """The jars of `pom.xml`, fetched once."""
    pom = HERE / "pom.xml"
    libs = cache / f"libs-{hashlib.sha256(pom.read_bytes()).hexdigest()[:12]}"
    if libs.exists():
        return libs
    if missing():
        raise BrokerUnavailable(f"{' and '.join(missing())} not found: install them")
    making = Path(tempfile.mkdtemp(prefix="making-", dir=cache))
    done = subprocess.run(
        [
            *("mvn", "-q", "-B", "-f", str(pom)),
            *("dependency:copy-dependencies", f"-DoutputDirectory={making}"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(making)
        raise BrokerUnavailable(f"mvn cannot fetch the broker:\n{done.stdout}{done.stderr}")
    return _put(making, libs)


def _archive(cache: Path, libs: Path) -> Path:
    """The broker's loaded classes, kept of a first run: later starts take a third of the time."""
    java = subprocess.run(["java", "-version"], capture_output=True, check=True).stderr
    made_of = f"{libs} {java!r} {_JVM}"
    archive = cache / f"classes-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}.jsa"
    if not archive.exists():
        with _directory() as directory:
            making = directory / "classes.jsa"
            first = Broker(libs, directory, (f"-XX:ArchiveClassesAtExit={making}",))
            first.start()
            first.stop()
            shutil.move(making, archive)
    return archive


def _put(making: Path, wanted: Path) -> Path:
    try:
        making.rename(wanted)
    except OSError:  # another process was first; its directory serves as well
        shutil.rmtree(making)
    return wanted


@contextmanager
def _directory() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="sla-broker-"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, and from which no client connects: one that tries again and
    again to reach a broker that is away would sooner or later reach itself, and keep the port.
    """
    found: list[int] = []
    for port in Random().sample(range(*_NOT_CLIENTS), 1000):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise BrokerUnavailable("no port is free")


def _dies_with_us() -> tuple[str, ...]:
    """The kernel kills the broker when we die."""
    return ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()
