"""Settings of the rules (semantics 9): what may be chosen now, and what is known but not yet."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from schemas.instants import DAY, MINUTE
from streams.core.agreement.amounts import read_length, read_share
from streams.core.agreement.faults import listed, nearest, quoted
from streams.core.agreement.node import Node

# Setting -> what is offered. `None` and `True` are the words null and true of the file.
OFFERED: Final[dict[str, tuple[str | bool | None, ...]]] = {
    "day_rule": ("schedule_day_length",),
    "close_boundary": ("close",),
    "agent_created": ("first_response_runs",),
    "first_response_by": ("public_agent_reply",),
    "resolve_without_reply": ("void",),
    "created_closed": ("resolution_met_at_creation",),
    "pause_measure": ("schedule",),
    "pause_effect": ("exclude_time",),
    "pause_reasons": ("any_open_reason",),
    "paused_deadline": (None,),
    "settled_deadline": ("kept",),
    "retroactive_pause": (True,),
    "breach_stamp": ("deadline",),
    "settle_at_deadline": ("met",),
    "manual_due": ("sticky",),
    "on_upgrade": ("carry",),
    "on_downgrade": ("carry",),
    "reopen": ("continue_excluding_closed",),
    "scope": ("new_tickets",),
    "merge": ("void_source",),
    "unmatched_agreement": ("void",),
    "dst_gap": ("shift_forward",),
    "dst_ambiguous": ("first",),
    "overlapping_hours": ("merged",),
    "open_boundary": ("open",),
}
_MEASURED: Final = ("at_risk_threshold", "skew_max", "orphan_after")
_PER_TARGET: Final = {
    "start_at_attach": "start_at_attach under the target",
    "first_response_pauses": "pauses under the target",
    "next_reply_pauses": "pauses under the target",
    "pause_per_clock": "pauses under the target",
    "pauses": "pauses under the target",
    "stops_at_workaround": "stops_at_workaround under the target",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings that differ from one agreement to another now; lengths in microseconds."""

    at_risk: Fraction = Fraction(3, 4)
    skew_max: int = 5 * MINUTE
    orphan_after: int = 7 * DAY


def one_offered(
    node: Node, offered: Collection[str], later: Collection[str], what: str
) -> str | None:
    """One of the values offered; one that is known but not offered yet is refused by name."""
    value = node.value
    if isinstance(value, str) and value in offered:
        return value
    if isinstance(value, str) and value in later:
        node.fault(f"not offered yet: {what} {value}", f"offered: {listed(offered)}")
    else:
        close = nearest(value, offered) if isinstance(value, str) else ""
        node.fault(f"no {what} {quoted(value)}", f"{close}offered: {listed(offered)}")
    return None


def read_settings(node: Node | None) -> Chosen:
    """The settings at `node`; the defaults of the rules where it says nothing."""
    chosen = Chosen()
    if node is None:
        return chosen
    for key, one in node.entries("reopen: continue_excluding_closed"):
        if key in OFFERED:
            _check_offered(key, one)
        elif key in _PER_TARGET:
            one.fault(f"{key} is chosen for each target", f"write {_PER_TARGET[key]}")
        elif key not in _MEASURED:
            known = (*OFFERED, *_MEASURED)
            one.fault(
                f"unknown setting {quoted(key)}", f"{nearest(key, known)}see the rules, section 9"
            )
    measured = {key: node.at(key, node.value[key]) for key in _MEASURED if _has(node, key)}
    at_risk, skew, orphan = (measured.get(key) for key in _MEASURED)
    return Chosen(
        at_risk=_share(at_risk) or chosen.at_risk,
        skew_max=_wall(skew) or chosen.skew_max,
        orphan_after=_wall(orphan) or chosen.orphan_after,
    )


def _has(node: Node, key: str) -> bool:
    return isinstance(node.value, dict) and key in node.value


def _share(node: Node | None) -> Fraction | None:
    return None if node is None else read_share(node, Fraction(1, 1_000_000), Fraction(1))


def _wall(node: Node | None) -> int | None:
    return None if node is None else read_length(node, None, ("minutes", "hours"))


def _check_offered(key: str, node: Node) -> None:
    offered = OFFERED[key]
    if any(node.value is value for value in offered) or (
        isinstance(node.value, str) and node.value in offered
    ):
        return
    words = {None: "null", True: "true", False: "false"}
    said = listed(
        words.get(value, value) if not isinstance(value, str) else value for value in offered
    )
    node.fault(f"not offered yet: {key} {quoted(node.value)}", f"offered: {said}")
