"""Migrations: applied once, in order, whole, by one of many."""

import psycopg


def test_first(database: str) -> None:
    with psycopg.connect(database) as c:
        assert c.execute("select count(*) from sla.migrations").fetchone()
