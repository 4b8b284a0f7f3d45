"""Which settings of a case are offered (semantics 9): what an agreement may choose, and no more."""

from collections.abc import Mapping
from typing import Any, Final

from streams.core.agreement.choices import WORDS
from streams.core.agreement.settings import FIXED

# What an agreement says of each target in words of its own, by the names of the cases.
_OF_TARGETS: Final[Mapping[str, tuple[Any, ...]]] = {
    "first_response_pauses": (False, True),
    "next_reply_pauses": (False, True),
    "pause_per_clock": (True,),
}


def not_offered(setting: Mapping[str, Any]) -> str | None:
    """The first setting that is not offered, as `fork=value`; None: all are."""
    for fork, value in setting.items():
        if value not in (WORDS.get(fork) or FIXED.get(fork) or _OF_TARGETS.get(fork) or ()):
            return f"{fork}={value}"
    return None
