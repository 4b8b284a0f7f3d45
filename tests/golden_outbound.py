"""One or two values of everything that goes out, and the bytes that the core makes of them."""

from schemas import outbound as out
from schemas import outcomes as oc
from schemas.instants import HOUR, instant, iso
from streams.core.difference import Publication
from streams.core.messages import Place, image_message
from streams.core.telling import CORRECTED, LATEST, SILENT, Saying, outcome_message
from tests.golden_inbound import EVENING, NOON, SOURCE

AT = instant(NOON)
THEN = instant(EVENING)
TIMER = "first_response@e-1"
PLACE = Place(partition=3, position=17, stamp=THEN, at=iso(THEN))

_OUTCOMES: dict[str, oc.Outcome] = {
    "sla.timer_started.v1": oc.Started(
        TIMER,
        AT,
        "e-1",
        agreement="acme",
        version="2",
        plan="gold",
        severity="2",
        rule="as bought",
        calendar="acme 2/office",
        budget=4 * HOUR,
        carried=HOUR,
        predecessor="first_response@e-0",
    ),
    "sla.timer_started.v1.bare": oc.Started(
        TIMER, AT, "e-1", "acme", "2", "gold", "2", "as bought", "acme 2/office", None
    ),
    "sla.timer_paused.v1": oc.Paused(TIMER, AT, "e-2", status_category="waiting_on_customer"),
    "sla.timer_resumed.v1": oc.Resumed(TIMER, AT, "e-3"),
    "sla.timer_met.v1": oc.Met(TIMER, AT, "e-4", deadline=THEN, spent=HOUR),
    "sla.timer_met.v1.bare": oc.Met(TIMER, AT, "e-4", deadline=None, spent=0),
    "sla.timer_met_late.v1": oc.MetLate(TIMER, THEN, "e-4", deadline=AT, spent=5 * HOUR),
    "sla.timer_breached.v1": oc.Breached(TIMER, AT, "e-1", budget=4 * HOUR),
    "sla.timer_breached.v1.bare": oc.Breached(TIMER, AT, "e-1", budget=None),
    "sla.timer_escalated.v1": oc.Escalated(
        TIMER, AT, "e-1", rung="L2", step="75%", notify=("team", "lead")
    ),
    "sla.timer_superseded.v1": oc.Superseded(
        TIMER, AT, "e-5", successor="first_response@e-5", spent=HOUR
    ),
    "sla.timer_voided.v1": oc.Voided(TIMER, AT, "e-6", reason="merged", spent=HOUR, survivor="T-2"),
    "sla.timer_voided.v1.bare": oc.Voided(TIMER, AT, "e-6", reason="no_target", spent=0),
    "sla.timer_ended.v1": oc.Ended(TIMER, AT, "e-6", reason="deleted", spent=5 * HOUR),
    "sla.timer_reopened.v1": oc.Reopened(TIMER, AT, "e-7"),
}


def _saying(team: str | None) -> Saying:
    return Saying(SOURCE, "T-1", team, PLACE, None, 0, "e-9")


def outcome_bytes() -> dict[str, bytes]:
    """Name of the golden file -> what the core publishes for it."""
    made = {}
    for name, outcome in _OUTCOMES.items():
        bare = name.endswith(".bare")
        marks = "" if bare else CORRECTED + LATEST + SILENT
        publication = Publication(outcome, 1 if bare else 3)
        team = None if bare else "L1"
        made[name] = outcome_message(_saying(team), publication, 5, marks)
    withdrawn = Publication(_OUTCOMES["sla.timer_breached.v1"], 2)
    made[oc.RETRACTED] = outcome_message(_saying("L1"), withdrawn, 5)
    return made


_FULL_TIMER = out.TimerImage(
    timer=TIMER,
    target="first_response",
    kind="first_response",
    state="met_late",
    start_event="e-1",
    started_us=AT,
    calendar="acme 2/office",
    agreement="acme",
    version="2",
    plan="gold",
    severity="2",
    rule="as bought",
    spent_us=5 * HOUR,
    stretches=[
        out.Stretch(AT, AT, "carried", "e-1", "from first_response@e-0"),
        out.Stretch(AT, THEN, "paused", "e-2", "waiting_on_customer"),
        out.Stretch(THEN, None, "ran", "e-3"),
    ],
    budget_us=4 * HOUR,
    deadline_us=THEN,
    first_deadline_us=AT,
    ended_us=THEN,
    breached_us=THEN,
    running_since_us=AT,
    at_risk_us=AT,
    carried_us=HOUR,
    levels=["warning", "L2"],
    reason="resolved",
    survivor="T-2",
    predecessor="first_response@e-0",
    successor="first_response@e-5",
    team_at_start="L1",
    team_at_deadline="L2",
    severity_at_start="3",
    severity_at_deadline="2",
)

