"""What keeps a timer in step with its ticket: pauses, fixed deadlines, what happened before it."""

from typing import Final

from streams.core.agreement.model import MEASURES, Cell, ChangeMode, TargetKind
from streams.core.changes import ENTITLED
from streams.core.fold import Fold
from streams.core.moment import Moment
from streams.core.past import Past
from streams.core.terms import Terms
from streams.core.timer import Timer


def keep_pause(timer: Timer, moment: Moment) -> None:
    """Paused while any pausing fact holds (3.9)."""
    pauses = timer.cell.pauses
    if timer.paused is None and moment.rest.second is None and moment.category not in pauses:
        return  # asked of every timer at every moment, and so answered most of the time
    pausing = moment.pausing(pauses)
    if pausing is not None:
        category, cause = pausing
        if timer.paused is None:
            timer.pause(moment.at, category, cause)
        elif timer.paused != category:
            timer.change_pause(moment.at, category, cause)
    elif timer.paused is not None:
        timer.resume(moment.at, moment.pause_cause)


def fixed_deadline(timer: Timer, moment: Moment, fold: Fold) -> int | None:
    """A deadline set by hand, else the release that the target is bound to (3.13, 4.9)."""
    manual = moment.rest.manual.get(timer.cell.target)
    if manual is not None:
        due, set_at = manual
        owed = max(due, timer.not_before)
        # One that was due before a later cycle began was for the cycle before.
        if due > timer.started_at or set_at >= timer.started_at:
            return owed
        if timer.predecessor is not None and owed >= timer.applied_at:
            return owed  # it was due when that was superseded, which came first (3.3)
    if timer.cell.release is None:
        return None
    return fold.book.planned(timer.cell.release, timer.origin, moment.at)


def keep_fixed(timer: Timer, moment: Moment, fold: Fold) -> None:
    """Moves the fixed deadline where what fixes it has changed."""
    if not moment.rest.manual and timer.cell.release is None and timer.fixed is None:
        return
    fixed = fixed_deadline(timer, moment, fold)
    if fixed != timer.fixed:
        timer.fix_deadline(moment.at, fixed, moment.rest.fixed_cause or timer.cause)


def replay(timer: Timer, past: Past, until: int) -> None:
    """Takes a recomputed timer through what happened since its start (4.2)."""
    for moment in past.after(timer.started_at - 1):
        if moment.at >= until:
            break
        if moment.at < timer.started_at:
            continue
        timer.advance(moment.at)
        gone = moment.rest.gone
        rests = moment.resolved and timer.cell.reopen != "continue_including_closed"
        if rests or gone is not None:
            if timer.since is not None or timer.paused is not None:
                kind = "excluded" if gone is not None else "resolved"
                cause = moment.rest.gone_cause if gone is not None else moment.category_cause
                timer.rest(moment.at, kind, cause, gone or "")
            continue
        if timer.since is None and timer.paused is None:
            timer.resume_rest(moment.at, moment.category_cause)
        keep_pause(timer, moment)
    timer.advance(until)
    if timer.since is None and timer.paused is None:
        timer.resume_rest(until, timer.cause)


def lose_ticket(timer: Timer, moment: Moment) -> None:
    """The ticket is gone (4.8)."""
    rest = moment.rest
    timer.lose(moment.at, rest.gone_cause, rest.gone or "", rest.merged_into)
    timer.stopped_by = rest.gone


def begins_again(lost: Timer, terms: Terms, moment: Moment) -> bool:
    """Whether a cycle that lost its target begins again by `terms` (4.4)."""
    if lost.stopped_by != "no_target" or moment.resolved or moment.rest.gone is not None:
        return False
    return terms.cell.kind is not TargetKind.NEXT_REPLY or moment.waiting is not None


def mode_of(timer: Timer, terms: Terms, at: int) -> ChangeMode:
    """An upgrade is a rise of plan rank, or equal plan and a rise of severity (4.1)."""
    edited = edit_mode(timer.terms, terms)
    # One that has breached kept its target when the version came: a later change is no edit.
    if edited is not None and (timer.breached_at is None or at == terms.whole.effective_from):
        return edited
    old, new = timer.cell, terms.cell
    plans, severities = terms.whole.plans, terms.whole.severities
    if old.plan not in plans or old.severity not in severities:
        return new.on_upgrade
    was = (plans.index(old.plan), severities.index(old.severity))
    becomes = (plans.index(new.plan), severities.index(new.severity))
    return new.on_upgrade if becomes >= was else new.on_downgrade


def edit_mode(before: Terms, terms: Terms) -> ChangeMode | None:
    """The mode of a change to another version of the same agreement, where it has its own (4.6)."""
    edited = before.agreement == terms.agreement and before.version != terms.version
    return terms.whole.on_edit if edited else None


UNCHANGED: Final = MEASURES | {TargetKind.OWNERSHIP}
"""Kinds that no change of severity or plan concerns (3.10, 3.11)."""


def cell_at(timer: Timer, moment: Moment, terms: Terms | None) -> Cell:
    """The target at that instant, all its changes applied (1.3, 3.7)."""
    if terms is None or not moment.changed & ENTITLED or timer.cell.kind in UNCHANGED:
        return timer.cell
    if timer.breached_at is not None or terms.cell is timer.cell:
        return timer.cell
    frozen = mode_of(timer, terms, moment.at) == "freeze"
    return timer.cell if frozen else terms.cell
