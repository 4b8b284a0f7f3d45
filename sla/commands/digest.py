"""`sla digest`: one line that is the same wherever the same is true."""

import click
import psycopg

from sla.settings import Settings


@click.command()
@click.pass_obj
def digest(settings: Settings) -> None:
    """Prints the truth digest: all outcomes now held, whatever order they came to be known in."""
    from sla.database import asked_database
    from streams.core.state import truth_digest

    with psycopg.connect(asked_database(settings)) as connection:
        states = connection.execute(
            "SELECT ticket, state FROM sla.ticket_states", binary=True
        ).fetchall()
    click.echo(truth_digest(states))
