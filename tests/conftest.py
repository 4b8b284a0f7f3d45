"""One throwaway PostgreSQL a session, started when first asked for; one database a test.

Where no server can be had the tests that need one fail with the reason: a skipped test would say
that something holds which nobody looked at.
"""

import os
from collections.abc import Iterator
from itertools import count
from typing import Final

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from sla.migrations import migrate
from streams.postgres.embedded.throwaway import Throwaway, throwaway

pytest_plugins = ["tests.cluster.fixtures"]

# A gate must say the same of the same tree: there, examples are drawn from the test itself.
# Elsewhere each run draws others, so that what is rare is found in time.
settings.register_profile("gate", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("gate")

_numbers: Final = count(1)
_TEMPLATE: Final = "migrated"


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[Throwaway]:
    """A server of this session alone, gone with it; even kill -9 leaves none behind."""
    assert pytestconfig.cache is not None, "The cache plugin keeps the template; do not disable it."
    with throwaway(pytestconfig.cache.mkdir("postgres")) as server:
        yield server


@pytest.fixture(scope="session")
def _administrator(postgres_server: Throwaway) -> Iterator[psycopg.Connection]:
    connection = psycopg.connect(postgres_server.dsn(), autocommit=True)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def _migrated_template(postgres_server: Throwaway, _administrator: psycopg.Connection) -> str:
    _create(_administrator, _TEMPLATE, "template0")
    migrate(postgres_server.dsn(_TEMPLATE))
    return _TEMPLATE


@pytest.fixture
def database(
    postgres_server: Throwaway, _administrator: psycopg.Connection, _migrated_template: str
) -> Iterator[str]:
    """The connection string of a database of this test alone, with all migrations applied."""
    yield from _database(postgres_server, _administrator, _migrated_template)


@pytest.fixture
def empty_database(postgres_server: Throwaway, _administrator: psycopg.Connection) -> Iterator[str]:
    """The connection string of a database of this test alone, with nothing in it."""
    yield from _database(postgres_server, _administrator, "template0")


def _database(server: Throwaway, administrator: psycopg.Connection, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _create(administrator, name, template)
    yield server.dsn(name)
    administrator.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def _create(administrator: psycopg.Connection, name: str, template: str) -> None:
    # A copy of the files: nothing is to be kept safe here, and it is twice as fast as by the log.
    administrator.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


@pytest.fixture(scope="module")
def database_of_module(
    postgres_server: Throwaway, _administrator: psycopg.Connection, _migrated_template: str
) -> Iterator[str]:
    """A migrated database that the tests of a module share."""
    yield from _database(postgres_server, _administrator, _migrated_template)
