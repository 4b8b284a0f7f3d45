"""From a ticket's history to its timeline: what was so at each instant at which something changed.

All changes of one instant are applied before anything is looked at (semantics 1.3), so a timeline
has one moment an instant. Words become categories here, by the mapping in force then (1.4).
"""

from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, Final

from streams.core import facts as f
from streams.core.agreement.model import WordMap
from streams.core.book import NO_AGREEMENT, AccountVersion, Book, Entitlement

RESOLVED: Final = frozenset({"resolved", "closed"})
# What changed at a moment; a moment at which none of these did is not kept.
CATEGORY: Final = 1
ENTITLED: Final = 2
GONE: Final = 4
REPLY: Final = 8
WORKAROUND: Final = 16
FIXED: Final = 32


class Moment:
    """The ticket just after the changes of one instant; causes are event ids."""

    __slots__ = (
        "at",
        "category",
        "category_cause",
        "changed",
        "entitled_cause",
        "entitlement",
        "fixed_cause",
        "gone",
        "gone_cause",
        "manual",
        "merged_into",
        "reply",
        "resolved",
        "workaround",
    )

    def __init__(self, fold: "Fold", at: int, changed: int) -> None:
        self.at = at
        self.changed = changed
        self.category = fold.category
        self.category_cause = fold.category_cause
        self.entitlement = fold.entitlement
        self.entitled_cause = fold.entitled_cause
        self.gone = fold.gone
        self.gone_cause = fold.gone_cause
        self.merged_into = fold.merged_into
        self.reply = fold.reply
        self.workaround = fold.workaround
        self.manual = fold.manual
        self.fixed_cause = fold.fixed_cause
        self.resolved = fold.category in RESOLVED

    def under(self, entitlement: Entitlement) -> "Moment":
        """The same moment, had `entitlement` held then (4.5)."""
        seen = copy(self)
        seen.entitlement = entitlement
        return seen


class Fold:
    """What is known of the ticket while its history is read, fact by fact."""

    __slots__ = (
        "account",
        "accounts",
        "agent",
        "agreement",
        "book",
        "category",
        "category_cause",
        "changed",
        "channel",
        "dirty",
        "entitled_cause",
        "entitlement",
        "exclusions",
        "fixed_cause",
        "gone",
        "gone_cause",
        "manual",
        "merged_into",
        "moments",
        "moved",
        "next_change",
        "opened",
        "opened_at",
        "plan",
        "reply",
        "requester",
        "severities",
        "severity",
        "severity_word",
        "source",
        "status",
        "subject_category",
        "team",
        "teams",
        "unmapped",
        "verdict",
        "words",
        "workaround",
    )

    def __init__(self, source: str, opened: f.Opened, book: Book) -> None:
        self.source = source
        self.book = book
        self.opened = opened
        self.opened_at = opened.at
        self.account = opened.account
        self.accounts: list[AccountVersion] = book.account(opened.account)
        self.agreement = book.agreement(source, opened.account, opened.at)
        self.requester = opened.requester
        self.channel = opened.channel
        self.team = opened.team
        self.agent = opened.agent
        self.status: str | None = None
        self.category = "open"
        self.category_cause = opened.id
        self.severity_word: str | None = None
        self.severity: str | None = None
        self.plan: str | None = None
        self.subject_category: str | None = None
        self.entitlement: Entitlement = NO_AGREEMENT
        self.entitled_cause = opened.id
        self.dirty = True
        self.changed = CATEGORY
        self.words: WordMap | None = None
        self.settle_words()
        self.moved = False
        self.teams: list[tuple[int, str | None]] = [(opened.at, opened.team)]
        self.severities: list[tuple[int, str | None]] = []
        self.reply: str | None = None
        self.workaround: str | None = None
        self.gone: str | None = None
        self.gone_cause = ""
        self.merged_into: str | None = None
        self.manual: dict[str, tuple[int, int]] = {}
        self.fixed_cause = ""
        self.exclusions: dict[str, f.Excluded] = {}
        self.verdict: str | None = None
        self.unmapped: list[tuple[str, str]] = []
        self.moments: list[Moment] = []
        self.next_change: int | None = None

    def settle_words(self) -> None:
        """Where the source has no mapping of its own, words mean the same at every instant."""
        self.words = None
        if not self.book.has_own_words(self.source):
            self.words = self.book.words(self.source, 0, self.agreement)

    def words_at(self, at: int) -> WordMap:
        """What the source's words mean at `at`."""
        return self.words or self.book.words(self.source, at, self.agreement)

    def unmap(self, field: str, word: str) -> None:
        """Lists a word without mapping (1.4)."""
        if (field, word) not in self.unmapped:
            self.unmapped.append((field, word))

    def put_into(self, category: str, cause: str) -> None:
        """The status category changes; the same one again changes nothing."""
        if category != self.category:
            self.category = category
            self.category_cause = cause
            self.changed |= CATEGORY

    def take_shared(self, cause: str) -> None:
        """A shared fact takes effect: about a release, or by event `cause` about the account."""
        self.changed |= FIXED
        if cause:
            self.dirty = True
            self.entitled_cause = cause

    def end_of(self, at: int) -> None:
        """All changes of the instant are in: keeps the moment, where anything changed."""
        if self.dirty:
            self.entitle(at)
        if self.changed:
            self.moments.append(Moment(self, at, self.changed))
            self.changed = 0
            self.reply = self.workaround = None

    def entitle(self, at: int) -> None:
        """Decides anew who is entitled to what (5.2)."""
        self.dirty = False
        before = self.entitlement
        self.severities.append((at, self.severity))
        version = self.accounts[0]
        for later in self.accounts[1:]:
            if later.effective_at > at:
                break
            version = later
        self.entitlement = self.book.entitlement(
            self.agreement,
            version.facts,
            self.plan,
            self.severity,
            self.subject_category,
            self.channel,
        )
        if self.entitlement is not before:
            self.changed |= ENTITLED


