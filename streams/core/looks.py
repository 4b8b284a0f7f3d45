"""What can be seen of a ticket, part by part (`schemas.outbound.PARTS`), and what of it changed."""

from collections.abc import Callable
from itertools import compress
from operator import ne
from typing import Final

from schemas.outbound import Part, TicketJudged
from streams.core.fold import Fold


def looks(fold: Fold) -> tuple[object, ...]:
    """All that an image shows of the ticket, in the order of `_PART`; one tuple, for speed."""
    now = fold.now
    return (
        now.status,
        now.category,
        fold.first_resolved_at,
        fold.resolved_at,
        now.team,
        now.agent,
        now.entitlement,
        fold.severity_word,
        fold.severity,
        fold.account,
        fold.subject_category,
        now.rest,
        fold.verdict,
        len(fold.unmapped),
    )


_PART: Final[tuple[Part, ...]] = (
    *("status", "status", "status", "status"),
    *("owner", "owner"),
    *("promised", "promised", "promised", "promised", "promised"),
    "gone",
    *("said", "said"),
)
"""The part to which each of the values of `looks` belongs."""


def changed_parts(fold: Fold) -> list[Part] | None:
    """The parts that look different since it went on; None: it was read from its opening on."""
    before = fold.looked
    if before is None:
        return None
    now = looks(fold)
    if before == now:
        return []
    return list(dict.fromkeys(compress(_PART, map(ne, before, now))))


def show(image: TicketJudged, fold: Fold) -> None:
    """Fills in the parts that have changed; all where that is not known."""
    for part in _SHOW if image.changed is None else image.changed:
        _SHOW[part](image, fold)


def _show_status(image: TicketJudged, fold: Fold) -> None:
    image.status = fold.now.status
    image.status_category = fold.now.category
    image.first_resolved_us = fold.first_resolved_at
    image.resolved_us = fold.resolved_at


def _show_owner(image: TicketJudged, fold: Fold) -> None:
    image.team = fold.now.team
    image.agent = fold.now.agent


def _show_promised(image: TicketJudged, fold: Fold) -> None:
    entitlement = fold.now.entitlement
    agreement = entitlement.agreement
    if agreement is not None:
        image.agreement, image.version = agreement.name, agreement.version
    image.decision = entitlement.decision
    image.severity_word = fold.severity_word
    image.severity = fold.severity
    image.account = fold.account
    image.category = fold.subject_category


def _show_gone(image: TicketJudged, fold: Fold) -> None:
    image.gone = fold.now.rest.gone
    image.merged_into = fold.now.rest.merged_into


def _show_said(image: TicketJudged, fold: Fold) -> None:
    image.verdict = fold.verdict
    image.unmapped = fold.unmapped


_SHOW: Final[dict[Part, Callable[[TicketJudged, Fold], None]]] = {
    "status": _show_status,
    "owner": _show_owner,
    "promised": _show_promised,
    "gone": _show_gone,
    "said": _show_said,
}
