"""One ordinary ticket: how it is answered, waits, is resolved, comes back, and is closed."""

from dataclasses import dataclass, field
from math import log
from random import Random
from typing import Final

from schemas import inbound as told
from schemas.data import Data
from schemas.instants import DAY, HOUR, MINUTE, SECOND
from sla.demo.accounts import Account
from sla.demo.rhythm import DeskHours, HoursName
from sla.demo.said import AGENT, CUSTOMER, NOTE, RECEIPT, Said, status, with_status

# What the agents aim at; a test holds it to the agreement. Bronze is answered when time is left.
AIMS: Final[dict[str, dict[str, tuple[HoursName, int]]]] = {
    "silver": {
        "critical": ("always", 4 * HOUR),
        "major": ("business", 12 * HOUR),
        "minor": ("business", 24 * HOUR),
        "enhancement": ("business", 24 * HOUR),
    },
    "gold": {
        "critical": ("always", HOUR),
        "major": ("business", 4 * HOUR),
        "minor": ("business", 12 * HOUR),
        "enhancement": ("business", 12 * HOUR),
    },
    "platinum": {
        "critical": ("always", 30 * MINUTE),
        "major": ("extended", HOUR),
        "minor": ("extended", 4 * HOUR),
        "enhancement": ("extended", 12 * HOUR),
    },
}
_NO_AIM: Final[tuple[HoursName, int]] = ("business", 36 * HOUR)
SEVERITIES: Final = ("critical", "major", "minor", "enhancement")
# Hours of work towards a fix: (median, how far apart as a factor).
_WORK: Final = {"critical": (3, 2), "major": (7, 2), "minor": (14, 2.2), "enhancement": (26, 2)}
AGENTS: Final = ("wing", "mei", "kit", "jo", "sam", "lok")
LATE: Final = 0.07
"""The share of first answers that come late."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A ticket as it is opened. `earlier`: another one of its account, maybe of that matter."""

    ticket: str
    at: int
    account: Account
    severity: str
    category: str
    channel: str
    requester: str
    earlier: str | None = None

    def said(self) -> Said:
        """Its opening event."""
        data = told.Opened(
            status="new",
            severity=self.severity,
            account=self.account.name,
            category=self.category,
            requester=self.requester,
            opened_by="customer",
            channel=self.channel,
        )
        return Said(self.at, self.ticket, told.TicketOpened, data)


@dataclass(slots=True)
class Life:
    """Tells what becomes of one ticket; everything is drawn from `rng`."""

    rng: Random
    hours: DeskHours
    opening: Opening
    said: list[Said] = field(default_factory=list)
    severity: str = ""

    def tell(self) -> list[Said]:
        """All that is said of the ticket, in the order in which it happens."""
        self.severity = self.opening.severity
        self.said.append(self.opening.said())
        rng, at = self.rng, self.opening.at
        if rng.random() < 0.6:
            self._say(at + 4 * SECOND, told.TicketReplied, RECEIPT)
        fate = rng.random()
        if fate < 0.015:
            deleted = told.Deleted(reason="spam")
            self._say(at + self._spread(2 * HOUR, 3), told.TicketDeleted, deleted)
        elif fate < 0.04 and self.opening.earlier is not None:
            merged = told.Merged(into=self.opening.earlier)
            self._say(at + self._spread(25 * MINUTE, 2), told.TicketMerged, merged)
        else:
            self._settle(self._talk(self._answer()))
        return self.said

    def _say(self, at: int, kind: type[told.Event], data: Data) -> None:
        # Which data belongs to which kind of event, types do not say.
        self.said.append(Said(at, self.opening.ticket, kind, data))  # type: ignore[arg-type]

    def _spread(self, median: int, factor: float) -> int:
        """Around `median`, mostly within `factor` times more or less."""
        return int(median * self.rng.lognormvariate(0, log(factor) / 1.5))

    def _aim(self, at: int) -> tuple[HoursName, int]:
        plan = self.opening.account.plan_at(at)
        return AIMS.get(plan or "", {}).get(self.severity, _NO_AIM)

    def _work(self, at: int, amount: int) -> int:
        """When that much work from `at` on is done, in the hours of the plan."""
        return self.hours.after(self._aim(at)[0], at, amount)

    def _answer(self) -> int:
        """Assigned, looked at, answered; the instant of the first public reply."""
        rng, at = self.rng, self.opening.at
        name, promised = self._aim(at)
        late = rng.random() < LATE
        share = 1.01 + rng.expovariate(3) if late else 0.03 + 0.92 * rng.betavariate(1.6, 2.2)
        answered = self.hours.after(name, at, int(promised * share))
        given = self.hours.after(name, at, int(promised * share * rng.uniform(0.1, 0.7)))
        agent = rng.choice(AGENTS)
        team = "field-team" if self.severity in ("critical", "major") else "first-line"
        self._say(given, told.TicketAssigned, told.Assigned(team=team, agent=agent))
        if rng.random() < 0.25:
            self._say(given + (answered - given) // 2, told.TicketReplied, NOTE)
        self._say(answered, told.TicketReplied, AGENT)
        self._say(answered + 3 * SECOND, told.TicketStatusChanged, status("in progress"))
        return answered

    def _talk(self, at: int) -> int:
        """Questions and answers, a change of severity, a wait for somebody else."""
        rng = self.rng
        if rng.random() < 0.08:
            at = self._work(at, self._spread(HOUR, 2))
            step = rng.choice((-1, 1))
            now = SEVERITIES.index(self.severity) + step
            self.severity = SEVERITIES[min(max(now, 0), len(SEVERITIES) - 1)]
            changed = told.SeverityChanged(severity=self.severity)
            self._say(at, told.TicketSeverityChanged, changed)
        for _ in range(rng.choices((0, 1, 2, 3), (30, 40, 20, 10))[0]):
            at = self._ask(at)
        if rng.random() < 0.06:
            at = self._work(at, self._spread(HOUR, 2))
            self._say(at, told.TicketStatusChanged, status("on-hold"))
            at = self._work(at, self._spread(8 * HOUR, 2))
            self._say(at, told.TicketStatusChanged, status("in progress"))
        return at

    def _ask(self, at: int) -> int:
        """The agent asks and waits; the customer answers, and the work goes on."""
        at = self._work(at, self._spread(HOUR, 3))
        self._say(at, told.TicketReplied, AGENT)
        self._say(at + 2 * SECOND, told.TicketStatusChanged, status("pending"))
        at += self._spread(5 * HOUR, 4)
        self._say(at, told.TicketReplied, CUSTOMER)
        self._say(at + SECOND, told.TicketStatusChanged, status("open"))
        return at

    def _settle(self, at: int) -> None:
        """A workaround where it is critical; the fix; some come back; most are closed at last."""
        rng = self.rng
        if self.severity == "critical":
            at = self._work(at, self._spread(80 * MINUTE, 2))
            self._say(at, told.TicketWorkaroundProvided, told.Nothing())
        median, factor = _WORK[self.severity]
        at = self._resolve(self._work(at, self._spread(median * HOUR, factor)))
        if rng.random() < 0.09:
            at += self._spread(7 * HOUR, 3)
            self._say(at, told.TicketReplied, CUSTOMER)
            self._say(at + SECOND, told.TicketReopened, with_status("open"))
            at = self._resolve(self._work(at, self._spread(4 * HOUR, 2)))
        self._say(at + 3 * DAY, told.TicketClosed, with_status("closed"))

    def _resolve(self, at: int) -> int:
        self._say(at, told.TicketReplied, AGENT)
        self._say(at + 4 * SECOND, told.TicketResolved, with_status("solved"))
        return at
