"""What the tracker knows, for who is about to speak of it: a typo in a fact is told at once.

Read from the book and the histories that the tracker keeps, not from what it published: what was
said a moment ago counts as soon as it is judged.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from time import monotonic, sleep
from typing import Final

import click
import psycopg

from schemas import inbound as told
from sla.database import database, refuse_absent
from sla.publish import OWNER_LOCK
from sla.settings import Settings
from streams.core.agreement.model import Agreement
from streams.core.book import Book
from streams.core.facts import DeadlineSet, DeadlineWithdrawn, Excluded, ExclusionWithdrawn, Plain
from streams.core.history import in_force, order
from streams.core.shared import SharedFacts
from streams.core.state import chunk_key, decode_state, facts_of

WAIT: Final = 3.0
"""Seconds for a tracker at work to judge what was said just before."""
LOOK_EVERY: Final = 0.05
ANYWAY: Final = "--anyway says it all the same"


@dataclass(frozen=True, slots=True)
class Known:
    """What the tracker of this database knows."""

    connection: psycopg.Connection
    book: Book
    is_current: bool
    """A tracker has judged all that is in the journal, and there was something to judge."""

    def refuse_unknown(
        self, what: str, words: Iterable[str], known: Iterable[str], anyway: bool
    ) -> None:
        """Refuses words that are not among those known, naming these; `anyway` lets them pass.

        Where it cannot be known, a warning on standard error. Raises click.ClickException.
        """
        those = sorted(set(known))
        strange = [word for word in words if word not in those]
        if anyway or not strange:
            return
        names = ", ".join(map(repr, strange))
        if not self.is_current:
            click.echo(
                f"warning: whether there is a {what} {names} is not known: no tracker has judged "
                "all of the journal yet, which `sla up` does",
                err=True,
            )
            return
        there = f"there are {', '.join(those)}" if those else "there is none"
        raise click.ClickException(f"no {what} {names} is known; {there}; {ANYWAY}")

    @property
    def calendars(self) -> set[str]:
        """The calendars of all agreements."""
        return {name for one in self.book.agreements for name in one.calendars}

    @property
    def plans(self) -> set[str]:
        """The words that mean a plan in any agreement."""
        return {word for one in self.book.agreements for word in one.words.plans}

    @property
    def account_facts(self) -> set[str]:
        """The facts about accounts that any agreement reads."""
        return {fact for one in self.book.agreements for fact in one.unknown_facts}

    @property
    def closures(self) -> set[str]:
        """The closures that are declared and not withdrawn."""
        return set(self.book.closures)

    @property
    def releases(self) -> set[str]:
        """The releases that were ever planned."""
        events = self.book.events.values()
        return {one.subject for one in events if isinstance(one, told.ReleaseScheduled)}

    def targets(self, source: str, ticket: str) -> set[str]:
        """What may be due on a ticket: the targets of its agreement, and what it is promised."""
        row = self.connection.execute(
            "SELECT agreement, agreement_version FROM sla_v1.tickets"
            " WHERE source = %s AND ticket = %s",
            (source, ticket),
        ).fetchone()
        own = [one for one in self.book.agreements if row == (one.name, one.version)]
        timers = self.connection.execute(
            "SELECT DISTINCT target FROM sla_v1.timers WHERE source = %s AND ticket = %s",
            (source, ticket),
        ).fetchall()
        return _targets(own or self.book.agreements) | {target for (target,) in timers}

    def deadlines(self, source: str, ticket: str) -> set[str]:
        """The targets of a ticket whose deadline is set by hand and not withdrawn (4.9)."""
        held: set[str] = set()
        for fact in self._facts(source, ticket):
            if isinstance(fact, DeadlineSet):
                held.add(fact.target)
            elif isinstance(fact, DeadlineWithdrawn):
                held.discard(fact.target)
        return held

    def stretches(self, source: str, ticket: str) -> set[str]:
        """The stretches excluded from a ticket's timers and not withdrawn (4.9)."""
        facts = self._facts(source, ticket)
        gone = {one.stretch for one in facts if isinstance(one, ExclusionWithdrawn)}
        return {one.stretch for one in facts if isinstance(one, Excluded)} - gone

    def _facts(self, source: str, ticket: str) -> list[Plain]:
        key = f"{source} {ticket}"
        raw = self._saved([key]).get(key)
        if raw is None:
            return []
        state = decode_state(raw)
        names = [chunk_key(key, number) for number in range(state.chunks)]
        chunks = self._saved(names)
        return in_force(sorted(facts_of(state, [chunks[name] for name in names]), key=order))

    def _saved(self, names: list[str]) -> dict[str, bytes]:
        """What the tracker keeps under these names."""
        rows = self.connection.execute(
            "SELECT ticket, state FROM sla.ticket_states WHERE partition = 0 AND ticket = ANY(%s)",
            (names,),
            binary=True,
        )
        return dict(rows.fetchall())


def _targets(agreements: Sequence[Agreement]) -> set[str]:
    return {target for one in agreements for target in one.targets}


@contextmanager
def known(settings: Settings, *, makes: bool = False) -> Iterator[Known]:
    """What is known, once a tracker at work has judged what was said just before.

    `makes`: a database is made where there is none, for a command that begins something. Else
    raises NoTracker there; always as `database` does.
    """
    if not makes:
        refuse_absent(settings)
    with psycopg.connect(database(settings), autocommit=True) as connection:
        is_current = _caught_up(connection)
        yield Known(connection, _book(connection), is_current)


def _caught_up(connection: psycopg.Connection) -> bool:
    until = monotonic() + WAIT
    while True:
        row = connection.execute(_query("caught_up"), {"lock": OWNER_LOCK}).fetchone()
        assert row is not None, "The migration made the rows."
        position, behind, at_work = row
        if not behind or not at_work or monotonic() > until:
            return bool(position) and not behind
        sleep(LOOK_EVERY)


def _book(connection: psycopg.Connection) -> Book:
    """The book without the accounts, of which there may be very many."""
    shared = SharedFacts(Book())
    rows = connection.execute(_query("book_events"), binary=True).fetchall()
    shared.load(dict(rows))
    return shared.book


def _query(name: str) -> bytes:
    return (files("sla.queries") / f"{name}.sql").read_bytes()
