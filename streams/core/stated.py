"""The values of the book: what is stated of accounts, sources and releases, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from schemas import inbound as told
from schemas.instants import DAY, MINUTE, NEVER, instant
from streams.core.agreement.model import Agreement, WordMap
from streams.core.facts import LAST

SKEW_MAX: Final = 5 * MINUTE
ORPHAN_AFTER: Final = 7 * DAY
"""Where no agreement says otherwise (semantics 1.5, 1.7)."""
NO_WORDS = WordMap(statuses={}, severities={}, plans={}, categories={}, roles={})

FactValue = str | bool | int | None


@dataclass(frozen=True, slots=True)
class AccountVersion:
    """All that is known of an account from `effective_at` on, and the event that said so."""

    effective_at: int
    event: str
    facts: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Limits:
    """How far ahead of the log an event may be dated, how long an orphan waits; microseconds."""

    skew_max: int
    orphan_after: int


@dataclass(slots=True)
class SourceState:
    """How far a source has spoken."""

    inputs: dict[str, int] = field(default_factory=dict)
    imports: dict[str, int | None] = field(default_factory=dict)
    """Import -> up to when its log is whole; None: that import has ended."""
    silent_before: int = 0
    """Outcomes effective before this instant alert nobody (7.5)."""

    @property
    def importing_until(self) -> int | None:
        """Its tickets are judged no further than this while an import runs (7.5)."""
        if not self.imports:
            return None
        return min((until for until in self.imports.values() if until is not None), default=None)

    def until(self, clock: int) -> int:
        """Up to when its tickets are judged: an import holds them back (7.5)."""
        if not self.imports:
            return clock
        importing = self.importing_until
        return clock if importing is None else min(importing, clock)

    def silent_until(self, cut_over: int | None) -> int:
        """Outcomes effective before this instant alert nobody (7.5, 1.7)."""
        if self.imports and self.importing_until is not None:
            return NEVER
        return self.silent_before if cut_over is None else max(self.silent_before, cut_over)

    @property
    def watermark(self) -> int | None:
        """The instant up to which everything it said is in; None: it has not said (7.4)."""
        return min(self.inputs.values()) if self.inputs else None


@dataclass(frozen=True, slots=True)
class Release:
    """The planned instant of a release, as known from `known_at` on; None: cancelled."""

    known_at: int
    planned_at: int | None
    event: str


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom a shared fact concerns."""

    account: str | None = None
    source: str | None = None
    everyone: bool = False


UNKNOWN_ACCOUNT = [AccountVersion(-(2**62), "", {})]


def key_of(event: told.InboundEvent) -> str:
    """Event ids are unique within their source."""
    return f"{event.source} {event.id}"


def stated(event: told.SharedEvent) -> tuple[int, int, str]:
    """The order in which shared facts are stated (1.3)."""
    seq = LAST if event.sequence is None else int(event.sequence)
    return (instant(event.time), seq, event.id)


def versions_of(statements: list[told.AccountFactStated]) -> list[AccountVersion]:
    """Facts add up by `effective_at`; of two at one instant the one stated later holds (5.1)."""
    dated = sorted(statements, key=lambda e: (instant(e.data.effective_at or e.time), *stated(e)))
    versions = [UNKNOWN_ACCOUNT[0]]
    for event in dated:
        effective = instant(event.data.effective_at or event.time)
        facts = {**versions[-1].facts, event.data.fact: event.data.value}
        if versions[-1].effective_at == effective:
            versions.pop()
        versions.append(AccountVersion(effective, key_of(event), facts))
    return versions


def release_of(
    event: told.ReleaseScheduled | told.ReleaseWasMoved | told.ReleaseCancelled,
) -> Release:
    planned = None
    if not isinstance(event, told.ReleaseCancelled):
        planned = instant(event.data.planned_at)
    return Release(instant(event.time), planned, event.id)


def fit_of(agreement: Agreement, source: str, account: str | None) -> int:
    """How closely an agreement fits: 3: by account, 2: by source, 1: as all do, 0: not at all."""
    scope = agreement.applies_to
    if account is not None and account in scope.accounts:
        return 3
    if source in scope.sources:
        return 2
    return 1 if "*" in scope.sources else 0


def layered(own: WordMap, base: WordMap) -> WordMap:
    return WordMap(
        statuses={**base.statuses, **own.statuses},
        severities={**base.severities, **own.severities},
        plans={**base.plans, **own.plans},
        categories={**base.categories, **own.categories},
        roles={**base.roles, **own.roles},
    )
