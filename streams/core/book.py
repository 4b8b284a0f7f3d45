"""The dated facts that the tickets of a partition share: accounts, agreements, words, closures,
releases, and how far each source has spoken (semantics 1.4, 2.3, 3.13, 4.6, 5.1, 7.4, 7.5).

The book keeps the shared events themselves, so it can be rebuilt from what is saved; everything
derived (compiled calendars, entitlements) is made once and dropped when a fact behind it changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from schemas import inbound as told
from schemas.instants import DAY, MINUTE, instant
from schemas.outbound import DecisionImage
from streams.core import entitlement, ladder
from streams.core.agreement.model import MEASURES, Agreement, Cell, Step, WordMap
from streams.core.agreement.read import read_agreement, read_mapping
from streams.core.calendar import Calendar, Closure, compile_calendar
from streams.core.changes import matters_to
from streams.core.facts import LAST

NEVER = 2**62
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


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What one target owes a ticket, with all about it that can be worked out once."""

    cell: Cell
    calendar: Calendar
    calendar_name: str
    """The name under which the calendar is published: agreement, version and its own name."""
    agreement: str
    version: str
    rule: str
    steps: tuple[tuple[int, Step], ...]
    """The steps by the spent time at which each is reached, ascending; those at 100 % left out."""
    at_breach: tuple[Step, ...]
    at_risk: int | None
    """The spent time from which it is at risk; None without a budget."""


@dataclass(frozen=True, slots=True, eq=False)
class Entitlement:
    """What a ticket is promised: the decision, and the terms by target name."""

    agreement: Agreement | None
    decision: DecisionImage
    terms: Mapping[str, Terms]


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
        if self.importing_until is not None:
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


NO_AGREEMENT = Entitlement(None, DecisionImage(reason="no_agreement"), {})


