"""What starts and what stops the timers of each kind of target (semantics 3.4 to 3.11)."""

from collections.abc import Callable, Sequence
from typing import Final, Literal

from msgspec import Struct

from streams.core.agreement.model import Cell, TargetKind
from streams.core.changes import (
    CATEGORY,
    STATUS,
)
from streams.core.fold import Fold
from streams.core.moment import Moment
from streams.core.past import ALL, Past

CYCLES: Final = frozenset({TargetKind.NEXT_REPLY, TargetKind.PERIODIC_UPDATE, TargetKind.OWNERSHIP})
"""Kinds of which each start is a timer of its own, and of which a reopening resumes none."""
UNTIL_ANSWERED: Final = frozenset({TargetKind.FIRST_RESPONSE, TargetKind.TIME_TO_OWN})
"""Kinds that end by an answer, or lost by a resolution without one (3.4)."""

BY_REPLY: Final = frozenset({"public_reply_agent"})
"""What counts as a first response where the agreement says nothing (3.4)."""
By = Literal["reply", "workaround", "resolution", "cycle"]


class End(Struct, frozen=True, gc=False):
    """How a timer ends: by which event, and whether the promise is kept or only lost."""

    by: By
    cause: str
    void: str | None = None
    """The reason, where it is lost and not kept."""


def end_of(cell: Cell, moment: Moment, owner: str | None) -> End | None:
    """What ends a running timer of `cell` at this moment; None: nothing.

    `owner`: the team whose ownership is being counted.
    """
    return _ENDS[cell.kind](cell, moment, owner)


def kept_by(cell: Cell, moment: Moment) -> End | None:
    """What keeps the promise at this moment by itself, resolved or not; None: nothing."""
    match cell.kind:
        case TargetKind.FIRST_RESPONSE:
            answer = first_answer(cell, moment)
            return None if answer is None else End("reply", answer)
        case TargetKind.TIME_TO_OWN:
            return None if moment.agent is None else End("reply", moment.owner_cause)
        case TargetKind.RESOLUTION | TargetKind.FIRST_RESOLUTION:
            if moment.workaround is None or not cell.stops_at_workaround:
                return None
            return End("workaround", moment.workaround)
        case TargetKind.NEXT_REPLY | TargetKind.PERIODIC_UPDATE:
            return None if moment.answer is None else End("cycle", moment.answer)
        case _:
            return None


def kept_between(
    cell: Cell, moments: Sequence[Moment], since: int, until: int
) -> tuple[int, End] | None:
    """The first instant in (since, until] at which the promise was kept, and by what."""
    for moment in moments:
        if since < moment.at <= until:
            end = kept_by(cell, moment)
            if end is not None:
                return moment.at, end
    return None


def _ends_first_response(cell: Cell, moment: Moment, _: str | None) -> End | None:
    return _answered_or_resolved(cell, moment, first_answer(cell, moment))


def _ends_time_to_own(cell: Cell, moment: Moment, _: str | None) -> End | None:
    owned = moment.owner_cause if moment.agent is not None else None
    return _answered_or_resolved(cell, moment, owned)


def _ends_reply_cycle(_: Cell, moment: Moment, __: str | None) -> End | None:
    if moment.answer is not None:
        return End("cycle", moment.answer)
    return End("cycle", moment.category_cause) if moment.resolved else None


def _ends_ownership(_: Cell, moment: Moment, owner: str | None) -> End | None:
    if moment.resolved:
        return End("cycle", moment.category_cause)
    return None if moment.team == owner else End("cycle", moment.team_cause)


def _ends_resolution(cell: Cell, moment: Moment, _: str | None) -> End | None:
    if moment.resolved:
        return End("resolution", moment.category_cause)
    if moment.workaround is not None and cell.stops_at_workaround:
        return End("workaround", moment.workaround)
    return None


