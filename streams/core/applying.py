"""What each fact of a ticket's history changes (semantics 1.4, 3.4 to 3.15, 4.8, 4.9)."""

from collections.abc import Callable
from typing import Any, Final

from streams.core import facts as f
from streams.core.changes import (
    ASKED,
    CATEGORY,
    FIXED,
    GONE,
    OWNER,
    PROMISE,
    REPLY,
    SAID,
    STATUS,
    WORKAROUND,
)
from streams.core.fold import Fold
from streams.core.moment import RESOLVED
from streams.core.ticket import later_on


def _status_of(fold: Fold, word: str, at: int) -> str | None:
    category = fold.words_at(at).statuses.get(word)
    if category is None:
        fold.unmap("statuses", word)
    return category


def _severity_of(fold: Fold, word: str, at: int) -> str | None:
    return _listed(fold, "severities", word, fold.words_at(at).severities.get(word))


def _plan_of(fold: Fold, word: str, at: int) -> str | None:
    return _listed(fold, "plans", word, fold.words_at(at).plans.get(word))


def _category_of(fold: Fold, word: str, at: int) -> str | None:
    return _listed(fold, "categories", word, fold.words_at(at).categories.get(word))


def _listed(fold: Fold, field: str, word: str, meaning: str | None) -> str | None:
    """The meaning of `word`; one without is listed as unmapped (1.4)."""
    if meaning is None:
        fold.unmap(field, word)
    return meaning


def open_ticket(fold: Fold, fact: f.Opened) -> None:
    at = fact.at
    if fact.opened_by is not None:
        role = _listed(fold, "roles", fact.opened_by, fold.words_at(at).roles.get(fact.opened_by))
        fold.opened_by_requester = role == "requester"
    else:
        fold.opened_by_requester = fact.requester is not None
    if fact.status is not None:
        fold.now.status = fact.status
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
        fold.asks(fact.id)
        return
    role = fold.words_at(fact.at).roles.get(fact.role)
    if role is None:
        fold.unmap("roles", fact.role)
    elif role == "agent":
        fold.answers(fact.id)
        _responded(fold, fact.id)
    elif role == "requester":
        fold.asks(fact.id)


def _responded(fold: Fold, event: str) -> None:
    now = fold.now
    if now.reply is None:
        now.reply = event
        now.changed |= REPLY


def _first_response_recorded(fold: Fold, fact: f.FirstResponseRecorded) -> None:
    _responded(fold, fact.id)


def _agent_contact(fold: Fold, fact: f.AgentContact) -> None:
    fold.answers(fact.id)


def _customer_contact(fold: Fold, fact: f.CustomerContact) -> None:
    fold.asks(fact.id)


def _second_state(fold: Fold, fact: f.SecondStateChanged) -> None:
    category = None
    if fact.state is not None:
        category = _status_of(fold, fact.state, fact.at)
        if category is None:
            return
    rest = fold.change_rest()
    rest.second = category
    rest.second_cause = fold.now.pause_cause = fact.id
    fold.now.changed |= CATEGORY


def _promise(fold: Fold, fact: f.PromiseMade | f.PromiseKept | f.PromiseWithdrawn) -> None:
    fold.now.promises = (*fold.now.promises, fact)
    fold.promised = True
    fold.now.changed |= PROMISE


def _workaround_withdrawn(fold: Fold, fact: f.WorkaroundWithdrawn) -> None:
    fold.now.workaround = None
    fold.now.workaround_withdrawn = fact.id
    fold.now.changed |= WORKAROUND


def _status(fold: Fold, fact: f.StatusChanged) -> None:
    _word(fold, fact.status, fact.id)
    category = _status_of(fold, fact.status, fact.at)
    if category is not None:
        fold.put_into(category, fact.id)


def _word(fold: Fold, status: str, cause: str) -> None:
    now = fold.now
    now.status = status
    now.status_cause = cause
    now.changed |= STATUS


