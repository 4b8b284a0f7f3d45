"""Which version of an agreement decides what a timer is promised (semantics 4.6)."""

from streams.core.agreement.model import TargetKind
from streams.core.fold import Fold
from streams.core.kinds import CYCLES
from streams.core.moment import Moment
from streams.core.past import HistoryNeeded
from streams.core.terms import Terms


def promised(fold: Fold, moment: Moment, target: str, versions_of: int) -> Terms | None:
    """What `target` owes at `moment` by the versions of the instant `versions_of`.

    0 stands for the opening. Versions of scope `open_timers` take over whatever is open.
    """
    entitlement = moment.entitlement
    asked = moment.circumstances
    if asked is not None and versions_of:
        book = fold.book
        agreement = book.agreement(
            fold.source, asked.account, fold.opened_at, moment.at, versions_of
        )
        if agreement is not entitlement.agreement:
            entitlement = book.entitlement(agreement, *asked[1:])
    return entitlement.terms.get(target)


def promised_anew(fold: Fold, moment: Moment, target: str) -> Terms | None:
    """What a timer owes that begins at `moment`: a cycle by the versions in force at its starting
    event, any other by those of the opening. Raises HistoryNeeded where that event's instant is
    not known.
    """
    by_opening = moment.entitlement.terms.get(target)
    if moment.circumstances is None:
        return by_opening
    by_now = promised(fold, moment, target, moment.at)
    either = by_now or by_opening
    if either is None or either.cell.kind not in CYCLES:
        return by_opening
    if either.cell.kind is not TargetKind.OWNERSHIP:
        return by_now
    # What gave the ticket to its team starts it, also where it begins only later (3.11).
    since = moment.team_at
    if since is None:
        raise HistoryNeeded
    return promised(fold, moment, target, since)


def attached_by(fold: Fold, moment: Moment, target: str) -> Terms | None:
    """What makes `target` apply at `moment`: what a timer owes that begins then; or, where it sees
    the whole history, a cycle that began under any version before (4.5).
    """
    terms = promised_anew(fold, moment, target)
    if terms is not None or moment.circumstances is None:
        return terms
    came = [each.effective_from for each in fold.book.of_new_timers(fold.source, fold.account)]
    for since in (0, *(at for at in came if fold.opened_at < at <= moment.at)):
        terms = promised(fold, moment, target, since)
        if terms is not None and terms.cell.kind in CYCLES:
            return terms if terms.cell.start_at_attach == "created" else None
    return None
