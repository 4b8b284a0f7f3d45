"""The PostgreSQL that the drill kills: a real server, its data safe, behind a proxy."""

import os
import signal
import time
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from sla.migrations import migrate
from streams.postgres.server import Server
from tests.drill.proxy import Proxy


class Database:
    """A server in `directory`. `dsn` leads through the proxy, `direct` does not."""

    def __init__(self, directory: Path) -> None:
        self._server = Server.ensure(directory)
        self._password = self._server.password_file.read_text().strip().rsplit(":", 1)[1]
        self.proxy = Proxy(self._port)
        migrate(self.direct)

    def _port(self) -> int:
        port = self._server.status().port
        return 1 if port is None else port  # on port 1 nobody listens: a server that is away

    @property
    def direct(self) -> str:
        """By its own socket: the drill's own way in."""
        return self._server.dsn

    @property
    def dsn(self) -> str:
        """For the cluster's processes."""
        user, name = psycopg.conninfo.conninfo_to_dict(self.direct)["user"], "sla"
        found = psycopg.conninfo.conninfo_to_dict(self.direct).get("dbname", name)
        return make_conninfo(
            host="127.0.0.1",
            port=self.proxy.port,
            user=user,
            dbname=found,
            password=self._password,
            connect_timeout=10,
        )

    def kill(self) -> None:
        """SIGKILL to the server."""
        pid = self._server.status().pid
        assert pid is not None, "The database does not run."
        os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        """Starts it again where it was killed."""
        until = time.monotonic() + 30
        while not self._server.revive() and self._server.status().state != "running":
            assert time.monotonic() < until, "The database did not start again."
            time.sleep(0.1)

    def close(self) -> None:
        """Ends it and its proxy."""
        self.proxy.close()
        self._server.stop()