def _status_of(fold: Fold, word: str, at: int) -> str | None:
    category = fold.words_at(at).statuses.get(word)
    if category is None:
        fold.unmap("statuses", word)
    return category


def _severity_of(fold: Fold, word: str, at: int) -> str | None:
    severity = fold.words_at(at).severities.get(word)
    if severity is None:
        fold.unmap("severities", word)
    return severity


def _plan_of(fold: Fold, word: str, at: int) -> str | None:
    plan = fold.words_at(at).plans.get(word)
    if plan is None:
        fold.unmap("plans", word)
    return plan


def _category_of(fold: Fold, word: str, at: int) -> str | None:
    category = fold.words_at(at).categories.get(word)
    if category is None:
        fold.unmap("categories", word)
    return category


def _open(fold: Fold, fact: f.Opened) -> None:
    at = fact.at
    if fact.status is not None:
        fold.status = fact.status
        category = _status_of(fold, fact.status, at)
        if category is not None:
            fold.put_into(category, fact.id)
    if fact.severity is not None:
        fold.severity_word = fact.severity
        fold.severity = _severity_of(fold, fact.severity, at)
    if fact.plan is not None:
        fold.plan = _plan_of(fold, fact.plan, at)
    if fact.category is not None:
        fold.subject_category = _category_of(fold, fact.category, at)


def _reply(fold: Fold, fact: f.Replied) -> None:
    if not fact.public or fact.automatic:
        return
    # On a ticket a writer is requester before agent (3.4).
    if fact.author is not None and fact.author == fold.requester:
        return
    role = fold.words_at(fact.at).roles.get(fact.role)
    if role is None:
        fold.unmap("roles", fact.role)
    elif role == "agent" and fold.reply is None:
        fold.reply = fact.id
        fold.changed |= REPLY


def _status(fold: Fold, fact: f.StatusChanged) -> None:
    fold.status = fact.status
    category = _status_of(fold, fact.status, fact.at)
    if category is not None:
        fold.put_into(category, fact.id)


def _severity(fold: Fold, fact: f.SeverityChanged) -> None:
    fold.severity_word = fact.severity
    severity = None
    if fact.severity is not None:
        severity = _severity_of(fold, fact.severity, fact.at)
        if severity is None:
            return
    fold.severity = severity
    _redecide(fold, fact.id)


def _plan(fold: Fold, fact: f.PlanChanged) -> None:
    plan = None
    if fact.plan is not None:
        plan = _plan_of(fold, fact.plan, fact.at)
        if plan is None:
            return
    fold.plan = plan
    _redecide(fold, fact.id)


def _account(fold: Fold, fact: f.AccountChanged) -> None:
    fold.account = fact.account
    fold.accounts = fold.book.account(fact.account)
    fold.agreement = fold.book.agreement(fold.source, fact.account, fold.opened_at)
    fold.settle_words()
    fold.moved = True
    _redecide(fold, fact.id)


def _category(fold: Fold, fact: f.CategoryChanged) -> None:
    category = None
    if fact.category is not None:
        category = _category_of(fold, fact.category, fact.at)
        if category is None:
            return
    fold.subject_category = category
    _redecide(fold, fact.id)


def _redecide(fold: Fold, cause: str) -> None:
    fold.dirty = True
    fold.entitled_cause = cause


def _assigned(fold: Fold, fact: f.Assigned) -> None:
    fold.team = fact.team
    fold.agent = fact.agent
    fold.teams.append((fact.at, fact.team))


def _workaround(fold: Fold, fact: f.WorkaroundProvided) -> None:
    fold.workaround = fact.id
    fold.changed |= WORKAROUND


def _resolved(fold: Fold, fact: f.Resolved) -> None:
    _by_event(fold, fact.status, fact.at, fact.id, "resolved", True)


def _closed(fold: Fold, fact: f.Closed) -> None:
    _by_event(fold, fact.status, fact.at, fact.id, "closed", True)


def _reopened(fold: Fold, fact: f.Reopened) -> None:
    _by_event(fold, fact.status, fact.at, fact.id, "open", False)


