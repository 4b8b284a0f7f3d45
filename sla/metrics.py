"""What Prometheus may ask; no ticket or account in a label."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge

from streams.core.partition import Effects
from streams.core.state import ticket_of


class Committed:
    """Counts what trackers commit; `registry` is what Prometheus is given."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._commits = self._counter("sla_commits_total", "Transactions committed")
        self._records = self._counter("sla_journal_records_total", "Journal records taken")
        self._events = self._counter("sla_events_total", "Events taken")
        self._messages = self._counter("sla_messages_total", "Outcomes and images published")
        self._tickets = self._counter("sla_tickets_judged_total", "Tickets judged")

    def _counter(self, name: str, says: str) -> Counter:
        return Counter(name, says, registry=self.registry)

    def count(self, effects: Sequence[Effects]) -> None:
        """Takes the effects of one commit."""
        self._commits.inc()
        self._records.inc(len(effects))
        for one in effects:
            self._events.inc(one.events)
            self._messages.inc(len(one.messages))
            self._tickets.inc(sum(not ticket_of(key)[1] for key in one.states))


class Metrics(Committed):
    """Of one tracker: counts, and how far it is."""

    def __init__(self) -> None:
        super().__init__()
        self._position = Gauge(
            "sla_tracker_position", "Journal position committed", registry=self.registry
        )
        self._clock = Gauge(
            "sla_tracker_clock_seconds", "The partition's time", registry=self.registry
        )

    def committed(self, effects: Sequence[Effects]) -> None:
        """Takes the effects of one commit."""
        self.count(effects)
        self._position.set(effects[-1].position)
        self._clock.set(effects[-1].clock / 1_000_000)
