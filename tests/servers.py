"""Embedded servers for tests: a ready directory to copy, processes to kill, users to be."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from streams.postgres.embedded.postmaster import life_of
from streams.postgres.server import Server

ROOT = Path(__file__).parents[1]

ENSURE = """
import sys
from pathlib import Path
from streams.postgres.server import Server
server = Server.ensure(Path(sys.argv[1]))
print(server.status().pid, flush=True)
"""
"""A process that starts or joins the server of a directory and tells its process number."""

STAY = "sys.stdin.read()\n"


@contextmanager
def home(*, mode: int = 0o700, depth: int = 0) -> Iterator[Path]:
    """A directory for a tracker; whatever server runs in `postgres` under it ends with it."""
    top = Path(tempfile.mkdtemp(prefix="sla-test-"))
    top.chmod(mode)
    place = top.joinpath(*["a-directory-with-a-long-name"] * depth)
    place.mkdir(parents=True, exist_ok=True)
    try:
        yield place
    finally:
        Server(place / "postgres").stop()
        shutil.rmtree(top)


def copy_cluster(made: Path, place: Path) -> Path:
    """Copies a stopped server's directory and what lies beside it; the new data directory."""
    for name in (".pgpass", ""):
        subprocess.run(["cp", "-a", f"{made}{name}", f"{place / 'postgres'}{name}"], check=True)
    return place / "postgres"


def spawn(
    code: str, *arguments: object, prefix: Sequence[str] = (), **environment: str
) -> subprocess.Popen[str]:
    """A Python process in a session of its own, its output read through pipes."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=ROOT,
        env=os.environ | environment,
    )


def answer(process: subprocess.Popen[str]) -> str:
    """What it wrote until its end, which must be a good one."""
    out, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    return out.strip()


def kill_group(process: subprocess.Popen[str]) -> None:
    """SIGKILL to it and all that stayed in its session, as a closed terminal or a supervisor."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Returns once `holds()`; fails when it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.002)


def gone(pid: int) -> bool:
    """Whether that process runs no more."""
    return life_of(pid) != "alive"


@cache
def ordinary_user() -> tuple[str, ...]:
    """What to put before a command to run it as one who is not root; nothing where we are not.

    As nobody where nobody can reach this checkout and its Python, else as a user of a namespace.
    """
    if os.geteuid() != 0:
        return ()
    tries = (
        ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
        ("unshare", "--user", "--map-user=1000", "--map-group=1000"),
    )
    probe = "import os, streams.postgres.server; assert os.geteuid() != 0"
    for prefix in tries:
        tried = spawn(probe, prefix=prefix)
        tried.communicate(timeout=60)
        if tried.returncode == 0:
            return prefix
    raise AssertionError("neither setpriv nor unshare lets this root run Python as another user")
