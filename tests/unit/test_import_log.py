"""`sla import`: the command, without a database (`--check`), and the batches it makes."""

import csv
import gzip
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from schemas.inbound import InboundEvent
from sla.cli import main
from sla.importing import plan_import, run_import
from sla.rows_progress import Lines, rows_progress
from streams.intake.csv_document import read_mapping_document

MAPPING = """\
source: /logs/test
time: {zone: UTC, formats: ["%Y-%m-%d %H:%M"]}
ticket: id
at: when
changes: {status: state, severity: prio}
"""
LOG = """\
id,when,state,prio
T,2016-01-04 09:00,New,1
T,soon,New,1
U,2016-01-04 10:00,New,1
T,2016-01-04 11:00,Done,2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "map.yaml").write_text(MAPPING)
    return tmp_path


def sla_import(folder: Path, *arguments: str, log: str = "log.csv") -> Result:
    mapping = str(folder / "map.yaml")
    command = ["import", str(folder / log), "--mapping", mapping, "--check", *arguments]
    return CliRunner().invoke(main, command)


def test_it_tells_rows_refusals_and_tickets(folder: Path) -> None:
    result = sla_import(folder)
    assert result.exit_code == 0, result.output
    assert "4 rows read = 3 journaled + 1 refused; 4 events of 2 tickets" in result.output
    assert f"{folder / 'log.csv'}:3: column when: 'soon' is no time" in result.output
    assert "nothing was appended" in result.output


def test_refused_rows_are_written_to_a_file(folder: Path) -> None:
    sla_import(folder, "--refused", str(folder / "refused.csv"))
    (row,) = csv.DictReader((folder / "refused.csv").read_text().splitlines())
    assert (row["line"], row["column"], row["row"]) == ("3", "when", "T,soon,New,1")


def test_a_packed_log_is_told_by_its_first_bytes(folder: Path) -> None:
    (folder / "packed").write_bytes(gzip.compress(LOG.encode()))
    assert "4 rows read = 3 journaled + 1 refused" in sla_import(folder, log="packed").output


def test_many_refusals_are_counted_beyond_the_first(folder: Path) -> None:
    (folder / "log.csv").write_text(LOG + "T,soon,New,1\n" * 30)
    output = sla_import(folder).output
    assert output.count("is no time") == 20
    assert "and 11 more; --refused FILE writes them all" in output


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        pytest.param(
            "log.csv",
            gzip.compress(LOG.encode())[:-9],
            "log.csv: cannot be read: Compressed file ended",
            id="cut-off",
        ),
        pytest.param(
            "log.csv",
            LOG.replace("2016-01-04 10:00", "2906-01-04 10:00").encode(),
            "log.csv:4: 2906-01-04T10:00:00+00:00 lies ahead of this machine's clock",
            id="ahead-of-the-clock",
        ),
        pytest.param(
            "log.csv",
            LOG.replace("prio", "priority").encode(),
            "map.yaml:5: the file has no column 'prio'; its columns are id, when, state, priority",
            id="unknown-column",
        ),
        pytest.param("map.yaml", b"\xff\xfe", "save it as UTF-8", id="mapping-no-text"),
        pytest.param(
            "map.yaml",
            MAPPING.encode() + b"agreements: [map.yaml]\n",
            "map.yaml:1:1: version is missing",
            id="no-agreement",
        ),
        pytest.param("map.yaml", b"source: [", "map.yaml:1: ", id="mapping-no-yaml"),
        pytest.param(
            "map.yaml",
            MAPPING.encode() + b"agreements: [none.yaml]\n",
            "map.yaml:6: there is no file",
            id="no-such-agreement",
        ),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(
    folder: Path, name: str, content: bytes, expected: str
) -> None:
    (folder / name).write_bytes(content)
    result = sla_import(folder)
    assert result.exit_code == 1
    assert expected in result.output
    assert isinstance(result.exception, SystemExit)


# -- batches -------------------------------------------------------------------------------------


class Kept:
    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.kinds: list[str] = []

    def append(self, events: Sequence[InboundEvent], /) -> None:
        self.sizes.append(len(events))
        self.kinds.extend(type(event).__name__ for event in events)


@pytest.mark.parametrize(
    ("batch", "sizes"),
    [
        pytest.param(1, [1, 1, 1, 2, 2], id="by-row"),
        pytest.param(3, [1, 4, 2], id="never-splits-a-row"),
    ],
)
def test_rows_go_in_whole_batches_between_begin_and_end(
    folder: Path, batch: int, sizes: list[int]
) -> None:
    document = read_mapping_document(MAPPING, "map.yaml")
    kept = Kept()
    counted: list[int] = []
    run_import(plan_import(folder / "log.csv", document, []), kept, batch, on_rows=counted.append)
    assert kept.sizes == sizes
    assert kept.kinds[0] == "SourceImportBegun"
    assert kept.kinds[-2:] == ["SourceImportEnded", "SourceHeartbeat"]
    assert sum(counted) == 4


def test_facts_the_mapping_states_come_before_the_rows(folder: Path) -> None:
    text = MAPPING + (
        "words: {statuses: {New: open}}\n"
        "accounts: [{account: A, fact: plan, value: gold, effective_at: 2016-01-01T00:00:00Z}]\n"
    )
    document = read_mapping_document(text, "map.yaml")
    kept = Kept()
    agreement = {"name": "test", "version": "1"}
    run_import(plan_import(folder / "log.csv", document, [agreement]), kept, 500)
    assert kept.kinds[:5] == [
        "SourceImportBegun",
        "AgreementWasPublished",
        "MappingWasPublished",
        "AccountFactStated",
        "TicketOpened",
    ]


# -- progress ------------------------------------------------------------------------------------


def test_a_line_of_progress_tells_count_rate_and_time_left() -> None:
    lines = Lines(Console(file=StringIO()), total=1_000, read=250)
    assert lines.line(5.0) == "250 of 1,000 rows (25 %), 50 rows/s, 15 s left"


def test_a_terminal_gets_a_bar() -> None:
    screen = StringIO()
    with rows_progress(Console(file=screen, force_terminal=True, width=100), 1_000) as progress:
        progress.advance(250)
        progress.advance(750)
    assert "1000/1000" in screen.getvalue()


def test_a_pipe_gets_lines_now_and_then() -> None:
    out = StringIO()
    with rows_progress(Console(file=out, force_terminal=False), 1_000) as progress:
        assert isinstance(progress, Lines)
        progress.advance(250)
        progress.told -= 60.0
        progress.advance(250)
    assert out.getvalue().startswith("500 of 1,000 rows (50 %), ")
