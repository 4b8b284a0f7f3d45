"""What a field of an inbound event may hold: bounded texts, instants, whole numbers.

Every text is one line of bounded length, so no message fits in (semantics 1.8).
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

# One line, no control character, no space at either end: ids and words, never prose. Written in the
# part of regular expressions that ECMA 262 and Python share; `(?!\n)` as Python's `$` is laxer.
_INNER = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]"
_EDGE = r"[^\s\x00-\x1f\x7f-\x9f\ufeff]"
PLAIN = rf"^{_EDGE}({_INNER}*{_EDGE})?$(?!\n)"


def _text(longest: int, pattern: str, says: str) -> Meta:
    """A bounded text. The pattern is stated by the schema and checked at the door (`codec`), not
    at every decoding: in the decoder it costs five times all the rest of an event."""
    return Meta(
        min_length=1,
        max_length=longest,
        description=says,
        extra_json_schema={"pattern": pattern},
    )


Id = Annotated[
    str, _text(128, PLAIN, "an id: one line of 1 to 128 characters, no space at its ends")
]
Source = Annotated[
    str,
    _text(
        128,
        r"^[!-~]+$(?!\n)",
        "1 to 128 ASCII characters without a space, such as /helpdesks/zendesk/main",
    ),
]
Word = Annotated[
    str, _text(80, PLAIN, "a word: one line of 1 to 80 characters, no space at its ends")
]
Why = Annotated[
    str, _text(200, PLAIN, "a reason: one line of 1 to 200 characters, no space at its ends")
]
Moment = Annotated[
    datetime,
    Meta(tz=True, description="a time with Z or an offset, such as 2026-04-02T10:00:00Z"),
]
Sequence = Annotated[str, _text(18, r"^[0-9]+$(?!\n)", "1 to 18 digits, as text")]
Whole = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1, description="a whole number within 64 bits")]
