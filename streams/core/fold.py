"""What is known of a ticket while its history is read, fact by fact."""

from copy import copy

from streams.core import facts as f
from streams.core.agreement.model import WordMap
from streams.core.book import NO_AGREEMENT, AccountVersion, Book, Entitlement
from streams.core.changes import CATEGORY, ENTITLED, FIXED, MESSAGE
from streams.core.moment import RESOLVED, Moment, Rest

_NOTHING_ELSE = Rest()
"""Shared by all tickets to which nothing of it ever happened; never changed itself."""


class Fold:
    """What is known of the ticket while its history is read, fact by fact."""

    __slots__ = (
        "account",
        "accounts",
        "agent",
        "agreement",
        "answer",
        "asked",
        "book",
        "category",
        "category_cause",
        "changed",
        "channel",
        "dirty",
        "entitled_cause",
        "entitlement",
        "exclusions",
        "matters",
        "moments",
        "moved",
        "next_change",
        "opened",
        "opened_at",
        "opened_by_requester",
        "owner_cause",
        "pause_cause",
        "plan",
        "promised",
        "promises",
        "reply",
        "requester",
        "responded",
        "rest",
        "severities",
        "severity",
        "severity_word",
        "source",
        "status",
        "status_cause",
        "subject_category",
        "team",
        "teams",
        "unanswered",
        "unmapped",
        "verdict",
        "words",
        "workaround",
        "workaround_withdrawn",
        "wrote_while_resolved",
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
        self.rest = _NOTHING_ELSE
        self.team = opened.team
        self.agent = opened.agent
        self.owner_cause = opened.id
        self.channel = opened.channel
        self.status: str | None = None
        self.category = "open"
        self.category_cause = self.pause_cause = opened.id
        self.severity_word: str | None = None
        self.severity: str | None = None
        self.plan: str | None = None
        self.subject_category: str | None = None
        self.entitlement: Entitlement = NO_AGREEMENT
        self.entitled_cause = opened.id
        self.dirty = True
        self.changed = CATEGORY
        self.words: WordMap | None = None
        self.matters = book.matters(self.agreement)
        self.settle_words()
        self.moved = False
        self.teams: list[tuple[int, str | None]] = [(opened.at, opened.team)]
        self.severities: list[tuple[int, str | None]] = []
        self._nothing_said_yet(opened)
        self.exclusions: dict[str, f.Excluded] = {}
        self.verdict: str | None = None
        self.unmapped: list[tuple[str, str]] = []
        self.moments: list[Moment] = []
        self.next_change: int | None = None

    def _nothing_said_yet(self, opened: f.Opened) -> None:
        self.reply: str | None = None
        self.workaround: str | None = None
        self.workaround_withdrawn: str | None = None
        self.answer: str | None = None
        self.asked: str | None = None
        self.unanswered: str | None = None
        self.wrote_while_resolved = False
        self.responded = False
        self.opened_by_requester = True
        self.status_cause = opened.id
        self.promised = False
        self.promises: tuple[f.PromiseMade | f.PromiseKept | f.PromiseWithdrawn, ...] = ()

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
        self.rest = copy(self.rest)
        return self.rest

    def put_into(self, category: str, cause: str) -> None:
        """The status category changes; the same one again changes nothing."""
        if category != self.category:
            if (category in RESOLVED) != (self.category in RESOLVED):
                self._end_of_waiting(category, cause)
            self.category = category
            self.category_cause = self.pause_cause = cause
            self.changed |= CATEGORY

    def _end_of_waiting(self, category: str, cause: str) -> None:
        """A resolution ends the wait for an answer; a reopening begins it anew (3.5)."""
        self.unanswered = self.asked = None
        if category not in RESOLVED and self.wrote_while_resolved:
            self.unanswered = self.asked = cause
            self.changed |= MESSAGE
        self.wrote_while_resolved = False

    def asks(self, event: str) -> None:
        """The requester said something in public (3.5)."""
        if self.category in RESOLVED:
            self.wrote_while_resolved = True
        elif self.unanswered is None:
            self.unanswered = self.asked = event
            self.changed |= MESSAGE

    def answers(self, event: str) -> None:
        """An agent said something in public (3.5, 3.6)."""
        self.wrote_while_resolved = False
        self.unanswered = self.asked = None
        if self.answer is None:
            self.answer = event
        self.changed |= MESSAGE

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
            if self.changed & self.matters:
                self.moments.append(Moment(self, at, self.changed))
            self.changed = 0
            self.responded = self.responded or self.reply is not None
            self.reply = self.workaround = self.answer = self.asked = None
            self.workaround_withdrawn = None
            self.promises = ()

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
