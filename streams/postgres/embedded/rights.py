"""As whom the programs run. PostgreSQL refuses uid 0, and we may well be root in a container."""

import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

NOBODY: Final = 65534

_UNSHARE: Final = (
    "unshare",
    "--user",
    f"--map-user={NOBODY}",
    f"--map-group={NOBODY}",
)
"""Root under another number: no new user is made, files stay root's, /root stays readable."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What stands before a command, and to whom its files are given."""

    prefix: tuple[str, ...]
    owner: tuple[int, int] | None
    """(uid, gid) that must own the files; None: they stay ours."""

    def give(self, *paths: Path) -> None:
        """Hands `paths` (not what is in them) to the one the programs run as."""
        if self.owner is not None:
            for path in paths:
                os.chown(path, *self.owner)


def rights(data_dir: Path) -> Rights:
    """How to run programs on `data_dir`, whether it exists or not.

    Root works on the directory of another user as that user, on its own in a user namespace, and
    as nobody where namespaces are refused.
    """
    if os.geteuid() != 0:
        return Rights((), None)
    if data_dir.exists():
        held = data_dir.stat()
        if held.st_uid != 0:
            return _as_user(held.st_uid, held.st_gid)
    return Rights(_UNSHARE, None) if _namespaces_allowed() else _as_user(NOBODY, NOBODY)


def _as_user(uid: int, gid: int) -> Rights:
    return Rights(("setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"), (uid, gid))


@cache
def _namespaces_allowed() -> bool:
    """Whether a user namespace can be made here; some containers refuse it."""
    try:
        tried = subprocess.run([*_UNSHARE, "true"], check=False, capture_output=True)
    except FileNotFoundError:
        return False
    return tried.returncode == 0
