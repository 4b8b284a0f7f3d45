"""What each kind of target may say, and what pauses it where it names nothing (3.4 to 3.13)."""

from collections.abc import Mapping
from typing import Final

from streams.core.agreement.faults import listed
from streams.core.agreement.model import MEASURES, StatusCategory, TargetKind
from streams.core.agreement.node import Node

K = TargetKind

OFFERED: Final = tuple(kind for kind in TargetKind if kind is not K.PROMISE)
"""Kinds that an agreement may name; a promise is made on a ticket (3.12)."""
_ALL: Final = frozenset(OFFERED)
_CYCLES: Final = frozenset({K.NEXT_REPLY, K.PERIODIC_UPDATE, K.OWNERSHIP})
_UNCHANGED: Final = MEASURES | {K.OWNERSHIP}

# Setting -> the kinds that it can mean something for; not named here: all.
CONCERNS: Final[Mapping[str, frozenset[TargetKind]]] = {
    # Owning is a target of the same kind as a first response (3.4).
    "agent_created": frozenset({K.FIRST_RESPONSE, K.TIME_TO_OWN}),
    "resolve_without_reply": frozenset({K.FIRST_RESPONSE, K.TIME_TO_OWN}),
    "first_response_by": frozenset({K.FIRST_RESPONSE}),
    "next_reply_start": frozenset({K.NEXT_REPLY}),
    "from_opening": frozenset({K.PERIODIC_UPDATE}),
    "team": frozenset({K.OWNERSHIP}),
    "stops_at_workaround": frozenset({K.RESOLUTION}),
    # 4.1 does not apply to ownership (3.11), and what only measures has no target to change.
    "on_upgrade": _ALL - _UNCHANGED,
    "on_downgrade": _ALL - _UNCHANGED,
    "on_change": _ALL - _UNCHANGED,
    "start_at_attach": _ALL - _UNCHANGED,
    # A first resolution is a fact that stays (4.7); a reopening starts cycles anew (3.5 f.).
    "reopen": _ALL - _CYCLES - {K.FIRST_RESOLUTION},
    "release": _ALL - MEASURES - _CYCLES,
    "ladder": _ALL - MEASURES,
    "at_risk_threshold": _ALL - MEASURES,
    "close_boundary": _ALL - MEASURES,
    "day_rule": _ALL - MEASURES,
}

_CUSTOMER: Final[StatusCategory] = "waiting_on_customer"
_THIRD_PARTY: Final[StatusCategory] = "waiting_on_third_party"
_PAUSES: Final[Mapping[TargetKind, frozenset[str]]] = {
    K.RESOLUTION: frozenset({_CUSTOMER}),
    K.FIRST_RESOLUTION: frozenset({_CUSTOMER}),
    K.REQUESTER_WAIT: frozenset({_CUSTOMER}),
    K.AGENT_WORK: frozenset({_CUSTOMER, _THIRD_PARTY}),
}


def pauses_of(kind: TargetKind) -> frozenset[str]:
    """The status categories that pause a target which names none: none for replies (3.4, 3.7)."""
    return _PAUSES.get(kind, frozenset())


def check_concerned(fields: Mapping[str, Node], kind: TargetKind) -> None:
    """A setting that can mean nothing for a kind is a fault: it would be believed to act."""
    for key, node in fields.items():
        kinds = CONCERNS.get(key, _ALL)
        if kind not in kinds:
            whose = [one.value for one in OFFERED if one in kinds]
            node.fault(
                f"{key} means nothing for {kind.value}", f"take it out; it is for {listed(whose)}"
            )
