"""The ledger and live figures of the views equal those of the core, to the microsecond (8.1)."""

import random
from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate

import pytest

from schemas.instants import DAY, HOUR, MINUTE, moment, parse
from schemas.outbound import Stretch, TimerImage
from streams.core.calendar import Calendar
from streams.core.ledger import ledger
from tests.builders import hk
from tests.calendars import EASTER, OVERLAPPING, TYPHOON, calendar, daily
from tests.projecting import Fed, compiled, ticket, timer

pytestmark = pytest.mark.slow

CALENDARS = {
    "office": calendar(TYPHOON, OVERLAPPING, **EASTER),
    "always": calendar(always=True),
    "dst": calendar(zone="America/New_York", **daily("01:30-02:30 22:00-24:00")),
}
START = hk("2026-03-30 10:00")


@pytest.fixture
def fed(database: str) -> Iterator[Fed]:
    world = Fed(database)
    world.publish(*(compiled(one, name) for name, one in CALENDARS.items()))
    yield world
    world.connection.close()


def seconds(us: int) -> Decimal:
    return Decimal(us) / 1_000_000


def stretches(*kinds: tuple[int, str, str], start: int = START) -> list[Stretch]:
    """(from, kind, label) from `start` on; each lasts until the next, the last for ever."""
    ends: list[int | None] = [start + at for at, _, _ in kinds[1:]]
    return [
        Stretch(start + at, end, kind, f"e{number}", label)
        for number, ((at, kind, label), end) in enumerate(zip(kinds, [*ends, None], strict=True), 1)
    ]


def in_sql(fed: Fed, name: str) -> list[tuple[object, ...]]:
    found = fed.rows(
        "SELECT from_at, to_at, kind, cause, label, wall_s, working_s, spent_s, spent_total_s"
        " FROM sla_v1.timer_ledger WHERE ticket = %s ORDER BY line",
        name,
    )
    return [tuple(row.values()) for row in found]


def in_core(one: TimerImage, by: Calendar, now: int) -> list[tuple[object, ...]]:
    rows = ledger(one, by, now)
    totals = accumulate(row.spent_us for row in rows)
    return [
        (
            moment(row.from_us),
            moment(row.to_us),
            row.kind,
            row.cause,
            row.label,
            seconds(row.wall_us),
            seconds(row.working_us),
            seconds(row.spent_us),
            seconds(total),
        )
        for row, total in zip(rows, totals, strict=True)
    ]


PAUSED_AT_NIGHT = stretches(
    (0, "ran", ""),
    (13 * HOUR, "paused", "waiting_on_customer"),
    (15 * HOUR, "excluded", "agreed (boss)"),
    (26 * HOUR + 1, "ran", ""),
)
CASES = {
    "plain": timer("a@e1", stretches=stretches((0, "ran", "")), started_us=START),
    "paused at night": timer("a@e1", stretches=PAUSED_AT_NIGHT, started_us=START),
    "ended": timer(
        "a@e1",
        "met",
        stretches=PAUSED_AT_NIGHT,
        started_us=START,
        ended_us=START + 27 * HOUR + 7,
    ),
    "carried": timer(
        "a@e1",
        stretches=[Stretch(START, START, "carried", "e1"), *stretches((0, "ran", ""))],
        started_us=START,
        carried_us=3 * HOUR + 1,
    ),
    "resolved between": timer(
        "a@e1",
        stretches=stretches((0, "ran", ""), (DAY, "resolved", ""), (3 * DAY, "ran", "")),
        started_us=START,
    ),
    "not yet": timer("a@e1", stretches=stretches((0, "ran", ""), start=hk("2026-06-01 10:00"))),
    "from before the years": timer(
        "a@e1",
        stretches=stretches((0, "ran", ""), start=parse("2025-12-30T00:00Z")),
        started_us=parse("2025-12-30T00:00Z"),
    ),
}


@pytest.mark.parametrize("name", CALENDARS)
def test_the_ledger_of_sql_is_the_ledger_of_the_core(fed: Fed, name: str) -> None:
    cases = {
        case: timer(
            "a@e1",
            **{
                f: getattr(one, f)
                for f in ("stretches", "state", "started_us", "ended_us", "carried_us")
            },
            calendar=name,
        )
        for case, one in CASES.items()
    }
    fed.publish(*(ticket(case, one) for case, one in cases.items()))
    fed.project()
    now = hk("2026-04-07 11:22:33.000444")
    fed.asked_at("2026-04-07 11:22:33.000444")
    for case, one in cases.items():
        assert in_sql(fed, case) == in_core(one, CALENDARS[name], now), case


