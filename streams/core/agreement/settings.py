"""The settings of an agreement (semantics 9): what it chooses, and what is offered in one way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast, get_args

from schemas.instants import DAY, MINUTE
from streams.core.agreement.amounts import read_length
from streams.core.agreement.choices import KEYS, Choices, read_choices
from streams.core.agreement.faults import listed, nearest, quoted
from streams.core.agreement.model import ChangeMode, Scope
from streams.core.agreement.node import Node

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
# Setting -> all that is offered. `None` and `True` are the words null and true of the file.
FIXED: Final[Mapping[str, tuple[str | bool | None, ...]]] = {
    "day_out_of_hours": ("snap_to_open",),
    "day_from_nonworking": ("roll_first",),
    "created_closed": ("resolution_met_at_creation",),
    "pause_measure": ("schedule",),
    "pause_effect": ("exclude_time",),
    "pause_reasons": ("any_open_reason",),
    "paused_deadline": (None,),
    "settled_deadline": ("kept",),
    "retroactive_pause": (True,),
    "breach_stamp": ("deadline",),
    "settle_at_deadline": ("met",),
    "next_reply_anchor": ("oldest_unanswered",),
    "manual_due": ("sticky",),
    "calendar_edit": ("reproject_history",),
    "schedule_change": ("as_of",),
    "merge": ("void_source",),
    "unmatched_agreement": ("void",),
    "zero_budget": ("error", "reject"),
    "invalid_budget": ("error", "reject"),
    "no_open_hours": ("error", "reject"),
    "dst_gap": ("shift_forward",),
    "dst_ambiguous": ("first",),
    "overlapping_hours": ("merged",),
    "open_boundary": ("open",),
    "reversed_interval": ("zero",),
}
SCOPE: Final = "scope"
EDIT: Final = "policy_edit"
EDITS: Final = ("apply_to_running",)
"""Scope `open_timers`, and open timers change over to the version by `recompute`."""
# Settings of a version, each with all that is offered.
OF_VERSION: Final[Mapping[str, tuple[str, ...]]] = {SCOPE: SCOPES, EDIT: EDITS}
LENGTHS: Final = ("skew_max", "orphan_after")
_ELSEWHERE: Final = {
    "first_response_pauses": "write pauses under the target",
    "next_reply_pauses": "write pauses under the target",
    "pause_per_clock": "write pauses under the target",
    "pauses": "write pauses under the target",
    "stops_at_workaround": "write stops_at_workaround under the target",
    "from_opening": "write from_opening under the target",
    "team": "write team under the target",
    "update_mode": "make a target of kind next_reply or periodic_update",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an agreement chooses; lengths in microseconds of wall time."""

    choices: Choices = field(default_factory=Choices)
    skew_max: int = 5 * MINUTE
    orphan_after: int = 7 * DAY
    scope: Scope = "new_tickets"
    on_edit: ChangeMode | None = None
    """How open timers change over to the version; None: as at any change, by its direction."""


def read_settings(node: Node | None) -> Chosen:
    """The settings at `node`; the defaults of the rules where it says nothing."""
    chosen = Chosen()
    if node is None:
        return chosen
    said = dict(node.entries("reopen: continue_excluding_closed"))
    for key, one in said.items():
        if key in FIXED:
            _check_fixed(key, one)
        elif key in _ELSEWHERE:
            one.fault(f"{key} is chosen for each target", _ELSEWHERE[key])
        elif key not in (*KEYS, *OF_VERSION, *LENGTHS):
            known = (*KEYS, *OF_VERSION, *FIXED, *LENGTHS)
            one.fault(f"unknown setting {quoted(key)}", _remedy(nearest(key, known)))
    skew, orphan = (_wall(said.get(key)) for key in LENGTHS)
    scope, on_edit = _of_version(said.get(SCOPE), said.get(EDIT))
    return Chosen(
        choices=read_choices(said, chosen.choices),
        skew_max=skew or chosen.skew_max,
        orphan_after=orphan or chosen.orphan_after,
        scope=scope,
        on_edit=on_edit,
    )


def _of_version(scope: Node | None, edit: Node | None) -> tuple[Scope, ChangeMode | None]:
    """For which timers this version is, and how open ones change over to it (4.6)."""
    word = "new_tickets" if scope is None else scope.one_of(SCOPES, SCOPE)
    chosen = cast(Scope, word or "new_tickets")
    if edit is None or edit.one_of(EDITS, EDIT) is None:
        return chosen, None
    if scope is not None and word not in (None, "open_timers"):
        edit.fault(
            f"{EDIT} {EDITS[0]} is for open timers, scope {word} is not",
            f"leave out {SCOPE}, or write {SCOPE}: open_timers",
        )
    return "open_timers", "recompute"


def _remedy(close: str) -> str:
    return f"{close}settings: {listed((*KEYS, *OF_VERSION, *LENGTHS))}"


def _wall(node: Node | None) -> int | None:
    return None if node is None else read_length(node, ("minutes", "hours"))


def _check_fixed(key: str, node: Node) -> None:
    offered = FIXED[key]
    if any(node.value is value for value in offered) or (
        isinstance(node.value, str) and node.value in offered
    ):
        return
    words = {None: "null", True: "true"}
    said = listed(value if isinstance(value, str) else words[value] for value in offered)
    node.fault(f"not offered: {key} {quoted(node.value)}", f"offered: {said}")
