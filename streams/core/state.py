"""A ticket as it is kept: msgpack, the engine's version its first field.

What an event in order needs is small whatever has happened before: the head, and the youngest part
of the history. The rest of the history lies in chunks that are written once and read only where
something comes out of order or a shared fact changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec.structs import astuple

from schemas.outcomes import NOT_TRUTH
from schemas.setting import plainly_set
from streams.core.difference import Publication
from streams.core.facts import TicketFact
from streams.core.head import Head
from streams.core.written import Written, read_facts, read_said, write_fact, write_said

ENGINE: Final = 4
"""Raised when judging changes its mind: tickets kept under another are judged again."""
CHUNK: Final = 16
"""The youngest part of a history becomes a chunk when it holds so many facts: what an event writes
stays as small as on a ticket of some ten facts."""


@plainly_set
class TicketState(msgspec.Struct, array_like=True, gc=False):
    """What is kept of a ticket beside its chunks."""

    engine: int = ENGINE
    """By which version it was judged."""
    due: int | None = None
    """When it has to be looked at again, with nothing new said of it."""
    judged_until: int | None = None
    waiting_since: int | None = None
    """When the first event of an orphan was recorded (1.7)."""
    last: int = 0
    """The instant of its latest fact."""
    chunks: int = 0
    known: int = 0
    """How many facts of it are known."""
    named: int = 0
    """How many timers have a number."""
    corrected: bool = False
    """Whether anything that was published has been withdrawn."""
    count: int = 0
    """How many facts are in `facts`."""
    facts: bytes = b""
    """The youngest facts in the order of their arrival, each encoded."""
    spoken: int = 0
    """How many publications are in `said`."""
    said: bytes = b""
    """What was published since the last chunk, each publication encoded (`written`)."""
    head: Head | None = None
    """By which it is continued; None: it is judged from its whole history."""
    uncertain: list[Publication] = []
    """Of what was published, what came due since the head stood so."""

    @property
    def before(self) -> int:
        """How many facts the chunks hold."""
        return self.known - self.count

    def add(self, facts: Sequence[TicketFact]) -> None:
        """Facts that were not known, in the order of 1.3, which is that of their arrival too."""
        if not facts:
            return
        for fact in facts:
            self.facts += write_fact(fact)
        if facts[-1].at > self.last:
            self.last = facts[-1].at
        self.count += len(facts)
        self.known += len(facts)

    def seal(self) -> bytes:
        """The youngest part of the history as a chunk; what follows begins anew."""
        chunk = _ENCODER.encode((self.count, self.facts, self.spoken, self.said))
        self.chunks += 1
        self.count = self.spoken = 0
        self.facts = self.said = b""
        return chunk


_ENCODER: Final = msgspec.msgpack.Encoder()
_STATES: Final = msgspec.msgpack.Decoder(TicketState)
_CHUNKS: Final = msgspec.msgpack.Decoder(tuple[int, bytes, int, bytes])
_EMPTY: Final = _ENCODER.encode(TicketState())
_BEGINNING: Final = _EMPTY[: _EMPTY.index(ENGINE) + 1]
"""How every state of this engine begins: the length of the array, the version."""


def encode_state(state: TicketState) -> bytes:
    """The bytes that are saved. The state is of no use from then on."""
    if state.head is not None:
        state.head = state.head.let_go()  # type: ignore[assignment]  # as it is written
    return _ENCODER.encode(state)


def decode_state(raw: bytes) -> TicketState:
    """The state in `raw`, without the head of another engine. The head is not linked.

    Raises msgspec.DecodeError where it is none.
    """
    if raw.startswith(_BEGINNING):
        return _STATES.decode(raw)
    # Engines 1 and 2 began with one byte for their version, which begins no array.
    former = _FORMER.get(raw[0])
    return _of_engine_3(raw) if former is None else former(raw)


class _Engine3(TicketState, array_like=True, gc=False):
    """A ticket as engine 3 kept it; how its head looked does not matter."""

    head: Any = None


_ENGINE_3: Final = msgspec.msgpack.Decoder(_Engine3)


def _of_engine_3(raw: bytes) -> TicketState:
    return _taken_over(astuple(_ENGINE_3.decode(raw)))


def _taken_over(kept: tuple[Any, ...]) -> TicketState:
    """A state of engine 2 or 3, its version first."""
    state = TicketState(*kept)
    state.head = None
    state.known += state.count  # these counted only what was in the chunks
    return state


class _Engine2(msgspec.Struct, array_like=True):
    """A ticket as engine 2 kept it; how its head looked does not matter."""

    due: int | None
    judged_until: int | None
    waiting_since: int | None
    last: int
    chunks: int
    before: int
    named: int
    corrected: bool
    count: int
    facts: bytes
    spoken: int
    said: bytes
    head: Any
    uncertain: list[Publication]


_ENGINE_2: Final = msgspec.msgpack.Decoder(_Engine2)


def _of_engine_2(raw: bytes) -> TicketState:
    return _taken_over((2, *astuple(_ENGINE_2.decode(memoryview(raw)[1:]))))


class _Engine1(msgspec.Struct, array_like=True):
    """A ticket as engine 1 kept it: all facts in the order of 1.3, publications as they stood."""

    facts: list[TicketFact]
    published: list[Publication]
    judged_until: int | None
    waiting_since: int | None


_ENGINE_1: Final = msgspec.msgpack.Decoder(_Engine1)


def _of_engine_1(raw: bytes) -> TicketState:
    kept = _ENGINE_1.decode(memoryview(raw)[1:])
    state = TicketState(1, judged_until=kept.judged_until, waiting_since=kept.waiting_since)
    state.add(kept.facts)
    places = {fact.id: place for place, fact in enumerate(kept.facts)}
    state.said, state.named = write_said(kept.published, {}, 0, places)
    state.spoken = len(kept.published)
    state.corrected = any(publication.revision > 1 for publication in kept.published)
    return state


_FORMER: Final = {1: _of_engine_1, 2: _of_engine_2}


def of_this_engine(raw: bytes | None) -> bool:
    """Whether `raw` was judged by this version of the engine."""
    return raw is not None and raw.startswith(_BEGINNING)


def chunk_key(key: str, number: int) -> str:
    """Under which chunk `number` of the ticket `key` is kept. No ticket's key begins so."""
    return f" {number} {key}"


