"""Which settings of a case are offered (semantics 9), and what its agreement is told of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, get_args

from streams.core.agreement.model import ChangeMode, ReopenMode

Setting = Mapping[str, Any]

# Fork -> the values offered; section 9 row by row.
_OFFERED: Final[dict[str, tuple[Any, ...]]] = {
    "day_rule": (
        "schedule_day_length",
        "end_of_nth_day",
        "same_clock",
        "24_schedule_hours",
    ),
    "day_out_of_hours": ("snap_to_open",),
    "day_from_nonworking": ("roll_first",),
    "close_boundary": ("close", "next_open"),
    "first_response_pauses": (False, True),
    "next_reply_pauses": (False, True),
    "pause_per_clock": (True,),
    "pause_measure": ("schedule",),
    "pause_effect": ("exclude_time",),
    "pause_reasons": ("any_open_reason",),
    "paused_deadline": ("null", None),
    "settled_deadline": ("kept",),
    "next_reply_anchor": ("oldest_unanswered",),
    "next_reply_start": ("later_message", "opening_message"),
    "update_mode": ("next_reply", "since_last_public_agent_reply"),
    "agent_created": ("first_response_runs", "no_first_response"),
    "resolve_without_reply": ("void", "fulfils_first_response"),
    "created_closed": ("resolution_met_at_creation",),
    "on_change": (*get_args(ChangeMode), "cancel_attach_retroactive", "recompute_keep_pauses"),
    "retroactive_pause": (True,),
    "breach_stamp": ("deadline",),
    "start_at_attach": ("created", "attached"),
    "reopen": get_args(ReopenMode),
    "manual_due": ("sticky",),
    "settle_at_deadline": ("met",),
    "policy_edit": ("apply_to_running",),
    "calendar_edit": ("reproject_history",),
    "schedule_change": ("as_of",),
    "merge": ("void_source",),
    "unmatched_agreement": ("void",),
    "zero_budget": ("error", "reject"),
    "invalid_budget": ("error", "reject"),
    "no_open_hours": ("error", "reject"),
    "reversed_interval": ("zero",),
    "dst_gap": ("shift_forward",),
    "dst_ambiguous": ("first",),
    "overlapping_hours": ("merged",),
    "open_boundary": ("open",),
}
_ANY: Final = frozenset({"first_response_by", "at_risk_threshold"})
"""Forks that take any list of events, or any share."""

_CHANGES: Final[dict[str, ChangeMode]] = {
    "cancel_attach_retroactive": "recompute",
    "recompute_keep_pauses": "recompute",
}
"""Other names of a mode (section 9)."""

_OF_CELLS: Final = (
    "agent_created",
    "close_boundary",
    "day_rule",
    "next_reply_start",
    "reopen",
    "resolve_without_reply",
    "start_at_attach",
)
"""Settings that are fields of a cell by the same name."""


def not_offered(setting: Setting) -> str | None:
    """The first setting that is not offered, as `fork=value`; None: all are."""
    for fork, value in setting.items():
        if fork not in _ANY and value not in _OFFERED.get(fork, ()):
            return f"{fork}={value if isinstance(value, str) else json.dumps(value)}"
    return None


def setting_of(case: Mapping[str, Any]) -> Setting:
    """The settings of a lifecycle case: those its agreement names, then those beside its forks."""
    said = {name: value for name, value in case["agreement"].items() if name in _OFFERED}
    return said | (case.get("setting") or {})


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings of a case that its agreement is told; what a case leaves out is the default."""

    setting: Setting

    def cell(self) -> dict[str, Any]:
        """The fields of every cell that settings decide."""
        mode = self.on_change
        fields: dict[str, Any] = {"on_upgrade": mode, "on_downgrade": mode}
        return fields | {name: self.setting[name] for name in _OF_CELLS if name in self.setting}

    @property
    def on_change(self) -> ChangeMode:
        """One mode for both directions."""
        said: ChangeMode = self.setting.get("on_change", "carry")
        return _CHANGES.get(said, said)

    @property
    def at_risk(self) -> Fraction:
        """The share of the budget from which a timer is at risk."""
        return Fraction(str(self.setting.get("at_risk_threshold", "0.75")))
