"""Rows of the views as the values that are told."""

from collections.abc import Iterable
from typing import Any

from schemas.instants import SECOND, instant
from sla.explain.story import Belief, Decision, Row, Story
from sla.views import Row as Read
from sla.views import Views


def stories(found: Views, ticket: Read, timer: str | None) -> list[tuple[Read, Story]]:
    """The timers of a ticket as rows and as stories; `timer` names one, or all of a target."""
    key = {"source": ticket["source"], "ticket": ticket["ticket"]}
    timers = found.rows("timers_of_ticket", timer=timer, **key)
    if not timers:
        return []
    ledger = found.rows("ledger_of_ticket", **key)
    outcomes = found.rows("outcomes_of_ticket", **key)
    return [
        (
            row,
            story(
                found,
                row,
                [one for one in ledger if one["timer"] == row["timer"]],
                [one for one in outcomes if one["timer"] == row["timer"]],
            ),
        )
        for row in timers
    ]


def story(found: Views, row: Read, ledger: Iterable[Read], outcomes: Iterable[Read]) -> Story:
    """One timer's story from its row, its ledger, and what was published of it."""
    certainty = row["breach_certainty"]
    return Story(
        source=row["source"],
        ticket=row["ticket"],
        timer=row["timer"],
        target=row["target"],
        state=row["state"],
        started_us=instant(row["started_at"]),
        now_us=found.now,
        zone=row["reporting_zone"] or found.zone,
        calendar=row["calendar"],
        agreement=row["agreement"],
        version=row["agreement_version"],
        plan=row["plan"],
        severity=row["severity"],
        rule=row["matched_rule"],
        rows=tuple(_row(one) for one in ledger),
        ahead=_ahead(found, row),
        budget_us=_us(row["budget_s"]),
        carried_us=_us(row["carried_s"]) or 0,
        deadline_us=_instant(row["deadline_at"]),
        first_deadline_us=_instant(row["first_deadline_at"]),
        breached_us=_instant(row["breached_at"]),
        ended_us=_instant(row["ended_at"]),
        at_risk_us=_instant(row["at_risk_at"]),
        reason=row["end_reason"],
        survivor=row["survivor"],
        predecessor=row["predecessor"],
        successor=row["successor"],
        confirmed=None if certainty is None else certainty == "confirmed",
        beliefs=tuple(belief(one) for one in outcomes),
    )


def _row(row: Read) -> Row:
    return Row(
        from_us=instant(row["from_at"]),
        to_us=instant(row["to_at"]),
        kind=row["kind"],
        working_us=_us(row["working_s"]) or 0,
        cause=row["cause"] or "",
        label=row["label"] or "",
    )


def _ahead(found: Views, row: Read) -> tuple[Row, ...]:
    """The calendar from now to a deadline that is still to come."""
    deadline = _instant(row["deadline_at"])
    if row["ended_at"] is not None or deadline is None or deadline <= found.now:
        return ()
    now = found.rows("now")[0]["now"]
    spans = found.rows(
        "spans_ahead", calendar=row["calendar"], from_at=now, to_at=row["deadline_at"]
    )
    return tuple(
        Row(
            from_us=instant(span["from_at"]),
            to_us=instant(span["to_at"]),
            kind="ahead" if span["kind"] == "open" else span["kind"],
            working_us=0,
            label=span["name"],
        )
        for span in spans
    )


def belief(row: Read) -> Belief:
    """One publication."""
    withdrawn = row["retracts"] is not None
    return Belief(
        what=what(row["retracts"] if withdrawn else row["type"]),
        withdrawn=withdrawn,
        effective_us=instant(row["effective_at"]),
        detected_us=instant(row["detected_at"]),
        published_us=_instant(row["published_at"]),
        revision=row["revision"],
        cause=row["cause"] or "",
        rules=tuple(row["rules"] or ()),
        corrected=row["is_corrected"],
        alerting=row["is_alerting"],
        level=row["level"] or "",
    )


def what(wire_name: str) -> str:
    """`breached` of `sla.timer_breached.v1`."""
    return wire_name.removeprefix("sla.timer_").rpartition(".")[0]


def decision(ticket: Read) -> Decision:
    """Who was found entitled to what."""
    return Decision(
        rule=ticket["matched_rule"],
        plan=ticket["plan"],
        reason=ticket["no_promise_reason"],
        passed=tuple((rule, failed) for rule, failed in ticket["rules_passed"] or ()),
        assumed=tuple(ticket["facts_assumed"] or ()),
    )


def _instant(moment: Any) -> int | None:
    return None if moment is None else instant(moment)


def _us(seconds: Any) -> int | None:
    """Exact: the views give seconds with six decimals."""
    return None if seconds is None else int(seconds * SECOND)
