"""Where the Unix socket lives. The kernel takes 107 bytes of path, data directories can be deeper.

Beside the socket the server takes a TCP port on loopback, for clients that know no sockets.
"""

import hashlib
import os
import socket
import tempfile
from pathlib import Path
from typing import Final

from streams.postgres.embedded.rights import Rights
from streams.postgres.embedded.unavailable import ServerUnavailable

PATH_BYTES_MAX: Final = 107
"""Of `sun_path` without its closing zero."""

_NAME: Final = "/.s.PGSQL.65535"


def socket_directory(data_dir: Path, rights: Rights) -> Path:
    """`data_dir` itself, or a private directory of this user's where that path is too long, or has
    a comma, at which libpq would cut it.

    The same for every process of a user. Raises ServerUnavailable where the private directory
    belongs to somebody else.
    """
    if "," not in str(data_dir) and len(os.fsencode(data_dir)) + len(_NAME) <= PATH_BYTES_MAX:
        return data_dir
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    directory = Path(tempfile.gettempdir()) / f"sla-{os.geteuid()}-{digest}"
    if len(os.fsencode(directory)) + len(_NAME) > PATH_BYTES_MAX:
        directory = Path("/tmp") / directory.name
    directory.mkdir(mode=0o700, exist_ok=True)
    rights.give(directory)
    held = directory.lstat()
    owner = os.geteuid() if rights.owner is None else rights.owner[0]
    if held.st_uid != owner or held.st_mode & 0o077 or directory.is_symlink():
        raise ServerUnavailable(
            f"{directory}, where the socket of {data_dir} would be, is not private to this user",
            f"remove {directory}, or choose a data directory with a path under "
            f"{PATH_BYTES_MAX - len(_NAME)} bytes",
        )
    return directory


def free_port(wanted: int | None = None) -> int:
    """A TCP port on 127.0.0.1 that is free now; `wanted` where it is, so that addresses last."""
    for port in (wanted, 0):
        if port is None:
            continue
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(trial.getsockname()[1])
    raise ServerUnavailable(
        "no TCP port on 127.0.0.1 is free", "end programs that hold many ports, then try again"
    )
