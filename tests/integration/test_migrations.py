"""Migrations: each file once, in order, whole or not at all, by one process of many."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from sla.migrations import (
    LOCK,
    PACKAGES,
    Migration,
    MigrationRefused,
    apply_migrations,
    migrate,
    read_migrations,
)
from tests.servers import until

pytestmark = pytest.mark.slow

GATE = 4711
"""An advisory lock at which a migration of these tests can be held up."""


@pytest.fixture
def connection(empty_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        yield connection


def files(*texts: str) -> list[Migration]:
    return [Migration("pack", n, f"{n:04}_step.sql", text) for n, text in enumerate(texts, 1)]


def tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    return [name for (name,) in rows]


ONE = "CREATE TABLE public.one (a integer);"
TWO = "CREATE TABLE public.two AS TABLE public.one; COMMENT ON TABLE public.two IS '100% of %s';"


def test_those_of_this_program_are_applied_once(empty_database: str) -> None:
    wanted = [migration.label for migration in read_migrations(PACKAGES)]
    assert migrate(empty_database) == wanted
    assert migrate(empty_database) == []
    with psycopg.connect(empty_database) as connection:
        rows = connection.execute(
            "SELECT package || '/' || name FROM sla.migrations ORDER BY applied_at"
        )
        assert [label for (label,) in rows] == wanted


def test_new_ones_are_applied_after_the_old(connection: psycopg.Connection) -> None:
    assert apply_migrations(connection, files(ONE)) == ["pack/0001_step.sql"]
    assert apply_migrations(connection, files(ONE, TWO)) == ["pack/0002_step.sql"]
    assert tables(connection) == ["one", "two"]


def test_an_edited_one_is_refused_by_name_and_nothing_applied(
    connection: psycopg.Connection,
) -> None:
    apply_migrations(connection, files(ONE))
    with pytest.raises(MigrationRefused, match=r"pack/0001_step\.sql was edited.*new file"):
        apply_migrations(connection, files(ONE + " ", TWO))
    assert tables(connection) == ["one"]


def test_a_database_of_a_newer_program_is_refused(connection: psycopg.Connection) -> None:
    apply_migrations(connection, files(ONE, TWO))
    with pytest.raises(MigrationRefused, match=r"0002_step\.sql, which this program does not know"):
        apply_migrations(connection, files(ONE))


def test_one_numbered_below_an_applied_one_is_refused(connection: psycopg.Connection) -> None:
    first, second = files(ONE, "CREATE TABLE public.late (a integer)")
    apply_migrations(connection, [second])
    with pytest.raises(MigrationRefused, match=r"numbered below 0002.*higher number"):
        apply_migrations(connection, [first, second])
    assert tables(connection) == ["late"]


def test_a_failing_one_is_taken_back_whole_and_told_with_its_line(
    connection: psycopg.Connection,
) -> None:
    bad = "CREATE TABLE public.half (a integer);\n\nSELECT 1;\nSELECT nothing FROM public.half;\n"
    with pytest.raises(MigrationRefused, match=r'0002_step\.sql:4: column "nothing"'):
        apply_migrations(connection, files(ONE, bad))
    assert tables(connection) == ["one"]
    assert apply_migrations(connection, files(ONE, TWO)) == ["pack/0002_step.sql"]


def test_a_name_without_its_schema_is_refused(connection: psycopg.Connection) -> None:
    """Found by default under one role, it would be made elsewhere under another."""
    with pytest.raises(MigrationRefused, match=r"0001_step\.sql.*no schema has been selected"):
        apply_migrations(connection, files("CREATE TABLE one (a integer)"))


def waiting(connection: psycopg.Connection, lock: int) -> bool:
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND objid = %s AND database = (SELECT oid FROM pg_database"
        "   WHERE datname = current_database()))",
        (lock,),
    ).fetchone()
    return row == (True,)


def held_up(dsn: str) -> Callable[[], list[str]]:
    def run() -> list[str]:
        with psycopg.connect(dsn, autocommit=True) as connection:
            return apply_migrations(connection, files(f"SELECT pg_advisory_lock({GATE});" + ONE))

    return run


def test_of_two_at_once_one_applies_and_the_other_waits(
    connection: psycopg.Connection, empty_database: str
) -> None:
    connection.execute("SELECT pg_advisory_lock(%s)", (GATE,))
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(held_up(empty_database))
        until(lambda: waiting(connection, GATE))
        second = threads.submit(held_up(empty_database))
        until(lambda: waiting(connection, LOCK))
        connection.execute("SELECT pg_advisory_unlock(%s)", (GATE,))
        assert first.result() == ["pack/0001_step.sql"]
        assert second.result() == []


def test_one_cut_off_in_the_middle_leaves_nothing_and_no_lock(
    connection: psycopg.Connection, empty_database: str
) -> None:
    connection.execute("SELECT pg_advisory_lock(%s)", (GATE,))
    with ThreadPoolExecutor(1) as threads:
        cut = threads.submit(held_up(empty_database))
        until(lambda: waiting(connection, GATE))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objid = %s AND NOT granted",
            (GATE,),
        )
        with pytest.raises(psycopg.OperationalError, match="terminating connection"):
            cut.result()
    connection.execute("SELECT pg_advisory_unlock(%s)", (GATE,))
    assert tables(connection) == []
    assert held_up(empty_database)() == ["pack/0001_step.sql"]


_roles = count(1)


@pytest.fixture
def stranger(connection: psycopg.Connection, empty_database: str) -> Iterator[str]:
    """The same database as a role that may do nothing in it."""
    name = f"stranger_{next(_roles)}"
    connection.execute(f"CREATE ROLE {name} LOGIN".encode())
    yield make_conninfo(empty_database, user=name)
    connection.execute(f"DROP ROLE {name}".encode())


def test_a_role_that_may_not_make_the_schema_is_told_so(stranger: str) -> None:
    with pytest.raises(MigrationRefused, match="GRANT CREATE ON DATABASE"):
        migrate(stranger)


def test_a_role_that_may_not_look_is_told_so(stranger: str, empty_database: str) -> None:
    migrate(empty_database)
    with pytest.raises(MigrationRefused, match=r"may not read sla\.migrations"):
        migrate(stranger)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        pytest.param(["1_short.sql"], "1_short.sql: a migration is named NNNN_", id="number"),
        pytest.param(["0001_Big.sql"], "0001_Big.sql: a migration is named", id="capitals"),
        pytest.param(["0001_a.sql", "0001_b.sql"], "0001_b.sql has the number of 0001_a", id="two"),
    ],
)
def test_names_out_of_form_are_refused(
    names: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = f"package_{abs(hash(told))}"
    (tmp_path / package).mkdir()
    for name in ["__init__.py", "README.md", *names]:
        (tmp_path / package / name).write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(MigrationRefused, match=told):
        read_migrations([package])
