"""A client of kafka-python closed with something still to send: its socket is closed as well."""

import selectors
import socket
from collections.abc import Callable

import pytest
from kafka.net.selector import NetworkSelector
from kafka.net.transport import KafkaTCPTransport

from tests.cluster.tidy import Tidy


@pytest.mark.parametrize(
    ("selector", "closed"),
    [
        pytest.param(Tidy, True, id="tidy"),
        # Where this fails kafka-python has mended it, and `tidy.py` may go.
        pytest.param(selectors.DefaultSelector, False, id="its-own"),
    ],
)
def test_a_socket_with_something_to_send(
    selector: Callable[[], selectors.BaseSelector], closed: bool
) -> None:
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        loop = NetworkSelector(selector=selector)
        connection = KafkaTCPTransport(loop, here)
        connection.write(b"a request")
        connection.close()
        loop.close()
        assert (here.fileno() == -1) is closed
