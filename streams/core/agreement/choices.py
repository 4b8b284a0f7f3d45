"""What may be chosen of the rules (semantics 9), with the rules' own choice first.

An agreement chooses once under `settings`; that is the default of its targets. A target may choose
otherwise, and so may each of its promises.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final, Literal, get_args

from streams.core.agreement.amounts import DayRule, read_share
from streams.core.agreement.faults import listed, nearest, quoted
from streams.core.agreement.model import ChangeMode, ReopenMode, StatusCategory
from streams.core.agreement.node import Node

PUBLIC_REPLY: Final = "public_reply_agent"
_CATEGORY: Final = "status_category:"
_STATUS: Final = "status:"
_REPLIES: Final = (PUBLIC_REPLY, f"{_CATEGORY}<category>", f"{_STATUS}<word of the desk>")

# Setting -> the values offered; the first is the rules' own choice.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "day_rule": get_args(DayRule),
    "close_boundary": ("close", "next_open"),
    "on_upgrade": get_args(ChangeMode),
    "on_downgrade": get_args(ChangeMode),
    "reopen": get_args(ReopenMode),
    "start_at_attach": ("created", "attached"),
    "agent_created": ("first_response_runs", "no_first_response"),
    "resolve_without_reply": ("void", "fulfils_first_response"),
    "next_reply_start": ("later_message", "opening_message"),
}
BOTH_WAYS: Final = "on_change"
"""Chooses on_upgrade and on_downgrade at once."""
KEYS: Final = (*WORDS, BOTH_WAYS, "first_response_by", "at_risk_threshold")
# Other names of a value.
_SAME: Final[Mapping[str, Mapping[str, str]]] = {
    name: {"cancel_attach_retroactive": "recompute", "recompute_keep_pauses": "recompute"}
    for name in ("on_upgrade", "on_downgrade")
}


@dataclass(frozen=True, slots=True)
class Choices:
    """One choice for every setting that a promise may have of its own."""

    day_rule: DayRule = "schedule_day_length"
    close_boundary: Literal["close", "next_open"] = "close"
    on_upgrade: ChangeMode = "carry"
    on_downgrade: ChangeMode = "carry"
    reopen: ReopenMode = "continue_excluding_closed"
    start_at_attach: Literal["created", "attached"] = "created"
    agent_created: Literal["first_response_runs", "no_first_response"] = "first_response_runs"
    resolve_without_reply: Literal["void", "fulfils_first_response"] = "void"
    next_reply_start: Literal["later_message", "opening_message"] = "later_message"
    first_response_by: frozenset[str] = frozenset({PUBLIC_REPLY})
    at_risk: Fraction = Fraction(3, 4)


def read_choices(fields: Mapping[str, Node], default: Choices) -> Choices:
    """`default` with what `fields` choose otherwise; a value that is not offered is a fault."""
    chosen: dict[str, Any] = {}
    if BOTH_WAYS in fields:
        word = _one(fields[BOTH_WAYS], "on_upgrade", BOTH_WAYS)
        if word is not None:
            chosen |= {"on_upgrade": word, "on_downgrade": word}
    for key in WORDS:
        if key in fields and (word := _one(fields[key], key, key)) is not None:
            chosen[key] = word
    if "first_response_by" in fields and (replies := _replies(fields["first_response_by"])):
        chosen["first_response_by"] = replies
    if "at_risk_threshold" in fields:
        share = read_share(fields["at_risk_threshold"], Fraction(1, 1_000_000), Fraction(1))
        chosen |= {} if share is None else {"at_risk": share}
    return replace(default, **chosen)


def _one(node: Node, key: str, said: str) -> str | None:
    same = _SAME.get(key, {})
    if isinstance(node.value, str) and node.value in (*WORDS[key], *same):
        return same.get(node.value, node.value)
    close = nearest(node.value, (*WORDS[key], *same)) if isinstance(node.value, str) else ""
    node.fault(f"no {said} {quoted(node.value)}", f"{close}offered: {listed(WORDS[key])}")
    return None


def _replies(node: Node) -> frozenset[str]:
    """What stops a first response (3.4); empty where a part of it is a fault."""
    items = node.items_or_one(f"[{PUBLIC_REPLY}]")
    found = [word for one in items if (word := _reply(one)) is not None]
    if isinstance(node.value, list) and not items:
        node.fault("nothing would stop it", f"write one of: {listed(_REPLIES)}")
    return frozenset(found) if len(found) == len(items) else frozenset()


def _reply(node: Node) -> str | None:
    word = node.value
    if word in (PUBLIC_REPLY, "public_agent_reply"):
        return PUBLIC_REPLY
    if isinstance(word, str) and word.startswith(_CATEGORY):
        known = get_args(StatusCategory)
        category = word.removeprefix(_CATEGORY)
        if category in known:
            return word
        node.fault(
            f"no status category {quoted(category)}",
            f"{nearest(category, known)}write one of: {listed(known)}",
        )
        return None
    if isinstance(word, str) and word.startswith(_STATUS) and word != _STATUS:
        return word if node.line() is not None else None
    close = nearest(word, (PUBLIC_REPLY,)) if isinstance(word, str) else ""
    node.fault(
        f"{quoted(word)} stops no first response", f"{close}write one of: {listed(_REPLIES)}"
    )
    return None
