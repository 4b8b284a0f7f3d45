"""`sla agreement`: what is promised, read from a file; published to a tracker as one event."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sla.commands.facts import INSTANT, SOURCE
from sla.settings import Settings

if TYPE_CHECKING:
    from streams.core.agreement.model import Agreement

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def agreement() -> None:
    """What is promised to whom, as data."""


def _load(file: Path) -> "tuple[dict[str, Any], Agreement]":
    """The agreement of `file`; tells every fault there is and exits with 1."""
    from sla.agreement_files import FileFaults, load

    try:
        return load(file)
    except FileFaults as faults:
        raise _told(file, faults.lines) from None


def _told(file: Path, lines: tuple[str, ...]) -> click.ClickException:
    """Tells every fault; gives what to exit with."""
    for line in lines:
        click.echo(line, err=True)
    count = len(lines)
    return click.ClickException(f"{file}: {count} fault{'s' if count > 1 else ''}")


@agreement.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Reads FILE and tells all that is wrong with it at once."""
    _, found = _load(file)
    promises = sum(map(len, found.targets.values()))
    click.echo(
        f"{file}: good; {found.name} {found.version} makes {promises} promises, "
        f"{len(found.plans)} plans x {len(found.severities)} severities x "
        f"{len(found.targets)} targets"
    )


@agreement.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="The whole document, holidays put in.")
def show(file: Path, as_json: bool) -> None:
    """Shows FILE as tables."""
    document, found = _load(file)
    if as_json:
        import orjson

        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))
        return
    from sla import agreement_tables as tables

    tables.show(tables.console(), document, found)


@agreement.command()
@click.argument("file", type=FILE)
@click.option("--plan", required=True)
@click.option("--severity", required=True)
@click.option("--at", type=INSTANT, required=True, help="When the ticket is opened.")
@click.option("--target", help="One target; all of them where left out.")
@click.option("--json", "as_json", is_flag=True)
def when(file: Path, plan: str, severity: str, at: Any, target: str | None, as_json: bool) -> None:
    """When a ticket opened now would be due, and the openings that lead there.

    As the agreement alone says it, to who has that plan: no pause, no closure.
    """
    from schemas.instants import instant
    from sla.agreement_when import as_json as plain
    from sla.agreement_when import due, local_iso

    _, found = _load(file)
    plan_name = _meaning("plan", plan, found.words.plans, found.plans)
    severity_name = _meaning("severity", severity, found.words.severities, found.severities)
    if target is not None and target not in found.targets:
        raise click.UsageError(f"no target {target!r}; targets: {', '.join(found.targets)}")
    targets = list(found.targets) if target is None else [target]
    answers = [due(found, name, plan_name, severity_name, instant(at)) for name in targets]
    if instant(at) < found.effective_from:
        since = local_iso(found, found.effective_from)
        click.echo(f"note: {found.name} {found.version} is in force only from {since} on", err=True)
    if as_json:
        import orjson

        answer = {
            "agreement": found.name,
            "version": found.version,
            "plan": plan_name,
            "severity": severity_name,
            "at": local_iso(found, instant(at)),
            "targets": [plain(found, one) for one in answers],
        }
        click.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2))
        return
    from sla import agreement_tables as tables

    out = tables.console()
    for one in answers:
        tables.show_due(out, found, one)


def _meaning(what: str, word: str, words: Any, names: tuple[str, ...]) -> str:
    """The name that a word means; fails naming all there are."""
    if word not in words:
        raise click.UsageError(f"no {what} {word!r}; write one of: {', '.join(names)}")
    meaning: str = words[word]
    return meaning


@agreement.command()
@click.argument("file", type=FILE)
@click.argument("cases", type=FILE)
def test(file: Path, cases: Path) -> None:
    """Holds FILE to the stories in CASES: what is due, met or breached when.

    Every case that comes out otherwise is told, with what was expected and what it came to.
    """
    from sla.agreement_files import FileFaults
    from sla.cases.read import read_cases
    from sla.cases.run import run

    _, found = _load(file)
    try:
        read = read_cases(cases, found)
    except FileFaults as faults:
        raise _told(cases, faults.lines) from None
    passed = failed = 0
    for result in run(found, read):
        if not result.misses:
            passed += 1
            continue
        failed += 1
        click.echo(f"{result.case.line}: {result.case.name}")
        for miss in result.misses:
            click.echo(f"  {miss.expected.target}: expected {miss.expected.text}")
            click.echo(f"  {' ' * len(miss.expected.target)}  got {miss.got}")
    click.echo(f"{passed} passed, {failed} failed")
    if failed:
        raise SystemExit(1)


@agreement.command()
@click.argument("file", type=FILE)
@click.pass_obj
def publish(settings: Settings, file: Path) -> None:
    """Publishes FILE to the tracker: new tickets fall under it from its `effective_from` on.

    A version is never edited: to change an agreement, raise its `version`. Publishing the same
    version again changes nothing; publishing another text under it is refused.
    """
    from sla.agreement_files import published
    from sla.clock import now_instant

    document, found = _load(file)
    from sla.publish import publish as append

    known = _known(settings, found.name, found.version)
    if known == document:
        click.echo(f"agreement {found.name} {found.version} is published already; nothing changes")
        return
    if known is not None:
        raise click.ClickException(
            f"agreement {found.name} {found.version} is published already, with another text; "
            "raise its `version` and publish it again"
        )
    event = published(document, found, SOURCE, now_instant())
    where = append(settings, [event])
    click.echo(f"{where}: agreement {found.name} {found.version}")


def _known(settings: Settings, name: str, version: str) -> Any:
    """The document that the read models have of this version; None where they have none.

    It may be on its way to them; then the tracker refuses what differs.
    """
    import psycopg

    from sla.database import database

    with psycopg.connect(database(settings)) as connection:
        row = connection.execute(
            "SELECT document FROM sla_v1.agreements WHERE agreement = %s AND version = %s",
            (name, version),
        ).fetchone()
    return None if row is None else row[0]
