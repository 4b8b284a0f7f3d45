"""`sla import FILE --mapping MAPPING`: a CSV log of a helpdesk into the journal."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gzip import BadGzipFile
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Final

import click

from sla.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from sla.importing import Plan, Sink, Tally
    from sla.publish import Publisher
    from streams.intake.csv_log import Refused

SHOWN_MAX: Final = 20
"""Refused rows told one by one; `--refused` writes them all."""
LOOK_EVERY: Final = 0.1
"""Seconds between looks at how far the tracker has come."""

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--mapping",
    required=True,
    type=FILE,
    help="YAML that says what the columns mean; imports/README.md tells how to write one.",
)
@click.option(
    "--batch",
    default=500,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="Events appended at a time.",
)
@click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV file to write all refused rows to: line, column, problem, remedy, row.",
)
@click.option("--check", is_flag=True, help="Read the whole file, append nothing.")
@click.pass_obj
def import_log(
    settings: Settings, file: Path, mapping: Path, batch: int, refused: Path | None, check: bool
) -> None:
    """Imports FILE, a CSV log, plain or gzip. Importing it again changes nothing."""
    from rich.console import Console

    with _faults_told(file):
        plan = _plan(file, mapping)
        shown: list[Refused] = []
        with _refusals(shown, refused) as on_refused:
            if check:
                tally = _run(Console(), plan, _Nowhere(), batch, on_refused)
                _tell(file, tally, shown)
                click.echo("nothing was appended (--check)")
                return
            from sla.publish import Publisher

            with Publisher(settings) as publisher:
                tally = _run(Console(), plan, publisher, batch, on_refused)
                _tell(file, tally, shown)
                _wait(publisher)


@contextmanager
def _faults_told(file: Path) -> Iterator[None]:
    """Tells what is wrong with the file, the mapping or an agreement, as plain sentences."""
    from sla.agreement_files import FileFaults
    from streams.intake.csv_document import MappingRefused

    try:
        yield
    except (MappingRefused, FileFaults) as refused:
        raise click.ClickException(str(refused)) from None
    except (EOFError, zlib.error, BadGzipFile, UnicodeError) as error:
        raise click.ClickException(f"{file}: cannot be read: {error}; fetch it again") from None


def _plan(file: Path, mapping: Path) -> "Plan":
    from schemas.instants import moment
    from sla.agreement_files import load
    from sla.clock import now_instant
    from sla.importing import plan_import
    from streams.intake.csv_document import MappingRefused, read_mapping_document

    try:
        text = mapping.read_text(encoding="utf-8")
    except UnicodeError as error:
        raise MappingRefused([f"{mapping}: {error}; save it as UTF-8"]) from None
    document = read_mapping_document(text, str(mapping))
    agreements = []
    for number, name in enumerate(document.mapping.agreements):
        path = mapping.parent / name
        if not path.is_file():
            place = document.place("agreements", number)
            raise MappingRefused([f"{place}: there is no file {path}; correct the path"])
        agreements.append(load(path)[0])
    plan = plan_import(file, document, agreements)
    if (until := plan.survey.complete_until) > moment(now_instant()):
        place = (
            document.place("complete_until")
            if plan.survey.line is None
            else f"{file}:{plan.survey.line}"
        )
        raise MappingRefused(
            [
                f"{place}: {until.isoformat()} lies ahead of this machine's clock; correct it, or "
                f"state in {mapping} up to when the log is whole (complete_until)"
            ]
        )
    return plan


@contextmanager
def _refusals(shown: "list[Refused]", file: Path | None) -> "Iterator[Callable[[Refused], None]]":
    """Keeps the first refused rows in `shown`, and writes all of them to `file`."""
    from sla.importing import RefusedFile

    def keep(row: "Refused") -> None:
        if len(shown) < SHOWN_MAX:
            shown.append(row)

    if file is None:
        yield keep
        return
    with file.open("w", newline="") as out:
        writer = RefusedFile(out)

        def keep_and_write(row: "Refused") -> None:
            keep(row)
            writer.write(row)

        yield keep_and_write


class _Nowhere:
    """Takes events and forgets them."""

    def append(self, events: object, /) -> None:
        pass


def _run(
    console: "Console",
    plan: "Plan",
    sink: "Sink",
    batch: int,
    on_refused: "Callable[[Refused], None]",
) -> "Tally":
    from sla.importing import run_import
    from sla.rows_progress import rows_progress

    with rows_progress(console, plan.survey.rows) as progress:
        return run_import(plan, sink, batch, on_rows=progress.advance, on_refused=on_refused)


def _tell(file: Path, tally: "Tally", shown: "list[Refused]") -> None:
    rate = tally.rows / tally.seconds if tally.seconds else 0.0
    click.echo(
        f"{tally.rows:,} rows read = {tally.journaled:,} journaled + {tally.refused:,} refused; "
        f"{tally.events:,} events of {len(tally.tickets):,} tickets "
        f"in {tally.seconds:.1f} s ({rate:,.0f} rows/s)"
    )
    for row in shown:
        click.echo(f"  {row.text(str(file))}")
    if tally.refused > len(shown):
        click.echo(f"  and {tally.refused - len(shown):,} more; --refused FILE writes them all")


def _wait(publisher: "Publisher") -> None:
    """Until the read models hold all that was imported, if a tracker is at work."""
    while True:
        behind, at_work = publisher.lag()
        if behind <= 0:
            click.echo("the read models hold all of it")
            return
        if not at_work:
            click.echo("no tracker is at work; `sla up` will judge what was imported")
            return
        sleep(LOOK_EVERY)
