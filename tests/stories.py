"""Stories for tests: a timer's image and a real calendar, told as `sla explain` tells them."""

from typing import Any

from schemas.instants import parse
from schemas.outbound import Stretch, TimerImage
from sla.explain.story import Belief, Row, Story
from streams.core.calendar import Calendar
from streams.core.ledger import ledger


def at(clock: str, day: str = "2026-04-02") -> int:
    """An instant by the clock of Hong Kong."""
    return parse(f"{day}T{clock}+08:00")


def stretch(start: int, to: int | None, kind: str, cause: str, label: str = "") -> Stretch:
    return Stretch(start, to, kind, cause, label)


def image(*stretches: Stretch, **other: Any) -> TimerImage:
    """A resolution timer of these stretches; what is not said is made up."""
    said: dict[str, Any] = {
        "timer": "resolution@e1",
        "target": "resolution",
        "kind": "resolution",
        "state": "running",
        "start_event": "e1",
        "started_us": stretches[0].from_us,
        "calendar": "support 1/office",
        "agreement": "support",
        "version": "1",
        "plan": "gold",
        "severity": "2",
        "rule": "paid",
        "spent_us": 0,
        "stretches": list(stretches),
    }
    return TimerImage(**{**said, **other})


def story(timer: TimerImage, calendar: Calendar, now: int, *beliefs: Belief, **other: Any) -> Story:
    """The story of an image, its ledger made by the core."""
    rows = tuple(
        Row(
            from_us=row.from_us,
            to_us=row.to_us,
            kind=row.kind,
            working_us=row.working_us,
            cause=row.cause,
            label=row.label,
        )
        for row in ledger(timer, calendar, now)
    )
    names = (
        "timer target state started_us calendar agreement version plan severity rule budget_us "
        "carried_us deadline_us first_deadline_us breached_us ended_us at_risk_us reason survivor "
        "predecessor successor"
    )
    held = {name: getattr(timer, name) for name in names.split()}
    return Story(
        source="desk",
        ticket="T-1",
        now_us=now,
        zone="Asia/Hong_Kong",
        rows=rows,
        ahead=_ahead(timer, calendar, now),
        beliefs=beliefs,
        **{**held, **other},
    )


def _ahead(timer: TimerImage, calendar: Calendar, now: int) -> tuple[Row, ...]:
    if timer.ended_us is not None or timer.deadline_us is None:
        return ()
    return tuple(
        Row(
            from_us=a,
            to_us=b,
            kind="ahead" if kind == "open" else kind,
            working_us=b - a if kind == "open" else 0,
            label=name,
        )
        for a, b, kind, name, _ in calendar.spans_between(now, timer.deadline_us)
    )
