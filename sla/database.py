"""The database of this tracker: the one of `--dsn`, or the embedded one, brought up to date."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from sla.migrations import migrate
from sla.settings import Settings
from sla.trouble import Trouble
from streams.postgres.server import Server, ServerUnavailable


class DatabaseUnavailable(Trouble):
    """No database can be had; the message says why and what to do."""


def database(settings: Settings) -> str:
    """The connection string of a database that has every migration of this program.

    Raises DatabaseUnavailable where there is none, MigrationRefused where it does not fit.
    """
    dsn = address(settings)
    with told():
        migrate(dsn)
    return dsn


class NoTracker(DatabaseUnavailable):
    """Nothing was made under `--home` yet."""


def asked_database(settings: Settings) -> str:
    """The connection string for one who asks, or speaks of what is known already.

    A question makes no database, and whoever gives a DSN may be a reader only: that one is taken as
    it is. Raises NoTracker, and as `database` does.
    """
    refuse_absent(settings)
    return database(settings) if settings.dsn is None else settings.dsn


def refuse_absent(settings: Settings) -> None:
    """Raises NoTracker where the embedded database is meant and there is none."""
    if settings.dsn is not None:
        return
    with told():
        absent = Server(settings.data_dir).status().state == "absent"
    if absent:
        raise NoTracker(
            f"no tracker lives in {settings.home}; `sla up` makes one\n"
            "what to do: name the directory of yours by --home or SLA_HOME"
        )


def address(settings: Settings) -> str:
    """The connection string alone; the embedded server is started where it does not run.

    Raises DatabaseUnavailable. Whether a given DSN answers is not tried here.
    """
    if settings.dsn is not None:
        return settings.dsn
    with told():
        return Server.ensure(settings.data_dir).dsn


def whereabouts(settings: Settings) -> Callable[[], str]:
    """Gives the connection string, starting nothing, as often as it is asked.

    An embedded server that was started again may listen elsewhere than before. What is given
    raises psycopg.OperationalError while it does not run.
    """
    given = settings.dsn
    server = Server(settings.data_dir)

    def now() -> str:
        if given is not None:
            return given
        try:
            return server.dsn
        except ServerUnavailable as error:
            raise psycopg.OperationalError(error.cause) from error

    return now


@contextmanager
def told() -> Iterator[None]:
    """What keeps a database from us, raised as DatabaseUnavailable."""
    try:
        yield
    except ServerUnavailable as error:
        raise DatabaseUnavailable(str(error)) from error
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise DatabaseUnavailable(
            f"the database does not answer: {str(error).strip()}\n"
            "what to do: check the string given by --dsn or SLA_DSN, and that its server runs; "
            "without either the embedded one is used"
        ) from error
