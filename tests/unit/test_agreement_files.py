"""Agreement files: every fault with file, line and column, and documents that stand alone."""

from pathlib import Path
from textwrap import dedent

import msgspec
import pytest

from schemas.inbound import AgreementWasPublished
from schemas.instants import parse
from sla.agreement_files import FileFaults, load, published
from sla.yaml_places import Places, read_yaml
from streams.core.agreement.read import read_agreement
from streams.core.book import Book
from tests.agreements import PASSKIT_FILE


def faults_in(file: Path) -> tuple[str, ...]:
    with pytest.raises(FileFaults) as refused:
        load(file)
    return refused.value.lines


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1:1: is empty — write an agreement"),
        ("a: [1, 2\nb: 3\n", "2:2: no YAML: "),
        ("a: 1\n\ta: 2\n", "2:1: no YAML: "),
        ("? [a, b]\n: 1\n", "1:3: a key that is a list or mapping — write keys as text"),
        ("{a: 1, b: {c: 1, c: 2}}", "1:18: a second 'c'; the first is in line 1"),
        ("a: *nobody\n", "1:4: no YAML: found undefined alias"),
        ("[" * 60 + "]" * 60, "1:42: is nested too deeply or repeats too much"),
    ],
)
def test_text_that_is_no_document(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    assert any(line.startswith(f"{file}:{told}") for line in faults_in(file)), faults_in(file)


def test_parts_repeated_without_end_are_refused(tmp_path: Path) -> None:
    rows = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    file = tmp_path / "billion.yaml"
    file.write_text("\n".join(["a0: &a0 [x]", *rows]))
    assert any("repeats too much — write it plainly" in line for line in faults_in(file))


def test_bytes_that_are_no_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes(b"name: caf\xe9\n")
    assert faults_in(file) == (f"{file}:1:1: byte 9 is no UTF-8 — save the file as UTF-8",)


def test_scalars_are_what_is_written(tmp_path: Path) -> None:
    file = tmp_path / "scalars.yaml"
    file.write_text("[2026-01-01, 09:00, 1:30, no, on, 0x1f, 007, 1e3, 5, 0.5, true, ~, .inf]")
    assert read_yaml(file, (), Places()) == [
        *("2026-01-01", "09:00", "1:30", "no", "on", "0x1f", 7, "1e3", 5, 0.5, True, None, ".inf"),
    ]


def test_keys_are_text_as_in_json(tmp_path: Path) -> None:
    file = tmp_path / "keys.yaml"
    file.write_text("{1: a, 2026-01-01: b, true: c}")
    assert read_yaml(file, (), Places()) == {"1": "a", "2026-01-01": "b", "true": "c"}


def _with_holidays(tmp_path: Path, text: str | None) -> Path:
    """A good agreement whose holidays are in a file that holds `text`; None: there is none."""
    file = tmp_path / "good.yaml"
    file.write_text(
        dedent("""\
            name: good
            version: "1"
            effective_from: 2026-01-01T00:00Z
            zone: UTC
            applies_to: {sources: ["*"]}
            plans: [all-in]
            severities: [any]
            years: 2026
            holidays: {town: days/town.yaml}
            calendars: {office: {hours: {mon-fri: 09:00-17:00}, holidays: town}}
            rules: [{name: everybody, grant: all-in}]
            targets:
              resolution: {kind: resolution, promises: {all: {all: {calendar: office}}}}
            """)
    )
    (tmp_path / "days").mkdir()
    if text is not None:
        (tmp_path / "days" / "town.yaml").write_text(text)
    return file


def test_holiday_files_are_put_into_the_document(tmp_path: Path) -> None:
    file = _with_holidays(tmp_path, "source: town\nyears: 2026\ndays:\n  2026-05-01: Labour Day\n")
    document, agreement = load(file)
    assert document["holidays"]["town"]["days"] == {"2026-05-01": "Labour Day"}
    assert read_agreement(document) == agreement


def test_a_fault_in_a_holiday_file_names_that_file(tmp_path: Path) -> None:
    file = _with_holidays(tmp_path, "source: town\nyears: 2026\ndays:\n  1 May: Labour Day\n")
    town = tmp_path / "days" / "town.yaml"
    assert faults_in(file) == (
        f"{town}:4:3: holidays.town.days.1 May: '1 May' is no date — write one like 2026-04-03",
    )


def test_a_holiday_file_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    file = _with_holidays(tmp_path, None)
    told = faults_in(file)
    assert len(told) == 1
    assert "town.yaml:1:1: cannot be read: No such file" in told[0]


def test_the_document_survives_json() -> None:
    """A published agreement travels as JSON and says the same there."""
    document, agreement = load(PASSKIT_FILE)
    assert read_agreement(msgspec.json.decode(msgspec.json.encode(document))) == agreement


def test_the_same_version_published_twice_is_the_same_event() -> None:
    document, agreement = load(PASSKIT_FILE)
    once, again = (
        published(document, agreement, "/sla/cli", parse(now))
        for now in ("2026-01-01T00:00Z", "2026-01-02T00:00Z")
    )
    assert once == again
    assert (once.id, once.subject) == (f"agreement passkit {agreement.version}", "passkit")
    assert msgspec.json.decode(msgspec.json.encode(once), type=AgreementWasPublished) == once


def test_the_book_takes_what_was_published() -> None:
    document, agreement = load(PASSKIT_FILE)
    book = Book()
    book.take(published(document, agreement, "/sla/cli", parse("2026-01-01T00:00Z")), 0)
    assert book.agreements == [agreement]


def test_one_published_ahead_is_dated_now() -> None:
    """Else it would be from the future (1.5)."""
    document, agreement = load(PASSKIT_FILE)
    event = published(document, agreement, "/sla/cli", parse("2018-06-01T00:00Z"))
    assert event.time.isoformat() == "2018-06-01T00:00:00+00:00"