def ticket_of(key: str) -> tuple[str, bool]:
    """Whose state or chunk `key` names, and whether it is a chunk."""
    if key.startswith(" "):
        return key.split(" ", 2)[2], True
    return key, False


def facts_of(state: TicketState, chunks: Iterable[bytes]) -> list[TicketFact]:
    """All facts of a ticket, in the order of their arrival."""
    facts: list[TicketFact] = []
    for chunk in chunks:
        count, raw, _, _ = _CHUNKS.decode(chunk)
        facts += read_facts(count, raw)
    return facts + read_facts(state.count, state.facts)


def written_of(state: TicketState, chunks: Iterable[bytes], facts: Sequence[TicketFact]) -> Written:
    """All that was published of a ticket. `facts`: as `facts_of` gives them."""
    said = [_CHUNKS.decode(chunk)[2:] for chunk in chunks]
    count = sum(spoken for spoken, _ in said) + state.spoken
    raw = b"".join(raw for _, raw in said) + state.said
    return read_said(count, raw, [fact.id for fact in facts])


def published_of(raw: bytes, chunks: Sequence[bytes]) -> list[Publication]:
    """What was published of a ticket and kept as `raw` and `chunks`, as it stands."""
    state = decode_state(raw)
    return list(written_of(state, chunks, facts_of(state, chunks)).standing.values())


def truth_digest(entries: Iterable[tuple[str, bytes]]) -> str:
    """A digest of all outcomes now held (semantics 7.6), whatever order `entries` come in.

    `entries`: states and chunks by the keys under which they are kept.
    """
    digest = sha256()
    for ticket, raw, chunks in sorted(_gathered(entries)):
        held = [p.outcome for p in published_of(raw, chunks) if p.holds]
        if not held:
            continue
        digest.update(_ENCODER.encode(ticket))
        for line in sorted(_ENCODER.encode(_truth(outcome)) for outcome in held):
            digest.update(line)
    return digest.hexdigest()


def _gathered(entries: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes, list[bytes]]]:
    states: dict[str, bytes] = {}
    chunks: dict[str, dict[str, bytes]] = {}
    for key, raw in entries:
        ticket, is_chunk = ticket_of(key)
        if is_chunk:
            chunks.setdefault(ticket, {})[key] = raw
        else:
            states[ticket] = raw
    for ticket, raw in states.items():
        own = chunks.get(ticket, {})
        yield ticket, raw, [own[chunk_key(ticket, number)] for number in range(len(own))]


def _truth(outcome: msgspec.Struct) -> list[object]:
    fields = [f for f in outcome.__struct_fields__ if f not in NOT_TRUTH]
    return [type(outcome).__name__, *(getattr(outcome, f) for f in fields)]
