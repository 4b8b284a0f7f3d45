"""What can be seen of a ticket, part by part (`schemas.outbound.PARTS`)."""

from collections.abc import Callable
from typing import Final

from schemas.at_hand import AtHand
from schemas.outbound import Part, TicketJudged
from streams.core.changes import (
    ASKED,
    CATEGORY,
    ENTITLED,
    EVERYTHING,
    GONE,
    OWNER,
    SAID,
    STATUS,
)
from streams.core.fold import Fold

_PARTS: Final[dict[Part, int]] = {
    "status": CATEGORY | STATUS,
    "owner": OWNER,
    "promised": ENTITLED | ASKED,
    "gone": GONE,
    "said": SAID,
}
"""By which changes each part may look different."""


def _changed_parts(seen: int) -> list[Part] | None:
    """The parts that may look different after the changes `seen`; None: it was read as a whole."""
    if seen == EVERYTHING:
        return None
    return [part for part, changes in _PARTS.items() if seen & changes]


CHANGED_PARTS: Final = AtHand(_changed_parts)
"""The same, kept at hand."""


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
