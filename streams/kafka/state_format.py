"""How states, the book and a partition's own record stand in `sla.state`.

Each key begins with what it is, so that no ticket can be taken for anything else. A record
without a value takes back what its key said.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from streams.core.partition import Effects
from streams.tracker import Saved

TICKET: Final = b"ticket "
BOOK: Final = b"book "
PARTITION: Final = b"partition"
"""Key of the record that says up to where the rest is right."""

Entry = tuple[bytes, bytes | None]


class Progress(msgspec.Struct, frozen=True):
    """The partition's own record."""

    position: int
    clock: int
    """Microseconds."""


_read_progress: Final = msgspec.json.Decoder(Progress).decode
_write: Final = msgspec.json.Encoder().encode


def entries(effects: Sequence[Effects]) -> Iterator[Entry]:
    """What a commit of `effects` saves: the last word on each key, then the partition's own."""
    states: dict[str, bytes | None] = {}
    book: dict[str, bytes | None] = {}
    for one in effects:
        states.update(one.states)
        book.update(one.book)
    for key, state in states.items():
        yield TICKET + key.encode(), state
    for key, entry in book.items():
        yield BOOK + key.encode(), entry
    last = effects[-1]
    yield PARTITION, _write(Progress(last.position, last.clock))


def saved(records: Iterable[Entry]) -> Saved:
    """What the records of a partition of `sla.state` say, in their order."""
    states: dict[bytes, bytes] = {}
    book: dict[bytes, bytes] = {}
    progress = Progress(0, 0)
    for key, value in records:
        if key.startswith(TICKET):
            _put(states, key, value)
        elif key.startswith(BOOK):
            _put(book, key, value)
        elif key == PARTITION and value is not None:
            progress = _read_progress(value)
    return Saved(
        progress.position,
        progress.clock,
        [(key[len(TICKET) :].decode(), state) for key, state in states.items()],
        {key[len(BOOK) :].decode(): book[key] for key in sorted(book)},
    )


def _put(kept: dict[bytes, bytes], key: bytes, value: bytes | None) -> None:
    if value is None:
        kept.pop(key, None)
    else:
        kept[key] = value