# Looked up, as walking the kinds with `match` takes longer than all that is asked of most.
_ENDS: Final[dict[TargetKind, Callable[[Cell, Moment, str | None], End | None]]] = {
    TargetKind.FIRST_RESPONSE: _ends_first_response,
    TargetKind.TIME_TO_OWN: _ends_time_to_own,
    TargetKind.NEXT_REPLY: _ends_reply_cycle,
    TargetKind.PERIODIC_UPDATE: _ends_reply_cycle,
    TargetKind.RESOLUTION: _ends_resolution,
    TargetKind.FIRST_RESOLUTION: _ends_resolution,
    TargetKind.REQUESTER_WAIT: _ends_resolution,
    TargetKind.AGENT_WORK: _ends_resolution,
    TargetKind.OWNERSHIP: _ends_ownership,
    TargetKind.PROMISE: _ends_resolution,
}


def _answered_or_resolved(cell: Cell, moment: Moment, answered: str | None) -> End | None:
    if answered is not None:
        return End("reply", answered)
    if not moment.resolved:
        return None
    if cell.resolve_without_reply == "fulfils_first_response":
        return End("resolution", moment.category_cause)
    return End("resolution", moment.category_cause, "resolved_without_reply")


def first_answer(cell: Cell, moment: Moment) -> str | None:
    """The event that counts as the first response (3.4)."""
    if moment.reply is not None and "public_reply_agent" in cell.first_response_by:
        return moment.reply
    if cell.first_response_by != BY_REPLY:
        if moment.changed & CATEGORY and f"status_category:{moment.category}" in (
            cell.first_response_by
        ):
            return moment.category_cause
        if moment.changed & STATUS and f"status:{moment.status}" in cell.first_response_by:
            return moment.status_cause
    return None


def _has_it(cell: Cell, moment: Moment) -> bool:
    """Whether the team whose time is counted has the ticket (3.11)."""
    return moment.team is not None and cell.team in (None, moment.team)


def answered_before(cell: Cell, moment: Moment, past: Past) -> bool:
    """Whether what the timer waits for has come already, so that none starts (4.5)."""
    if cell.kind not in UNTIL_ANSWERED:
        return False
    if cell.kind is TargetKind.FIRST_RESPONSE:
        if cell.first_response_by == BY_REPLY:
            return moment.responded or moment.reply is not None
        return any(m.at <= moment.at and first_answer(cell, m) for m in past.after(ALL))
    if cell.kind is TargetKind.TIME_TO_OWN:
        return moment.owned or moment.agent is not None
    return False


def owed(cell: Cell, fold: Fold) -> bool:
    """Whether the setting `agent_created` owes a first response on this ticket (3.4)."""
    if cell.kind in UNTIL_ANSWERED and cell.agent_created == "no_first_response":
        return fold.opened_by_requester
    return True


def cycle_start(cell: Cell, fold: Fold, moment: Moment, reopened: bool, ran: bool) -> str | None:
    """The event that starts a cycle at this moment; None: none does."""
    if moment.resolved or moment.rest.gone is not None:
        return None
    at_opening = moment.at == fold.opened_at
    match cell.kind:
        case TargetKind.NEXT_REPLY:
            if at_opening and cell.next_reply_start == "opening_message":
                # The opening is asked first (1.3); after an answer only what was asked anew waits.
                first = moment.answer is None and fold.opened_by_requester
                return fold.opened_id if first else moment.asked
            waits = cell.next_reply_start == "later_message" and fold.opened_by_requester
            responded = moment.responded or moment.reply is not None
            return None if waits and not responded else moment.asked
        case TargetKind.PERIODIC_UPDATE:
            if moment.answer is not None:
                return moment.answer
            if reopened and ran:
                return moment.category_cause
            return fold.opened_id if at_opening and cell.from_opening else None
        case TargetKind.OWNERSHIP:
            return moment.team_cause if _has_it(cell, moment) else None
        case _:
            return None
