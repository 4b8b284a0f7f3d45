"""`sla conform`: cases written down from other products, put to the core."""

from collections import Counter
from pathlib import Path

import click

PATHS = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=PATHS)
@click.pass_context
def conform(ctx: click.Context, paths: tuple[Path, ...]) -> None:
    """Runs the conformance cases of PATHS: files, or folders of them.

    Tells each case that fails, with what it expects and what the tracker says; then how many ask
    for something that is not offered, by its name. Exits with 1 where a case failed.
    """
    from sla.conform.files import cases_in
    from sla.conform.outcome import Failed, Passed, Skipped
    from sla.conform.run import run

    passed = failed = 0
    skipped: Counter[str] = Counter()
    for written in cases_in(paths):
        match run(written):
            case Passed():
                passed += 1
            case Failed(expected, got):
                failed += 1
                click.echo(f"{written.name}: expected {expected}, got {got}")
            case Skipped(name):
                skipped[name] += 1
    for name, count in sorted(skipped.items()):
        click.echo(f"skipped {count}: {name}")
    left_out = f", {skipped.total()} skipped" if skipped else ""
    click.echo(f"{passed} passed, {failed} failed{left_out}")
    ctx.exit(1 if failed else 0)
