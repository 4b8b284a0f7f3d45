"""All tickets of one partition: a journal record in, its effects out. Reads no clock."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, cast, get_args

from schemas import inbound as told
from schemas.codec import decode_batch
from schemas.instants import instant, iso, moment
from streams.core.book import Book
from streams.core.difference import Publication
from streams.core.due import DueIndex
from streams.core.facts import TicketFact
from streams.core.follow import follow
from streams.core.history import fact_of, order, same_content
from streams.core.images import orphan_image, ticket_image
from streams.core.judge import Judged
from streams.core.messages import Place, dead_letter, image_message
from streams.core.shared import SharedFacts
from streams.core.state import (
    ENGINE,
    TicketState,
    of_this_engine,
    truth_digest,
)
from streams.core.stated import SourceState
from streams.core.telling import Saying, outcome_messages
from streams.core.tickets import NAMES_ACCOUNT, Tickets

FACTS_MAX: Final = 5000
"""A ticket with more facts is a robot's log, not a promise; judging it would stall all others."""

_TICKET_EVENTS: Final = frozenset(get_args(told.TicketEvent))


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of the journal: the events of a batch, or none for a tick."""

    partition: int
    position: int
    stamp: int
    """When the log took it, microseconds; never going back within a partition (1.2)."""
    events: bytes
    facts_stamp: int | None = None
    """When the log of shared facts took them, where the events were copied from there."""


@dataclass(slots=True)
class Effects:
    """What follows from one record. `states` and `book`: what to save, None: to delete."""

    position: int
    clock: int
    states: dict[str, bytes | None] = field(default_factory=dict)
    book: dict[str, bytes | None] = field(default_factory=dict)
    messages: list[bytes] = field(default_factory=list)
    events: int = 0


class Partition:
    """Owns the tickets, the book and the time of one partition."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.position = 0
        self.clock = 0
        self._tickets = Tickets()
        self._due = DueIndex()
        self._shared = SharedFacts(Book())

    # -- loading --------------------------------------------------------------------------------

    def load(
        self,
        position: int,
        clock: int,
        states: Iterable[tuple[str, bytes]],
        book: Mapping[str, bytes],
    ) -> None:
        """Takes up what was saved. A ticket of another engine is due at once (design 2)."""
        self.position = position
        self.clock = clock
        self._shared.load(book)
        self._tickets.load(states)
        for key in self._tickets:
            state = self._tickets.state(key)
            for fact in self._tickets.facts(key, state):
                self._tickets.index(key, fact)
            same = of_this_engine(self._tickets.raw(key))
            self._due.set(key, state.due if same else clock)

    def _due_of(
        self, source: str, said: SourceState, state: TicketState, judged: Judged
    ) -> int | None:
        """When a ticket has to be looked at again that waits for its opening or is imported."""
        due = judged.next_due
        if due is not None and said.imports:
            importing = said.importing_until
            if importing is not None and due > importing:
                # No time that passes makes it true: the end of the import does (7.5).
                due = None
        if judged.fold is not None or state.waiting_since is None:
            return due
        gives_up = state.waiting_since + self.book.limits(source).orphan_after
        return gives_up if due is None else min(due, gives_up)

    @property
    def book(self) -> Book:
        """The dated facts that the tickets share."""
        return self._shared.book

    @property
    def next_due(self) -> int | None:
        """The earliest clock at which something comes due with nothing new said."""
        return self._due.head

    def truth_digest(self) -> str:
        """A digest of all that is now held to be true (semantics 7.6)."""
        return truth_digest(self.states())

    @property
    def tickets(self) -> int:
        """How many are known."""
        return len(self._tickets)

    def states(self) -> Iterator[tuple[str, bytes]]:
        """All that is kept of tickets: states by key (`source ticket`), chunks of histories."""
        return self._tickets.entries()

    def published(self, key: str) -> list[Publication]:
        """All that was published of a ticket, as it stands."""
        return self._tickets.published(key)

    # -- applying -------------------------------------------------------------------------------

    def apply(self, record: Record) -> Effects:
        """Takes in one record: all its events first, then time passes to its stamp (7.3)."""
        assert record.position == self.position + 1, "Records come one by one."
        self.position = record.position
        self.clock = max(self.clock, record.stamp)
        effects = Effects(record.position, self.clock)
        place = Place(self.number, record.position, self.clock, iso(self.clock))
        touched: dict[str, list[told.TicketEvent]] = {}
        causes: dict[str, str] = {}
        taken = self.clock if record.facts_stamp is None else record.facts_stamp
        now = moment(taken)
        events = decode_batch(record.events) if record.events else []
        effects.events = len(events)
        for event in events:
            if event.time > now and self._too_early(event, taken):
                if record.facts_stamp is None or self.number == 0:
                    ahead = f"dated {iso(instant(event.time))}, taken at {iso(taken)}"
                    self._refuse(effects, place, event, "from_the_future", ahead)
            elif type(event) in _TICKET_EVENTS:
                key = f"{event.source} {event.subject}"
                said = touched.get(key)
                if said is None:
                    touched[key] = [event]  # type: ignore[list-item]  # narrowed by its very type
                else:
                    said.append(event)  # type: ignore[arg-type]  # likewise
            else:
                for key in self._take_shared(effects, place, cast(told.SharedEvent, event), taken):
                    touched.setdefault(key, [])
                    causes[key] = event.id
        due = dict.fromkeys(self._due.take(self.clock))
        for key in due:
            touched.setdefault(key, [])
        # One ticket after the other: what one needs is still near when it is judged.
        for key, said in touched.items():
            state = self._tickets.state(key)
            new = self._take_in(effects, place, key, state, said) if said else []
            # What is due is due also where all that was said of the ticket is known already.
            came_due = key in due
            if new or not said or came_due:
                self._judge(effects, place, key, state, new, causes.get(key), came_due)
        return effects

    def _too_early(self, event: told.InboundEvent, taken: int) -> bool:
        """Whether it is dated further ahead of the log than its source may (1.5)."""
        return instant(event.time) > taken + self.book.limits(event.source).skew_max

    def _take_in(
        self,
        effects: Effects,
        place: Place,
        key: str,
        state: TicketState,
        events: list[told.TicketEvent],
    ) -> list[TicketFact]:
        """Takes the events into the history; the facts that were new, in the order of 1.3."""
        new: list[TicketFact] = []
        by_id: dict[str, TicketFact] = {}
        for event in events:
            fact = fact_of(event, place.stamp)
            known = self._tickets.known(key, state, fact.id)
            if known is None and new:
                known = by_id.get(fact.id)
            if known is not None:
                if not same_content(known, fact):
                    was = "another event of this ticket with this id came first"
                    self._refuse(effects, place, event, "conflicting_duplicate", was)
            elif state.known + len(new) >= FACTS_MAX:
                full = f"the ticket has {FACTS_MAX} events already"
                self._refuse(effects, place, event, "too_many_events", full)
            else:
                new.append(fact)
                if len(events) > 1:
                    by_id[fact.id] = fact
                if type(fact) in NAMES_ACCOUNT:
                    self._tickets.index(key, fact)
        if len(new) > 1:
            new.sort(key=order)
        state.add(new)
        return new

    def _take_shared(
        self, effects: Effects, place: Place, event: told.SharedEvent, taken: int
    ) -> Iterable[str]:
        """Takes a shared fact, `taken` by the log then; the tickets that it concerns.

        Every partition takes it, the first alone says so to the read models.
        """
        first = self.number == 0
        messages = effects.messages if first else []
        touched = self._shared.take(event, place, taken, effects.book, messages)
        if isinstance(touched, str):
            if first:
                reason, _, detail = touched.partition(": ")
                self._refuse(effects, place, event, reason, detail)
            return ()
        return self._tickets.concerned(touched)

    def _refuse(
        self, effects: Effects, place: Place, event: told.InboundEvent, reason: str, detail: str
    ) -> None:
        letter = dead_letter(
            place, len(effects.messages), event, event.source, event.subject, reason, detail
        )
        effects.messages.append(letter)

    # -- judging --------------------------------------------------------------------------------

    def _judge(
        self,
        effects: Effects,
        place: Place,
        key: str,
        state: TicketState,
        new: list[TicketFact],
        shared: str | None,
        came_due: bool,
    ) -> None:
        """Judges one ticket anew and publishes the difference.

        `shared`: the shared fact that concerns it, if any. What follows differently now does so
        from the earliest of the `new` facts on: it is the cause of what is withdrawn. `came_due`:
        the index of what is due does not hold it any more.
        """
        source, _, ticket = key.partition(" ")
        book = self._shared.book
        said = book.source(source)
        until = said.until(self.clock)
        judged, sent = follow(self._tickets, book, source, key, state, new, until, shared is None)
        fold = judged.fold
        if fold is None:
            if self._orphaned(effects, place, key, state):
                return
            image = orphan_image(source, ticket, state.known, place)
        else:
            image = ticket_image(source, ticket, state.known, state.last, judged, place)
            state.waiting_since = None
        if sent:
            cut_over, team = (None, None) if fold is None else (fold.cut_over, fold.now.team)
            silent_before = said.silent_until(cut_over)
            cause = new[0].id if new else shared
            saying = Saying(source, ticket, team, place, state.judged_until, silent_before, cause)
            effects.messages += outcome_messages(saying, sent, len(effects.messages))
        effects.messages.append(image_message(image))
        state.judged_until = judged.until
        state.head = judged.head
        due = judged.next_due
        if fold is None or said.imports:
            due = self._due_of(source, said, state, judged)
        if due != state.due or came_due or state.engine != ENGINE:
            state.engine = ENGINE
            state.due = due
            self._due.set(key, due)
        self._tickets.keep(key, state, effects.states)

    def _orphaned(self, effects: Effects, place: Place, key: str, state: TicketState) -> bool:
        """Whether its events waited too long for an opening; then they are dead letters (1.7)."""
        if state.waiting_since is None:
            state.waiting_since = place.stamp
        source, _, ticket = key.partition(" ")
        if place.stamp < state.waiting_since + self.book.limits(source).orphan_after:
            return False
        for fact in self._tickets.facts(key, state):
            missing = "its ticket's opening did not come; send the opening, then this again"
            letter = dead_letter(
                place, len(effects.messages), fact, source, ticket, "orphan", missing
            )
            effects.messages.append(letter)
        image = orphan_image(source, ticket, 0, place)
        effects.messages.append(image_message(image))
        self._due.set(key, None)
        effects.states.update(self._tickets.drop(key))
        return True
