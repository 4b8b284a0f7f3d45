"""The questions people ask, answered from the views that the real tracker and projector filled."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import orjson
import psycopg
import pytest
from click.testing import CliRunner, Result

from schemas.codec import decode_events, encode_batch
from schemas.instants import SECOND, moment
from sla.cli import main
from sla.clock import now_instant
from sla.explain.read import stories
from sla.explain.sums import parts
from sla.following import Following
from sla.migrations import migrate
from sla.settings import Settings
from sla.views import reading, the_ticket, views
from streams.postgres.door import take_in
from streams.postgres.embedded.throwaway import Throwaway
from streams.postgres.journal import append_events
from tests.asked import NOW, OTHER, as_of_now, live, live_on
from tests.builders import SOURCE, hk, story

pytestmark = pytest.mark.slow

ONE = ("--source", SOURCE)


@pytest.fixture(scope="module")
def world(postgres_server: Throwaway) -> Iterator[str]:
    """The world of `tests.asked`, asked on Tuesday at noon; the tests here only read it."""
    with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE questions TEMPLATE template0 STRATEGY file_copy")
        dsn = postgres_server.dsn("questions")
        migrate(dsn)
        live(dsn)
        yield as_of_now(dsn)
        connection.execute("DROP DATABASE questions WITH (FORCE)")


def ask(dsn: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["--dsn", dsn, *words], catch_exceptions=False)


def answer(dsn: str, *words: str) -> str:
    """What is printed; the command must succeed."""
    result = ask(dsn, *words)
    assert result.exit_code == 0, result.output
    return result.stdout


def plain(dsn: str, *words: str) -> Any:
    return orjson.loads(answer(dsn, *words, "--json"))


def test_the_overview_says_what_is_due_and_how_current_it_is(world: str) -> None:
    """T-1 is due today 15:14, T-2 13:00, both past 75% of 16 h; 7.4: one source has not said."""
    said = answer(world, "status")
    assert f"{SOURCE}: data complete to Tue 7 Apr 11:00 HKT; silent for 1 h" in said
    assert f"{OTHER}: it has not said up to when its data is complete" in said
    assert "due in 15 min 0, in 1 h 1, today 2; at risk 2; breached and open 0; paused 0" in said
    assert "no promise for 1 ticket: 1 not_promised" in said
    assert "2 dead letters" in said
    assert "1 ticket without its opening" in said
    assert "no tracker is at work: nothing comes due until `sla up` runs" in said
    found = plain(world, "status")
    assert found["now"] == moment(NOW).isoformat()
    assert {row["target"]: row["met_late"] for row in found["targets"]} == {
        "first_response": 1,
        "resolution": 0,
    }
    assert plain(world, "status", "--source", OTHER)["at_risk"] == 0


def test_a_ticket_s_status_gives_both_times_left(world: str) -> None:
    said = answer(world, "status", "T-1", *ONE)
    assert "running, at risk  Tue 7 Apr 15:14 HKT" in said
    assert "matched as bought: plan pro" in said
    other = plain(world, "status", "T-1", "--source", OTHER)["timers"][0]
    # From Tuesday 11:31 on 12 h of open time: 29 min are spent; due Wednesday 11:31.
    assert (other["left_s"], other["left_wall_s"]) == (11 * 3600 + 31 * 60, 23 * 3600 + 31 * 60)


def test_an_orphan_says_what_it_waits_for(world: str) -> None:
    """1.7."""
    assert "its opening has not come; 1 event held" in answer(world, "status", "T-4")
    assert "nothing is decided until it does (1.7)" in answer(world, "explain", "T-4")


def test_a_ticket_that_several_sources_have_needs_its_source(world: str) -> None:
    result = ask(world, "status", "T-1")
    assert result.exit_code == 2
    assert f"add --source, one of: {SOURCE}, {OTHER}" in result.output
    unknown = ask(world, "explain", "T-99")
    assert unknown.exit_code == 1
    assert "no ticket 'T-99' is known; `sla dead-letters` shows" in unknown.output


def test_a_ticket_that_is_on_its_way_is_not_called_unknown(database: str) -> None:
    with psycopg.connect(database) as connection:
        append_events(connection, story("2026-04-07 11:45 opened"), NOW)
    said = ask(database, "explain", "T-1")
    assert said.exit_code == 1
    assert "no ticket 'T-1' is known yet; 1 of the journal's records wait" in said.output


def test_an_explanation_is_of_the_breach_as_it_was(world: str) -> None:
    """3.3, 8.1: 4 h from 09:14 are gone at 13:14; answered 13:25:07."""
    said = answer(world, "explain", "T-1", "first_response", *ONE)
    assert (
        "first_response breached Thu 2 Apr 13:14 HKT by 11 min 7 s of working time, met late "
        "Thu 2 Apr 13:25:07 HKT; confirmed; published 0.2 s after the deadline"
    ) in said
    assert "wall 4 h 11 min 7 s = ran 4 h 11 min 7 s" in said
    assert "resolution@e1" not in said


def test_an_explanation_names_holidays_and_pauses(world: str) -> None:
    """16 h: Thu 09:14-20:00 and Tue 10:00-12:00 ran; 3 h 14 min left from noon."""
    said = answer(world, "explain", "T-1", "resolution@e1", *ONE)
    assert "due Tue 7 Apr 15:14 HKT, in 3 h 14 min of working time" in said
    assert (
        "wall 122 h 46 min = ran 12 h 46 min + paused 2 h (waiting_on_customer) + closed 108 h "
        "(Good Friday 12 h, Easter Monday 12 h, outside hours 84 h)"
    ) in said
    assert "◆ deadline Tue 7 Apr 15:14" in said


def test_what_was_believed_and_withdrawn_stays_told(world: str) -> None:
    """7.2: the breach of 13:00 was published, and withdrawn at 14:00 by a reply of 12:30."""
    (timer,) = plain(world, "explain", "T-2", "first_response")["timers"]
    assert timer["verdict"] == (
        "first_response met Thu 2 Apr 12:30 HKT, 30 min of working time before the deadline "
        "Thu 2 Apr 13:00 HKT"
    )
    believed = [
        (one["what"], one["withdrawn"], one["revision"], one["cause"])
        for one in timer["beliefs"]
        if one["what"] in ("breached", "met")
    ]
    assert believed == [
        ("breached", False, 1, "e1"),
        ("breached", True, 2, "e2"),
        ("met", False, 1, "e2"),
    ]
    assert "WITHDRAWN: breached" in answer(world, "explain", "T-2")


def test_an_unknown_timer_is_answered_with_those_there_are(world: str) -> None:
    result = ask(world, "explain", "T-2", "turn_around")
    assert result.exit_code == 1
    assert "it has first_response@e1, resolution@e1" in result.output


def test_every_ledger_in_the_views_adds_up(world: str) -> None:
    """8.1, for each timer of the world."""
    with views(Settings(home=None, dsn=world)) as found:  # type: ignore[arg-type]
        told = [
            pair
            for ticket, source in (("T-1", SOURCE), ("T-1", OTHER), ("T-2", None), ("T-5", None))
            for pair in stories(found, the_ticket(found, ticket, source), None)
        ]
    assert len(told) == 8
    for row, one in told:
        assert sum(part.us for part in parts(one)) == one.wall_us
        assert one.wall_us == row["wall_s"] * SECOND
        assert one.spent_us == row["spent_s"] * SECOND


def test_at_risk_is_sorted_by_deadline(world: str) -> None:
    rows = plain(world, "at-risk")
    assert [(row["ticket"], row["spent_pct"]) for row in rows] == [("T-2", 93.75), ("T-1", 79.79)]
    assert "Tue 7 Apr 13:00 HKT" in answer(world, "at-risk").splitlines()[2]
    assert answer(world, "at-risk", "--source", OTHER) == "nothing is at risk\n"


def test_events_go_on_after_a_position(world: str) -> None:
    every = [orjson.loads(line) for line in answer(world, "events", "--json").splitlines()]
    middle = every[len(every) // 2]["position"]
    rest = [
        orjson.loads(line)
        for line in answer(world, "events", "--after", str(middle), "--json").splitlines()
    ]
    assert rest == [row for row in every if row["position"] > middle]
    only = ask(world, "events", "--ticket", "T-6")
    assert only.stdout.count("\n") == 4
    assert "voided       /helpdesks/test/one T-6 resolution@e1  spent 5 min 30 s" in only.stdout
    assert only.stderr == f"to go on from here: sla events --after {every[-1]['position']}\n"


def test_following_gives_what_comes_and_may_be_taken_up_again(database: str) -> None:
    live(database)
    settings = Settings(home=None, dsn=database)  # type: ignore[arg-type]
    with reading(settings, autocommit=True) as connection:
        following = Following(connection, 0, ticket="T-7", poll=0.01)
        news = following.follow()
        assert next(news) == []
        assert next(news) == []
        reached = following.position
        opened = story("2026-04-07 12:30 opened severity=high plan=pro", ticket="T-7")
        live_on(database, [("2026-04-07 12:30", opened)], hk("2026-04-07 12:31"))
        came = next(rows for rows in news if rows)
        assert [(row["type"], row["target"]) for row in came] == [
            ("sla.timer_started.v1", "first_response"),
            ("sla.timer_started.v1", "resolution"),
        ]
        # Not done with yet: whoever stops here reads them again.
        assert following.position == reached
        assert next(news) == []
        assert following.position == came[0]["position"]


def test_dead_letters_are_counted_by_reason(world: str) -> None:
    said = answer(world, "dead-letters")
    assert [line.split() for line in said.splitlines()[2:4]] == [
        ["conflicting_duplicate", "1"],
        ["missing_field", "1"],
    ]
    (only,) = plain(world, "dead-letters", "--reason", "missing_field")
    assert only["body"] == '{"specversion": "1.0"}'


def test_a_dead_letter_is_sent_again_and_may_be_taken(database: str) -> None:
    """What was refused for a reason that is gone: here a body mended in the table by hand."""
    live(database)
    good = story("2026-04-07 11:45 opened severity=high plan=pro", ticket="T-8")
    with psycopg.connect(database) as connection:
        take_in(connection, decode_events(b"{}", content="auto"), NOW)
        body = encode_batch(good)[1:-1].decode()
        connection.execute("UPDATE sla.door_refusals SET body = %s WHERE body = '{}'", (body,))
    ids = [row["id"] for row in plain(database, "dead-letters") if row["refused_by"] == "door"]
    sent = plain(database, "dead-letters", "resend", *ids)
    assert [(one["id"], one["accepted"]) for one in sent] == [(ids[0], 0), (ids[1], 1)]
    live_on(database, [], now_instant())
    assert "T-8: opened" in answer(as_of_now(database), "status", "T-8")
    unknown = ask(database, "dead-letters", "resend", "d999")
    assert unknown.exit_code == 2
    assert "no dead letter d999" in unknown.output


def test_all_dead_letters_are_sent_only_when_that_was_meant(world: str) -> None:
    result = ask(world, "dead-letters", "resend")
    assert result.exit_code == 1
    assert "send all 2 dead letters again?" in result.stderr


def test_a_report_says_what_a_share_is_of_and_what_it_leaves_out(world: str) -> None:
    """8.2: of two that count one was met; void, running, open-ended stand beside them."""
    said = answer(world, "report", "--month", "2026-04")
    assert "April 2026, by the deadline in the agreement's zone" in said
    assert "a source has not said up to when its data is complete" in said
    assert "pro   high      50.0%    1   2  ██████████░░░░░░░░░░" in said
    rows = list(csv.DictReader(StringIO(answer(world, "report", "--by", "severity", "--csv"))))
    high = next(r for r in rows if (r["target"], r["severity"]) == ("first_response", "high"))
    assert (high["numerator"], high["denominator"], high["void"]) == ("1", "2", "1")
    assert high["plan"] == ""
    trend = answer(world, "report")
    assert "2026-04  50.0%    1   2" in trend
    assert "no timers" in answer(world, "report", "--month", "2025-12")


def test_a_month_is_written_as_one(world: str) -> None:
    result = ask(world, "report", "--month", "2026-13")
    assert result.exit_code == 2
    assert "'2026-13' is no month; write one like 2026-04" in result.output


def test_the_source_s_own_verdict_stands_beside_ours(database: str) -> None:
    """T-9 is met by us, at 8 of 16 h, and missed by the source; T-1 is late by both."""
    live(database)
    nine = story(
        "2026-04-07 12:00 opened severity=high plan=pro",
        "12:10 replied",
        "20:00 resolved",
        "20:01 verdict verdict=missed",
        ticket="T-9",
    )
    first = story("2026-04-07 20:02 verdict verdict=missed id=v1")
    live_on(
        database,
        [("2026-04-07 20:01", nine), ("2026-04-07 20:02", first)],
        hk("2026-04-07 20:03"),
    )
    found = plain(database, "report", "--month", "2026-04")["source_verdicts"]
    assert {(row["target"], row["only_we_met"], row["both_late"]) for row in found} == {
        ("first_response", 1, 1),
        ("resolution", 1, 1),
    }


def test_questions_are_asked_as_the_reader(world: str) -> None:
    """Nothing but the views is read: a session that is the reader alone gets the same answers."""
    reader = f"{world[:-1]} -c role=sla_reader'"
    with psycopg.connect(reader) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("sla_reader",)
    for words in (["status"], ["at-risk"], ["explain", "T-2"], ["report"], ["dead-letters"]):
        assert answer(reader, *words) == answer(world, *words)


def test_a_database_without_the_views_is_named_with_the_remedy(empty_database: str) -> None:
    result = ask(empty_database, "status")
    assert result.exit_code == 1
    assert "start `sla up` once as the owner of the database" in result.output
