"""What is known of a ticket while its history is read, fact by fact."""

from copy import copy

from streams.core import facts as f
from streams.core.agreement.model import WordMap
from streams.core.book import Book
from streams.core.changes import CATEGORY, ENTITLED, FIXED, INSTANT, MESSAGE
from streams.core.moment import RESOLVED, Moment, Rest, copy_of
from streams.core.stated import AccountVersion
from streams.core.terms import Entitlement

_NOTHING_ELSE = Rest()
"""Shared by all tickets to which nothing of it ever happened; never changed itself."""


class Fold:
    """What is known of the ticket while its history is read, fact by fact.

    `now` is what a moment holds, as it stands; the rest is what only the reading needs. `targets`
    are those of every agreement that applied at some moment, each once, in their order.
    """

    __slots__ = (
        "account",
        "accounts",
        "agreement",
        "book",
        "channel",
        "dirty",
        "exclusions",
        "matters",
        "moments",
        "moved",
        "next_change",
        "now",
        "opened",
        "opened_at",
        "opened_by_requester",
        "plan",
        "promised",
        "requester",
        "severities",
        "severity",
        "severity_word",
        "source",
        "subject_category",
        "targets",
        "teams",
        "unmapped",
        "verdict",
        "words",
        "wrote_while_resolved",
    )

    def __init__(self, source: str, opened: f.Opened, book: Book) -> None:
        at = opened.at
        id_ = opened.id
        team = opened.team
        account = opened.account
        self.source = source
        self.book = book
        self.opened = opened
        self.opened_at = at
        self.account = account
        self.accounts: list[AccountVersion] = book.account(account)
        self.agreement = book.agreement(source, account, at)
        self.requester = opened.requester
        self.now = Moment(at, CATEGORY, _NOTHING_ELSE, team, opened.agent, id_, id_, id_, id_, id_)
        self.channel = opened.channel
        self.severity_word: str | None = None
        self.severity: str | None = None
        self.plan: str | None = None
        self.subject_category: str | None = None
        self.dirty = True
        self.matters = book.matters(self.agreement)
        self.words: WordMap | None = None
        self.settle_words()
        self.moved = False
        self.teams: list[tuple[int, str | None]] = [(at, team)]
        self.targets: dict[str, None] = {}
        self.severities: list[tuple[int, str | None]] = []
        self.wrote_while_resolved = False
        self.opened_by_requester = True
        self.promised = False
        self.exclusions: dict[str, f.Excluded] = {}
        self.verdict: str | None = None
        self.unmapped: list[tuple[str, str]] = []
        self.moments: list[Moment] = []
        self.next_change: int | None = None

    @property
    def category(self) -> str:
        """The status category, as it stands."""
        return self.now.category

    @property
    def entitlement(self) -> Entitlement:
        """Who is entitled to what, as it stands."""
        return self.now.entitlement

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

    def change_rest(self) -> Rest:
        """What seldom changes, as a copy of its own that may be changed."""
        self.now.rest = copy(self.now.rest)
        return self.now.rest

    def put_into(self, category: str, cause: str) -> None:
        """The status category changes; the same one again changes nothing."""
        now = self.now
        if category != now.category:
            resolved = category in RESOLVED
            if resolved != now.resolved:
                self._end_of_waiting(resolved, cause)
                now.resolved = resolved
            now.category = category
            now.category_cause = now.pause_cause = cause
            now.changed |= CATEGORY

    def _end_of_waiting(self, resolved: bool, cause: str) -> None:
        """A resolution ends the wait for an answer; a reopening begins it anew (3.5)."""
        now = self.now
        now.waiting = now.asked = None
        if not resolved and self.wrote_while_resolved:
            now.waiting = now.asked = cause
            now.changed |= MESSAGE
        self.wrote_while_resolved = False

    def asks(self, event: str) -> None:
        """The requester said something in public (3.5)."""
        now = self.now
        if now.resolved:
            self.wrote_while_resolved = True
        elif now.waiting is None:
            now.waiting = now.asked = event
            now.changed |= MESSAGE

    def answers(self, event: str) -> None:
        """An agent said something in public (3.5, 3.6)."""
        now = self.now
        self.wrote_while_resolved = False
        now.waiting = now.asked = None
        if now.answer is None:
            now.answer = event
        now.changed |= MESSAGE

    def take_shared(self, cause: str) -> None:
        """A shared fact takes effect: about a release, or by event `cause` about the account."""
        self.now.changed |= FIXED
        if cause:
            self.dirty = True
            self.now.entitled_cause = cause

    def end_of(self, at: int) -> None:
        """All changes of the instant are in: keeps the moment, where anything changed."""
        if self.dirty:
            self.entitle(at)
        now = self.now
        changed = now.changed
        if changed:
            if changed & self.matters:
                now.at = at
                self.moments.append(copy_of(now))
            if changed & INSTANT:
                now.forget_what_was_said()
            now.changed = 0

    def _take_over(self, at: int) -> None:
        """A version of scope `open_timers` may be in force by now (4.6)."""
        agreement = self.book.agreement(self.source, self.account, self.opened_at, at)
        if agreement is not self.agreement:
            self.agreement = agreement
            self.matters |= self.book.matters(agreement)
            self.settle_words()

    def entitle(self, at: int) -> None:
        """Decides anew who is entitled to what (5.2)."""
        self.dirty = False
        if self.book.has_take_overs:
            self._take_over(at)
        if not self.severities or self.severities[-1][1] != self.severity:
            self.severities.append((at, self.severity))
        accounts = self.accounts
        version = accounts[0]
        if len(accounts) > 1:
            for later in accounts[1:]:
                if later.effective_at > at:
                    break
                version = later
        entitlement = self.book.entitlement(
            self.agreement,
            version.facts,
            self.plan,
            self.severity,
            self.subject_category,
            self.channel,
        )
        if entitlement is not self.now.entitlement:
            self.now.entitlement = entitlement
            self.now.changed |= ENTITLED
            if entitlement.agreement is not None:
                self.targets.update(dict.fromkeys(entitlement.agreement.targets))
