"""What is known of a ticket while its history is read, fact by fact."""

from schemas.setting import plainly_set
from streams.core import facts as f
from streams.core.agreement.model import WordMap
from streams.core.book import Book
from streams.core.changes import CATEGORY, ENTITLED, FIXED, INSTANT, MESSAGE, SAID
from streams.core.moment import NOTHING_ELSE, RESOLVED, Moment, Rest, copy_of
from streams.core.terms import Entitlement
from streams.core.ticket import Ticket


@plainly_set
class Fold(Ticket, array_like=True):
    """A ticket while its history is read, fact by fact."""

    @property
    def category(self) -> str:
        """The status category, as it stands."""
        return self.now.category

    @property
    def entitlement(self) -> Entitlement:
        """Who is entitled to what, as it stands."""
        return self.now.entitlement

    def words_at(self, at: int) -> WordMap:
        """What the source's words mean at `at`."""
        words = self.words
        if words is None:
            words = self.book.words(self.source, at, self.agreement)
            if not self.book.has_own_words(self.source):
                # Without a mapping of the source's own, words mean the same at every instant.
                self.words = words
        return words

    def unmap(self, field: str, word: str) -> None:
        """Lists a word without mapping (1.4)."""
        if (field, word) not in self.unmapped:
            self.unmapped.append((field, word))
            self.now.changed |= SAID

    def change_rest(self) -> Rest:
        """What seldom changes, as a copy of its own that may be changed."""
        self.now.rest = copy_of(self.now.rest)
        return self.now.rest

    def put_into(self, category: str, cause: str) -> None:
        """The status category changes; the same one again changes nothing."""
        now = self.now
        if category != now.category:
            if self.category_before is None:
                self.category_before = (now.category_cause, now.resolved)
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
        if not resolved:
            self.is_with_team(cause)
            if self.wrote_while_resolved:
                now.waiting = now.asked = cause
                now.changed |= MESSAGE
        self.wrote_while_resolved = False

    def is_with_team(self, cause: str) -> None:
        """From now on the open ticket is with its team, by the event `cause` (3.11)."""
        self.now.team_cause = cause
        if self.book.has_new_timers:
            self.now.team_at = self.stands_at

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
        if self.wrote_while_resolved:
            self.wrote_while_resolved = False
        if now.waiting is not None:
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
            self.seen |= changed
            if changed & self.matters:
                now.at = at
                self.moments.append(copy_of(now))
                if not now.resolved:
                    self.resolved_at = None
                elif self.resolved_at is None:
                    self.resolved_at = at
                    if self.first_resolved_at is None:
                        self.first_resolved_at = at
            if changed & INSTANT:
                now.forget_what_was_said()
            now.changed = 0

    def _take_over(self, at: int) -> None:
        """A version of scope `open_timers` may be in force by now (4.6)."""
        agreement = self.book.agreement(self.source, self.account, self.opened_at, at)
        if agreement is not self.agreement:
            self.agreement = agreement
            self.matters |= self.book.matters(agreement)
            self.words = None

    def entitle(self, at: int) -> None:
        """Decides anew who is entitled to what (5.2)."""
        self.dirty = False
        if self.book.has_take_overs:
            self._take_over(at)
        entitlement = self.book.entitlement(
            self.agreement,
            self.known_of_account(at),
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
        if self.book.has_new_timers:
            self._provide_for_cycles(at)

    def _provide_for_cycles(self, at: int) -> None:
        """A cycle may start under a version of scope `new_timers` that asks for itself (4.6)."""
        circumstances = self.circumstances(at)
        if circumstances != self.now.circumstances:
            self.now.circumstances = circumstances
            self.now.changed |= ENTITLED
            for agreement in self.book.of_new_timers(self.source, self.account):
                self.matters |= self.book.matters(agreement)
                self.targets.update(dict.fromkeys(agreement.targets))


def fold_of(source: str, opened: f.Opened, book: Book) -> Fold:
    """The fold of a ticket of `source` at its opening, nothing of which is applied yet."""
    at, id_, team, account = opened.at, opened.id, opened.team, opened.account
    agreement = book.agreement(source, account, at)
    now = Moment(NOTHING_ELSE, team, opened.agent, id_, id_, id_, id_, id_, id_)
    if book.has_new_timers:
        now.team_at = 0
    now.at = at
    now.changed = CATEGORY
    fold = Fold(
        stands_at=at,
        opened_at=at,
        opened_id=id_,
        cut_over=opened.cut_over,
        account=account,
        requester=opened.requester,
        channel=opened.channel,
        matters=book.matters(agreement),
        severity_word=None,
        severity=None,
        plan=None,
        subject_category=None,
        opened_by_requester=True,
        wrote_while_resolved=False,
        verdict=None,
        unmapped=[],
        first_resolved_at=None,
        resolved_at=None,
        entitled=0,
        now=now,
        dirty=True,
    )
    fold.source = source
    fold.book = book
    fold.accounts = book.account(account)
    fold.agreement = agreement
    return fold
