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


class Moment:
    """The ticket just after the changes of one instant; causes are event ids."""

    __slots__ = (
        "at",
        "category",
        "category_cause",
        "entitled_cause",
        "entitlement",
        "fixed_cause",
        "gone",
        "gone_cause",
        "manual",
        "merged_into",
        "reply",
        "severity",
        "team",
        "workaround",
    )

    def __init__(self, fold: "Fold", at: int) -> None:
        self.at = at
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
        self.team = fold.team
        self.severity = fold.severity

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
        "channel",
        "dirty",
        "entitled_cause",
        "entitlement",
        "exclusions",
        "fixed_cause",
        "gone",
        "gone_cause",
        "last_resolved",
        "manual",
        "merged_into",
        "moments",
        "next_change",
        "opened",
        "opened_at",
        "plan",
        "reply",
        "requester",
        "severity",
        "severity_word",
        "source",
        "status",
        "subject_category",
        "team",
        "unmapped",
        "verdict",
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

    def words(self, at: int) -> WordMap:
        """What the source's words mean at `at`."""
        return self.book.words(self.source, at, self.agreement)

    def meaning(self, field: str, word: str, at: int) -> Any:
        """What `word` means in `field`; None, and listed as unmapped, where it means nothing."""
        meaning = getattr(self.words(at), field).get(word)
        if meaning is None:
            pair = (field, word)
            if pair not in self.unmapped:
                self.unmapped.append(pair)
        return meaning

    def put_into(self, category: str, cause: str) -> None:
        """The status category changes; the same one again changes nothing."""
        if category != self.category:
            self.category = category
            self.category_cause = cause

    def entitle(self, at: int) -> None:
        """Decides anew who is entitled to what (5.2)."""
        self.dirty = False
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


def _open(fold: Fold, fact: f.Opened) -> None:
    if fact is not fold.opened:
        return
    at = fact.at
    if fact.status is not None:
        fold.status = fact.status
        category = fold.meaning("statuses", fact.status, at)
        if category is not None:
            fold.put_into(category, fact.id)
    if fact.severity is not None:
        fold.severity_word = fact.severity
        fold.severity = fold.meaning("severities", fact.severity, at)
    if fact.plan is not None:
        fold.plan = fold.meaning("plans", fact.plan, at)
    if fact.category is not None:
        fold.subject_category = fold.meaning("categories", fact.category, at)


def _reply(fold: Fold, fact: f.Replied) -> None:
    if not fact.public or fact.automatic:
        return
    # On a ticket a writer is requester before agent (3.4).
    if fact.author is not None and fact.author == fold.requester:
        return
    if fold.reply is None and fold.meaning("roles", fact.role, fact.at) == "agent":
        fold.reply = fact.id


def _status(fold: Fold, fact: f.StatusChanged) -> None:
    fold.status = fact.status
    category = fold.meaning("statuses", fact.status, fact.at)
    if category is not None:
        fold.put_into(category, fact.id)


def _severity(fold: Fold, fact: f.SeverityChanged) -> None:
    fold.severity_word = fact.severity
    severity = None
    if fact.severity is not None:
        severity = fold.meaning("severities", fact.severity, fact.at)
        if severity is None:
            return
    fold.severity = severity
    _redecide(fold, fact.id)


def _plan(fold: Fold, fact: f.PlanChanged) -> None:
    plan = None
    if fact.plan is not None:
        plan = fold.meaning("plans", fact.plan, fact.at)
        if plan is None:
            return
    fold.plan = plan
    _redecide(fold, fact.id)


def _account(fold: Fold, fact: f.AccountChanged) -> None:
    fold.account = fact.account
    fold.accounts = fold.book.account(fact.account)
    fold.agreement = fold.book.agreement(fold.source, fact.account, fold.opened_at)
    _redecide(fold, fact.id)


def _category(fold: Fold, fact: f.CategoryChanged) -> None:
    category = None
    if fact.category is not None:
        category = fold.meaning("categories", fact.category, fact.at)
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


def _workaround(fold: Fold, fact: f.WorkaroundProvided) -> None:
    fold.workaround = fact.id


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
        meaning = fold.meaning("statuses", status, at)
        if meaning is not None and (meaning in RESOLVED) == resolved:
            category = meaning
    fold.put_into(category, cause)


