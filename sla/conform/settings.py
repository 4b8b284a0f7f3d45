"""The settings of a lifecycle case, and whether they are offered, by the agreement's own reader."""

from collections.abc import Mapping
from typing import Any, Final

from sla.conform.offered import not_offered
from streams.core.agreement.choices import KEYS, Choices, read_choices
from streams.core.agreement.faults import Fault
from streams.core.agreement.node import Node

Setting = Mapping[str, Any]

_OF_AGREEMENT: Final = ("first_response_pauses", "next_reply_pauses", "on_change")
"""Settings that may stand in a case's agreement, beside its targets."""
_ANY_LIST: Final = "first_response_by"
"""Its categories are the case's own words, so `words` puts them into ours first."""
_TARGETS: Final = "update_mode"
_UPDATES: Final = ("next_reply", "since_last_public_agent_reply")
"""Its values, each a kind of target that the case names as a clock."""


def setting_of(case: Mapping[str, Any]) -> Setting:
    """The settings of a case: those its agreement names, then those beside its forks."""
    said = {name: value for name, value in case["agreement"].items() if name in _OF_AGREEMENT}
    return said | {fork: _read(value) for fork, value in (case.get("setting") or {}).items()}


def asks_for_more(setting: Setting) -> str | None:
    """The first setting that is not offered, as `fork=value`; None: all are."""
    for fork, value in setting.items():
        if fork in (_ANY_LIST, _TARGETS) or fork in KEYS:
            offered = _chosen(fork, value)
        else:
            offered = not_offered({fork: value}) is None
        if not offered:
            return f"{fork}={value}"
    return None


def _chosen(fork: str, value: Any) -> bool:
    if fork == _ANY_LIST:
        return True
    if fork == _TARGETS:
        return value in _UPDATES
    faults: list[Fault] = []
    read_choices({fork: Node(value, (fork,), faults)}, Choices())
    return not faults


def choices_of(setting: Setting, faults: list[Fault]) -> Choices:
    """What every target of the case chooses. What no agreement may choose is added to `faults`."""
    said = {name: Node(value, (name,), faults) for name, value in setting.items() if name in KEYS}
    return read_choices(said, Choices())


def _read(value: Any) -> Any:
    """A value as an agreement file has it: cases write null as a word."""
    return None if value == "null" else value
