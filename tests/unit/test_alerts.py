"""What pagers follow: firing, settled, withdrawn, as outcomes and images say it (semantics 7.1)."""

from schemas import inbound as told
from schemas.instants import moment
from streams.core.partition import Effects
from streams.kafka.alerts import Alert, alerts
from streams.kafka.headings import heading
from tests.builders import SOURCE, hk, story
from tests.unit.test_partition import OPENED, feed, partition

TUESDAY = "2026-03-31"


def raised(effects: list[Effects]) -> list[Alert]:
    """The alerts of all records, in order."""
    return [
        alert
        for one in effects
        for alert in alerts([(heading(message), message) for message in one.messages])
    ]


def briefly(effects: list[Effects]) -> list[str]:
    """`target level state`, in order."""
    return [f"{a.timer.partition('@')[0]} {a.level} {a.state}" for a in raised(effects)]


def test_a_step_fires_when_it_is_due() -> None:
    here = partition()
    opened = feed(here, ("2026-03-30 10:00:01", story(OPENED)))
    assert briefly(opened) == []
    (alert,) = raised(feed(here, ("2026-03-30 19:00:01", [])))
    assert (alert.kind, alert.level, alert.state) == ("escalation", "warning", "firing")
    assert alert.said["notify"] == ["team"]
    assert alert.said["effective_at"] == "2026-03-30T11:00:00Z"
    assert (alert.source, alert.ticket) == (SOURCE, "T-1")


def test_of_steps_that_came_due_together_the_highest_fires() -> None:
    """6.3: and the breach, which is an alert of its own."""
    here = partition()
    feed(here, ("2026-03-30 10:00:01", story(OPENED)))
    due = feed(here, (f"{TUESDAY} 10:00:01", []))
    assert briefly(due) == ["first_response breach firing", "first_response breach firing"]
    assert [alert.kind for alert in raised(due)] == ["breach", "escalation"]


def test_the_end_of_the_timer_settles_all_that_was_raised() -> None:
    here = partition()
    feed(here, ("2026-03-30 10:00:01", story(OPENED)), ("2026-03-30 19:00:01", []))
    feed(here, (f"{TUESDAY} 10:00:01", []))
    late = feed(here, (f"{TUESDAY} 11:00:01", story(OPENED, f"{TUESDAY} 11:00 replied")))
    assert sorted(briefly(late)) == [
        "first_response breach settled",
        "first_response breach settled",
        "first_response warning settled",
    ]


def test_what_was_never_late_is_withdrawn() -> None:
    """A reply in time that is told of late."""
    here = partition()
    feed(here, ("2026-03-30 10:00:01", story(OPENED)), ("2026-03-30 19:00:01", []))
    feed(here, (f"{TUESDAY} 10:00:01", []))
    told_late = feed(here, (f"{TUESDAY} 12:00", story(OPENED, "12:00 replied")))
    assert set(briefly(told_late)) == {
        "first_response breach withdrawn",
        "first_response warning withdrawn",
    }
    assert {alert.said["cause"] for alert in raised(told_late)} == {"e2"}


def test_a_reopened_timer_fires_again() -> None:
    """4.7: the end is taken back, so what had settled goes on."""
    here = partition()
    lines = [OPENED]
    feed(here, ("2026-03-30 10:00:01", story(*lines)))
    feed(here, ("2026-04-03 12:00:01", []))
    lines.append("2026-04-03 12:30 resolved")
    ended = feed(here, ("2026-04-03 12:30:01", story(*lines)))
    assert "resolution breach settled" in briefly(ended)
    lines.append("12:40 reopened")
    again = feed(here, ("2026-04-03 12:40:01", story(*lines)))
    assert "resolution breach firing" in briefly(again)


def test_what_was_imported_alerts_nobody() -> None:
    """7.5."""
    here = partition()
    begun = told.SourceImportBegun(
        specversion="1.0",
        id="i1",
        source=SOURCE,
        subject=SOURCE,
        time=moment(hk(f"{TUESDAY} 12:00")),
        data=told.ImportBegun(complete_until=moment(hk(f"{TUESDAY} 12:00"))),
    )
    imported = feed(here, (f"{TUESDAY} 12:00", [begun]), (f"{TUESDAY} 12:00:01", story(OPENED)))
    assert briefly(imported) == []


def test_the_identity_of_an_alert_is_for_good() -> None:
    alert = Alert("/desk", "T-1", "first_response@e1", "breach", "breach", "firing")
    assert alert.identity == "087f8f0d2b8db86fab0835dbbc5cbfb5"
