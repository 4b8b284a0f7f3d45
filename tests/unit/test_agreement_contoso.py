"""`agreements/contoso.yaml`: deadlines derived by hand in Berlin time, judged by the core."""

from datetime import datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from schemas import inbound as told
from schemas.instants import HOUR, instant, moment
from sla.agreement_files import load
from sla.agreement_when import due
from sla.cli import main
from streams.core.agreement.model import Agreement, TargetKind
from streams.core.book import Book
from streams.core.history import fact_of
from streams.core.judge import judge

FILE = Path(__file__).parents[2] / "agreements" / "contoso.yaml"
BERLIN = ZoneInfo("Europe/Berlin")
SOURCE = "/helpdesks/contoso/main"

# The office is open Mon-Thu 8-12 and 13-17, Fri 8-12 and 13-15; service is Mon-Fri 6-22, Sat 8-14.
# 3 April 2026 is Good Friday, 6 April Easter Monday; summer time begins on Sunday 29 March.
OPENED = (
    "Mon 23 Mar 10:00",  # office and service are open
    "Fri 27 Mar 11:30",  # before lunch on a short day
    "Thu 02 Apr 16:00",  # the eve of Easter
    "Sat 28 Mar 23:30",  # all closed, the night of summer time
)
DERIVED = """
first_response
# the close of the 2nd office day: Wed | Tue | Wed after Easter | from Mon, so Wed
standard low    | Wed 25 Mar 17:00 | Tue 31 Mar 17:00 | Wed 08 Apr 17:00 | Wed 01 Apr 17:00
standard normal | Tue 24 Mar 17:00 | Mon 30 Mar 17:00 | Tue 07 Apr 17:00 | Tue 31 Mar 17:00
# 4 h: 2 + 2 over lunch | 0.5 + 2 + Mon 1.5 | Thu 1 + Tue 3 | Mon 8 + 4, at the close (2.4)
standard high   | Mon 23 Mar 15:00 | Mon 30 Mar 09:30 | Tue 07 Apr 11:00 | Mon 30 Mar 12:00
# 1 h of service: at night from Mon 6
standard urgent | Mon 23 Mar 11:00 | Fri 27 Mar 12:30 | Thu 02 Apr 17:00 | Mon 30 Mar 07:00
premium low     | Tue 24 Mar 17:00 | Mon 30 Mar 17:00 | Tue 07 Apr 17:00 | Tue 31 Mar 17:00
premium normal  | Mon 23 Mar 15:00 | Mon 30 Mar 09:30 | Tue 07 Apr 11:00 | Mon 30 Mar 12:00
premium high    | Mon 23 Mar 11:00 | Fri 27 Mar 12:30 | Thu 02 Apr 17:00 | Mon 30 Mar 07:00
premium urgent  | Mon 23 Mar 10:15 | Fri 27 Mar 11:45 | Thu 02 Apr 16:15 | Sat 28 Mar 23:45
time_to_own
# 8 h of service: 10 + 8 | 11:30 + 8 | Thu 6, Sat 8 + 2 | Mon 6 + 8
premium normal  | Mon 23 Mar 18:00 | Fri 27 Mar 19:30 | Sat 04 Apr 10:00 | Mon 30 Mar 14:00
premium urgent  | Mon 23 Mar 10:10 | Fri 27 Mar 11:40 | Thu 02 Apr 16:10 | Sat 28 Mar 23:40
periodic_update
premium high    | Mon 23 Mar 18:00 | Fri 27 Mar 19:30 | Sat 04 Apr 10:00 | Mon 30 Mar 14:00
premium urgent  | Mon 23 Mar 11:00 | Fri 27 Mar 12:30 | Thu 02 Apr 17:00 | Sun 29 Mar 00:30
resolution
# the same clock on the 10th office day; from a closed Saturday the 10th after Mon 30, and 23:30 is
# after the close, so the opening after it
standard low    | Wed 08 Apr 10:00 | Tue 14 Apr 11:30 | Mon 20 Apr 16:00 | Thu 16 Apr 08:00
standard normal | Mon 30 Mar 10:00 | Tue 07 Apr 11:30 | Mon 13 Apr 16:00 | Thu 09 Apr 08:00
standard high   | Wed 25 Mar 10:00 | Tue 31 Mar 11:30 | Wed 08 Apr 16:00 | Thu 02 Apr 08:00
standard urgent | Mon 23 Mar 18:00 | Fri 27 Mar 19:30 | Sat 04 Apr 10:00 | Mon 30 Mar 14:00
premium low     | Mon 30 Mar 10:00 | Tue 07 Apr 11:30 | Mon 13 Apr 16:00 | Thu 09 Apr 08:00
premium normal  | Thu 26 Mar 10:00 | Wed 01 Apr 11:30 | Thu 09 Apr 16:00 | Tue 07 Apr 08:00
premium high    | Tue 24 Mar 10:00 | Mon 30 Mar 11:30 | Tue 07 Apr 16:00 | Wed 01 Apr 08:00
# 4 h around the clock: 23:30 + 4 h is 03:30, called 04:30 on the morning of summer time
premium urgent  | Mon 23 Mar 14:00 | Fri 27 Mar 15:30 | Thu 02 Apr 20:00 | Sun 29 Mar 04:30
"""


