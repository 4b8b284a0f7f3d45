"""CSV logs: rows to events, and what is refused (semantics 1.4, 1.6, 1.8, 2.2, 7.5)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import inbound as told
from schemas.inbound import InboundEvent
from streams.intake.csv_document import MappingRefused, read_mapping_document
from streams.intake.csv_log import Journaled, Refused, RowResult, read_rows, survey

MAPPING = """\
source: /logs/test
file: {missing: ["", "?"]}
time: {zone: Europe/Brussels, formats: ["%d-%m-%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z"]}
ticket: id
at: when
"""
CHANGES = "changes: {status: state, severity: prio, team: group, agent: who}\n"
HEADER = "id,when,state,prio,group,who"


def rows(mapping: str, *lines: str) -> list[RowResult]:
    document = read_mapping_document(mapping, "test.yaml")
    return list(read_rows(document, StringIO("\n".join(lines) + "\n", newline="")))


def said(result: RowResult) -> list[str]:
    """The events of a row, each as `what word` beside its local-free time."""
    assert isinstance(result, Journaled), result
    return [short(event) for event in result.events]


def short(event: InboundEvent) -> str:
    words = [str(getattr(event.data, f)) for f in event.data.__struct_fields__]
    words = [word for word in words if word not in {"None", "False"}]
    what = type(event).__name__.removeprefix("Ticket")
    return " ".join([event.time.strftime("%d %H:%M"), what, *words])


def only(results: Iterable[RowResult]) -> RowResult:
    (result,) = results
    return result


def refused(result: RowResult) -> Refused:
    assert isinstance(result, Refused), result
    return result


# -- rows to events ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mapping", "lines", "expected"),
    [
        pytest.param(
            CHANGES,
            ["T,04-01-2016 09:00,New,1,L1,ann"],
            [["04 08:00 Opened New 1 L1 ann"]],
            id="first-row-opens-with-its-words",
        ),
        pytest.param(
            CHANGES,
            ["T,04-01-2016 09:00,New,1,L1,ann", "T,04-01-2016 10:00,New,1,L1,ann"],
            [["04 08:00 Opened New 1 L1 ann"], ["04 09:00 StatusChanged New"]],
            id="a-row-without-change-states-the-status-again",
        ),
        pytest.param(
            CHANGES,
            ["T,04-01-2016 09:00,New,1,L1,", "T,04-01-2016 10:00,Busy,2,L2,bob"],
            [
                ["04 08:00 Opened New 1 L1"],
                [
                    "04 09:00 StatusChanged Busy",
                    "04 09:00 SeverityChanged 2",
                    "04 09:00 Assigned L2 bob",
                ],
            ],
            id="each-change-is-an-event",
        ),
        pytest.param(
            CHANGES,
            ["T,04-01-2016 09:00,New,1,L1,ann", "T,04-01-2016 10:00,Busy,?,?,bob"],
            [
                ["04 08:00 Opened New 1 L1 ann"],
                ["04 09:00 StatusChanged Busy", "04 09:00 Assigned L1 bob"],
            ],
            id="a-missing-cell-says-nothing",
        ),
        pytest.param(
            CHANGES,
            [
                "T,04-01-2016 09:00,New,1,,",
                "U,04-01-2016 10:00,New,2,,",
                "T,04-01-2016 11:00,New,2,,",
            ],
            [
                ["04 08:00 Opened New 1"],
                ["04 09:00 Opened New 2"],
                ["04 10:00 StatusChanged New", "04 10:00 SeverityChanged 2"],
            ],
            id="tickets-may-stand-between-one-another",
        ),
        pytest.param(
            "opening: {status: {constant: New}, plan: {constant: gold}, channel: group}\n"
            "changes: {status: state}\n",
            ["T,04-01-2016 09:00,Busy,1,phone,"],
            [["04 08:00 Opened New gold phone", "04 08:00 StatusChanged Busy"]],
            id="constants-and-columns-open",
        ),
        pytest.param(
            "changes: {team: group, agent: who}\n",
            ["T,04-01-2016 09:00,,,L1,ann", "T,04-01-2016 10:00,,,L1,ann"],
            [["04 08:00 Opened L1 ann"], ["04 09:00 Assigned L1 ann"]],
            id="without-a-status-the-first-thing-held-is-stated-again",
        ),
    ],
)
def test_rows_become_events(mapping: str, lines: list[str], expected: list[list[str]]) -> None:
    assert [said(result) for result in rows(MAPPING + mapping, HEADER, *lines)] == expected


def test_an_opening_of_its_own_time_leaves_the_status_to_the_row() -> None:
    """A row that finds the ticket resolved must not resolve it at its opening (3.8)."""
    mapping = MAPPING + "opening: {at: opened}\nchanges: {status: state, severity: prio}\n"
    results = rows(
        mapping,
        "id,opened,when,state,prio",
        "T,04-01-2016 09:00,04-01-2016 12:00,Resolved,1",
        "U,?,04-01-2016 12:00,New,1",
    )
    assert said(results[0]) == ["04 08:00 Opened 1", "04 11:00 StatusChanged Resolved"]
    assert said(results[1]) == ["04 11:00 Opened 1", "04 11:00 StatusChanged New"]


def test_activity_words_stand_for_events() -> None:
    mapping = MAPPING + (
        "activity:\n"
        "  column: did\n"
        "  silent: [viewed]\n"
        "  means:\n"
        "    answered: {event: replied}\n"
        "    noted: {event: replied, public: false}\n"
        "    fixed: {event: resolved}\n"
        "changes: {status: state}\n"
    )
    results = rows(
        mapping,
        "id,when,did,state",
        "T,04-01-2016 09:00,viewed,New",
        "T,04-01-2016 10:00,answered,",
        "T,04-01-2016 11:00,noted,",
        "T,04-01-2016 12:00,fixed,Done",
        "T,04-01-2016 13:00,viewed,",
        "T,04-01-2016 14:00,danced,Done",
    )
    assert [said(result) for result in results[:4]] == [
        ["04 08:00 Opened New"],
        ["04 09:00 Replied agent True"],
        ["04 10:00 Replied agent"],
        ["04 11:00 StatusChanged Done", "04 11:00 Resolved"],
    ]
    assert refused(results[4]).problem == "the row says nothing of its ticket"
    assert refused(results[5]).text("log.csv") == (
        "log.csv:7: column did: 'danced' stands for no event; add it to activity.means, or to "
        "activity.silent if it says nothing (test.yaml:6)"
    )


def test_dated_columns_are_events_at_their_own_time_once() -> None:
    mapping = MAPPING + (
        "changes: {status: state}\n"
        "dated:\n"
        "  - {column: answered, event: replied}\n"
        "  - {column: resolved, event: resolved}\n"
    )
    results = rows(
        mapping,
        "id,when,state,answered,resolved",
        "T,04-01-2016 09:00,New,04-01-2016 09:30,",
        "T,04-01-2016 10:00,New,04-01-2016 09:30,05-01-2016 09:00",
        "T,04-01-2016 11:00,New,04-01-2016 09:30,06-01-2016 09:00",
    )
    assert [said(result) for result in results] == [
        ["04 08:00 Opened New", "04 08:30 Replied agent True"],
        ["04 09:00 StatusChanged New", "05 08:00 Resolved"],
        ["04 10:00 StatusChanged New", "06 08:00 Resolved"],
    ]


def test_the_sources_verdict_is_told_when_it_changes() -> None:
    mapping = MAPPING + (
        'changes: {status: state}\nverdict: {column: kept, met: ["TRUE"], missed: ["FALSE"]}\n'
    )
    lines = [f"T,04-01-2016 {9 + n:02}:00,New,{v}" for n, v in enumerate(["TRUE", "TRUE", "FALSE"])]
    results = rows(mapping, "id,when,state,kept", *lines, "T,04-01-2016 13:00,New,perhaps")
    assert [said(result)[1:] for result in results[:3]] == [
        ["04 08:00 VerdictReported met"],
        [],
        ["04 10:00 VerdictReported missed"],
    ]
    assert refused(results[3]).column == "kept"


def test_ids_and_sequence_follow_the_ticket_so_a_longer_file_repeats_them() -> None:
    """The same events again are ignored (1.6), also where rows of other tickets came between."""
    first = rows(
        MAPPING + CHANGES, HEADER, "T,04-01-2016 09:00,New,1,,", "T,04-01-2016 09:00,Busy,2,,"
    )
    longer = rows(
        MAPPING + CHANGES,
        HEADER,
        "S,04-01-2016 08:00,New,1,,",
        "T,04-01-2016 09:00,New,1,,",
        "S,04-01-2016 08:30,New,1,,",
        "T,04-01-2016 09:00,Busy,2,,",
        "T,04-01-2016 10:00,Done,2,,",
    )
    events = [e for r in first if isinstance(r, Journaled) for e in r.events]
    again = [e for r in longer if isinstance(r, Journaled) and r.ticket == "T" for e in r.events]
    assert [(e.id, e.sequence) for e in events] == [
        ("T:1:opened", "1"),
        ("T:2:status", "2"),
        ("T:2:severity", "2"),
    ]
    assert again[: len(events)] == events


def test_rows_in_no_order_are_put_in_order_of_time() -> None:
    lines = ["T,04-01-2016 11:00,Done,1,,", "T,never,Lost,1,,", "T,04-01-2016 09:00,New,1,,"]
    results = rows(MAPPING + CHANGES + "order: time\n", HEADER, *lines)
    assert refused(results[0]).line == 3
    assert [said(result) for result in results[1:]] == [
        ["04 08:00 Opened New 1"],
        ["04 10:00 StatusChanged Done"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("04-01-2016 09:00", "2016-01-04T08:00", id="the-zone-of-the-log"),
        pytest.param("27-03-2016 02:30", "2016-03-27T01:30", id="in-no-day-moves-on-by-the-gap"),
        pytest.param("30-10-2016 02:30", "2016-10-30T00:30", id="twice-is-the-first"),
        pytest.param("2016-01-04T09:00:00+0800", "2016-01-04T01:00", id="its-own-offset"),
    ],
)
def test_local_times_become_instants(text: str, expected: str) -> None:
    """Semantics 2.2 for a clock that jumps."""
    result = only(rows(MAPPING + CHANGES, HEADER, f"T,{text},New,1,,"))
    assert isinstance(result, Journaled)
    assert result.events[0].time == datetime.fromisoformat(expected).replace(tzinfo=UTC)


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "T,31-02-2016 09:00,New,1,,",
            "log.csv:2: column when: '31-02-2016 09:00' is no time of the form %d-%m-%Y %H:%M or "
            "%Y-%m-%dT%H:%M:%S%z; correct it, or add its form to time.formats (test.yaml:3)",
            id="bad-time",
        ),
        pytest.param(
            "?,04-01-2016 09:00,New,1,,",
            "log.csv:2: column id: no ticket is named; fill it in",
            id="no-ticket",
        ),
        pytest.param(
            "T,,New,1,,", "log.csv:2: column when: no time is told; fill it in", id="no-time"
        ),
        pytest.param(
            "T,04-01-2016 09:00,New,1",
            "log.csv:2: column prio: 4 cells under 6 columns; check the delimiter, and quote "
            "cells that hold it",
            id="too-few-cells",
        ),
        pytest.param(
            f"T,04-01-2016 09:00,{'x' * 81},1,,",
            "log.csv:2: column state: Expected `str` of length <= 80; an id or a word is short "
            "and has no line breaks",
            id="text-where-a-word-belongs",
        ),
        pytest.param(
            f"{'T' * 129},04-01-2016 09:00,New,1,,",
            "log.csv:2: column id: Expected `str` of length <= 128; an id or a word is short "
            "and has no line breaks",
            id="ticket-too-long",
        ),
        pytest.param(
            "T,04-01-2016 09:00,N\udcffw,1,,",
            "log.csv:2: column state: bytes that are no text of the stated encoding; state the "
            "file's encoding under file.encoding",
            id="bad-bytes",
        ),
    ],
)
def test_a_bad_row_is_refused_with_place_and_remedy(line: str, expected: str) -> None:
    results = rows(MAPPING + CHANGES, HEADER, line, "T,04-01-2016 10:00,New,1,,")
    assert refused(results[0]).text("log.csv") == expected
    # The good row behind it is read, and opens the ticket.
    assert said(results[1]) == ["04 09:00 Opened New 1"]


def test_a_cell_with_a_line_break_is_refused_and_lines_stay_counted() -> None:
    """No message text slips into the log (1.8)."""
    results = rows(
        MAPPING + CHANGES,
        HEADER,
        'T,04-01-2016 09:00,"New\n\nprinter is on fire",1,,',
        "",
        "T,bad,New,1,,",
    )
    assert [(refused(r).line, refused(r).column) for r in results] == [(4, "state"), (6, "when")]


def test_a_refused_row_leaves_nothing_behind() -> None:
    mapping = MAPPING + CHANGES + "dated: [{column: id2, event: resolved}]\n"
    results = rows(
        mapping,
        "id,when,state,prio,group,who,id2",
        "T,04-01-2016 09:00,New,1,,,",
        "T,04-01-2016 10:00,New,2,,,bad",
        "T,04-01-2016 11:00,New,2,,,",
    )
    assert refused(results[1]).column == "id2"
    assert said(results[2]) == ["04 10:00 StatusChanged New", "04 10:00 SeverityChanged 2"]


DOCUMENT = read_mapping_document(
    MAPPING + CHANGES + "complete_until: 2016-01-01T00:00:00Z\n", "test.yaml"
)
CELLS = st.sampled_from(
    ["T", "U", "04-01-2016 09:00", "31-02-2016 09:00", "New", "", "?", '"', "\x00", "\udcff", "é"]
) | st.text(max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=7).map(",".join), max_size=12))
def test_nothing_in_a_file_stops_the_reading(lines: list[str]) -> None:
    """Whatever stands in the rows: each is journaled with an event or refused, and reading again
    gives the same."""
    text = "\n".join([HEADER, *lines]) + "\n"
    results = list(read_rows(DOCUMENT, StringIO(text, newline="")))
    assert survey(DOCUMENT, StringIO(text, newline="")).rows == len(results)
    assert all(r.events for r in results if isinstance(r, Journaled))
    assert results == list(read_rows(DOCUMENT, StringIO(text, newline="")))


# -- the mapping document ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            MAPPING + "changes:\n  status: stat\n  severity: prio\n",
            "test.yaml:7: the file has no column 'stat'; "
            "its columns are id, when, state, prio, group, who",
            id="unknown-column",
        ),
        pytest.param(
            MAPPING + "chnages: {status: state}\n",
            "test.yaml:6: chnages: contains unknown field `chnages`; "
            "see imports/README.md for the keys",
            id="unknown-key",
        ),
        pytest.param(
            MAPPING + "changes: {}\n",
            "test.yaml:6: the rows would say nothing; "
            "name a column under changes, activity, dated or verdict",
            id="nothing-to-say",
        ),
        pytest.param(
            MAPPING.replace("Europe/Brussels", "Europe/Brusels") + CHANGES,
            "test.yaml:3: 'Europe/Brusels' is no zone; "
            "write an IANA name such as UTC or Europe/Brussels",
            id="unknown-zone",
        ),
        pytest.param(
            MAPPING + CHANGES + "file: {}\n",
            'test.yaml:7: found duplicate key "file"',
            id="a-key-twice",
        ),
        pytest.param(
            MAPPING + CHANGES + "complete_until: 2016-01-01T00:00:00\n",
            "test.yaml:7: complete_until: Expected `datetime` with a timezone component; "
            "see imports/README.md for the keys",
            id="naive-time",
        ),
        pytest.param(
            MAPPING + CHANGES + "verdict: {column: who, met: [ok], missed: [ok]}\n",
            "test.yaml:7: ok stands for both met and missed; leave it in one",
            id="a-verdict-both-ways",
        ),
        pytest.param(
            "source: /logs/test\nfile: {encoding: utf-9}\n"
            + MAPPING.partition("\n")[2].partition("\n")[2]
            + CHANGES,
            "test.yaml:2: 'utf-9' is no encoding; "
            "write one that Python knows, such as utf-8 or cp1252",
            id="unknown-encoding",
        ),
        pytest.param(
            MAPPING + CHANGES + "words:\n  statuses:\n    1: open\n    2: opne\n",
            "test.yaml:10: statuses.2: no status category 'opne'; did you mean open? write one of",
            id="a-word-for-nothing",
        ),
        pytest.param(
            "- a\n",
            "test.yaml:1: the document: Expected `object`, got `array`; "
            "see imports/README.md for the keys",
            id="no-mapping",
        ),
    ],
)
def test_a_bad_mapping_is_refused_with_line_and_remedy(text: str, expected: str) -> None:
    with pytest.raises(MappingRefused) as caught:
        rows(text, HEADER)
    assert str(caught.value).startswith(expected)


def test_every_missing_column_is_named_at_once() -> None:
    with pytest.raises(MappingRefused) as caught:
        rows(MAPPING + CHANGES, "ticket;when;state;prio;group;who")
    assert len(caught.value.faults) == 6


def test_a_header_with_two_equal_columns_is_refused() -> None:
    with pytest.raises(MappingRefused, match="two columns 'id'"):
        rows(MAPPING + CHANGES, f"{HEADER},id")


# -- the first pass ------------------------------------------------------------------------------


def test_the_log_is_whole_up_to_its_greatest_time() -> None:
    document = read_mapping_document(
        MAPPING + CHANGES + "dated: [{column: closed, event: closed}]\n", "test.yaml"
    )
    lines = [
        f"{HEADER},closed\n",
        "T,04-01-2016 09:00,New,1,,,06-01-2016 09:00\n",
        "T,bad,New,1,,,\n",
        "T,05-01-2016 09:00,New,1,,,\n",
    ]
    found = survey(document, lines)
    assert (found.rows, found.line) == (3, 2)
    assert found.complete_until == datetime(2016, 1, 6, 8, tzinfo=UTC)


def test_a_mapping_may_state_up_to_when_the_log_is_whole() -> None:
    text = MAPPING + CHANGES + "complete_until: 2016-02-01T00:00:00+08:00\n"
    found = survey(read_mapping_document(text, "test.yaml"), [f"{HEADER}\n"])
    assert found.complete_until == datetime(2016, 1, 31, 16, tzinfo=UTC)


def test_a_file_without_one_readable_time_is_refused() -> None:
    document = read_mapping_document(MAPPING + CHANGES, "test.yaml")
    with pytest.raises(MappingRefused, match=r"test\.yaml:3: no row of the file has a time"):
        survey(document, [f"{HEADER}\n", "T,2016/01/04,New,1,,\n"])


def test_events_are_told_types() -> None:
    result = only(rows(MAPPING + CHANGES, HEADER, "T,04-01-2016 09:00,New,1,,"))
    assert isinstance(result, Journaled)
    (event,) = result.events
    assert isinstance(event, told.TicketOpened)
    assert (event.source, event.subject) == ("/logs/test", "T")
