"""How a timer ends, and how its end is taken back (semantics 3.3, 4.7, 4.8)."""

from collections.abc import Sequence

from streams.core.agreement.model import Cell, TargetKind
from streams.core.changes import GONE
from streams.core.fold import Fold
from streams.core.kinds import CYCLES, UNTIL_ANSWERED, End, end_of, kept_between, kept_by
from streams.core.moment import Moment
from streams.core.past import Past
from streams.core.timer import Timer
from streams.core.upkeep import keep_fixed, keep_pause


def end_by(timer: Timer, moment: Moment, end: End) -> None:
    """The promise is kept, or lost with its reason."""
    if end.void is None:
        timer.stop(moment.at, end.cause)
    else:
        timer.lose(moment.at, end.cause, end.void)
    timer.stopped_by = end.by


def resumes(timer: Timer) -> bool:
    """Whether its mode lets a reopening go on with it (4.7)."""
    return timer.cell.kind is not TargetKind.FIRST_RESOLUTION and timer.cell.reopen in (
        "continue_excluding_closed",
        "continue_including_closed",
    )


def reopened_by(moment: Moment, was_resolved: bool) -> str:
    """The reopening; or the restore of a ticket that was reopened while it was gone; or what made
    the target apply again to one that was reopened without it (3.1).
    """
    if was_resolved:
        return moment.category_cause
    return moment.rest.gone_cause if moment.changed & GONE else moment.entitled_cause


def take_back(timer: Timer, past: Past, moment: Moment, cause: str, fold: Fold) -> bool:
    """Goes on, with or without the time between; or ends by what came in it (4.7).

    Says whether it goes on. Raises HistoryNeeded where `past` does not reach back to the end.
    """
    ended_at = timer.ended_at
    assert ended_at is not None, "Only what has ended is taken back."
    if timer.cell.reopen == "continue_including_closed":
        kept = _kept_since(timer.cell, past.after(ended_at - 1), ended_at, moment)
        if kept is not None and kept[0] == ended_at:
            # Kept at that very instant whatever the resolution: there is nothing to take back.
            timer.stopped_by = kept[1].by
            return False
        until = moment.at if kept is None else kept[0]
        timer.reopen_as_if_never_resolved(moment.at, cause)
        _pass_time(timer, past, ended_at, until, fold)
        if kept is not None:
            timer.stop(until, kept[1].cause)
            timer.stopped_by = kept[1].by
            return False
        # An answer while the ticket was gone is one when it is restored (4.8).
        end = answered(timer, past, ended_at, moment.at)
    else:
        timer.reopen(moment.at, cause, "resolved")
        end = answered(timer, past, ended_at, moment.at) or kept_by(timer.cell, moment)
    if end is not None:
        end_by(timer, moment, end)
    return end is None


def _kept_since(
    cell: Cell, moments: Sequence[Moment], since: int, now: Moment
) -> tuple[int, End] | None:
    """The first instant from `since` to `now` at which the promise was kept, and by what.

    What came while the ticket was gone keeps none, nor does a workaround that was withdrawn.
    """
    withdrawn = since
    if cell.stops_at_workaround and cell.kind not in UNTIL_ANSWERED:
        undone = (m.at for m in (*moments, now) if m.workaround_withdrawn and m.at <= now.at)
        withdrawn = max(since, max(undone, default=0))
    there = [moment for moment in moments if moment.rest.gone is None]
    return kept_between(cell, there, withdrawn - 1, now.at)


def _pass_time(timer: Timer, past: Past, since: int, until: int, fold: Fold) -> None:
    """Time passes as if the ticket had not been resolved; only while it was gone none counts."""
    for moment in past.after(since - 1):
        if not since <= moment.at < until:
            continue
        gone = moment.rest.gone
        if gone is None:
            _go_to(timer, moment.at, moment.rest.gone_cause)
            keep_fixed(timer, moment, fold)
            keep_pause(timer, moment)
        elif not _rests(timer):
            timer.advance(moment.at)
            timer.rest(moment.at, "excluded", moment.rest.gone_cause, gone)
    _go_to(timer, until, timer.cause)


def _go_to(timer: Timer, at: int, cause: str) -> None:
    """Time passes to `at`; where the ticket was gone until then none did, nor was anything due."""
    if _rests(timer):
        timer.not_before = at
        timer.resume_rest(at, cause)
    else:
        timer.advance(at)


def _rests(timer: Timer) -> bool:
    return timer.since is None and timer.paused is None


def answered(timer: Timer, past: Past, since: int, until: int) -> End | None:
    """The answer that came while the timer was ended: it is the first all the same (3.4)."""
    if timer.cell.kind not in UNTIL_ANSWERED:
        return None
    kept = kept_between(timer.cell, past.after(since), since, until)
    return None if kept is None else kept[1]


def restore(timer: Timer, past: Past, moment: Moment, owner: str | None) -> bool:
    """Its ticket is back: it goes on, the time between excluded, or ends by what came in it (4.8).

    Says whether it goes on. Raises HistoryNeeded where `past` does not reach back to the end.
    """
    ended_at, gone = timer.ended_at, timer.stopped_by
    assert ended_at is not None, "Only what has ended is restored."
    timer.reopen(moment.at, moment.rest.gone_cause, "excluded", gone or "")
    # An answer of the very instant at which the ticket went is one, resolved since or not.
    end = _ended_meanwhile(timer, past, ended_at - 1, moment, owner)
    if end is not None:
        end_by(timer, moment, end)
    return end is None


def _ended_meanwhile(
    timer: Timer, past: Past, since: int, moment: Moment, owner: str | None
) -> End | None:
    """What ends it now: what came after `since`, while its ticket was gone, or what is so now.

    A cycle is ended by whatever would have ended it then, be it undone since: another team's time,
    or a resolution, is over with a return or a reopening, each of which starts a cycle (3.11).
    """
    if timer.cell.kind in CYCLES:
        for then in past.after(since):
            if since < then.at < moment.at:
                end = end_of(timer.cell, then, owner)
                if end is not None:
                    return end
    end = answered(timer, past, since, moment.at)
    return end or end_of(timer.cell, moment, owner)
