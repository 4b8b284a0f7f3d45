"""`sla rule NUMBER`: what a rule says that `sla explain` or an error names."""

import click


@click.command()
@click.argument("number")
def rule(number: str) -> None:
    """Prints the rule of this NUMBER, as `sla explain` and errors name it.

    3.9 gives a rule, 3 the titles of a chapter, the name of a setting (reopen) that setting.
    """
    from sla.rules import document, parts, told

    found = parts(document())
    said = told(number, found)
    if said is None:
        raise click.ClickException(_none(number, [one.names[0] for one in found]))
    click.echo(said)


def _none(number: str, known: list[str]) -> str:
    from streams.core.agreement.faults import listed, nearest

    chapters = [name for name in known if len(name) == 1]
    return f"no rule {number}; {nearest(number, known)}chapters are {listed(chapters)}"
