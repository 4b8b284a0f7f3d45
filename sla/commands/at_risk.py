"""`sla at-risk`: running timers of which most of the budget is spent, the nearest due first."""

import click

from sla.settings import Settings


@click.command("at-risk")
@click.option("--source", help="One helpdesk; all of them where left out.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_obj
def at_risk(settings: Settings, source: str | None, as_json: bool) -> None:
    """Lists what will breach unless somebody acts, the nearest deadline first."""
    from schemas.instants import instant
    from sla.show import bar, console, is_plain, print_json, seconds, table
    from sla.views import views

    with views(settings) as found:
        rows = found.rows("at_risk", source=source)
        if as_json:
            print_json(rows)
            return
        out = console()
        if not rows:
            out.print("nothing is at risk")
            return
        columns = ("=due", "ticket", "target", ">left", ">left (wall)", "spent", "promised to")
        shown = [
            (
                found.local_to(row).at(instant(row["deadline_at"])),
                f"{row['source']} {row['ticket']}",
                row["target"],
                seconds(row["left_s"]),
                seconds(row["left_wall_s"]),
                _spent(
                    row["spent_pct"],
                    bar(int(row["spent_pct"] or 0), 100, width=10, plain=is_plain(out)),
                ),
                f"{row['plan']} {row['severity']}",
                row["team"],
                row["agent"],
            )
            for row in rows
        ]
        out.print(table((*columns, "team", "agent"), shown))


def _spent(percent: float | None, drawn: str) -> str | None:
    return None if percent is None else f"{drawn} {percent:.0f}%"
