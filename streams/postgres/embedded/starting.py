"""Starts and stops a server. The caller holds the lock of the place."""

import time
from contextlib import suppress
from typing import Final

from streams.postgres.embedded.cluster import last_port, write_settings
from streams.postgres.embedded.joining import MAINTENANCE, why_not_joined
from streams.postgres.embedded.place import Place
from streams.postgres.embedded.postmaster import is_postgres, life_of, read_postmaster
from streams.postgres.embedded.programs import programs, run
from streams.postgres.embedded.rights import Rights
from streams.postgres.embedded.sockets import free_port, socket_directory
from streams.postgres.embedded.unavailable import ServerUnavailable

LIVE_WAIT: Final = 120.0
"""Seconds for a living server to let us in: recovery after a power cut takes its time."""
DEAD_WAIT: Final = 10.0
"""Seconds for a killed server to vanish: until it is collected its number still answers."""
_PAUSE: Final = 0.02

_PORT_TAKEN: Final = "Address already in use"
_PASSING: Final = (_PORT_TAKEN, 'lock file "postmaster.pid" already exists', "pre-existing shared")
"""What a start may fail with that goes away by itself."""


def running_pid(place: Place) -> int | None:
    """The process of the server on this directory; None where none runs."""
    found = read_postmaster(place.data_dir)
    if found is None or life_of(found.pid) != "alive" or not is_postgres(found.pid):
        return None
    return found.pid


def start(place: Place, how: Rights) -> None:
    """Starts the server and waits until it lets us in; joins one that is starting already.

    Raises ServerUnavailable.
    """
    began = time.monotonic()
    said = ""
    while (why := why_not_joined(place, MAINTENANCE)) is not None:
        waited = time.monotonic() - began
        pid = running_pid(place)
        if pid is not None:
            if waited > LIVE_WAIT:
                raise _stuck(place, pid, why)
        elif waited > DEAD_WAIT:
            raise _failed(place, said or why)
        elif not _is_zombie(place):
            said = _launch(place, how, other_port=_PORT_TAKEN in said)
            if said and not any(words in said for words in _PASSING):
                raise _failed(place, said)
        time.sleep(_PAUSE)


def stop(place: Place, how: Rights) -> bool:
    """Ends the server and its sessions; False where none ran. Raises ServerUnavailable."""
    pid = running_pid(place)
    found = read_postmaster(place.data_dir)
    if pid is None or found is None:
        return False
    command = [str(programs() / "pg_ctl"), "stop", "--pgdata", ".", "--mode", "fast"]
    done = run([*how.prefix, *command, "--timeout", "60"], place.data_dir)
    if done.returncode != 0 and running_pid(place) is not None:
        raise ServerUnavailable(
            f"the server on {place.data_dir} did not stop: {(done.stdout + done.stderr).strip()}",
            f"look at what process {pid} is doing, or end it by `kill -QUIT {pid}`",
            place.last_words(),
        )
    if found.socket_dir is not None and found.socket_dir != place.data_dir:
        with suppress(OSError):  # it is ours alone and empty now; if not, it may stay
            found.socket_dir.rmdir()
    return True


def _is_zombie(place: Place) -> bool:
    found = read_postmaster(place.data_dir)
    return found is not None and life_of(found.pid) == "zombie"


def _launch(place: Place, how: Rights, *, other_port: bool) -> str:
    """One try; what it failed with, empty where it did not."""
    port = free_port(None if other_port else last_port(place.data_dir))
    write_settings(place.data_dir, port, socket_directory(place.data_dir, how), how)
    place.start_log.unlink(missing_ok=True)
    # pg_ctl takes the server out of our session: no Ctrl-C and no hang-up reaches it. It does so by
    # a shell for which it quotes poorly, so paths are told as seen from the directory itself.
    command = [str(programs() / "pg_ctl"), "start", "--pgdata", ".", "--log", place.start_log.name]
    command += ["--wait", "--timeout", f"{LIVE_WAIT:.0f}"]
    done = run([*how.prefix, *command], place.data_dir)
    if done.returncode == 0:
        return ""
    return f"{(done.stdout + done.stderr).strip()}\n{place.last_words()}"


def _stuck(place: Place, pid: int, why: str) -> ServerUnavailable:
    return ServerUnavailable(
        f"the server on {place.data_dir} (process {pid}) has not let us in for {LIVE_WAIT:.0f} s: "
        f"{why}",
        "wait if its last words tell of recovery; else `sla db stop`, then try again",
        place.last_words(),
    )


def _failed(place: Place, said: str) -> ServerUnavailable:
    found = read_postmaster(place.data_dir)
    if found is None or life_of(found.pid) == "gone":
        remedy = "see its last words, put right what they name, then try again"
    elif life_of(found.pid) == "zombie":
        remedy = (
            f"process {found.pid} is dead but was not collected by its parent; restart the "
            "container with an init process (`docker run --init`)"
        )
    else:
        remedy = (
            f"process {found.pid}, which {place.data_dir / 'postmaster.pid'} names, is another "
            f"program now; if no PostgreSQL runs on {place.data_dir} on any machine that reaches "
            "it, remove that file"
        )
    first = next((line for line in said.splitlines() if line.strip()), "no answer")
    return ServerUnavailable(
        f"the server on {place.data_dir} did not start: {first}", remedy, place.last_words()
    )
