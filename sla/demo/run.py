"""The demo from end to end: a desk lived through, then asked what became of it."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from shlex import join
from time import monotonic
from typing import TYPE_CHECKING, Final

from schemas.instants import moment
from sla.agreement_files import load, published
from sla.database import database
from sla.demo import home as homes
from sla.demo.clock import SimulatedClock
from sla.demo.desk import Desk, DeskPlan, desk
from sla.demo.living import Living
from sla.demo.said import SOURCE, ZONE
from sla.demo.show import OnProgress, demo_view
from sla.demo.tally import Tally
from sla.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

EXPLAINED: Final = "late_reply"
QUERY: Final = (
    "SELECT ticket, target, plan, effective_at, retracted_at, retracted_cause "
    "FROM breaches WHERE retracted_at IS NOT NULL ORDER BY effective_at"
)


def run(settings: Settings, plan: DeskPlan, console: "Console", *, keep: bool) -> None:
    """Lives through `plan` in the directory of `settings`, shown on `console`, then tells.

    `keep`: where a demo was lived there before, only tells. Raises Trouble.
    """
    before = homes.lived(settings.home) if keep else None
    if before is not None and before.tickets is not None:
        tell(settings, before.plan, before.tickets, console)
        return
    homes.make_anew(settings.home, plan)
    console.print(f"making a database under {settings.home}", highlight=False, soft_wrap=True)
    dsn = homes.simulated(database(settings))
    story = desk(plan)
    began = monotonic()
    with demo_view(console) as on_progress:
        tally = live(dsn, plan, story, on_progress)
    took = monotonic() - began
    homes.stand_still(dsn, plan.end)
    homes.keep(settings.home, plan, dict(story.tickets))
    console.print(
        f"{plan.days} days lived through and in the read models after {took:.1f} s: "
        f"{tally.events:,} events, {tally.events / took:,.0f} a second",
        highlight=False,
        soft_wrap=True,
    )
    tell(settings, plan, story.tickets, console)


def live(dsn: str, plan: DeskPlan, story: Desk, on_progress: OnProgress) -> Tally:
    """Takes in all that the desk sends; the read models hold it when this returns."""
    document, agreement = load(Path(str(files("agreements") / "passkit.yaml")))
    tally = Tally(plan.start, plan.end)
    living = Living(dsn, SimulatedClock(plan.start), tally, on_progress)
    first = published(document, agreement, SOURCE, plan.start)
    asyncio.run(living.live([first], story.deliveries, plan.end))
    return tally


def tell(
    settings: Settings, plan: DeskPlan, tickets: Mapping[str, str], console: "Console"
) -> None:
    """The report of each month, one ticket explained, and how to ask further."""
    for month in months(plan):
        _ask(console, settings, "report", "--month", month)
    if EXPLAINED in tickets:
        console.print("\nWhy did a breach come and go? Its reply arrived hours after it was given:")
        _ask(console, settings, "explain", tickets[EXPLAINED], "first_response")
    console.print("\nNow ask yourself; the present of this database is the end of the demo:\n")
    for line in (("status",), ("at-risk",), ("dead-letters",), ("sql", QUERY), ("db", "stop")):
        console.print(f"  {_typed(settings, *line)}", highlight=False, soft_wrap=True)


def months(plan: DeskPlan) -> Iterator[str]:
    """The months that the days of `plan` fall into: `2026-03`, `2026-04`."""
    first, last = (moment(at).astimezone(ZONE).date() for at in (plan.start, plan.end - 1))
    month = first.replace(day=1)
    while month <= last:
        yield f"{month:%Y-%m}"
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _ask(console: "Console", settings: Settings, *asked: str) -> None:
    """What the command line answers to `asked`, beneath what one would type for it."""
    from sla.cli import main

    console.print(f"\n$ {_typed(settings, *asked)}\n", style="bold", highlight=False)
    main(["--home", str(settings.home), *asked], standalone_mode=False)


def _typed(settings: Settings, *asked: str) -> str:
    home = os.path.relpath(settings.home)
    shown = home if not home.startswith("..") else str(settings.home)
    return join(["sla", "--home", shown, *asked])
