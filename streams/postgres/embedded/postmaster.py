"""What `postmaster.pid` says, and what is true of that process.

The file alone proves nothing: it outlives a killed server, and its number may be another's now.
It is never deleted here; PostgreSQL decides itself whether it is stale.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Life = Literal["alive", "zombie", "gone"]


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A server as its pid file tells it."""

    pid: int
    port: int | None
    """None while the file is being written."""
    socket_dir: Path | None
    state: str
    """`starting`, `ready`, `standby`, `stopping`; empty before the first."""


def read_postmaster(data_dir: Path) -> Postmaster | None:
    """What the pid file of `data_dir` says; None where there is none."""
    try:
        lines = (data_dir / "postmaster.pid").read_text().splitlines()
        pid = abs(int(lines[0]))
    except (FileNotFoundError, IndexError, ValueError):
        return None
    port = int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else None
    directory = Path(lines[4]) if len(lines) > 4 and lines[4] else None
    return Postmaster(pid, port, directory, lines[7].strip() if len(lines) > 7 else "")


def life_of(pid: int) -> Life:
    """Whether process `pid` lives. After kill -9 it stays a zombie until its parent collects it.

    A zombie that is our own child (as process 1 of a container we inherit it) is collected here.
    """
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "gone"
    except PermissionError:
        pass
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, IndexError):
        # Without /proc (not Linux) a process that answers is taken to be alive.
        return "alive" if not Path("/proc/self/stat").exists() else "gone"
    return "zombie" if state in "ZX" else "alive"


def is_postgres(pid: int) -> bool:
    """Whether process `pid` is a PostgreSQL; True where that cannot be told."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return life_of(pid) == "alive"