def test_its_rows_add_up_to_the_timer_and_so_do_the_pauses(fed: Fed) -> None:
    """8.1: wall time and spent time of the ledger are those of the timer."""
    office = CALENDARS["office"]
    now = hk("2026-03-31 15:00")
    one = timer("a@e1", stretches=PAUSED_AT_NIGHT, started_us=START, calendar="office")
    since = PAUSED_AT_NIGHT[-1].from_us
    one.spent_us = sum(row.spent_us for row in ledger(one, office, since))
    one.running_since_us = since
    fed.publish(ticket("T-1", one))
    fed.project()
    fed.asked_at("2026-03-31 15:00")
    sums = fed.row(
        "SELECT sum(wall_s) AS wall_s, sum(spent_s) AS spent_s,"
        " sum(wall_s) FILTER (WHERE label = 'waiting_on_customer') AS paused_open_s,"
        " min(from_at) AS from_at, max(to_at) AS to_at FROM sla_v1.timer_ledger"
    )
    row = fed.row("SELECT * FROM sla_v1.timers")
    assert (sums["wall_s"], sums["spent_s"]) == (row["wall_s"], row["spent_s"])
    assert (sums["from_at"], sums["to_at"]) == (moment(START), moment(now))
    assert sums["paused_open_s"] is None, "it was paused while the office was closed"
    assert (row["pauses"], row["paused_s"], row["paused_wall_s"]) == (1, 0, 2 * 3600)
    assert row["spent_s"] == seconds(sum(r.spent_us for r in ledger(one, office, now)))


def test_a_pause_that_lasts_counts_up_to_now(fed: Fed) -> None:
    said = stretches((0, "ran", ""), (HOUR, "paused", "waiting_on_customer"))
    one = timer(
        "a@e1", "paused", stretches=said, started_us=START, calendar="always", spent_us=HOUR
    )
    fed.publish(ticket("T-1", one))
    fed.project()
    fed.asked_at("2026-03-30 11:30")
    row = fed.row("SELECT spent_s, paused_s, paused_wall_s, paused_by, wall_s FROM sla_v1.timers")
    assert list(row.values()) == [3600, 1800, 1800, "waiting_on_customer", 5400]


@pytest.mark.parametrize("name", CALENDARS)
def test_open_time_in_sql_is_that_of_the_core(fed: Fed, name: str) -> None:
    """Random stretches, and those that begin and end at edges and a microsecond beside them."""
    fed.project()
    one = CALENDARS[name]
    rng = random.Random(name)
    edges = [at for span in one.spans()[:60] for at in (span[0] - 1, span[0], span[0] + 1)]
    instants = edges + [rng.randrange(one.begin - DAY, one.end + DAY) for _ in range(300)]
    pairs = [(rng.choice(instants), rng.choice(instants)) for _ in range(500)]
    counted = fed.column(
        "SELECT sla.open_us(%s, sla.at(p.a), sla.at(p.b))"
        " FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY p (a, b, n) ORDER BY n",
        name,
        [a for a, _ in pairs],
        [b for _, b in pairs],
    )
    assert counted == [one.open_between(a, b) for a, b in pairs]


def test_live_spent_time_is_that_of_the_core(fed: Fed) -> None:
    """spent now = spent so far + open time since; left = budget less that, below 0 when overdue."""
    office = CALENDARS["office"]
    since = hk("2026-04-02 20:30:00.000001")
    one = timer(
        "a@e1",
        calendar="office",
        spent_us=90 * MINUTE + 1,
        running_since_us=since,
        budget_us=2 * HOUR,
        started_us=START,
        deadline_us=office.deadline(since, 30 * MINUTE - 1),
    )
    fed.publish(ticket("T-1", one))
    fed.project()
    for clock in ("2026-04-02 20:45", "2026-04-04 12:00", "2026-04-07 09:10:00.000007"):
        now = hk(clock)
        fed.asked_at(clock)
        spent = one.spent_us + office.open_between(since, now)
        row = fed.row("SELECT * FROM sla_v1.timers")
        assert row["spent_s"] == seconds(spent)
        assert row["left_s"] == seconds(2 * HOUR - spent)
        assert row["spent_pct"] == round(Decimal(spent) * 100 / (2 * HOUR), 2)
        assert row["wall_s"] == seconds(now - START)
        assert one.deadline_us is not None
        assert row["left_wall_s"] == seconds(one.deadline_us - now)


def test_excluded_stretches_of_a_run_that_lasts_are_not_spent(fed: Fed) -> None:
    """4.9: before, around and after now; the timer says what its ledger adds up to."""
    office = CALENDARS["office"]
    one = timer(
        "a@e1",
        calendar="office",
        stretches=stretches(
            (0, "ran", ""),
            (HOUR, "excluded", "agreed (boss)"),
            (3 * HOUR, "ran", ""),
            (5 * HOUR, "excluded", "on hold (boss)"),
            (30 * HOUR, "ran", ""),
        ),
        started_us=START,
        running_since_us=START,
        budget_us=4 * HOUR,
    )
    fed.publish(ticket("T-1", one))
    fed.project()
    for clock in ("2026-03-30 14:00", "2026-03-30 15:30", "2026-03-31 17:00"):
        fed.asked_at(clock)
        row = fed.row("SELECT spent_s, left_s FROM sla_v1.timers")
        spent = sum(r.spent_us for r in ledger(one, office, hk(clock)))
        assert row == {"spent_s": seconds(spent), "left_s": seconds(4 * HOUR - spent)}, clock