_FULL_TICKET = out.TicketJudged(
    source=SOURCE,
    ticket="T-1",
    partition=3,
    position=17,
    detected_us=THEN,
    judged_us=THEN,
    opened_us=AT,
    waiting=1,
    status="Solved",
    status_category="resolved",
    severity_word="P2",
    severity="2",
    account="acme",
    category="how-to",
    channel="web",
    team="L1",
    agent="a-3",
    agreement="acme",
    version="2",
    decision=out.DecisionImage(
        rule="as bought",
        plan="gold",
        reason="",
        passed=(("no SDK", "account.sdk is false"),),
        assumed=("sdk",),
    ),
    first_resolved_us=AT,
    resolved_us=THEN,
    gone="merged",
    merged_into="T-2",
    verdict="missed",
    last_event_us=THEN,
    facts=9,
    unmapped=[("status", "In Arbeit")],
    timers=[_FULL_TIMER],
)

_IMAGES: dict[str, out.Image] = {
    "sla.ticket_judged.v1": _FULL_TICKET,
    "sla.ticket_judged.v1.bare": out.TicketJudged(
        source=SOURCE, ticket="T-1", partition=3, position=17, detected_us=THEN, judged_us=THEN
    ),
    "sla.ticket_judged.v1.changed": out.TicketJudged(
        source=SOURCE,
        ticket="T-1",
        partition=3,
        position=17,
        detected_us=THEN,
        judged_us=THEN,
        changed=["owner"],
        team="L2",
        timers=[
            out.TimerImage(
                timer=TIMER,
                target="first_response",
                kind="first_response",
                state="running",
                start_event="e-1",
                started_us=AT,
                calendar="acme 2/office",
                agreement="acme",
                version="2",
                plan="gold",
                severity="2",
                rule="as bought",
                spent_us=HOUR,
                stretches=[out.Stretch(AT, None, "ran", "e-1")],
                stretches_from=3,
                cycle=2,
            )
        ],
    ),
    "sla.calendar_compiled.v1": out.CalendarCompiled(
        calendar="acme 2/office",
        name="office",
        zone="Asia/Hong_Kong",
        calendar_version="0123456789ab",
        position=2,
        day_length_us=12 * HOUR,
        spans=[(AT, THEN, "open", "", 0), (THEN, THEN + HOUR, "holiday", "Ching Ming", 1)],
    ),
    "sla.agreement_taken.v1": out.AgreementTaken(
        agreement="acme",
        version="2",
        effective_us=AT,
        zone="Asia/Hong_Kong",
        at_risk_permille=750,
        document='{"agreement":"acme"}',
        position=2,
    ),
    "sla.account_stated.v1": out.AccountStated(
        account="acme",
        fact="sdk",
        value="true",
        effective_us=AT,
        stated_us=THEN,
        event="e-1",
        position=2,
    ),
    "sla.source_seen.v1": out.SourceSeen(
        source=SOURCE, position=2, watermark_us=AT, last_event_us=THEN, importing_until_us=THEN
    ),
    "sla.source_seen.v1.bare": out.SourceSeen(
        source=SOURCE, position=2, watermark_us=None, last_event_us=None, importing_until_us=None
    ),
    "sla.event_refused.v1": out.EventRefused(
        event="e-1",
        source=SOURCE,
        subject="T-1",
        reason="from_the_future",
        detail="dated 2026-04-02T18:00:00Z, taken at 2026-04-02T12:00:00Z",
        body="{}",
        position=2,
        index=0,
        stamp_us=AT,
    ),
}


def image_values() -> dict[str, out.Image]:
    """Name of the golden file -> the image in it."""
    return _IMAGES


def outbound_bytes() -> dict[str, bytes]:
    """Name of the golden file -> the bytes, outcomes and images."""
    images = {name: image_message(image) for name, image in _IMAGES.items()}
    return outcome_bytes() | images
