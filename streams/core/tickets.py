"""The tickets of a partition as they are kept: states by key, and the chunks of long histories."""

from collections.abc import Iterable, Iterator
from typing import Final

from streams.core.difference import Publication
from streams.core.facts import AccountChanged, Opened, Replacing, TicketFact
from streams.core.state import (
    CHUNK,
    TicketState,
    chunk_key,
    decode_state,
    encode_state,
    facts_of,
    published_of,
    ticket_of,
    written_of,
)
from streams.core.stated import Touched
from streams.core.written import Written, read_facts

LONG_AT_HAND: Final = 256
"""Of so many tickets with a long history the ids are held in memory."""
NAMES_ACCOUNT: Final = frozenset({Opened, AccountChanged, Replacing})
"""Facts by which a ticket may come to an account."""


class Tickets:
    """Bytes in memory, decoded on touch. Keys are `source ticket`."""

    def __init__(self) -> None:
        self._states: dict[str, bytes] = {}
        self._chunks: dict[str, list[bytes]] = {}
        self._old_ids: dict[str, frozenset[str]] = {}
        self._by_account: dict[str, set[str]] = {}

    def load(self, entries: Iterable[tuple[str, bytes]]) -> None:
        """Takes up what was saved."""
        chunks: dict[str, dict[str, bytes]] = {}
        for key, raw in entries:
            ticket, is_chunk = ticket_of(key)
            if is_chunk:
                chunks.setdefault(ticket, {})[key] = raw
            else:
                self._states[key] = raw
        for ticket, own in chunks.items():
            self._chunks[ticket] = [own[chunk_key(ticket, number)] for number in range(len(own))]

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """Every state and every chunk, by the keys under which they are saved."""
        yield from self._states.items()
        for ticket, chunks in self._chunks.items():
            for number, chunk in enumerate(chunks):
                yield chunk_key(ticket, number), chunk

    def __len__(self) -> int:
        return len(self._states)

    def __iter__(self) -> Iterator[str]:
        return iter(self._states)

    def __contains__(self, key: str) -> bool:
        return key in self._states

    def raw(self, key: str) -> bytes | None:
        """A ticket's state as it is saved; None where it is not known."""
        return self._states.get(key)

    def state(self, key: str) -> TicketState:
        """A ticket's state; a new one where it is not known."""
        raw = self._states.get(key)
        return TicketState() if raw is None else decode_state(raw)

    def facts(self, key: str, state: TicketState) -> list[TicketFact]:
        """All facts of a ticket, in the order of their arrival."""
        return facts_of(state, self._chunks.get(key, ()))

    def written(self, key: str, state: TicketState, facts: list[TicketFact]) -> Written:
        """All that was published of a ticket; `facts`: as `facts` gives them."""
        return written_of(state, self._chunks.get(key, ()), facts)

    def published(self, key: str) -> list[Publication]:
        """All that was published of a known ticket, as it stands."""
        return published_of(self._states[key], self._chunks.get(key, []))

    def known(self, key: str, state: TicketState, id_: str) -> TicketFact | None:
        """The ticket's fact of this id, where there is one."""
        # Whether there may be one is asked of the bytes: mostly there is none.
        if state.count and id_.encode() in state.facts:
            for fact in read_facts(state.count, state.facts):
                if fact.id == id_:
                    return fact
        if state.chunks and id_ in self._ids_of_chunks(key, state):
            return next(fact for fact in self.facts(key, state) if fact.id == id_)
        return None

    def _ids_of_chunks(self, key: str, state: TicketState) -> frozenset[str]:
        """The ids of the facts in a ticket's chunks, kept at hand for the tickets last read so."""
        ids = self._old_ids.get(key)
        if ids is None or len(ids) != state.before:
            old = self.facts(key, state)[: state.before]
            if len(self._old_ids) >= LONG_AT_HAND:
                del self._old_ids[next(iter(self._old_ids))]
            ids = self._old_ids[key] = frozenset(fact.id for fact in old)
        return ids

    def keep(self, key: str, state: TicketState, saved: dict[str, bytes | None]) -> None:
        """Keeps a ticket's state, which is of no use from then on; tells what is to be `saved`."""
        if state.count >= CHUNK:
            name = chunk_key(key, state.chunks)
            chunk = saved[name] = state.seal()
            self._chunks.setdefault(key, []).append(chunk)
        self._states[key] = saved[key] = encode_state(state)

    def drop(self, key: str) -> dict[str, None]:
        """Forgets a ticket; what is to be deleted."""
        self._states.pop(key, None)
        self._old_ids.pop(key, None)
        chunks = self._chunks.pop(key, [])
        return dict.fromkeys([key, *(chunk_key(key, number) for number in range(len(chunks)))])

    def index(self, key: str, fact: TicketFact) -> None:
        """Remembers whose facts concern the ticket, where it names an account."""
        said = fact.fact if isinstance(fact, Replacing) else fact
        if isinstance(said, Opened | AccountChanged) and said.account is not None:
            self._by_account.setdefault(said.account, set()).add(key)

    def concerned(self, touched: Touched) -> list[str]:
        """The tickets, in an order that depends on nothing but their keys.

        What they publish has its place in the record: it is to be the same in a process that has
        loaded them, and in one that hashes otherwise.
        """
        if touched.everyone:
            return sorted(self._states)
        if touched.account is not None:
            of_account = self._by_account.get(touched.account, ())
            return sorted(key for key in of_account if key in self._states)
        if touched.source is not None:
            prefix = f"{touched.source} "
            return sorted(key for key in self._states if key.startswith(prefix))
        return []
