"""The dated facts that the tickets of a partition share: accounts, agreements, words, closures,
releases, and how far each source has spoken (semantics 1.4, 2.3, 3.13, 4.6, 5.1, 7.4, 7.5).

The book keeps the shared events themselves, so it can be rebuilt from what is saved; everything
derived (compiled calendars, entitlements) is made once and dropped when a fact behind it changes.
"""

from collections.abc import Mapping
from typing import Any

from schemas import inbound as told
from schemas.instants import instant
from streams.core import entitlement
from streams.core.agreement.model import Agreement, Cell, WordMap
from streams.core.agreement.read import read_agreement, read_mapping
from streams.core.calendar import Calendar, Closure, compile_calendar
from streams.core.changes import matters_to
from streams.core.stated import (
    NO_WORDS,
    ORPHAN_AFTER,
    SKEW_MAX,
    UNKNOWN_ACCOUNT,
    AccountVersion,
    FactValue,
    Limits,
    Release,
    SourceState,
    Touched,
    fit_of,
    key_of,
    layered,
    release_of,
    stated,
    versions_of,
)
from streams.core.terms import NO_AGREEMENT, Entitlement, Terms, cell_for, entitled, terms_of


class Book:
    """What the tickets of a partition share. Changed only by `take`."""

    def __init__(self) -> None:
        self.events: dict[str, told.SharedEvent] = {}
        self.sources: dict[str, SourceState] = {}
        self._agreements: list[Agreement] = []
        self.has_take_overs = False
        """Whether any version takes over open tickets."""
        self.has_new_timers = False
        """Whether any version is for the cycles that start on open tickets."""
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
        self.entitlements: dict[int, Entitlement] = {0: NO_AGREEMENT}
        self.terms: dict[int, Terms] = {}
        """By token, what heads refer to. What a token stands for never changes."""
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
        versions = {(a.name, a.version): a for a in self.agreements}
        # A version is not edited: told again, it is the one that is known.
        versions.setdefault((agreement.name, agreement.version), agreement)
        self.agreements = sorted(versions.values(), key=lambda a: (a.effective_from, a.name))
        self._published_by[agreement.name, agreement.version] = key_of(event)
        self.events[key_of(event)] = event
        self._forget()
        return Touched(everyone=True)

    def _take_mapping(self, event: told.MappingWasPublished) -> "Touched":
        words = read_mapping(event.data.mapping)
        effective = instant(event.data.effective_at or event.time)
        versions = self._mappings.setdefault(event.subject, [])
        versions.append((effective, stated(event), words))
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
        last = max(said, key=stated)
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
            key=stated,
        )
        kind = next((e.data.kind for e in said if isinstance(e, told.ReleaseScheduled)), "")
        self._releases[event.subject] = (kind, [release_of(e) for e in said])
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
        self.has_new_timers = any(a.scope == "new_timers" for a in agreements)

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
            return UNKNOWN_ACCOUNT
        known = self._accounts.get(account)
        if known is None:
            known = self._accounts[account] = versions_of(self._statements.get(account, []))
        return known

    def agreement(
        self, source: str, account: str | None, opened_at: int, at: int = 0, begun_at: int = 0
    ) -> Agreement | None:
        """The version in force that fits best: account, then source, then all.

        In force is the version at the opening; a later one of scope `open_timers` takes over at
        its own `effective_from`, where that is not after `at`; one of scope `new_timers` is for a
        cycle that has `begun_at` its `effective_from` or later (4.6).
        """
        latest = {
            "new_tickets": opened_at,
            "new_timers": max(opened_at, begun_at),
            "open_timers": max(opened_at, at),
        }
        best: tuple[int, int, str] | None = None
        found: Agreement | None = None
        for agreement in self._agreements:
            fit = fit_of(agreement, source, account)
            since = agreement.effective_from
            if fit == 0 or since > latest[agreement.scope]:
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

    def of_new_timers(self, source: str, account: str | None) -> list[Agreement]:
        """The versions of scope `new_timers` that fit."""
        fits = (a for a in self._agreements if a.scope == "new_timers")
        return [a for a in fits if fit_of(a, source, account)]

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
            self._words[key] = layered(own, base)
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
                if (cell := cell_for(agreement, target, decision.plan, severity)) is not None
            }
            made = entitled(agreement, decision, terms)
            # What is equal stays the same object, whatever was forgotten in between.
            known = (self.entitlements.setdefault(made.token, made), account)
            self._entitled[key] = known
        return known[0]

    def _terms(self, agreement: Agreement, cell: Cell, rule: str) -> Terms:
        made = terms_of(self.calendar(agreement, cell.calendar), agreement, cell, rule)
        return self.terms.setdefault(made.token, made)

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
