"""The one error of the embedded server: what went wrong, what to do, what its log said last."""

from pathlib import Path
from typing import Final

LOG_LINES: Final = 8
"""Lines of the server's log in a message: its last words fit, the history does not."""


class ServerUnavailable(Exception):
    """No server can be had on this data directory; the message says why and what to do."""

    def __init__(self, cause: str, remedy: str, log: str = "") -> None:
        self.cause = cause
        self.remedy = remedy
        self.log = log
        said = f"\nthe server's last words:\n{log}" if log else ""
        super().__init__(f"{cause}\nwhat to do: {remedy}{said}")


def last_lines(*files: Path) -> str:
    """The last lines of those `files` that exist, indented; empty where there are none."""
    lines: list[str] = []
    for file in files:
        if file.is_file():
            lines += file.read_text(errors="replace").splitlines()[-LOG_LINES:]
    return "\n".join(f"  {line}" for line in lines)
