"""What Prometheus may ask; no ticket or account in a label."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge

from streams.core.partition import Effects


class Metrics:
    """Counts what the tracker committed."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._records = Counter(
            "sla_journal_records_total", "Journal records taken", registry=self.registry
        )
        self._events = Counter("sla_events_total", "Events taken", registry=self.registry)
        self._messages = Counter(
            "sla_messages_total", "Outcomes and images published", registry=self.registry
        )
        self._tickets = Counter(
            "sla_tickets_judged_total", "Tickets judged", registry=self.registry
        )
        self._position = Gauge(
            "sla_tracker_position", "Journal position committed", registry=self.registry
        )
        self._clock = Gauge(
            "sla_tracker_clock_seconds", "The partition's time", registry=self.registry
        )

    def committed(self, effects: Sequence[Effects]) -> None:
        """Takes the effects of one commit."""
        for one in effects:
            self._events.inc(one.events)
            self._messages.inc(len(one.messages))
            self._tickets.inc(len(one.states))
        self._records.inc(len(effects))
        self._position.set(effects[-1].position)
        self._clock.set(effects[-1].clock / 1_000_000)
