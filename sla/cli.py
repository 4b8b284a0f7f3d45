"""`sla`: one entry; each command is imported only when it is asked for, so that all start fast."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from sla.settings import Settings
from sla.trouble import Trouble

COMMANDS = {
    "account": "sla.commands.facts:account",
    "agreement": "sla.commands.agreement:agreement",
    "at-risk": "sla.commands.at_risk:at_risk",
    "closure": "sla.commands.facts:closure",
    "conform": "sla.commands.conform:conform",
    "db": "sla.commands.db:db",
    "dead-letters": "sla.commands.dead_letters:dead_letters",
    "deadline": "sla.commands.ticket_facts:deadline",
    "demo": "sla.commands.demo:demo",
    "digest": "sla.commands.digest:digest",
    "events": "sla.commands.events:events",
    "exclude": "sla.commands.ticket_facts:exclude",
    "explain": "sla.commands.explain:explain",
    "import": "sla.commands.import_log:import_log",
    "intake": "sla.commands.intake:intake",
    "kafka": "sla.commands.kafka:kafka",
    "release": "sla.commands.facts:release",
    "lag": "sla.commands.lag:lag",
    "projector": "sla.commands.projector:projector",
    "report": "sla.commands.report:report",
    "rule": "sla.commands.rule:rule",
    "send": "sla.commands.send:send",
    "sql": "sla.commands.sql:sql",
    "status": "sla.commands.status:status",
    "up": "sla.commands.up:up",
    "worker": "sla.commands.worker:worker",
}


class Lazy(click.Group):
    """A group whose commands live in modules named by `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            raise click.ClickException(str(trouble)) from trouble


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".sla"),
    envvar="SLA_HOME",
    show_default=True,
    help="Directory of this tracker (embedded database, token).",
)
@click.option("--dsn", envvar="SLA_DSN", help="PostgreSQL to use instead of the embedded one.")
@click.pass_context
def main(ctx: click.Context, home: Path, dsn: str | None) -> None:
    """Service level agreements judged from events: what was due, when, and why."""
    ctx.obj = Settings(home=home.absolute(), dsn=dsn)
