"""What a hostile input is, and the good event that each is made from."""

import dataclasses
import json
from typing import Any

from schemas.codec import Content, Reason
from tests.golden_inbound import SOURCE

ANY = "*"
"""Whatever field: by how deep the caller stands, the whole input or the document is too deep."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Input:
    """One input, and what the door must say of it."""

    name: str
    raw: bytes
    reason: Reason | None
    """None: nothing is refused."""
    field: str = ""
    """The field that the refusal names; empty: the whole input."""
    content: Content = "single"
    good: int = 0
    """Events in it that must be taken all the same."""
    left_out: dict[str, int] = dataclasses.field(default_factory=dict)
    breaks_batch: bool = False
    """It breaks the brackets of a batch that it stands in, so what follows it there is lost."""

    def __repr__(self) -> str:
        return f"Input({self.name})"


def event(name: str = "ticket.status_changed.v1", **changed: Any) -> dict[str, Any]:
    """A good event, but for what is changed; `data` is given whole."""
    data = {"status": "open"} if name == "ticket.status_changed.v1" else {}
    head = {"specversion": "1.0", "type": name, "id": "e-1", "source": SOURCE, "subject": "T-1"}
    return head | {"time": "2026-04-02T10:00:00Z", "data": data} | changed


def raw(value: Any) -> bytes:
    """Compact JSON. Lone surrogates become escapes, as a careless sender writes them."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True).encode()


GOOD = raw(event(id="good"))
