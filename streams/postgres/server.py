"""The embedded PostgreSQL: started where it does not run, joined where it does.

It belongs to its data directory, not to a process: it leaves the session of who started it, any
number of processes join it, and it runs until it is stopped. Beside the data directory lie the
lock that start and stop take, and the password file that libpq reads (mode 0600).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from streams.postgres.embedded import starting
from streams.postgres.embedded.cluster import (
    DATABASE,
    check_version,
    create_cluster,
    password_of,
)
from streams.postgres.embedded.joining import dsn_of, make_database, why_not_joined
from streams.postgres.embedded.place import Place
from streams.postgres.embedded.postmaster import life_of, read_postmaster
from streams.postgres.embedded.rights import rights
from streams.postgres.embedded.unavailable import ServerUnavailable

__all__ = ["Server", "ServerUnavailable", "Status"]

State = Literal["running", "not answering", "stopped", "absent"]


@dataclass(frozen=True, slots=True)
class Status:
    """How the server of a data directory stands."""

    state: State
    """`absent`: no database was made there yet."""
    data_dir: Path
    pid: int | None = None
    port: int | None = None
    """TCP, on 127.0.0.1."""
    socket_dir: Path | None = None


class Server:
    """The server of one data directory. What fails raises ServerUnavailable: cause and remedy."""

    def __init__(self, data_dir: Path) -> None:
        """Touches nothing; `ensure` starts."""
        self._place = Place(data_dir.absolute())

    @classmethod
    def ensure(cls, data_dir: Path) -> Self:
        """The server on `data_dir`, running: joined, or started, or made first.

        Safe from any number of processes at once. Raises ServerUnavailable.
        """
        server = cls(data_dir)
        place = server._place
        with _told(place.data_dir):
            if why_not_joined(place, DATABASE) is None:
                return server
            place.data_dir.parent.mkdir(parents=True, exist_ok=True)
            with place.locked():
                _make(place)
                starting.start(place, rights(place.data_dir))
                make_database(place)
        return server

    @property
    def dsn(self) -> str:
        """The connection string of the tracker's database, by socket, without the password, which
        stays in its file. Raises ServerUnavailable where no server runs."""
        with _told(self._place.data_dir):
            return dsn_of(self._place, DATABASE)

    @property
    def password_file(self) -> Path:
        """Holds the password in the form that libpq reads; named in the connection string."""
        return self._place.password_file

    def revive(self) -> bool:
        """Starts it again where it was killed; False where it lives, or was stopped on purpose.

        A server that ends by itself takes its pid file along; one that was killed leaves it.
        Raises ServerUnavailable.
        """
        place = self._place
        with _told(place.data_dir):
            found = read_postmaster(place.data_dir)
            if found is None or life_of(found.pid) == "alive":
                return False
            with place.locked():
                starting.start(place, rights(place.data_dir))
            return True

    def stop(self) -> bool:
        """Ends the server, open sessions too; False where none ran. Raises ServerUnavailable."""
        with _told(self._place.data_dir):
            if not self._place.has_cluster():
                return False
            with self._place.locked():
                return starting.stop(self._place, rights(self._place.data_dir))

    def status(self) -> Status:
        """How it stands now; starts nothing. Raises ServerUnavailable for a foreign directory."""
        place = self._place
        with _told(place.data_dir):
            if not place.has_cluster():
                return Status("absent", place.data_dir)
            pid = starting.running_pid(place)
            found = read_postmaster(place.data_dir)
            if pid is None or found is None:
                return Status("stopped", place.data_dir)
            joined = why_not_joined(place, DATABASE) is None
            state: State = "running" if joined else "not answering"
            return Status(state, place.data_dir, pid, found.port, found.socket_dir)


def _make(place: Place) -> None:
    """A cluster where there is none; one of another version, or a stranger, is refused."""
    if place.has_cluster():
        check_version(place.data_dir)
        return
    if place.data_dir.exists() and any(place.data_dir.iterdir()):
        raise ServerUnavailable(
            f"{place.data_dir} holds files that are no PostgreSQL database",
            "choose another directory by --home, or move those files away",
        )
    create_cluster(place.data_dir, rights(place.data_dir), password_of(place.password_file))


@contextmanager
def _told(data_dir: Path) -> Iterator[None]:
    """Files that may not be read or written, a full disk: said in our words."""
    try:
        yield
    except OSError as error:
        if isinstance(error, PermissionError):
            remedy = (
                f"run as the user that {data_dir} belongs to (this one is {os.geteuid()}), or "
                "choose another directory by --home"
            )
        else:
            remedy = "put that right, or choose another directory by --home"
        raise ServerUnavailable(f"{error.filename}: {error.strerror}", remedy) from error
