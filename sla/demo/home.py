"""The demo's own directory and database: made anew each time, and never anybody else's."""

import shutil
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec
import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier, Literal

from schemas.instants import iso
from sla.demo.desk import DeskPlan
from sla.trouble import Trouble
from streams.postgres.server import Server

_MARK: Final = "demo.json"


class Lived(msgspec.Struct, frozen=True):
    """What a directory says of the demo that was lived in it."""

    plan: DeskPlan
    tickets: dict[str, str] | None = None
    """The tickets of the set pieces; None: it was not lived to its end."""


def lived(home: Path) -> Lived | None:
    """The demo that was lived in `home`; None where none was."""
    try:
        return msgspec.json.decode((home / _MARK).read_bytes(), type=Lived)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def make_anew(home: Path, plan: DeskPlan) -> None:
    """Empties `home`, its server stopped. Raises Trouble where it holds anything but a demo."""
    if home.exists():
        if not (home / _MARK).is_file() and any(home.iterdir()):
            raise Trouble(
                f"{home} holds something else than a demo, which starts anew each time; "
                "choose another directory by --home"
            )
        Server(home / "postgres").stop()
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / _MARK).write_bytes(msgspec.json.encode(Lived(plan)))


def keep(home: Path, plan: DeskPlan, tickets: dict[str, str]) -> None:
    """Says that the demo was lived to its end."""
    (home / _MARK).write_bytes(msgspec.json.encode(Lived(plan, tickets)))


def simulated(dsn: str) -> str:
    """Gives the database the demo's clock; the connection string to live through it with."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute((files("sla.demo") / "clock.sql").read_bytes())
    # Nothing here is worth waiting for a disk: after a crash the demo is simply lived anew.
    return make_conninfo(dsn, options="-c synchronous_commit=off")


def stand_still(dsn: str, at: int) -> None:
    """From now on the present of every session is `at`: answers are as of the demo's end."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        name = Identifier(connection.info.dbname)
        present = Literal(iso(at))
        connection.execute(SQL("ALTER DATABASE {} SET sla.now = {}").format(name, present))
        connection.execute("ANALYZE")
