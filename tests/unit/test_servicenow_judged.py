"""The ServiceNow log under its agreement: the judge against a plain walk over the rows.

The walk knows CSV rows, wall time and four budgets, and nothing of the code under test. It leaves
out incidents that it is too plain for: reopened ones, and those whose priority changed or whose
rows stand out of order.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from schemas import inbound as told
from schemas.inbound import InboundEvent
from schemas.instants import instant, moment
from schemas.outcomes import Breached, Met, MetLate
from sla.agreement_files import load
from sla.importing import plan_import, run_import
from streams.core.book import Book
from streams.core.facts import TicketFact
from streams.core.history import fact_of, order
from streams.core.judge import Judged, judge
from streams.intake.csv_document import read_mapping_document

pytestmark = pytest.mark.slow  # days of a desk, or of a real log

ROOT: Final = Path(__file__).parents[2]
LOG: Final = ROOT / "tests/data/servicenow_incident_event_log.csv.gz"
SOURCE: Final = "/logs/servicenow"
HOURS: Final = {"1 - Critical": 4, "2 - High": 8, "3 - Moderate": 72, "4 - Low": 120}
DONE: Final = ("Resolved", "Closed")


class Histories:
    """A sink that sorts events into a book and the histories of tickets."""

    def __init__(self) -> None:
        self.book = Book()
        self.facts: dict[str, list[TicketFact]] = defaultdict(list)

    def append(self, events: Sequence[InboundEvent], /) -> None:
        for event in events:
            if isinstance(event, told.SharedEvent):
                self.book.take(event, 0)
            else:
                self.facts[event.subject].append(fact_of(event, 0))


@pytest.fixture(scope="module")
def judged() -> dict[str, Judged]:
    mapping = ROOT / "imports/servicenow.yaml"
    document = read_mapping_document(mapping.read_text(), mapping.name)
    agreement, _ = load(ROOT / "agreements/servicenow_log.yaml")
    plan = plan_import(LOG, document, [agreement])
    said = Histories()
    run_import(plan, said, 500)
    until = instant(plan.survey.complete_until)
    return {
        ticket: judge(SOURCE, sorted(facts, key=order), said.book, until)
        for ticket, facts in said.facts.items()
    }


def walk() -> dict[str, tuple[bool, timedelta]]:
    """Ticket -> (kept its promise, time used): from the opening to the first row that is done,
    without the stretches between rows in a state that waits for somebody else."""
    tickets: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(LOG, "rt") as lines:
        for row in csv.DictReader(lines):
            tickets[row["number"]].append(row)
    found: dict[str, tuple[bool, timedelta]] = {}
    for ticket, rows in tickets.items():
        done = [row["incident_state"] in DONE for row in rows]
        times = [_time(rows[0]["opened_at"]), *(_time(row["sys_updated_at"]) for row in rows)]
        if done != sorted(done) or times != sorted(times) or len({r["priority"] for r in rows}) > 1:
            continue
        last = done.index(True)
        states = ["New", *(row["incident_state"] for row in rows[:last])]
        stretches = pairwise(times[: last + 2])
        counted = (b - a for s, (a, b) in zip(states, stretches, strict=True) if _counts(s))
        used = sum(counted, timedelta())
        budget = timedelta(hours=HOURS[rows[0]["priority"]])
        # A wait that begins exactly at the deadline does not help (3.3). INC0000790 begins one
        # to the minute: opened on 1 March 15:17, waiting from 4 March 15:17, 72 hours promised.
        found[ticket] = (used < budget or (used == budget and _counts(states[-1])), used)
    return found


def _time(text: str) -> datetime:
    return datetime.strptime(text + " +0000", "%d-%m-%Y %H:%M %z")


def _counts(state: str) -> bool:
    return not state.startswith("Awaiting")


def test_every_incident_is_judged_as_by_a_walk_over_its_rows(judged: dict[str, Judged]) -> None:
    """Semantics 3.7 to 3.9: time used, pauses out, and kept where it is not over the budget."""
    walked = walk()
    assert len(walked) == 835
    ends = {
        ticket: [
            (isinstance(outcome, Met), timedelta(microseconds=outcome.spent))
            for outcome in judged[ticket].outcomes
            if isinstance(outcome, Met | MetLate)
        ]
        for ticket in walked
    }
    assert ends == {ticket: [end] for ticket, end in walked.items()}


def test_a_wait_that_begins_at_the_deadline_does_not_help(judged: dict[str, Judged]) -> None:
    """Semantics 3.3, as it happened."""
    (breach,) = [o for o in judged["INC0000790"].outcomes if isinstance(o, Breached)]
    assert moment(breach.effective_at) == datetime(2016, 3, 4, 15, 17, tzinfo=UTC)


def test_every_word_has_a_meaning_and_every_incident_a_promise(judged: dict[str, Judged]) -> None:
    assert len(judged) == 890
    for ticket, result in judged.items():
        assert result.fold is not None, ticket
        assert result.fold.unmapped == []
        assert [timer.cell.target for timer in result.timers][:1] == ["resolution"], ticket