def _merged(fold: Fold, fact: f.Merged) -> None:
    fold.gone, fold.gone_cause, fold.merged_into = "merged", fact.id, fact.into


def _deleted(fold: Fold, fact: f.Deleted) -> None:
    fold.gone, fold.gone_cause, fold.merged_into = fact.reason, fact.id, None


def _restored(fold: Fold, fact: f.Restored) -> None:
    fold.gone, fold.gone_cause, fold.merged_into = None, fact.id, None


def _deadline_set(fold: Fold, fact: f.DeadlineSet) -> None:
    # One set to the past breaches at the instant of its setting (4.9).
    fold.manual = {**fold.manual, fact.target: (max(fact.due, fact.at), fact.at)}
    fold.fixed_cause = fact.id


def _deadline_withdrawn(fold: Fold, fact: f.DeadlineWithdrawn) -> None:
    fold.manual = {k: v for k, v in fold.manual.items() if k != fact.target}
    fold.fixed_cause = fact.id


def _verdict(fold: Fold, fact: f.VerdictReported) -> None:
    fold.verdict = fact.verdict


def _elsewhere(fold: Fold, fact: f.Fact) -> None:
    """Exclusions act as of their own from and to: they are read before the fold (4.9)."""


_APPLY: Final[dict[type[f.Plain], Callable[[Fold, Any], None]]] = {
    f.Opened: _open,
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
    f.Excluded: _elsewhere,
    f.ExclusionWithdrawn: _elsewhere,
    f.DeadlineSet: _deadline_set,
    f.DeadlineWithdrawn: _deadline_withdrawn,
    f.VerdictReported: _verdict,
}


def timeline(source: str, counted: Sequence[f.Plain], book: Book, until: int) -> Fold | None:
    """The ticket's moments up to `until`; None while its opening is not known by then (1.7).

    `counted` are the facts in force, in the order of 1.3. `next_change` of the result is the
    first known instant after `until` at which a fact takes effect.
    """
    opened = next((fact for fact in counted if type(fact) is f.Opened), None)
    if opened is None or opened.at > until:
        return None
    fold = Fold(source, opened, book)
    opened_at = opened.at
    _apply_at_once(fold, counted, opened_at)
    index = 0
    count = len(counted)
    shared = _SharedChanges(fold)
    while True:
        own_at = max(counted[index].at, opened_at) if index < count else None
        at = shared.earlier(own_at)
        if at is None or at > until:
            fold.next_change = at
            return fold
        fold.reply = fold.workaround = None
        shared.apply(at)
        while index < count and counted[index].at <= at:
            fact = counted[index]
            index += 1
            _APPLY[type(fact)](fold, fact)
            if type(fact) is f.AccountChanged:
                shared = _SharedChanges(fold, at)
        if fold.dirty:
            fold.entitle(at)
        fold.moments.append(Moment(fold, at))


def _apply_at_once(fold: Fold, counted: Sequence[f.Plain], opened_at: int) -> None:
    """The opening comes first at its instant (1.3), before facts dated earlier."""
    _open(fold, fold.opened)
    for fact in counted:
        if type(fact) is f.Excluded:
            fold.exclusions[fact.stretch] = fact
        elif type(fact) is f.ExclusionWithdrawn:
            fold.exclusions.pop(fact.stretch, None)


class _SharedChanges:
    """The instants after the opening at which a shared fact changes something for this ticket."""

    __slots__ = ("_fold", "_left")

    def __init__(self, fold: Fold, after: int | None = None) -> None:
        self._fold = fold
        start = fold.opened_at if after is None else after
        left = [(v.effective_at, v.event) for v in fold.accounts[1:] if v.effective_at > start]
        left += [(at, "") for at in fold.book.release_instants if at > start]
        self._left = sorted(left, reverse=True)

    def earlier(self, own_at: int | None) -> int | None:
        """The earlier of the next shared change and the ticket's own next fact."""
        if not self._left:
            return own_at
        shared_at = self._left[-1][0]
        return shared_at if own_at is None else min(shared_at, own_at)

    def apply(self, at: int) -> None:
        """Takes the changes of the instant `at`."""
        while self._left and self._left[-1][0] <= at:
            _, cause = self._left.pop()
            if cause:
                _redecide(self._fold, cause)
