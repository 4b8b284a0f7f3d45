"""`sla worker`, whose Faust stops reading without a word; it is found out in seconds.

Arguments: how, then the worker's own. At SIGUSR1: `paused`, partitions stay taken out; `lost`, a
fetch never returns. `unbegun`: it never finds where to begin.
"""

import asyncio
import signal
import sys
from typing import Any
from unittest.mock import patch

from sla.cli import main
from streams.kafka import watching, working
from streams.kafka.app import make_app


async def never(*asked: Any, **how: Any) -> None:
    """Nothing, for ever."""
    await asyncio.Event().wait()


def stand_still(app: Any, how: str) -> None:
    """What was fetched and not handed in yet is none of it."""
    consumer = app.consumer
    match how:
        case "paused":
            consumer.pause_partitions(consumer.assignment())
        case "lost":
            consumer._thread._fetch_records = never
        case _:
            raise ValueError(how)


def run(how: str, *arguments: str) -> None:
    """The worker."""

    def made(*place: Any) -> Any:
        app = make_app(*place)
        if how == "unbegun":
            app.consumer.perform_seek = never
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, stand_still, app, how)
        return app

    with patch.object(working, "make_app", made), patch.object(watching, "STILL", 3):
        main(arguments)


if __name__ == "__main__":
    run(*sys.argv[1:])
