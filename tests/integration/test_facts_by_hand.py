"""A typo in a fact by hand is told where it is typed: nothing would come of it, without a word."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from schemas import inbound as told
from schemas.instants import moment
from sla.agreement_files import load, published
from sla.cli import main
from sla.clock import now_instant
from sla.migrations import migrate
from streams.postgres.embedded.throwaway import Throwaway
from tests.asked import live, live_on
from tests.builders import SOURCE, hk

pytestmark = pytest.mark.slow

SECONDS = Path(__file__).parents[1] / "data" / "seconds.yaml"
DAY = ("--from", "2026-04-08T00:00Z", "--to", "2026-04-09T00:00Z", "--name", "Typhoon")
DUE = ("--due", "2026-04-08T00:00Z", "--why", "agreed", "--source", SOURCE)


def _head(id_: str, subject: str, source: str = "/sla/cli") -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "subject": subject,
        "time": moment(hk("2026-04-07 12:00")),
    }


def shared() -> list[told.InboundEvent]:
    """A closure, a release, a deadline set and one withdrawn, a stretch."""
    at = moment(hk("2026-04-08 12:00"))
    until = moment(hk("2026-04-08 13:00"))
    closed = told.ClosureDeclared(calendars=["office"], start=at, end=until, name="Power cut")
    by_hand = told.DeadlineSet(target="resolution", due=at, who="ann", why="agreed")
    stretch = told.StretchExcluded(stretch="s1", start=at, end=until, who="ann", why="agreed")
    made: list[told.InboundEvent] = [
        told.ClosureWasDeclared(data=closed, **_head("c1", "cut")),
        told.ReleaseScheduled(
            data=told.ReleasePlanned(planned_at=at, kind="maintenance"), **_head("r1", "v9")
        ),
        told.TicketDeadlineSet(data=by_hand, **_head("d1", "T-1", SOURCE)),
        told.TicketDeadlineSet(data=by_hand, **_head("d2", "T-2", SOURCE)),
        told.TicketDeadlineWithdrawn(
            data=told.DeadlineWithdrawn(target="resolution", who="ann"),
            **_head("d3", "T-2", SOURCE),
        ),
        told.TicketStretchExcluded(data=stretch, **_head("s1", "T-1", SOURCE)),
    ]
    return made


@pytest.fixture(scope="module")
def world(postgres_server: Throwaway) -> Iterator[str]:
    """The world of `tests.asked`, with facts by hand, all of it judged; only read here."""
    with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE by_hand TEMPLATE template0 STRATEGY file_copy")
        dsn = postgres_server.dsn("by_hand")
        migrate(dsn)
        live(dsn)
        live_on(dsn, [("2026-04-07 12:00", shared())], hk("2026-04-07 12:01"))
        yield dsn
        connection.execute("DROP DATABASE by_hand WITH (FORCE)")


def say(dsn: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["--dsn", dsn, *words], catch_exceptions=False)


def position(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT position FROM sla.journal_head").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    ("words", "told_of"),
    [
        (
            ("deadline", "set", "T-1", "nosuch", *DUE),
            "no target 'nosuch' is known; there are first_response, resolution;",
        ),
        (
            ("deadline", "withdraw", "T-1", "first_response", "--source", SOURCE),
            "no deadline by hand of the target 'first_response' is known; there are resolution;",
        ),
        (
            ("deadline", "withdraw", "T-2", "resolution", "--source", SOURCE),
            "no deadline by hand of the target 'resolution' is known; there is none;",
        ),
        (
            ("closure", "declare", "c2", "--calendar", "nosuch", "--calendar", "office", *DAY),
            "no calendar 'nosuch' is known; there are always, office;",
        ),
        (("closure", "withdraw", "nosuch"), "no closure 'nosuch' is known; there are cut;"),
        (
            ("release", "move", "nosuch", "--at", "2026-04-08T00:00Z"),
            "no release 'nosuch' is known; there are v9;",
        ),
        (("release", "cancel", "nosuch"), "no release 'nosuch' is known; there are v9;"),
        (
            ("account", "set", "acme", "plan=purple"),
            "no plan 'purple' is known; there are basic, pro;",
        ),
        (
            ("exclude", "T-1", "--withdraw", "nosuch", "--source", SOURCE),
            "no excluded stretch 'nosuch' is known; there are s1;",
        ),
    ],
)
def test_what_is_not_known_is_refused(world: str, words: tuple[str, ...], told_of: str) -> None:
    before = position(world)
    said = say(world, *words)
    assert (said.exit_code, told_of in said.stderr) == (1, True), said.output
    assert "--anyway says it all the same" in said.stderr
    assert position(world) == before


def test_what_is_known_is_said_and_the_rest_with_anyway(database: str) -> None:
    """Where the tracker has not judged all of the journal it cannot be known: a warning."""
    live(database)
    live_on(database, [("2026-04-07 12:00", shared())], hk("2026-04-07 12:01"))
    for words in (
        ("deadline", "set", "T-1", "resolution", *DUE),
        ("deadline", "withdraw", "T-1", "resolution", "--source", SOURCE),
        ("exclude", "T-1", "--withdraw", "s1", "--source", SOURCE),
        ("closure", "declare", "c2", "--calendar", "office", *DAY),
        ("closure", "withdraw", "cut"),
        ("release", "move", "v9", "--at", "2026-04-08T00:00Z"),
        ("release", "cancel", "v9"),
        ("account", "set", "acme", "plan=pro", "vip=true"),
        ("release", "cancel", "nosuch", "--anyway"),
    ):
        said = say(database, *words)
        assert (said.exit_code, said.stderr) == (0, ""), said.output
    waiting = say(database, "release", "cancel", "nosuch")
    assert waiting.exit_code == 0
    assert "warning: whether there is a release 'nosuch' is not known: no tracker" in waiting.stderr


def test_a_fact_that_no_agreement_reads_is_warned_of(database: str) -> None:
    live(database)
    said = say(database, "account", "set", "acme", "pln=pro")
    assert said.exit_code == 0
    assert "warning: no agreement reads the fact 'pln'; they read plan, vip" in said.stderr


def test_before_any_tracker_ran_a_warning_is_all(database: str) -> None:
    said = say(database, "release", "move", "v9", "--at", "2026-04-08T00:00Z")
    assert said.exit_code == 0
    assert "is not known" in said.stderr
    assert position(database) == 1


def test_an_unknown_plan_that_was_stated_all_the_same_is_shown(database: str) -> None:
    """It promises nothing; the overview says of which accounts."""
    live(database)
    assert "plan" not in say(database, "status").stdout
    document, agreement = load(SECONDS)  # whose plans have names beside their words
    also = published(document, agreement, "/test", hk("2026-04-07 12:00"))
    live_on(database, [("2026-04-07 12:00", [also])], hk("2026-04-07 12:01"))
    stated = (("a", "purple"), ("b", "purple"), ("c", "pro"), ("d", "null"), ("e", "quick"))
    for account, plan in stated:
        assert say(database, "account", "set", account, f"plan={plan}", "--anyway").exit_code == 0
    live_on(database, [], now_instant())
    said = say(database, "status").stdout
    assert said.count("is in no agreement") == 1
    assert "plan 'purple' of 2 accounts, such as a, is in no agreement; it promises nothing" in said
