"""The desk as a process of its own: tells what it says at its pace, and keeps what was taken.

    python -m tests.drill.sender BOOTSTRAP TOPIC RATE SEED DIRECTORY

On standard input: `say NAME` begins; `stop` ends, and is answered by a line of JSON once the
broker has answered for every event. What was said stands in DIRECTORY/NAME, one event a line.
"""

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import orjson
from confluent_kafka import Producer

from sla.clock import now_instant
from tests.drill.traffic import Desk

HEADERS: list[tuple[str, str | bytes | None]] = [("content-type", b"application/cloudevents+json")]
FLUSH = 300.0
"""Seconds for which what was sent may be on its way: longer than any outage of the drill."""


class Sender:
    """Sends at a pace until told to stop; an event is sent when its instant has come, or later."""

    def __init__(self, bootstrap: str, topic: str, rate: float, seed: int, directory: Path) -> None:
        self._topic = topic
        self._rate = rate
        self._seed = seed
        self._directory = directory
        self._stop = threading.Event()
        self._failed: list[str] = []
        self._producer = Producer(
            {
                # A client that costs little: what is tested shares the machine with it.
                "bootstrap.servers": bootstrap,
                "enable.idempotence": True,
                "linger.ms": 5,
                "delivery.timeout.ms": int(FLUSH * 1000),
                "queue.buffering.max.messages": 1_000_000,
                "reconnect.backoff.max.ms": 500,
                "log_level": 0,
            }
        )

    def say(self, name: str) -> dict[str, Any]:
        """Says what the desk of that name says, until `stop`; what became of it."""
        self._stop.clear()
        self._failed.clear()
        count = 0
        with (self._directory / name).open("wb") as out:
            for said in Desk(name, self._seed, now_instant(), self._rate).say():
                wait = (said.at - now_instant()) / 1_000_000
                if self._stop.wait(max(0.0, wait)) if wait > 0.001 else self._stop.is_set():
                    break
                self._producer.produce(
                    self._topic, said.body, said.key, on_delivery=self._told, headers=HEADERS
                )
                self._producer.poll(0)
                out.write(said.body + b"\n")
                count += 1
        left = self._producer.flush(FLUSH)
        failed = [*self._failed[:10], *([f"{left} were never answered"] if left else [])]
        return {"name": name, "sent": count, "failed": failed}

    def _told(self, error: object, message: object) -> None:
        if error is not None:
            self._failed.append(str(error))

    def stop(self) -> None:
        self._stop.set()


def main() -> None:
    """Obeys standard input to its end; without it, nobody is left to tell."""
    bootstrap, topic, rate, seed, directory = sys.argv[1:]
    sender = Sender(bootstrap, topic, float(rate), int(seed), Path(directory))
    thread: threading.Thread | None = None
    for line in sys.stdin:
        what, _, name = line.strip().partition(" ")
        if what == "say":

            def say(name: str = name) -> None:
                print(orjson.dumps(sender.say(name)).decode(), flush=True)

            thread = threading.Thread(target=say, daemon=True)
            thread.start()
            time.sleep(0.01)
        elif what == "stop" and thread is not None:
            sender.stop()
            thread.join()
    os._exit(0)


if __name__ == "__main__":
    main()
