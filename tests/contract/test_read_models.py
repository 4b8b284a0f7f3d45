"""What the views of sla_v1 promise (design 5): documented, read-only, append-only, true live."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from schemas import inbound as told
from schemas.instants import HOUR, MINUTE, moment
from schemas.outbound import AccountStated, EventRefused, SourceSeen
from sla.cli import main
from tests.asked import heartbeat
from tests.builders import SOURCE, hk, story
from tests.calendars import calendar
from tests.projecting import CALENDAR, Fed, compiled, ticket, timer

pytestmark = pytest.mark.slow

PROMISED = Path(__file__).parent.parent / "golden" / "sla_v1.txt"


@pytest.fixture
def fed(database: str) -> Iterator[Fed]:
    world = Fed(database)
    yield world
    world.connection.close()


def columns(fed: Fed) -> list[str]:
    return fed.column(
        "SELECT format('%%s.%%s %%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod))"
        " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = 'sla_v1'::regnamespace AND a.attnum > 0 ORDER BY 1"
    )


def test_every_view_and_column_is_documented(fed: Fed) -> None:
    undocumented = fed.column(
        "SELECT concat_ws('.', c.relname, a.attname) FROM pg_class c"
        " CROSS JOIN LATERAL ("
        "   SELECT 0, NULL UNION ALL"
        "   SELECT attnum, attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0"
        " ) a (attnum, attname)"
        " WHERE c.relnamespace = 'sla_v1'::regnamespace AND c.relkind = 'v'"
        " AND coalesce(CASE a.attnum WHEN 0 THEN obj_description(c.oid, 'pg_class')"
        "   ELSE col_description(c.oid, a.attnum) END, '') = ''"
    )
    assert undocumented == []
    assert len(columns(fed)) > 250


def test_columns_are_only_ever_added(fed: Fed) -> None:
    """What was promised is there, with its type; what is new is promised from now on."""
    assert columns(fed) == PROMISED.read_text().splitlines()


def test_the_reader_reads_the_views_and_nothing_else(fed: Fed) -> None:
    fed.agree()
    fed.take("2026-04-01 10:00", *story("2026-04-01 10:00 opened severity=high plan=pro"))
    fed.project()
    views = fed.column("SELECT viewname FROM pg_views WHERE schemaname = 'sla_v1'")
    tables = fed.column("SELECT tablename FROM pg_tables WHERE schemaname = 'sla'")
    assert len(views) > 15
    assert len(tables) > 10
    fed.connection.execute("SET ROLE sla_reader")
    for view in views:
        fed.rows(f"SELECT * FROM sla_v1.{view}")
    assert fed.column("SELECT spent_s > 0 FROM sla_v1.timers") == [True, True]
    for table in tables:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            fed.rows(f"SELECT * FROM sla.{table}")
    for statement in (
        "DELETE FROM sla_v1.agreements",
        "CREATE TABLE sla_v1.mine ()",
        "CREATE TABLE sla.mine ()",
        "SELECT sla.open_us('desk 1/office', now(), now())",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            fed.connection.execute(statement)


OPENED = story("2026-04-01 10:00 opened severity=high plan=pro")
BREACHED = ("2026-04-01 14:00", "2026-04-01 14:01")


def overdue(fed: Fed) -> None:
    """Opened at 10:00, four hours to reply; the deadline passes at 14:00 and is seen at 14:01."""
    fed.agree()
    fed.take("2026-04-01 10:00", *OPENED)
    fed.take("2026-04-01 14:01")
    fed.project()


def alert(fed: Fed) -> list[object]:
    row = fed.row("SELECT state, closed_at, certainty FROM sla_v1.alerts WHERE kind = 'breach'")
    return list(row.values())


def test_a_breach_is_there_with_both_lags(fed: Fed) -> None:
    """1.2: true of its deadline, detected by the record's stamp, published a second later."""
    overdue(fed)
    row = fed.row("SELECT * FROM sla_v1.breaches")
    assert row["effective_at"] == moment(hk("2026-04-01 14:00"))
    assert (row["status"], row["retracted_at"]) == ("holds", None)
    assert (row["detection_lag_s"], row["publication_lag_s"]) == (60, 61)
    assert (row["budget_s"], row["plan"], row["cause"]) == (4 * 3600, "pro", "e1")
    assert alert(fed) == ["firing", None, "provisional"]
    said = fed.row(
        "SELECT is_breached, breach_certainty, breach_publication_lag_s, left_s, is_open"
        " FROM sla_v1.timers WHERE target = 'first_response'"
    )
    fed.asked_at("2026-04-01 14:30")
    assert fed.column("SELECT left_s FROM sla_v1.timers WHERE is_breached") == [-30 * 60]
    assert list(said.values())[:3] == [True, "provisional", 61]