class Book:
    """What the tickets of a partition share. Changed only by `take`."""

    def __init__(self) -> None:
        self.events: dict[str, told.SharedEvent] = {}
        self.sources: dict[str, SourceState] = {}
        self._agreements: list[Agreement] = []
        self.has_take_overs = False
        """Whether any version takes over open tickets."""
        self.closures: dict[str, tuple[Closure, tuple[str, ...]]] = {}
        self.release_instants: list[int] = []
        """Every instant at which something about a release became known."""
        self._published_by: dict[tuple[str, str], str] = {}
        self._statements: dict[str, list[told.AccountFactStated]] = {}
        self._accounts: dict[str, list[AccountVersion]] = {}
        self._mappings: dict[str, list[tuple[int, tuple[int, int, str], WordMap]]] = {}
        self._releases: dict[str, tuple[str, list[Release]]] = {}
        self._calendars: dict[tuple[str, str, str], Calendar] = {}
        self._limits: dict[str, Limits] = {}
        self._matters: dict[int, int] = {}
        self._words: dict[tuple[int, int], WordMap] = {}
        # The facts stand beside the entitlement so that their id in the key stays theirs alone.
        self._entitled: dict[tuple[Any, ...], tuple[Entitlement, Mapping[str, FactValue]]] = {}

    # -- taking facts ---------------------------------------------------------------------------

    def take(self, event: told.SharedEvent, recorded: int) -> "Touched":
        """Takes a shared fact; says whom it concerns. Raises DocumentInvalid, changing nothing."""
        match event:
            case told.AccountFactStated():
                return self._take_account_fact(event)
            case told.AgreementWasPublished():
                return self._take_agreement(event)
            case told.MappingWasPublished():
                return self._take_mapping(event)
            case told.ClosureWasDeclared() | told.ClosureWithdrawn():
                return self._take_closure(event)
            case told.ReleaseScheduled() | told.ReleaseWasMoved() | told.ReleaseCancelled():
                return self._take_release(event)
            case told.SourceHeartbeat():
                inputs = self.source(event.source).inputs
                said = instant(event.data.complete_to)
                inputs[event.subject] = max(said, inputs.get(event.subject, said))
                return Touched()
            case told.SourceImportBegun():
                until = instant(event.data.complete_until)
                self.source(event.source).imports.setdefault(event.subject, until)
                return Touched(source=event.source)
            case told.SourceImportEnded():
                state = self.source(event.source)
                if state.imports.get(event.subject, 0) is not None:
                    state.silent_before = recorded
                state.imports[event.subject] = None
                return Touched(source=event.source)

    def _take_account_fact(self, event: told.AccountFactStated) -> "Touched":
        self.events[key_of(event)] = event
        self._statements.setdefault(event.subject, []).append(event)
        self._accounts.pop(event.subject, None)
        return Touched(account=event.subject)

    def _take_agreement(self, event: told.AgreementWasPublished) -> "Touched":
        agreement = read_agreement(event.data.agreement)
        kept = [
            a for a in self.agreements if (a.name, a.version) != (agreement.name, agreement.version)
        ]
        self.agreements = sorted([*kept, agreement], key=lambda a: (a.effective_from, a.name))
        self._published_by[agreement.name, agreement.version] = key_of(event)
        self.events[key_of(event)] = event
        self._forget()
        return Touched(everyone=True)

    def _take_mapping(self, event: told.MappingWasPublished) -> "Touched":
        words = read_mapping(event.data.mapping)
        effective = instant(event.data.effective_at or event.time)
        versions = self._mappings.setdefault(event.subject, [])
        versions.append((effective, _stated(event), words))
        # Of two with one `effective_at` the one stated later holds, as of accounts (5.1, 1.3).
        versions.sort(key=lambda v: (v[0], v[1]))
        self.events[key_of(event)] = event
        self._forget()
        return Touched(source=event.subject)

    def _take_closure(self, event: told.ClosureWasDeclared | told.ClosureWithdrawn) -> "Touched":
        self.events[key_of(event)] = event
        said = [
            e
            for e in self.events.values()
            if isinstance(e, told.ClosureWasDeclared | told.ClosureWithdrawn)
            and e.subject == event.subject
        ]
        last = max(said, key=_stated)
        self.closures.pop(event.subject, None)
        if isinstance(last, told.ClosureWasDeclared):
            data = last.data
            closure = Closure(event.subject, data.name, instant(data.start), instant(data.end))
            self.closures[event.subject] = (closure, tuple(data.calendars))
        self._forget()
        return Touched(everyone=True)

    def _take_release(
        self, event: told.ReleaseScheduled | told.ReleaseWasMoved | told.ReleaseCancelled
    ) -> "Touched":
        self.events[key_of(event)] = event
        said = sorted(
            (
                e
                for e in self.events.values()
                if isinstance(
                    e, told.ReleaseScheduled | told.ReleaseWasMoved | told.ReleaseCancelled
                )
                and e.subject == event.subject
            ),
            key=_stated,
        )
        kind = next((e.data.kind for e in said if isinstance(e, told.ReleaseScheduled)), "")
        self._releases[event.subject] = (kind, [_release(e) for e in said])
        self.release_instants = sorted(
            {r.known_at for _, rs in self._releases.values() for r in rs}
        )
        return Touched(everyone=True)

    def _forget(self) -> None:
        self._calendars.clear()
        self._words.clear()
        self._limits.clear()
        self._matters.clear()
        self._entitled.clear()

    @property
    def agreements(self) -> list[Agreement]:
        """The versions of all agreements, in the order in which they come into force."""
        return self._agreements

    @agreements.setter
    def agreements(self, agreements: list[Agreement]) -> None:
        self._agreements = agreements
        self.has_take_overs = any(a.scope == "open_timers" for a in agreements)

    # -- asking ---------------------------------------------------------------------------------

    def has_own_words(self, source: str) -> bool:
        """Whether a mapping was published for `source`; else its words are the agreement's."""
        return source in self._mappings

    def source(self, source: str) -> SourceState:
        """The state of a source, made at first sight."""
        known = self.sources.get(source)
        if known is None:
            known = self.sources[source] = SourceState()
        return known

    def account(self, account: str | None) -> list[AccountVersion]:
        """The versions of an account's facts, ascending; the first holds from the beginning."""
        if account is None:
            return _UNKNOWN_ACCOUNT
        known = self._accounts.get(account)
        if known is None:
            known = self._accounts[account] = _versions(self._statements.get(account, []))
        return known

    def agreement(
        self, source: str, account: str | None, opened_at: int, at: int = 0
    ) -> Agreement | None:
        """The version in force that fits best: account, then source, then all.

        In force is the version at the opening; a later one of scope `open_timers` takes over at
        its own `effective_from`, where that is not after `at` (4.6).
        """
        best: tuple[int, int, str] | None = None
        found: Agreement | None = None
        for agreement in self._agreements:
            fit = _fit(agreement, source, account)
            since = agreement.effective_from
            if fit == 0 or (since > opened_at and (agreement.scope == "new_tickets" or since > at)):
                continue
            rank = (fit, since, agreement.name)
            if best is None or rank >= best:
                best, found = rank, agreement
        return found

    def take_overs(self, after: int) -> list[tuple[int, str]]:
        """When versions of scope `open_timers` take over after `after`, and by which event."""
        return [
            (agreement.effective_from, self._published_by[agreement.name, agreement.version])
            for agreement in self.agreements
            if agreement.scope == "open_timers" and agreement.effective_from > after
        ]

    def limits(self, source: str) -> Limits:
        """How far ahead `source` may date, and how long its orphans wait (1.5, 1.7).

        Of the agreements for the source the most generous counts: which one a ticket falls under
        is known only with its opening.
        """
        known = self._limits.get(source)
        if known is None:
            fits = [a for a in self.agreements if a.applies_to.sources & {source, "*"}]
            known = self._limits[source] = Limits(
                max((a.skew_max for a in fits), default=SKEW_MAX),
                max((a.orphan_after for a in fits), default=ORPHAN_AFTER),
            )
        return known

    def matters(self, agreement: Agreement | None) -> int:
        """The changes at a moment that can matter to any of its targets."""
        key = 0 if agreement is None else id(agreement)
        known = self._matters.get(key)
        if known is None:
            known = self._matters[key] = matters_to(agreement)
        return known

    def words(self, source: str, at: int, agreement: Agreement | None) -> WordMap:
        """What the words of `source` mean at `at`: its own mapping, then the agreement's."""
        base = NO_WORDS if agreement is None else agreement.words
        versions = self._mappings.get(source)
        if versions is None:
            return base
        own = next((words for effective, _, words in reversed(versions) if effective <= at), None)
        if own is None:
            return base
        key = (id(own), id(base))
        if key not in self._words:
            self._words[key] = _over(own, base)
        return self._words[key]

    def entitlement(
        self,
        agreement: Agreement | None,
        account: Mapping[str, FactValue],
        plan: str | None,
        severity: str | None,
        category: str | None,
        channel: str | None,
    ) -> Entitlement:
        """Who is entitled to what (5.2), decided once for each combination."""
        if agreement is None:
            return NO_AGREEMENT
        key = (id(agreement), id(account), plan, severity, category, channel)
        known = self._entitled.get(key)
        if known is None:
            ticket = {"plan": plan, "severity": severity, "category": category, "channel": channel}
            decision = entitlement.decide(agreement, account, ticket)
            terms = {
                target: self._terms(agreement, cell, decision.rule or "")
                for target in agreement.targets
                if (cell := _cell(agreement, target, decision.plan, severity)) is not None
            }
            known = (Entitlement(agreement, decision, terms), account)
            self._entitled[key] = known
        return known[0]

    def _terms(self, agreement: Agreement, cell: Cell, rule: str) -> Terms:
        budget = cell.budget
        return Terms(
            cell,
            self.calendar(agreement, cell.calendar),
            calendar_name(agreement, cell.calendar),
            agreement.name,
            agreement.version,
            rule,
            () if budget is None else ladder.amounts(cell.ladder, budget),
            tuple(step for step in cell.ladder if ladder.at_breach(step)),
            None if budget is None else ladder.at_risk_amount(cell, budget),
        )

    def calendar(self, agreement: Agreement, name: str) -> Calendar:
        """The calendar `name` of an agreement, with the closures that name it."""
        key = (agreement.name, agreement.version, name)
        known = self._calendars.get(key)
        if known is None:
            closures = [c for c, calendars in self.closures.values() if name in calendars]
            known = compile_calendar(agreement.calendars[name], closures)
            self._calendars[key] = known
        return known

    def planned(self, kind: str, after: int, known_at: int) -> int | None:
        """The earliest not cancelled release of `kind` planned after `after`, as known then."""
        planned: list[int] = []
        for release_kind, said in self._releases.values():
            known = [r for r in said if r.known_at <= known_at]
            if release_kind == kind and known and known[-1].planned_at is not None:
                planned.append(known[-1].planned_at)
        return min((at for at in planned if at > after), default=None)


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom a shared fact concerns."""

    account: str | None = None
    source: str | None = None
    everyone: bool = False


_UNKNOWN_ACCOUNT = [AccountVersion(-(2**62), "", {})]


def _cell(agreement: Agreement, target: str, plan: str | None, severity: str | None) -> Cell | None:
    """The cell that applies; a target that only measures does so entitled or not (3.10)."""
    cell = agreement.cell(target, plan, severity)
    if cell is None:
        other = next(iter(agreement.targets[target].values()), None)
        if other is not None and other.kind in MEASURES:
            return other
    return cell


def calendar_name(agreement: Agreement, name: str) -> str:
    """The name under which a calendar is published: agreement, version and its own name."""
    return f"{agreement.name} {agreement.version}/{name}"


def key_of(event: told.InboundEvent) -> str:
    """Event ids are unique within their source."""
    return f"{event.source} {event.id}"


def _stated(event: told.SharedEvent) -> tuple[int, int, str]:
    """The order in which shared facts are stated (1.3)."""
    seq = LAST if event.sequence is None else int(event.sequence)
    return (instant(event.time), seq, event.id)


def _versions(statements: list[told.AccountFactStated]) -> list[AccountVersion]:
    """Facts add up by `effective_at`; of two at one instant the one stated later holds (5.1)."""
    dated = sorted(statements, key=lambda e: (instant(e.data.effective_at or e.time), *_stated(e)))
    versions = [_UNKNOWN_ACCOUNT[0]]
    for event in dated:
        effective = instant(event.data.effective_at or event.time)
        facts = {**versions[-1].facts, event.data.fact: event.data.value}
        if versions[-1].effective_at == effective:
            versions.pop()
        versions.append(AccountVersion(effective, key_of(event), facts))
    return versions


def _release(
    event: told.ReleaseScheduled | told.ReleaseWasMoved | told.ReleaseCancelled,
) -> Release:
    planned = None
    if not isinstance(event, told.ReleaseCancelled):
        planned = instant(event.data.planned_at)
    return Release(instant(event.time), planned, event.id)


def _fit(agreement: Agreement, source: str, account: str | None) -> int:
    """How closely an agreement fits: 3: by account, 2: by source, 1: as all do, 0: not at all."""
    scope = agreement.applies_to
    if account is not None and account in scope.accounts:
        return 3
    if source in scope.sources:
        return 2
    return 1 if "*" in scope.sources else 0


def _over(own: WordMap, base: WordMap) -> WordMap:
    return WordMap(
        statuses={**base.statuses, **own.statuses},
        severities={**base.severities, **own.severities},
        plans={**base.plans, **own.plans},
        categories={**base.categories, **own.categories},
        roles={**base.roles, **own.roles},
    )
