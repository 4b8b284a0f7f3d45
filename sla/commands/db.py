"""`sla db`: the embedded PostgreSQL of this tracker."""

from typing import TYPE_CHECKING

import click
import orjson

from sla.settings import Settings
from sla.trouble import Trouble

if TYPE_CHECKING:
    from streams.postgres.server import Server, Status


@click.group()
def db() -> None:
    """Starts, stops and shows the embedded PostgreSQL."""


@db.command()
@click.pass_obj
def start(settings: Settings) -> None:
    """Starts the server where it does not run, and brings its tables up to date."""
    from sla.database import database

    _embedded(settings)
    database(settings)
    click.echo(_sentence(_embedded(settings).status()))


@db.command()
@click.pass_obj
def stop(settings: Settings) -> None:
    """Stops the server; what is connected to it loses its connection."""
    from sla.database import told

    with told():
        stopped = _embedded(settings).stop()
    click.echo("stopped" if stopped else "it did not run")


@db.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    """Tells whether the server runs, and where. Exit code 3 where it does not."""
    from sla.database import told

    with told():
        found = _embedded(settings).status()
    if as_json:
        click.echo(orjson.dumps(found, default=str).decode())
    else:
        click.echo(_sentence(found))
    if found.state != "running":
        raise SystemExit(3)


@db.command()
@click.pass_obj
def dsn(settings: Settings) -> None:
    """Prints the connection string; for psql and everything else that speaks libpq."""
    from sla.database import address, refuse_absent

    refuse_absent(settings)
    click.echo(address(settings))


def _embedded(settings: Settings) -> "Server":
    """The server under `--home`. Raises Trouble where another database was named."""
    if settings.dsn is not None:
        raise Trouble(
            "--dsn (or SLA_DSN) names a database that is not ours to start, stop or look at; "
            "leave it away to mean the embedded one"
        )
    from streams.postgres.server import Server

    return Server(settings.data_dir)


def _sentence(found: "Status") -> str:
    match found.state:
        case "absent":
            return f"no database was made in {found.data_dir} yet; `sla db start` makes one"
        case "stopped":
            return f"stopped; its data are in {found.data_dir}"
        case "not answering":
            return f"process {found.pid} on {found.data_dir} runs, but does not let us in"
        case "running":
            return (
                f"running: process {found.pid}, 127.0.0.1:{found.port}, socket in "
                f"{found.socket_dir}, data in {found.data_dir}"
            )