def test_a_late_reply_that_came_first_withdraws_it_and_both_stay(fed: Fed) -> None:
    """7.2: true when, believed when; nothing is deleted."""
    overdue(fed)
    fed.take("2026-04-01 15:00", *story("2026-04-01 13:59 replied id=r1"))
    fed.project()
    row = fed.row("SELECT * FROM sla_v1.breaches")
    assert (row["status"], row["certainty"], row["retracted_cause"]) == (
        "withdrawn",
        "retracted",
        "r1",
    )
    assert row["published_at"] == moment(hk("2026-04-01 14:01:01"))
    assert row["retracted_at"] == moment(hk("2026-04-01 15:00:01"))
    assert alert(fed) == ["withdrawn", moment(hk("2026-04-01 15:00:01")), "retracted"]
    state = fed.row(
        "SELECT state, is_breached, breach_certainty, breach_published_at, breach_cause"
        " FROM sla_v1.timers WHERE target = 'first_response'"
    )
    assert list(state.values()) == ["met", False, None, None, None]


def test_a_breach_that_is_true_again_is_a_belief_of_its_own(fed: Fed) -> None:
    """7.1: revision 3; one row for each time it was said to hold."""
    overdue(fed)
    fed.take("2026-04-01 15:00", *story("2026-04-01 13:59 replied id=r1"))
    withdrawn = told.TicketEventWithdrawn(
        specversion="1.0",
        id="w1",
        source=SOURCE,
        subject="T-1",
        time=moment(hk("2026-04-01 16:00")),
        data=told.EventWithdrawn(event="r1"),
    )
    fed.take("2026-04-01 16:00", withdrawn)
    fed.project()
    beliefs = fed.rows("SELECT revision, status, is_corrected FROM sla_v1.breaches ORDER BY 1")
    assert [tuple(row.values()) for row in beliefs] == [
        (1, "withdrawn", False),
        (3, "holds", True),
    ]
    assert alert(fed) == ["firing", None, "provisional"]


def test_an_alert_settles_when_its_timer_ends_late(fed: Fed) -> None:
    overdue(fed)
    fed.take("2026-04-01 15:00", *story("2026-04-01 15:00 replied id=r1"))
    fed.project()
    assert alert(fed) == ["settled", moment(hk("2026-04-01 15:00")), "provisional"]
    row = fed.row("SELECT status, timer_state FROM sla_v1.breaches")
    assert list(row.values()) == ["holds", "met_late"]


def test_a_breach_is_confirmed_once_the_watermark_has_passed_it(fed: Fed) -> None:
    """7.4: at the very instant of the deadline something may yet have been said."""
    overdue(fed)
    for until, certainty in (("14:00", "provisional"), ("14:00:00.000001", "confirmed")):
        fed.take("2026-04-01 14:02", heartbeat(f"2026-04-01 {until}"))
        fed.project()
        assert alert(fed)[2] == certainty
        assert fed.column("SELECT certainty FROM sla_v1.breaches") == [certainty]
        said = "SELECT breach_certainty FROM sla_v1.timers WHERE is_breached"
        assert fed.column(said) == [certainty]