def rows() -> list[tuple[str, str, str, str, str]]:
    """(target, plan, severity, opened, due) of every row and column."""
    found = []
    target = ""
    for line in DERIVED.strip().splitlines():
        if line.startswith("#"):
            continue
        if "|" not in line:
            target = line
            continue
        cell, *dues = (part.strip() for part in line.split("|"))
        plan, severity = cell.split()
        found += [(target, plan, severity, *pair) for pair in zip(OPENED, dues, strict=True)]
    return found


def berlin(text: str) -> int:
    """`Mon 23 Mar 10:00` of 2026; the weekday must be that of the date."""
    at = datetime.strptime(f"2026 {text}", "%Y %a %d %b %H:%M").replace(tzinfo=BERLIN)
    assert f"{at:%a %d %b %H:%M}" == text, "The table names a wrong weekday."
    return instant(at)


def show(at: int | None) -> str:
    return "never" if at is None else f"{moment(at).astimezone(BERLIN):%a %d %b %H:%M}"


@cache
def contoso() -> Agreement:
    return load(FILE)[1]


@cache
def book() -> Book:
    made = Book()
    made.agreements = [contoso()]
    return made


def judged(target: str, plan: str, severity: str, opened: str) -> int | None:
    """The deadline of a ticket of which nothing but its opening is known."""
    event = told.TicketOpened(
        specversion="1.0",
        id="e1",
        source=SOURCE,
        subject="T-1",
        time=moment(berlin(opened)),
        data=told.Opened(plan=plan, severity=severity, requester="c", opened_by="requester"),
    )
    found = judge(SOURCE, [fact_of(event, berlin(opened))], book(), berlin(opened))
    (timer,) = (one for one in found.timers if one.cell.target == target)
    return timer.deadline


@pytest.mark.parametrize(("target", "plan", "severity", "opened", "derived"), rows())
def test_deadlines_derived_by_hand(
    target: str, plan: str, severity: str, opened: str, derived: str
) -> None:
    """2.2, 2.4, 2.5, 2.6. What `sla agreement when` says from the agreement alone is the same."""
    berlin(derived)
    assert show(judged(target, plan, severity, opened)) == derived
    assert show(due(contoso(), target, plan, severity, berlin(opened)).deadline) == derived


def test_a_reply_due_at_noon_is_due_after_lunch() -> None:
    """2.4, `close_boundary`: 4 h from eight are used up when the office closes for lunch."""
    at = berlin("Mon 23 Mar 08:00")
    assert show(due(contoso(), "next_reply", "premium", "normal", at).deadline) == (
        "Mon 23 Mar 13:00"
    )
    assert show(due(contoso(), "first_response", "premium", "normal", at).deadline) == (
        "Mon 23 Mar 12:00"
    )


def test_what_it_chooses() -> None:
    """Section 9: an agreement chooses once, a target otherwise, a cell otherwise again."""
    one = contoso()
    reply, repair = one.targets["first_response"], one.targets["resolution"]
    low, urgent = repair["standard", "low"], repair["premium", "urgent"]
    assert (one.on_upgrade, one.on_downgrade, one.reopen) == ("restart", "carry", "new_cycle")
    assert {cell.day_rule for cell in reply.values()} == {"end_of_nth_day"}
    assert (low.day_rule, low.days, low.budget) == ("same_clock", Fraction(10), None)
    assert (urgent.days, urgent.budget) == (None, 4 * HOUR)
    assert (low.on_upgrade, low.on_downgrade, low.reopen) == ("restart", "freeze", "new_cycle")
    assert [low.stops_at_workaround, urgent.stops_at_workaround] == [False, True]
    early = reply["standard", "low"]
    assert early.first_response_by == {"public_reply_agent", "status_category:in_progress"}
    assert (early.agent_created, early.resolve_without_reply) == (
        "no_first_response",
        "fulfils_first_response",
    )


@pytest.mark.parametrize(
    ("target", "kind", "team", "pauses"),
    [
        ("ownership:L1", TargetKind.OWNERSHIP, "L1", set()),
        ("ownership:L2", TargetKind.OWNERSHIP, "second line", set()),
        ("periodic_update", TargetKind.PERIODIC_UPDATE, None, set()),
        ("next_reply", TargetKind.NEXT_REPLY, None, set()),
        ("first_resolution", TargetKind.FIRST_RESOLUTION, None, {"waiting_on_customer"}),
        ("requester_wait", TargetKind.REQUESTER_WAIT, None, {"waiting_on_customer"}),
        (
            "agent_work",
            TargetKind.AGENT_WORK,
            None,
            {"waiting_on_customer", "waiting_on_third_party"},
        ),
    ],
)
def test_kinds_teams_and_pauses(
    target: str, kind: TargetKind, team: str | None, pauses: set[str]
) -> None:
    """3.5, 3.6, 3.10, 3.11."""
    cells = contoso().targets[target].values()
    assert {(cell.kind, cell.team, cell.pauses) for cell in cells} == {
        (kind, team, frozenset(pauses))
    }


@pytest.mark.parametrize(("name", "count"), [("passkit", 35), ("contoso", 22)])
def test_the_stories_of_an_agreement_come_out_as_told(name: str, count: int) -> None:
    cases = FILE.parent / f"{name}.cases.yaml"
    result = CliRunner().invoke(
        main, ["agreement", "test", str(FILE.parent / f"{name}.yaml"), str(cases)]
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == f"{count} passed, 0 failed"
