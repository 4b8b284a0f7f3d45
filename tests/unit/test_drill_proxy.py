"""The proxy between the drill's processes and what they need: open, silent, cut."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.drill.proxy import Proxy


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that says again what it hears."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with connection:
            while heard := connection.recv(4096):
                connection.sendall(heard)

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()


@pytest.fixture
def proxy(echo: int) -> Iterator[Proxy]:
    made = Proxy(lambda: echo)
    yield made
    made.close()


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def test_open_it_passes_on(proxy: Proxy) -> None:
    with connected(proxy) as one, connected(proxy) as other:
        one.sendall(b"one")
        other.sendall(b"other")
        assert one.recv(10) == b"one"
        assert other.recv(10) == b"other"


def test_silent_it_keeps_what_is_said_until_it_opens(proxy: Proxy) -> None:
    with connected(proxy) as before:
        before.sendall(b"1")
        assert before.recv(10) == b"1"
        proxy.become("silent")
        with connected(proxy) as after:
            after.sendall(b"3")
            before.sendall(b"2")
            before.settimeout(0.1)
            with pytest.raises(TimeoutError):
                before.recv(10)
            before.settimeout(5)
            proxy.become("open")
            assert before.recv(10) == b"2"
            assert after.recv(10) == b"3"


def test_cut_it_drops_everybody_and_refuses_until_it_opens(proxy: Proxy) -> None:
    port = proxy.port
    with connected(proxy) as before:
        before.sendall(b"1")
        assert before.recv(10) == b"1"
        proxy.become("cut")
        assert before.recv(10) == b""
    with pytest.raises(ConnectionRefusedError):
        connected(proxy)
    proxy.become("open")
    assert proxy.port == port
    with connected(proxy) as again:
        again.sendall(b"2")
        assert again.recv(10) == b"2"


def test_a_side_that_ends_ends_the_other(proxy: Proxy) -> None:
    with connected(proxy) as one:
        one.sendall(b"1")
        assert one.recv(10) == b"1"
        one.shutdown(socket.SHUT_WR)
        assert one.recv(10) == b""