def test_imported_history_alerts_nobody(fed: Fed) -> None:
    """7.5."""
    fed.agree()

    head: dict[str, Any] = {
        "specversion": "1.0",
        "source": SOURCE,
        "subject": "import",
        "time": moment(hk("2026-04-02 10:00")),
    }
    until = told.ImportBegun(complete_until=moment(hk("2026-04-02 00:00")))
    begun = told.SourceImportBegun(id="i1", data=until, **head)
    fed.take("2026-04-02 10:00", begun, *OPENED)
    fed.project()
    source = fed.row("SELECT is_importing, importing_until FROM sla_v1.sources")
    assert list(source.values()) == [True, moment(hk("2026-04-02 00:00"))]
    fed.take("2026-04-02 10:01", told.SourceImportEnded(id="i2", **head))
    fed.project()
    assert alert(fed)[0] == "silent"
    assert fed.column("SELECT is_alerting FROM sla_v1.breaches") == [False]
    assert fed.column("SELECT is_importing FROM sla_v1.sources") == [False]


STANDINGS: dict[str, dict[str, Any]] = {
    "met": {"state": "met", "ended_us": hk("2026-04-01 12:00")},
    "kept": {"state": "met", "ended_us": hk("2026-04-01 13:00")},
    "met_late": {"state": "met_late", "breached_us": 1, "ended_us": hk("2026-04-02 12:00")},
    "owed": {"state": "breached", "breached_us": 1},
    "gone": {"state": "breached", "breached_us": 1, "ended_us": hk("2026-04-02 12:00")},
    "running": {"state": "running"},
    "paused": {"state": "paused", "deadline_us": None},
    "superseded": {
        "state": "superseded",
        "deadline_us": None,
        "ended_us": hk("2026-04-01 11:00"),
    },
    "void": {"state": "void", "deadline_us": None, "ended_us": hk("2026-04-01 11:00")},
    "measured": {
        "state": "met",
        "deadline_us": None,
        "budget_us": None,
        "ended_us": hk("2026-04-01 11:00"),
    },
    "measures": {"state": "running", "deadline_us": None, "budget_us": None},
}


def test_attainment_counts_each_timer_once_and_adds_up(fed: Fed) -> None:
    """8.2: met / (met + breached + met_late) by the month of the deadline; the rest beside it."""
    usual: dict[str, Any] = {"budget_us": 4 * HOUR, "deadline_us": hk("2026-04-01 14:00")}
    fed.publish(
        compiled(calendar()),
        *(
            ticket(name, timer("a@e1", **{**usual, **standing}))
            for name, standing in STANDINGS.items()
        ),
        # May by its deadline, though opened in April.
        ticket("later", timer("a@e1", budget_us=HOUR, deadline_us=hk("2026-05-01 12:00"))),
    )
    fed.project()
    april, may = fed.rows("SELECT * FROM sla_v1.attainment ORDER BY month")
    assert str(april["month"]) == "2026-04-01"
    assert (april["numerator"], april["denominator"], float(april["share"])) == (2, 5, 0.4)
    counted = ("met", "met_late", "breached_open", "breached_ended")
    left_out = ("running", "paused", "superseded", "void", "open_ended")
    assert [april[name] for name in counted] == [2, 1, 1, 1]
    assert [april[name] for name in left_out] == [1, 1, 1, 1, 2]
    assert april["timers"] == len(STANDINGS)
    assert (may["timers"], may["running"], may["share"]) == (1, 1, None)


def test_months_are_months_of_the_reporting_zone(fed: Fed) -> None:
    """8.2: 30 April 23:30 in Hong Kong is 15:30 in UTC; midnight there is still April here."""
    fed.agree()
    deadlines = {"T-1": hk("2026-04-30 23:59"), "T-2": hk("2026-05-01 00:00")}
    fed.publish(
        *(
            ticket(name, timer("a@e1", agreement="desk", deadline_us=at))
            for name, at in deadlines.items()
        )
    )
    fed.project()
    found = fed.rows("SELECT ticket, deadline_date::text FROM sla_v1.timers ORDER BY 1")
    assert [row["deadline_date"] for row in found] == ["2026-04-30", "2026-05-01"]
    assert fed.column("SELECT month::text FROM sla_v1.attainment ORDER BY 1") == [
        "2026-04-01",
        "2026-05-01",
    ]