def _by_event(
    fold: Fold, status: str | None, at: int, cause: str, category: str, resolved: bool
) -> None:
    """The event itself says resolved or not; its word may only refine that (3.8)."""
    if status is not None:
        fold.status = status
        meaning = _status_of(fold, status, at)
        if meaning is not None and (meaning in RESOLVED) == resolved:
            category = meaning
    fold.put_into(category, cause)


def _merged(fold: Fold, fact: f.Merged) -> None:
    fold.gone, fold.gone_cause, fold.merged_into = "merged", fact.id, fact.into
    fold.changed |= GONE


def _deleted(fold: Fold, fact: f.Deleted) -> None:
    fold.gone, fold.gone_cause, fold.merged_into = fact.reason, fact.id, None
    fold.changed |= GONE


def _restored(fold: Fold, fact: f.Restored) -> None:
    fold.gone, fold.gone_cause, fold.merged_into = None, fact.id, None
    fold.changed |= GONE


def _deadline_set(fold: Fold, fact: f.DeadlineSet) -> None:
    # One set to the past breaches at the instant of its setting (4.9).
    fold.manual = {**fold.manual, fact.target: (max(fact.due, fact.at), fact.at)}
    fold.fixed_cause = fact.id
    fold.changed |= FIXED


def _deadline_withdrawn(fold: Fold, fact: f.DeadlineWithdrawn) -> None:
    fold.manual = {k: v for k, v in fold.manual.items() if k != fact.target}
    fold.fixed_cause = fact.id
    fold.changed |= FIXED


def _verdict(fold: Fold, fact: f.VerdictReported) -> None:
    fold.verdict = fact.verdict


def _excluded(fold: Fold, fact: f.Excluded) -> None:
    """It acts as of its own from and to: the walks, which come later, see all of them (4.9)."""
    fold.exclusions[fact.stretch] = fact


def _exclusion_withdrawn(fold: Fold, fact: f.ExclusionWithdrawn) -> None:
    fold.exclusions.pop(fact.stretch, None)


def _opened_before(fold: Fold, fact: f.Opened) -> None:
    """The opening was read first (1.3); a second one opens nothing."""


_APPLY: Final[dict[type[f.Plain], Callable[[Fold, Any], None]]] = {
    f.Opened: _opened_before,
    f.Replied: _reply,
    f.StatusChanged: _status,
    f.SeverityChanged: _severity,
    f.PlanChanged: _plan,
    f.AccountChanged: _account,
    f.CategoryChanged: _category,
    f.Assigned: _assigned,
    f.WorkaroundProvided: _workaround,
    f.Resolved: _resolved,
    f.Reopened: _reopened,
    f.Closed: _closed,
    f.Merged: _merged,
    f.Deleted: _deleted,
    f.Restored: _restored,
    f.Excluded: _excluded,
    f.ExclusionWithdrawn: _exclusion_withdrawn,
    f.DeadlineSet: _deadline_set,
    f.DeadlineWithdrawn: _deadline_withdrawn,
    f.VerdictReported: _verdict,
}


def timeline(source: str, counted: Sequence[f.Plain], book: Book, until: int) -> Fold | None:
    """The ticket's moments up to `until`; None while its opening is not known by then (1.7).

    `counted` are the facts in force, in the order of 1.3. `next_change` of the result is the
    first known instant after `until` at which a fact takes effect.
    """
    opened = counted[0] if counted else None
    if type(opened) is not f.Opened:
        opened = next((fact for fact in counted if type(fact) is f.Opened), None)
    if opened is None or opened.at > until:
        return None
    fold = Fold(source, opened, book)
    opened_at = opened.at
    _open(fold, opened)
    index = 0
    count = len(counted)
    shared = _shared_changes(fold, opened_at)
    while True:
        own_at = max(counted[index].at, opened_at) if index < count else None
        at = _earlier(own_at, shared)
        if at is None or at > until:
            fold.next_change = at
            return fold
        while shared and shared[-1][0] <= at:
            fold.take_shared(shared.pop()[1])
        while index < count:
            fact = counted[index]
            if fact.at > at:
                break
            index += 1
            _APPLY[type(fact)](fold, fact)
        if fold.moved:
            fold.moved = False
            shared = _shared_changes(fold, at)
        fold.end_of(at)


def _earlier(own_at: int | None, shared: list[tuple[int, str]]) -> int | None:
    """The instant of the next change: the ticket's own, or a shared fact's."""
    if not shared:
        return own_at
    return shared[-1][0] if own_at is None else min(own_at, shared[-1][0])


def _shared_changes(fold: Fold, after: int) -> list[tuple[int, str]]:
    """The instants after `after` at which a shared fact changes something for this ticket.

    Latest first, each with the event that brings another decision, or an empty text.
    """
    if len(fold.accounts) == 1 and not fold.book.release_instants:
        return []
    changes = [(at, "") for at in fold.book.release_instants if at > after]
    changes += [(v.effective_at, v.event) for v in fold.accounts[1:] if v.effective_at > after]
    changes.sort(reverse=True)
    return changes
