"""What the desk says, before it is numbered and sent: the vocabulary of its helpdesk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from schemas import inbound as told
from schemas.data import Data
from schemas.instants import instant

SOURCE: Final = "/helpdesks/demo/hk"
ZONE: Final = ZoneInfo("Asia/Hong_Kong")

AGENT: Final = told.Replied(role="agent", public=True)
CUSTOMER: Final = told.Replied(role="customer", public=True)
NOTE: Final = told.Replied(role="agent", public=False)
RECEIPT: Final = told.Replied(role="bot", public=True, automatic=True)
"""`We have received your message`: written by nobody, so it answers nothing."""


def status(word: str) -> told.StatusChanged:
    """The helpdesk's own status word."""
    return told.StatusChanged(status=word)


def with_status(word: str) -> told.MaybeStatus:
    """For the events that may carry a status word."""
    return told.MaybeStatus(status=word)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that happened at the desk."""

    at: int
    """When it happened: microseconds."""
    subject: str
    kind: Callable[..., told.InboundEvent]
    data: Data


def hong_kong(text: str) -> int:
    """The instant of Hong Kong wall time: `2026-03-31 13:10`, seconds where wanted."""
    return instant(datetime.fromisoformat(text).replace(tzinfo=ZONE))