def test_percentiles_say_how_many_are_open_beyond_them(fed: Fed) -> None:
    """8.3: of ten that took 1 to 10 minutes half took no more than 5; two open ones took more."""
    due = hk("2026-04-01 18:00")
    ended = [
        ticket(
            f"E-{n}",
            timer(
                "a@e1",
                "met",
                spent_us=n * MINUTE,
                ended_us=hk("2026-04-01 10:30"),
                deadline_us=due,
            ),
        )
        for n in range(1, 11)
    ]
    still = [
        ticket(
            f"O-{n}",
            timer(
                "a@e1",
                spent_us=n * MINUTE,
                running_since_us=hk("2026-04-01 12:00"),
                deadline_us=due,
            ),
        )
        for n in (0, 4, 7)
    ]
    fed.publish(compiled(calendar()), *ended, *still)
    fed.project()
    fed.asked_at("2026-04-01 12:02")
    row = fed.row("SELECT * FROM sla_v1.percentiles")
    assert (row["ended"], row["open_now"]) == (10, 3)
    assert (row["p50_s"], row["p90_s"], row["p95_s"]) == (5 * 60, 9 * 60, 10 * 60)
    beyond = [row[f"open_beyond_p{share}"] for share in (50, 90, 95)]
    assert beyond == [2, 0, 0]


def test_at_risk_is_as_of_now(fed: Fed) -> None:
    """6.1: from the instant at which its spent time reaches the share, while it runs."""
    at = hk("2026-04-01 13:00")
    fed.publish(
        compiled(calendar()),
        ticket("T-1", timer("a@e1", at_risk_us=at, budget_us=4 * HOUR)),
        ticket("T-2", timer("a@e1", "paused", at_risk_us=at)),
    )
    fed.project()
    fed.asked_at("2026-04-01 12:59:59.999999")
    assert fed.column("SELECT ticket FROM sla_v1.at_risk") == []
    fed.asked_at("2026-04-01 13:00")
    assert fed.column("SELECT ticket FROM sla_v1.at_risk") == ["T-1"]


def test_merged_tickets_name_the_last_survivor_and_circles_none(fed: Fed) -> None:
    """4.8."""
    merges = {"A": "B", "B": "C", "C": None, "D": "E", "E": "D", "F": "elsewhere"}
    fed.publish(*(ticket(name, gone="merged", merged_into=to) for name, to in merges.items()))
    fed.project()
    found = fed.rows("SELECT ticket, last_survivor FROM sla_v1.tickets ORDER BY 1")
    assert {row["ticket"]: row["last_survivor"] for row in found} == {
        "A": "C",
        "B": "C",
        "C": None,
        "D": None,
        "E": None,
        "F": "elsewhere",
    }
    said = CliRunner().invoke(main, ["--dsn", fed.dsn, "status"], catch_exceptions=False).stdout
    for one, other in ("DE", "ED"):
        assert f"{SOURCE} {one}: merged into {other}, and so on in a circle; none survives" in said
    assert said.count("in a circle") == 2
    of_d = CliRunner().invoke(main, ["--dsn", fed.dsn, "explain", "D"], catch_exceptions=False)
    assert "its merges run in a circle: none of these tickets survives (4.8)" in of_d.stdout


