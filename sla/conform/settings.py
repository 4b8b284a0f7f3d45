"""Which settings of a case are offered (semantics 9), and what its agreement is told of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, get_args

from streams.core.agreement.model import ChangeMode, ReopenMode

Setting = Mapping[str, Any]

# Fork -> the values offered. Those of a fork that has more than one are handed to the agreement.
_OFFERED: Final[dict[str, tuple[Any, ...]]] = {
    "agent_created": ("first_response_runs", "no_first_response"),
    "breach_stamp": ("deadline",),
    "close_boundary": ("close", "next_open"),
    "created_closed": ("resolution_met_at_creation",),
    "day_rule": (
        "schedule_day_length",
        "end_of_nth_day",
        "same_clock",
        "24_schedule_hours",
    ),
    "first_response_pauses": (False, True),
    "manual_due": ("sticky",),
    "merge": ("void_source",),
    "next_reply_anchor": ("oldest_unanswered",),
    "next_reply_pauses": (False, True),
    "next_reply_start": ("later_message", "opening_message"),
    "on_change": (*get_args(ChangeMode), "cancel_attach_retroactive", "recompute_keep_pauses"),
    "pause_effect": ("exclude_time",),
    "pause_measure": ("schedule",),
    "pause_per_clock": (True,),
    "pause_reasons": ("any_open_reason",),
    "paused_deadline": ("null", None),
    "reopen": get_args(ReopenMode),
    "resolve_without_reply": ("void", "fulfils_first_response"),
    "retroactive_pause": (True,),
    "settle_at_deadline": ("met",),
    "settled_deadline": ("kept",),
    "start_at_attach": ("created", "attached"),
    "unmatched_agreement": ("void",),
    "update_mode": ("next_reply", "since_last_public_agent_reply"),
}
_ANY: Final = frozenset({"first_response_by", "at_risk_threshold"})
"""Forks that take any list of events, or any share."""

_CHANGES: Final[dict[str, ChangeMode]] = {
    "cancel_attach_retroactive": "recompute",
    "recompute_keep_pauses": "recompute",
}
"""Other names of a mode (section 9)."""


def not_offered(setting: Setting) -> str | None:
    """The first setting that is not offered, as `fork=value`; None: all are."""
    for fork, value in setting.items():
        if fork not in _ANY and value not in _OFFERED.get(fork, ()):
            return f"{fork}={value}"
    return None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings of a case that its agreement is told; what a case leaves out is the default."""

    setting: Setting

    def cell(self) -> dict[str, Any]:
        """The fields of every cell that settings decide."""
        mode = self.on_change
        fields: dict[str, Any] = {"on_upgrade": mode, "on_downgrade": mode}
        for name in ("agent_created", "resolve_without_reply", "next_reply_start", "reopen"):
            if name in self.setting:
                fields[name] = self.setting[name]
        for name in ("close_boundary", "day_rule"):
            if name in self.setting:
                fields[name] = self.setting[name]
        return fields

    @property
    def on_change(self) -> ChangeMode:
        """One mode for both directions."""
        said: ChangeMode = self.setting.get("on_change", "carry")
        return _CHANGES.get(said, said)

    @property
    def at_risk(self) -> Fraction:
        """The share of the budget from which a timer is at risk."""
        return Fraction(str(self.setting.get("at_risk_threshold", "0.75")))
