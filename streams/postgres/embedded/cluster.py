"""Makes a database cluster: into a temporary directory first, so that half a one is never seen."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from streams.postgres.embedded.programs import VERSION, programs, run
from streams.postgres.embedded.rights import Rights
from streams.postgres.embedded.unavailable import ServerUnavailable
from streams.postgres.embedded.upgrade import upgrade

USER: Final = "sla"
DATABASE: Final = "sla"

INITDB: Final = (
    *("--encoding", "UTF8", "--no-instructions"),
    # PostgreSQL's own collation: an upgrade of the C library cannot put an index out of order.
    *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
)


def initdb(target: Path, rights: Rights, arguments: Sequence[str]) -> None:
    """Makes a cluster in `target`, which must be empty or absent. Raises ServerUnavailable."""
    target.mkdir(mode=0o700, exist_ok=True)
    rights.give(target)
    command: list[str | Path] = [programs() / "initdb", "--pgdata", target, *INITDB, *arguments]
    done = run([*rights.prefix, *command])
    if done.returncode != 0:
        raise ServerUnavailable(
            f"PostgreSQL could not make its data directory {target}",
            "see its last words; the disk must have 100 MB free, and the user that PostgreSQL "
            "runs as must be able to reach that directory and this program's",
            "\n".join(f"  {line}" for line in (done.stdout + done.stderr).splitlines()[-8:]),
        )


def create_cluster(data_dir: Path, rights: Rights, password: str) -> None:
    """A cluster at `data_dir` that lets in only who knows `password`. The caller holds the lock."""
    making = data_dir.with_name(data_dir.name + ".making")
    if making.exists():  # left by a process that was killed here
        shutil.rmtree(making)
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(password + "\n")
        file.flush()
        rights.give(Path(file.name))
        initdb(
            making, rights, ("--username", USER, "--auth", "scram-sha-256", "--pwfile", file.name)
        )
    with (making / "postgresql.conf").open("a") as settings:
        settings.write(f"\ninclude_if_exists '{SETTINGS}'  # written anew at each start\n")
    making.rename(data_dir)


SETTINGS: Final = "sla.conf"

_FIXED: Final = """\
# Written at each start; change settings by ALTER SYSTEM, which has the last word.
listen_addresses = '127.0.0.1'
unix_socket_permissions = 0700
timezone = 'UTC'
log_timezone = 'UTC'
jit = off                          # plans here are short; compiling them costs more than it gives
max_wal_size = 2GB                 # an import then needs few checkpoints
checkpoint_timeout = 15min
wal_compression = on
logging_collector = on             # seven files, one a weekday, each emptied when its day returns
log_directory = 'log'
log_filename = '%a.log'
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_min_error_statement = panic    # statements hold what was sent to us; the log must not,
log_error_verbosity = terse        # nor the rows and keys that are an error's detail
log_checkpoints = off
"""


def write_settings(data_dir: Path, port: int, socket_dir: Path, rights: Rights) -> None:
    """Writes what this start of the server needs, whole or not at all."""
    # A list of names in double quotes, as a value in single ones that knows backslashes.
    listed = str(socket_dir).replace('"', '""').replace("\\", "\\\\").replace("'", "''")
    fresh = data_dir / f"{SETTINGS}.new"
    text = f"{_FIXED}port = {port}\nunix_socket_directories = '\"{listed}\"'\n"
    fresh.write_bytes(os.fsencode(text))
    rights.give(fresh)
    fresh.replace(data_dir / SETTINGS)


def last_port(data_dir: Path) -> int | None:
    """The port of the start before; None at the first."""
    try:
        lines = (data_dir / SETTINGS).read_text().splitlines()
    except FileNotFoundError:
        return None
    ports = [line.removeprefix("port = ") for line in lines if line.startswith("port = ")]
    return int(ports[-1]) if ports and ports[-1].isdigit() else None


def password_of(file: Path) -> str:
    """The password kept in `file` in the form that libpq reads; made at first use, mode 0600."""
    if not file.exists():
        fresh = file.with_name(file.name + ".new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(f"*:*:*:{USER}:{secrets.token_urlsafe(32)}\n")
        fresh.rename(file)
    return file.read_text().strip().rpartition(":")[2]


def check_version(data_dir: Path) -> None:
    """Refuses data of another major version, with the commands that bring it over."""
    held = (data_dir / "PG_VERSION").read_text().strip()
    if held == str(VERSION):
        return
    raise ServerUnavailable(
        f"the data in {data_dir} was written by PostgreSQL {held}, this program brings {VERSION}",
        upgrade(data_dir, int(held)),
    )
