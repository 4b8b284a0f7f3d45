"""What happens to a ticket while it is deleted or merged, and what it is when it is restored
(semantics 4.8)."""

import pytest

from tests.targets import promising, then, timers

TONIGHT = "2026-03-30 20:00"
OPENED = "2026-03-30 10:00 opened plan=silver severity=2 opened_by=agent"
OWNERSHIP = promising("ownership", 8)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["12:00 assigned team=L1 agent=mei"], ["ownership@e1 running"]),
        (["12:00 assigned team=L2"], ["ownership@e1 met", "ownership@e3 running"]),
        (
            ["12:00 assigned team=L2", "12:30 assigned team=L2 agent=mei"],
            ["ownership@e1 met", "ownership@e3 running"],
        ),
        (
            ["12:00 assigned team=L2", "12:30 assigned team=L1"],
            ["ownership@e1 met", "ownership@e4 running"],
        ),
        (
            ["12:00 resolved", "12:30 reopened"],
            ["ownership@e1 met", "ownership@e4 running"],
        ),
        (["12:00 assigned team=none"], ["ownership@e1 met"]),
        (["12:00 resolved"], ["ownership@e1 met"]),
    ],
)
def test_another_team_or_a_resolution_while_the_ticket_is_gone(
    lines: list[str], expected: list[str]
) -> None:
    """4.8, 3.11: the team's time stops at the restore; a return or a reopening starts a cycle."""
    seen = timers(
        OWNERSHIP, TONIGHT, f"{OPENED} team=L1", "11:00 deleted", *lines, "13:00 restored"
    )
    assert seen == expected


@pytest.mark.parametrize(
    ("lines", "start"),
    [
        (["11:00 resolved", "12:00 deleted", "12:30 reopened", "13:00 restored"], "e4"),
        (["11:00 resolved", "12:00 severity severity=3", "12:30 reopened", "13:00 severity"], "e4"),
        (["11:00 resolved", "12:00 reopened", "12:30 assigned team=L1 agent=mei"], "e3"),
    ],
)
def test_a_reopening_names_the_cycle_also_where_it_begins_only_later(
    lines: list[str], start: str
) -> None:
    """3.1, 3.11: no two timers of a ticket have one name."""
    lines = [line if line != "13:00 severity" else f"{line} severity=2" for line in lines]
    seen = timers(OWNERSHIP, TONIGHT, f"{OPENED} team=L1", *lines)
    assert seen == ["ownership@e1 met", f"ownership@{start} running"]


@pytest.mark.parametrize(
    ("target", "said"), [("next_reply", "customer_contact"), ("periodic_update", "agent_contact")]
)
def test_a_resolution_while_the_ticket_is_gone_ends_what_waits_for_an_answer(
    target: str, said: str
) -> None:
    """4.8, 3.5, 3.6: it is reopened before the restore; nothing is owed for what came before."""
    lines = [f"10:30 {said}", "11:00 deleted", "12:00 resolved", "12:30 reopened", "13:00 restored"]
    told = then(promising(target, 8), TONIGHT, OPENED, *lines)
    assert told == ["10:30 started", "11:00 voided", "13:00 reopened", "13:00 met"]
