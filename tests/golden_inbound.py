"""One or two values of every inbound wire name, as their golden bytes hold them."""

from datetime import UTC, datetime
from typing import Any

from schemas import inbound as told
from schemas.fields import EVENTS

SOURCE = "/helpdesks/zendesk/main"


def at(text: str) -> datetime:
    """A day and time of April 2026, UTC: `02 10:00:00.5`."""
    day, time = text.split()
    return datetime.fromisoformat(f"2026-04-{day}T{time}").replace(tzinfo=UTC)


NOON = at("02 12:00")
EVENING = at("02 18:00:00.000001")

FULL: dict[str, Any] = {
    "ticket.opened.v1": told.Opened(
        status="Neu — offen",
        severity="P2",
        account="acme",
        plan="Gold",
        category="how-to",
        requester="u-17",
        opened_by="end-user",
        channel="web",
        team="L1",
        agent="a-3",
        cut_over_at=NOON,
    ),
    "ticket.replied.v1": told.Replied(role="客服", public=True, author="a-3", automatic=True),
    "ticket.status_changed.v1": told.StatusChanged(status='On-hold, "third party"'),
    "ticket.severity_changed.v1": told.SeverityChanged(severity="1 - Critical"),
    "ticket.plan_changed.v1": told.PlanChanged(plan="Platinum"),
    "ticket.account_changed.v1": told.AccountChanged(account="acme/hk"),
    "ticket.category_changed.v1": told.CategoryChanged(category="SDK: crash\\hang"),
    "ticket.assigned.v1": told.Assigned(team="L2", agent="a-4"),
    "ticket.workaround_provided.v1": told.Nothing(),
    "ticket.resolved.v1": told.MaybeStatus(status="Solved"),
    "ticket.reopened.v1": told.MaybeStatus(status="Open"),
    "ticket.closed.v1": told.MaybeStatus(status="Closed"),
    "ticket.merged.v1": told.Merged(into="T-2"),
    "ticket.deleted.v1": told.Deleted(reason="spam"),
    "ticket.restored.v1": told.Nothing(),
    "ticket.stretch_excluded.v1": told.StretchExcluded(
        stretch="x-1", start=NOON, end=EVENING, who="boss", why="site closed, agreed by phone"
    ),
    "ticket.exclusion_withdrawn.v1": told.ExclusionWithdrawn(stretch="x-1", who="boss"),
    "ticket.deadline_set.v1": told.DeadlineSet(
        target="resolution", due=EVENING, who="boss", why="promised to the board"
    ),
    "ticket.deadline_withdrawn.v1": told.DeadlineWithdrawn(target="resolution", who="boss"),
    "ticket.event_withdrawn.v1": told.EventWithdrawn(event="e-0"),
    "ticket.verdict_reported.v1": told.VerdictReported(verdict="missed"),
    "ticket.workaround_withdrawn.v1": told.Nothing(),
    "ticket.first_response_recorded.v1": told.Nothing(),
    "ticket.agent_contact_recorded.v1": told.Nothing(),
    "ticket.customer_contact_recorded.v1": told.Nothing(),
    "ticket.second_state_changed.v1": told.SecondStateChanged(state="waiting for vendor"),
    "ticket.promise_made.v1": told.PromiseMade(
        promise="p-2", due=EVENING, who="boss", replaces_promise="p-1"
    ),
    "ticket.promise_kept.v1": told.PromiseSpokenOf(promise="p-2"),
    "ticket.promise_withdrawn.v1": told.PromiseSpokenOf(promise="p-2"),
    "account.fact_stated.v1": told.FactStated(fact="sdk", value=True, effective_at=NOON),
    "closure.declared.v1": told.ClosureDeclared(
        calendars=["office", "support 24/7"], start=NOON, end=EVENING, name="Typhoon No. 8"
    ),
    "closure.withdrawn.v1": told.Nothing(),
    "release.scheduled.v1": told.ReleasePlanned(planned_at=EVENING, kind="upgrade"),
    "release.moved.v1": told.ReleaseMoved(planned_at=EVENING),
    "release.cancelled.v1": told.Nothing(),
    "agreement.published.v1": told.AgreementPublished(
        agreement={"agreement": "acme", "version": "2", "targets": [{"hours": 4.5, "on": None}]}
    ),
    "mapping.published.v1": told.MappingPublished(
        mapping={"statuses": {"offen": "open"}}, effective_at=NOON
    ),
    "source.heartbeat.v1": told.Heartbeat(complete_to=EVENING),
    "source.import_begun.v1": told.ImportBegun(complete_until=EVENING),
    "source.import_ended.v1": told.Nothing(),
}

BARE: dict[str, Any] = {
    "ticket.opened.v1": told.Opened(),
    "ticket.replied.v1": told.Replied(role="agent", public=False),
    "ticket.severity_changed.v1": told.SeverityChanged(severity=None),
    "ticket.plan_changed.v1": told.PlanChanged(plan=None),
    "ticket.account_changed.v1": told.AccountChanged(account=None),
    "ticket.category_changed.v1": told.CategoryChanged(category=None),
    "ticket.assigned.v1": told.Assigned(),
    "ticket.verdict_reported.v1": told.VerdictReported(verdict="met"),
    "account.fact_stated.v1": told.FactStated(fact="seats", value=-(2**63)),
    "release.scheduled.v1": told.ReleasePlanned(planned_at=EVENING),
    "agreement.published.v1": told.AgreementPublished(agreement={}),
    "mapping.published.v1": told.MappingPublished(mapping={}),
}
"""Where nothing is named, the bare event has no data at all, if its type may go without."""


def _event(name: str, data: Any, **head: Any) -> told.InboundEvent:
    given = {} if data is None else {"data": data}
    known = EVENTS[name]
    event: told.InboundEvent = known.event(
        specversion="1.0", source=SOURCE, subject="T-1", **head, **given
    )
    return event


def inbound_values() -> dict[str, told.InboundEvent]:
    """Name of the golden file, without `.json` -> the event in it."""
    values = {}
    for name, known in EVENTS.items():
        head = {"id": "e-1", "time": at("02 10:00:00.123456"), "sequence": "0042"}
        values[name] = _event(name, FULL[name], **head, replaces="e-0")
        if name in BARE or not known.data_required:
            values[f"{name}.bare"] = _event(name, BARE.get(name), id="e-1", time=NOON)
    return values