def test_a_deadline_beyond_the_years_of_its_calendar_is_listed(fed: Fed) -> None:
    """2.7: unknown, no breach; of what runs, not of what has no budget or is paused."""
    fed.agree()
    last, later = "2026-12-31", "2027-03-01 00:00"
    lines = {
        "T-1": [f"{last} 19:00 opened severity=high plan=pro"],
        "T-2": [f"{last} 19:00 opened severity=low plan=pro", f"{last} 19:30 replied"],
        "T-3": [f"{last} 10:00 opened severity=high plan=pro", f"{last} 11:00 replied"],
        "T-4": [f"{last} 19:00 opened severity=high plan=pro", f"{last} 19:30 replied"],
    }
    for name, said in lines.items():
        fed.take(f"{last} 20:00", *story(*said, ticket=name))
    paused = story(f"{last} 19:45 status status=pending id=p", ticket="T-4")
    fed.take(f"{last} 20:00", *paused)
    fed.take(later)
    fed.project()
    fed.asked_at(later)
    listed = fed.rows(
        "SELECT ticket, target, budget_s / 3600 AS hours, spent_s, calendar,"
        " calendar_known_to::text FROM sla_v1.unknown_deadlines ORDER BY 1, 2"
    )
    assert [(row["ticket"], row["target"], row["hours"]) for row in listed] == [
        ("T-1", "first_response", 4),
        ("T-1", "resolution", 16),
        ("T-3", "resolution", 16),
    ]
    assert {row["calendar"] for row in listed} == {"desk 1/office"}
    assert fed.column("SELECT ticket FROM sla_v1.breaches") == []
    said_so = CliRunner().invoke(main, ["--dsn", fed.dsn, "status"], catch_exceptions=False).stdout
    assert f"deadline of 3 running timers, such as of {SOURCE} T-1, is unknown (2.7)" in said_so
    assert "calendar desk 1/office is known up to Fri 1 Jan 2027 00:00 HKT" in said_so
    one = CliRunner().invoke(main, ["--dsn", fed.dsn, "status", "T-3"], catch_exceptions=False)
    assert "running, deadline unknown" in one.stdout


def test_what_waits_or_was_not_understood_is_listed(fed: Fed) -> None:
    """1.4, 1.7."""
    fed.publish(
        ticket("T-1", unmapped=[("status", "odd"), ("role", "robot")]),
        ticket("T-2", unmapped=[("status", "odd")]),
        ticket("T-3", opened_us=None, waiting=3),
    )
    fed.project()
    words = fed.rows("SELECT field, word, tickets, example_ticket FROM sla_v1.unmapped_words")
    assert sorted(tuple(row.values()) for row in words) == [
        ("role", "robot", 1, "T-1"),
        ("status", "odd", 2, "T-1"),
    ]
    orphan = fed.row("SELECT ticket, events_waiting FROM sla_v1.orphans")
    assert list(orphan.values()) == ["T-3", 3]


def test_refusals_of_door_and_tracker_stand_together(fed: Fed) -> None:
    fed.publish(
        EventRefused(
            event="e1",
            source=SOURCE,
            subject="T-1",
            reason="conflicting_duplicate",
            detail="line one\nline two",
            body='{"a": "\\n"}',
            position=1,
            index=0,
            stamp_us=hk("2026-04-01 10:00"),
        )
    )
    fed.connection.execute(
        "INSERT INTO sla.door_refusals (reason, detail, body) VALUES ('not_json', 'no', '{')"
    )
    fed.project()
    found = fed.rows(
        "SELECT refused_by, reason, detail, body, position FROM sla_v1.dead_letters ORDER BY 1"
    )
    assert [tuple(row.values()) for row in found] == [
        ("door", "not_json", "no", "{", None),
        ("tracker", "conflicting_duplicate", "line one\nline two", '{"a": "\\n"}', 1),
    ]