def _severity(fold: Fold, fact: f.SeverityChanged) -> None:
    fold.severity_word = fact.severity
    fold.now.changed |= ASKED
    severity = None
    if fact.severity is not None:
        severity = _severity_of(fold, fact.severity, fact.at)
        if severity is None:
            return
    if severity != fold.severity:
        fold.changed_hands = True
        fold.severities = later_on(fold.severities, fold.severity, fact.at, severity)
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
    fold.matters |= fold.book.matters(fold.agreement)
    fold.words = None
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
    fold.now.entitled_cause = cause
    fold.now.changed |= ASKED


def _assigned(fold: Fold, fact: f.Assigned) -> None:
    now = fold.now
    if fact.team != now.team:
        # A change of agent inside the team does nothing (3.11).
        fold.changed_hands = True
        fold.teams = later_on(fold.teams, now.team, fact.at, fact.team)
        now.team = fact.team
        fold.is_with_team(fact.id)
    if not now.owned and now.agent is not None:
        # One who had it for no time at all did not have it (1.1).
        now.owned = not now.changed & OWNER and fold.stands_at > fold.opened_at
    now.agent = fact.agent
    now.owner_cause = fact.id
    now.changed |= OWNER


def _workaround(fold: Fold, fact: f.WorkaroundProvided) -> None:
    fold.now.workaround = fact.id
    fold.now.workaround_withdrawn = None
    fold.now.changed |= WORKAROUND


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
        _word(fold, status, cause)
        meaning = _status_of(fold, status, at)
        if meaning is not None and (meaning in RESOLVED) == resolved:
            category = meaning
    fold.put_into(category, cause)


def _merged(fold: Fold, fact: f.Merged) -> None:
    rest = fold.change_rest()
    rest.gone, rest.gone_cause, rest.merged_into = "merged", fact.id, fact.into
    fold.now.changed |= GONE


def _deleted(fold: Fold, fact: f.Deleted) -> None:
    rest = fold.change_rest()
    rest.gone, rest.gone_cause, rest.merged_into = fact.reason, fact.id, None
    fold.now.changed |= GONE


def _restored(fold: Fold, fact: f.Restored) -> None:
    rest = fold.change_rest()
    rest.gone, rest.gone_cause, rest.merged_into = None, fact.id, None
    fold.now.changed |= GONE


def _deadline_set(fold: Fold, fact: f.DeadlineSet) -> None:
    # One set to the past breaches at the instant of its setting (4.9); one set before the
    # opening is set at the opening (1.3).
    set_at = max(fact.at, fold.opened_at)
    rest = fold.change_rest()
    rest.manual = {**rest.manual, fact.target: (max(fact.due, set_at), set_at)}
    rest.fixed_cause = fact.id
    fold.now.changed |= FIXED


def _deadline_withdrawn(fold: Fold, fact: f.DeadlineWithdrawn) -> None:
    rest = fold.change_rest()
    rest.manual = {k: v for k, v in rest.manual.items() if k != fact.target}
    rest.fixed_cause = fact.id
    fold.now.changed |= FIXED


def _verdict(fold: Fold, fact: f.VerdictReported) -> None:
    fold.verdict = fact.verdict
    fold.now.changed |= SAID


def _excluded(fold: Fold, fact: f.Excluded) -> None:
    """It acts as of its own from and to: the walks, which come later, see all of them (4.9)."""
    fold.exclusions[fact.stretch] = fact


def _exclusion_withdrawn(fold: Fold, fact: f.ExclusionWithdrawn) -> None:
    fold.exclusions.pop(fact.stretch, None)


def _opened_before(fold: Fold, fact: f.Opened) -> None:
    """The opening was read first (1.3); a second one opens nothing."""


APPLY: Final[dict[type[f.Plain], Callable[[Fold, Any], None]]] = {
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
    f.WorkaroundWithdrawn: _workaround_withdrawn,
    f.FirstResponseRecorded: _first_response_recorded,
    f.AgentContact: _agent_contact,
    f.CustomerContact: _customer_contact,
    f.SecondStateChanged: _second_state,
    f.PromiseMade: _promise,
    f.PromiseKept: _promise,
    f.PromiseWithdrawn: _promise,
}
