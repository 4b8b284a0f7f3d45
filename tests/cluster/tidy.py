"""Clients of kafka-python that close all of their sockets when they are closed."""

import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.net.selector import NetworkSelector


class Tidy(selectors.DefaultSelector):
    """Closes with itself every socket that a client has ever waited for.

    kafka-python 3.0.12 closes a connection that has something to send only once it is sent, and
    ends its loop without waiting for that: a client that is closed while it asks for metadata may
    leave its socket to the collector. So are sockets left that could not be connected.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[Any] = set()

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Remembers it."""
        self._seen.add(fileobj)
        return super().register(fileobj, events, data)

    def close(self) -> None:
        """The last thing that a client's loop does."""
        super().close()
        while self._seen:
            self._seen.pop().close()


@contextmanager
def tidy_clients() -> Iterator[None]:
    """Every client made meanwhile in this process is such a one, whoever makes it."""
    with pytest.MonkeyPatch.context() as patch:
        # Consumers and producers say which selector they want; the admin client leaves it to its
        # loop.
        for made in (KafkaConsumer, KafkaProducer, NetworkSelector):
            patch.setitem(made.DEFAULT_CONFIG, "selector", Tidy)
        yield
