"""The live view of the demo: what it counts and tells, and how it looks without a terminal."""

from collections import Counter
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from rich.console import Console

from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import DAY, MINUTE, SECOND
from sla.agreement_files import load, published
from sla.cli import main
from sla.demo.clock import SimulatedClock
from sla.demo.delivery import Delivery
from sla.demo.desk import DeskPlan, desk
from sla.demo.living import TOGETHER, together
from sla.demo.run import months
from sla.demo.said import SOURCE, hong_kong
from sla.demo.show import Lines, picture
from sla.demo.snapshot import DemoSnapshot, PlanShare
from sla.demo.tally import PLANS, Tally
from sla.demo.telling import moments, news
from streams.core.partition import Effects, Partition, Record

pytestmark = pytest.mark.slow  # days of a desk, or of a real log

AGREEMENT = Path(__file__).parents[2] / "agreements" / "passkit.yaml"
# The days of the typhoon and of the excluded stretch, with few other tickets.
PLAN = DeskPlan(start=hong_kong("2026-04-20 00:00"), days=5, tickets_per_day=5)


@cache
def lived() -> tuple[Tally, list[bytes]]:
    """The days of `PLAN` lived in memory: the tally, and all that was published."""
    document, agreement = load(AGREEMENT)
    partition, tally, messages = Partition(), Tally(PLAN.start, PLAN.end), list[bytes]()
    events: dict[str, told.InboundEvent] = {}

    def take(at: int, said: list[told.InboundEvent]) -> Effects:
        record = Record(0, partition.position + 1, at, encode_batch(said) if said else b"")
        effects = partition.apply(record)
        tally.events += effects.events
        messages.extend(effects.messages)
        tally.moments += moments(effects.clock, tally.take(effects.messages), events)
        return effects

    take(PLAN.start, [published(document, agreement, SOURCE, PLAN.start)])
    for one in desk(PLAN).deliveries:
        while (due := partition.next_due) is not None and due <= one.arrives_at:
            take(due, [])
        if not isinstance(one.said, bytes):
            if one.said.id not in events:
                tally.moments += news(one.arrives_at, PLAN.start, one.said)
            events[one.said.id] = one.said
            take(one.arrives_at, [one.said])
    return tally, messages


def snapshot() -> DemoSnapshot:
    return lived()[0].snapshot(PLAN.end, 2.0)


def test_breaches_are_counted_by_the_last_word_on_each() -> None:
    last: dict[str, int] = {}
    for message in map(orjson.loads, lived()[1]):
        kind = message["data"].get("retracts", message["type"]) if "identity" in message else ""
        if kind == "sla.timer_breached.v1":
            last[message["identity"]] = message["data"]["revision"]
    held = sum(revision % 2 for revision in last.values())
    assert snapshot().breaches_held == held > 0
    assert snapshot().breaches_withdrawn == len(last) - held >= 4


def test_shares_and_states_are_those_of_the_last_images() -> None:
    images: dict[str, dict[str, Any]] = {}
    for message in map(orjson.loads, lived()[1]):
        if message["type"] == "sla.ticket_judged.v1":
            before = images.get(message["ticket"], {}) if "changed" in message else {}
            looks = {timer["timer"]: timer for timer in message.get("timers", ())}
            images[message["ticket"]] = before | looks
    timers = [timer for image in images.values() for timer in image.values()]
    states = Counter(timer["state"] for timer in timers)
    now = snapshot()
    assert (now.tickets, now.running, now.paused) == (
        len(images),
        states["running"],
        states["paused"],
    )
    decided = [t for t in timers if t["state"] in ("met", "met_late", "breached")]
    counted = [t["plan"] for t in decided if t["state"] != "met" or "deadline_us" in t]
    assert [(s.plan, s.counted) for s in now.shares] == [(p, counted.count(p)) for p in PLANS]
    assert all(0 < s.met <= s.counted for s in now.shares)
    assert now.events_per_second == now.events / 2


def test_a_typhoon_is_one_moment_whatever_it_withdraws() -> None:
    (told_of,) = [m for m in snapshot().moments if "Typhoon" in m.text]
    assert told_of.kind == "withdrawn"
    count, _, rest = told_of.text.partition(" breaches withdrawn: ")
    assert int(count) >= 3
    assert rest == (
        "Typhoon signal 8, Wed 22 Apr 13:00 to Thu 23 Apr 09:00, declared after the fact"
    )


