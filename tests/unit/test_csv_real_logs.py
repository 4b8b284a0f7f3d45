"""The two real logs, whole, through their mappings: every row accounted for, every id once."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

from schemas.inbound import InboundEvent
from sla.importing import Plan, open_log, plan_import, run_import
from streams.intake.csv_document import MappingDocument, read_mapping_document
from streams.intake.csv_log import Journaled, read_rows

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SERVICENOW = ROOT / "tests/data/servicenow_incident_event_log.csv.gz"
VOLVO = ROOT / "tests/data/bpi13_volvo_incidents.csv.gz"


class Kept:
    """A sink that keeps what it is given, batch by batch."""

    def __init__(self) -> None:
        self.batches: list[list[InboundEvent]] = []

    def append(self, events: Sequence[InboundEvent], /) -> None:
        self.batches.append(list(events))

    @property
    def events(self) -> list[InboundEvent]:
        return [event for batch in self.batches for event in batch]


def mapping(name: str) -> MappingDocument:
    return read_mapping_document((ROOT / "imports" / name).read_text(), name)


def plan(file: Path, name: str) -> Plan:
    return plan_import(file, mapping(name), [])


def kinds(events: Sequence[InboundEvent]) -> Counter[str]:
    return Counter(type(event).__name__ for event in events)


def test_the_servicenow_log_is_read_whole() -> None:
    kept = Kept()
    servicenow = plan(SERVICENOW, "servicenow.yaml")
    assert servicenow.survey.complete_until == datetime(2017, 2, 4, 19, tzinfo=UTC)
    tally = run_import(servicenow, kept, 500)
    assert (tally.rows, tally.journaled, tally.refused) == (5_998, 5_998, 0)
    assert len(tally.tickets) == 890
    # Each row tells its state, so the rows are the status events. The other numbers were counted
    # in the file itself, by a loop that knows nothing of this code.
    assert kinds(kept.events) == {
        "TicketOpened": 890,
        "TicketStatusChanged": 5_998,
        "TicketSeverityChanged": 45,
        "TicketAssigned": 1_115,
        "TicketVerdictReported": 1_285,
        "SourceImportBegun": 1,
        "MappingWasPublished": 1,
        "SourceImportEnded": 1,
        "SourceHeartbeat": 1,
    }
    assert len({event.id for event in kept.events}) == len(kept.events)


def test_the_volvo_log_is_read_whole_within_three_seconds() -> None:
    volvo = mapping("volvo.yaml")
    began = process_time()
    ids: set[str] = set()
    events = rows = 0
    with open_log(VOLVO, volvo) as lines:
        for result in read_rows(volvo, lines):
            assert isinstance(result, Journaled), result
            rows += 1
            events += len(result.events)
            ids.update(event.id for event in result.events)
    seconds = process_time() - began
    assert (rows, events, len(ids)) == (65_533, 65_533, 65_533)
    assert seconds < 3, f"{rows} rows took {seconds:.1f} s of processor time"


def test_importing_again_says_the_same() -> None:
    """Equal ids with equal content change nothing (1.6), the import's own events among them."""
    first, again = Kept(), Kept()
    run_import(plan(SERVICENOW, "servicenow.yaml"), first, 500)
    run_import(plan(SERVICENOW, "servicenow.yaml"), again, 77)
    assert first.events == again.events
    assert len(again.batches) > len(first.batches)


@pytest.mark.parametrize("name", ["servicenow.yaml", "volvo.yaml"])
def test_every_status_of_the_log_has_a_meaning(name: str) -> None:
    file = SERVICENOW if name == "servicenow.yaml" else VOLVO
    document = mapping(name)
    column = document.mapping.changes.status
    assert column is not None
    with open_log(file, document) as lines:
        header, *rows = (line.rstrip("\n").split(",") for line in lines)
    words = {row[header.index(column)] for row in rows}
    assert words <= document.mapping.words["statuses"].keys()
