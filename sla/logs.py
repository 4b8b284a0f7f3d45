"""What a role says of itself, line by line on standard error; client libraries are kept short."""

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

CLIENTS: Final = ("aiokafka", "kafka", "faust", "mode", "librdkafka")
"""Loggers of the client libraries: some eighty lines a second while a broker is away."""
TELL_EVERY: Final = 30.0
"""Seconds for which a client's line is not repeated."""
KINDS_MAX: Final = 1000
"""Different lines that are remembered."""


def configure(*, json: bool | None = None) -> None:
    """Logs to standard error, as JSON lines where no person looks on; `json` decides otherwise."""
    as_json = not sys.stderr.isatty() if json is None else json
    if as_json:
        structlog.configure(
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
            processors=[
                structlog.contextvars.merge_contextvars,
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    else:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    quiet_clients()


def quiet_clients() -> None:
    """Client libraries' warnings go through our log, each kind of line once in a while."""
    handler = RateLimited(level=logging.WARNING)
    for name in CLIENTS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.WARNING)


@dataclass(slots=True)
class _Kind:
    """One kind of line: when it was told last, and how often it was not since."""

    told_at: float
    left_out: int = 0


@dataclass(eq=False)
class RateLimited(logging.Handler):
    """Tells each kind of line (logger and words, whatever is filled in) once in `TELL_EVERY`."""

    level: int = logging.WARNING
    clock: Callable[[], float] = time.monotonic
    _kinds: dict[tuple[str, str], _Kind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.level)

    def emit(self, record: logging.LogRecord) -> None:
        """Tells the line, with how many of its kind were left out since the last, or counts it."""
        now = self.clock()
        key = (record.name, str(record.msg))
        kind = self._kinds.get(key)
        if kind is not None and now < kind.told_at + TELL_EVERY:
            kind.left_out += 1
            return
        if len(self._kinds) >= KINDS_MAX:
            self._kinds.clear()
        self._kinds[key] = _Kind(now)
        said: dict[str, Any] = {}
        if kind is not None and kind.left_out:
            said["left_out"] = kind.left_out
        if record.exc_info and record.exc_info[1] is not None:
            said["error"] = repr(record.exc_info[1])
        # Looked up each time: who configures logging may do so after us.
        structlog.get_logger().log(record.levelno, record.getMessage(), client=record.name, **said)