def test_an_excluded_stretch_is_told_with_its_reason() -> None:
    ticket = desk(PLAN).tickets["excluded"]
    texts = [moment.text for moment in snapshot().moments]
    assert f"{ticket} first_response breached at Tue 21 Apr 10:00" in texts
    assert (
        f"{ticket} first_response breach withdrawn: "
        "3 h excluded (The customer asked us to wait for its own test)"
    ) in texts


def test_the_picture_holds_the_figures_in_plain_ascii() -> None:
    now = snapshot()
    out = Console(file=StringIO(), width=110)
    out.print(picture(now, plain=True))
    assert isinstance(out.file, StringIO)
    text = out.file.getvalue()
    assert text.isascii()
    assert "Hong Kong Fri 24 Apr 17:00" in text
    assert "day 5 of 5" in text
    assert f"breaches withdrawn {now.breaches_withdrawn:>4}" in text
    assert all(plan in text for plan in PLANS)
    assert now.moments[-1].text[:60] in text


def test_lines_come_every_two_days_and_at_the_end() -> None:
    out = Console(file=StringIO(), width=110)
    lines, now = Lines(out), snapshot()
    for at in range(PLAN.start, PLAN.end, DAY // 4):
        lines(lived()[0].snapshot(at, 1.0))
    lines(now)
    assert isinstance(out.file, StringIO)
    text = out.file.getvalue().splitlines()
    days = [line[:10] for line in text if " events (" in line]
    assert days == ["Wed 22 Apr", "Fri 24 Apr", "Fri 24 Apr"]
    assert sum("Typhoon" in line for line in text) == 1
    assert not [line for line in text if " breached at " in line]


def test_nothing_counted_yet_has_no_share() -> None:
    assert Tally(0, DAY).snapshot(0, 0.0).shares == tuple(PlanShare(p, 0, 0) for p in PLANS)


def test_the_clock_stands_still_and_never_goes_back() -> None:
    clock = SimulatedClock(MINUTE)
    assert (clock.now(), clock.now()) == (MINUTE, MINUTE)
    clock.move_to(2 * MINUTE)
    clock.move_to(SECOND)
    assert clock.now() == 2 * MINUTE


def test_what_is_taken_in_together_keeps_its_order_and_its_causes() -> None:
    deliveries = desk(PLAN).deliveries
    groups = list(together(deliveries))
    assert [one for group in groups for one in group] == deliveries
    assert len(groups) < len(deliveries)
    for group in groups:
        assert group[-1].arrives_at < group[0].arrives_at + TOGETHER
        subjects = [one.said.subject for one in group if not isinstance(one.said, bytes)]
        assert len(set(subjects)) == len(subjects)
        assert len(subjects) in (0, len(group))
    assert list(together([])) == []
    raw = [Delivery(0, b"1"), Delivery(0, b"2")]
    assert list(together(raw)) == [[raw[0]], [raw[1]]]


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-03-16 00:00", 46, ["2026-03", "2026-04"]),
        ("2026-04-30 00:00", 1, ["2026-04"]),
        ("2026-12-31 00:00", 2, ["2026-12", "2027-01"]),
    ],
)
def test_months_are_those_of_hong_kong(start: str, days: int, expected: list[str]) -> None:
    assert list(months(DeskPlan(start=hong_kong(start), days=days))) == expected


def test_a_directory_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    answer = CliRunner().invoke(main, ["demo", "--home", str(tmp_path)])
    assert answer.exit_code == 1
    assert "holds something else than a demo" in answer.output
    assert (tmp_path / "letters.txt").read_text() == "dear"


def test_it_takes_no_database_of_somebody_else(tmp_path: Path) -> None:
    asked = ["--dsn", "dbname=theirs", "demo", "--home", str(tmp_path / "demo")]
    answer = CliRunner().invoke(main, asked)
    assert answer.exit_code == 1
    assert "leave --dsn and SLA_DSN away" in answer.output
    assert not (tmp_path / "demo").exists()