def test_facts_of_an_account_hold_until_the_next(fed: Fed) -> None:
    """5.1: of two with one effective_at the one stated later holds."""

    def stated(event: str, effective: str, at: str, value: str) -> AccountStated:
        return AccountStated(
            account="acme",
            fact="plan",
            value=value,
            effective_us=hk(effective),
            stated_us=hk(at),
            event=event,
            position=1,
        )

    fed.publish(
        stated("e1", "2026-04-01 00:00", "2026-04-01 09:00", '"silver"'),
        stated("e2", "2026-05-01 00:00", "2026-04-02 09:00", '"gold"'),
        stated("e3", "2026-04-01 00:00", "2026-04-03 09:00", "null"),
    )
    fed.project()
    found = fed.rows("SELECT event, value, holds_until FROM sla_v1.accounts ORDER BY event")
    assert [tuple(row.values()) for row in found] == [
        ("e1", "silver", moment(hk("2026-04-01 00:00"))),
        ("e2", "gold", None),
        ("e3", None, moment(hk("2026-05-01 00:00"))),
    ]


def seen(source: str, watermark: str | None) -> SourceSeen:
    return SourceSeen(
        source=source,
        position=1,
        watermark_us=None if watermark is None else hk(watermark),
        last_event_us=None,
        importing_until_us=None,
    )


def test_a_silent_source_is_marked_and_data_is_complete_to_the_least(fed: Fed) -> None:
    """7.4: silent beyond 30 s; a report is complete only where every source has said so."""
    fed.publish(seen("/a", "2026-04-01 10:00:00"), seen("/b", "2026-04-01 10:00:20"))
    fed.project()
    fed.asked_at("2026-04-01 10:00:40")
    found = fed.rows("SELECT source, silence_s, is_silent FROM sla_v1.sources ORDER BY 1")
    assert [tuple(row.values()) for row in found] == [("/a", 40, True), ("/b", 20, False)]
    complete = "SELECT data_complete_to FROM sla_v1.completeness"
    assert fed.column(complete) == [moment(hk("2026-04-01 10:00:00"))]
    fed.publish(ticket("T-1", source="/c", last_event_us=hk("2026-04-01 10:00:35")))
    fed.project()
    assert fed.column(complete) == [None]
    heard = fed.row("SELECT silence_s, last_event_at FROM sla_v1.sources WHERE source = '/c'")
    assert list(heard.values()) == [5, moment(hk("2026-04-01 10:00:35"))]


def test_lag_counts_what_has_not_come_through(fed: Fed) -> None:
    assert fed.column("SELECT records FROM sla_v1.lag") == [0]
    assert fed.column("SELECT seconds FROM sla_v1.lag") == [0]
    fed.publish(ticket("T-1"), clock="2026-04-01 10:00")
    fed.publish(ticket("T-2"), clock="2026-04-01 10:01")
    fed.connection.execute("UPDATE sla.tracker_position SET position = 2")
    fed.connection.execute("UPDATE sla.journal_head SET position = 5")
    fed.asked_at("2026-04-01 10:02")
    row = fed.row("SELECT * FROM sla_v1.lag")
    assert (row["tracker_records"], row["projector_records"], row["records"]) == (3, 2, 5)
    assert row["seconds"] == 119  # published a second after 10:00
    fed.project()
    assert fed.column("SELECT projector_records FROM sla_v1.lag") == [0]
    assert fed.column("SELECT stamped_at FROM sla_v1.positions") == [moment(hk("2026-04-01 10:01"))]


def test_a_calendar_is_replaced_whole(fed: Fed) -> None:
    fed.publish(compiled(calendar(), position=1))
    fed.project()
    fed.publish(compiled(calendar(year=2027), position=2))
    fed.project()
    ends = fed.row(
        "SELECT min(from_at) FILTER (WHERE kind <> 'unknown') AS begin_at,"
        " max(to_at) FILTER (WHERE kind <> 'unknown') AS end_at, min(calendar) AS calendar"
        " FROM sla_v1.calendar_spans"
    )
    assert list(ends.values()) == [
        moment(hk("2027-01-01 00:00")),
        moment(hk("2028-01-01 00:00")),
        CALENDAR,
    ]
    # No gap and no overlap, from end to end.
    crooked = fed.column(
        "SELECT from_at FROM (SELECT from_at, lag(to_at) OVER (ORDER BY from_at) AS before"
        " FROM sla_v1.calendar_spans) s WHERE before <> from_at"
    )
    assert crooked == []
