"""What can change at a moment, and which changes can matter to which kind of target."""

from typing import Final

from streams.core.agreement.model import Agreement, TargetKind

CATEGORY: Final = 1
ENTITLED: Final = 2
GONE: Final = 4
REPLY: Final = 8
WORKAROUND: Final = 16
FIXED: Final = 32
MESSAGE: Final = 64
OWNER: Final = 128
STATUS: Final = 256
PROMISE: Final = 512
ASKED: Final = 1024
"""What is asked of the agreement: severity, account, category; the answer may stay the same."""
SAID: Final = 2048
"""What somebody said, and nothing decides: a verdict, a word without meaning."""

EVERYTHING: Final = -1
"""All of them, those of who has the ticket too."""

INSTANT: Final = REPLY | WORKAROUND | MESSAGE | PROMISE
"""What is said at one instant and no longer true at the next."""

ALWAYS: Final = CATEGORY | ENTITLED | GONE | FIXED
MATTERS: Final[dict[TargetKind, int]] = {
    TargetKind.FIRST_RESPONSE: ALWAYS | REPLY | STATUS,
    TargetKind.TIME_TO_OWN: ALWAYS | OWNER,
    TargetKind.NEXT_REPLY: ALWAYS | REPLY | MESSAGE,
    TargetKind.PERIODIC_UPDATE: ALWAYS | REPLY | MESSAGE,
    TargetKind.RESOLUTION: ALWAYS | WORKAROUND,
    TargetKind.FIRST_RESOLUTION: ALWAYS | WORKAROUND,
    TargetKind.REQUESTER_WAIT: ALWAYS,
    TargetKind.AGENT_WORK: ALWAYS,
    TargetKind.OWNERSHIP: ALWAYS | OWNER,
}
"""The changes that can matter to a kind; moments with no other are passed over."""


def matters_to(agreement: Agreement | None) -> int:
    """The changes that can matter to any target of `agreement`; moments with no other are not kept.

    A status word matters by itself only where it may stand for a first response (3.4).
    """
    mask = ALWAYS | PROMISE
    if agreement is None:
        return mask
    for cells in agreement.targets.values():
        for cell in cells.values():
            mask |= MATTERS[cell.kind] & ~STATUS
            if any(by.startswith("status:") for by in cell.first_response_by):
                mask |= STATUS
    return mask
