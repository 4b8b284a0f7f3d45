"""`sla demo`: some weeks of a simulated desk, lived through in seconds by the same code."""

from pathlib import Path

import click
from click.core import ParameterSource

from sla.settings import Settings
from sla.trouble import Trouble


@click.command()
@click.option("--seed", default=7, show_default=True, help="Another seed, another desk.")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Directory of the demo, emptied first.  [default: .sla-demo]",
)
@click.option(
    "--days",
    default=46,
    show_default=True,
    type=click.IntRange(1, 366),
    help="From 16 March 2026 on.",
)
@click.option(
    "--fresh/--keep",
    default=True,
    help="Live through it anew, or only tell of the one that was kept.  [default: fresh]",
)
@click.pass_context
def demo(ctx: click.Context, seed: int, home: Path | None, days: int, fresh: bool) -> None:
    """Lives through some weeks of a simulated desk, then reports and explains.

    The desk is made up, the tracker is not: journal, judging, read models and questions are those
    that run for real, only the clock jumps. The database stays, to be asked further.
    """
    if ctx.obj.dsn is not None:
        raise Trouble(
            "the demo makes a database of its own under --home; leave --dsn and SLA_DSN away"
        )
    from rich.console import Console

    from sla.demo.desk import DeskPlan
    from sla.demo.run import run

    plan = DeskPlan(seed=seed, days=days)
    settings = Settings(_home(ctx, home), None)
    run(settings, plan, Console(markup=False, emoji=False), keep=not fresh)


def _home(ctx: click.Context, home: Path | None) -> Path:
    """That of this command, else the one given before it, else the demo's own."""
    if home is not None:
        return home.absolute()
    assert ctx.parent is not None, "It is a command of `sla`."
    if ctx.parent.get_parameter_source("home") is ParameterSource.DEFAULT:
        return Path(".sla-demo").absolute()
    settings: Settings = ctx.obj
    return settings.home
