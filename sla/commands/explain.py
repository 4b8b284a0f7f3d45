"""`sla explain TICKET [TIMER]`: why a timer stands where it stands."""

from typing import TYPE_CHECKING, Any

import click

from sla.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from sla.explain.story import Story
    from sla.views import Row, Views


@click.command()
@click.argument("ticket")
@click.argument("timer", required=False)
@click.option("--source", help="The helpdesk of the ticket, where several have one of this id.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_obj
def explain(
    settings: Settings, ticket: str, timer: str | None, source: str | None, as_json: bool
) -> None:
    """Explains the timers of TICKET, or the one TIMER, or all of the target it names.

    For each: one sentence; a sum of its time that adds up; a timeline; the ledger with causes and
    rules; what was believed, and what withdrew it.
    """
    from sla.explain.read import stories
    from sla.show import console, print_json
    from sla.views import the_ticket, views

    with views(settings) as found:
        row = the_ticket(found, ticket, source)
        told = stories(found, row, timer)
        if timer is not None and not told:
            raise click.ClickException(_no_timer(found, row, timer))
        if as_json:
            print_json({"ticket": row, "timers": [_plain(one, story) for one, story in told]})
            return
        _tell(console(), found, row, [story for _, story in told])


def _no_timer(found: "Views", ticket: "Row", timer: str) -> str:
    key = {"source": ticket["source"], "ticket": ticket["ticket"]}
    known = [row["timer"] for row in found.rows("timers_of_ticket", timer=None, **key)]
    have = f"it has {', '.join(known)}" if known else "it has none"
    return f"ticket {ticket['ticket']} has no timer or target {timer!r}; {have}"


def _tell(out: "Console", found: "Views", ticket: "Row", told: "list[Story]") -> None:
    from sla.explain.page import decision_lines, page
    from sla.explain.read import decision
    from sla.explain.ticket import ticket_lines

    local = found.local_to(ticket)
    for line in ticket_lines(ticket, local):
        out.print(line, soft_wrap=True)
    if not ticket["is_orphan"]:
        for line in decision_lines(decision(ticket)):
            out.print(f"  {line}", soft_wrap=True)
    for story in told:
        out.print()
        page(out, story)


def _plain(row: "Row", story: "Story") -> dict[str, Any]:
    from schemas.instants import SECOND, moment
    from sla.explain.page import RULES
    from sla.explain.sums import parts
    from sla.explain.verdict import verdict

    return {
        **row,
        "verdict": verdict(story),
        "sum": [
            {"kind": p.kind, "wall_s": p.us / SECOND, "detail": p.detail} for p in parts(story)
        ],
        "late_s": story.late_us / SECOND,
        "ledger": [
            {
                "from_at": moment(one.from_us),
                "to_at": moment(one.to_us),
                "kind": one.kind,
                "label": one.label,
                "wall_s": (one.to_us - one.from_us) / SECOND,
                "working_s": one.working_us / SECOND,
                "cause": one.cause,
                "rule": RULES.get(one.kind),
            }
            for one in story.rows
        ],
        "beliefs": [
            {
                "what": one.what,
                "withdrawn": one.withdrawn,
                "level": one.level or None,
                "revision": one.revision,
                "effective_at": moment(one.effective_us),
                "detected_at": moment(one.detected_us),
                "published_at": None if one.published_us is None else moment(one.published_us),
                "cause": one.cause or None,
                "rules": one.rules,
                "corrected": one.corrected,
                "alerting": one.alerting,
            }
            for one in story.beliefs
        ],
    }
