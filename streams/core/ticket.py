"""What is known of a ticket, as it is saved and linked again. How it comes to be known: `fold`."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import astuple

from streams.core import facts as f
from streams.core.agreement.model import Agreement, WordMap
from streams.core.book import Book
from streams.core.changes import EVERYTHING
from streams.core.moment import NOTHING_ELSE, Moment
from streams.core.past import HistoryNeeded
from streams.core.stated import AccountVersion, FactValue
from streams.core.terms import Circumstances
from streams.core.unsaved import Unsaved

Dated: TypeAlias = list[tuple[int, str | None]]
"""Values, each with since when it holds, ascending."""


class Ticket(Struct, array_like=True, gc=False):
    """All that is known of a ticket at `stands_at`.

    `now` is what a moment holds, as it stands; the rest is what only the reading needs. `targets`
    are those of every agreement that came to apply since it was linked, each once, in their order.
    """

    stands_at: int
    """The last instant of which all changes are in."""
    opened_at: int
    opened_id: str
    cut_over: int | None
    account: str | None
    requester: str | None
    channel: str | None
    matters: int
    severity_word: str | None
    severity: str | None
    plan: str | None
    subject_category: str | None
    opened_by_requester: bool
    wrote_while_resolved: bool
    verdict: str | None
    unmapped: list[tuple[str, str]]
    first_resolved_at: int | None
    resolved_at: int | None
    """Since when it is resolved; None while it is not."""
    entitled: int
    """The token of the entitlement, where it is saved."""
    now: Moment
    dirty: Unsaved[bool] = False
    moved: Unsaved[bool] = False
    promised: Unsaved[bool] = False
    changed_hands: Unsaved[bool] = False
    """Whether, since it was saved, the ticket has another team or another severity."""
    teams: Unsaved[Dated | None] = None
    """Where it has changed hands: the team before, then each since when; None: it has not."""
    severities: Unsaved[Dated | None] = None
    """Likewise, its severities."""
    category_before: Unsaved[tuple[str, bool] | None] = None
    """The event of its status category and whether it was resolved, before the first change."""
    source: Unsaved[str] = ""
    book: Unsaved[Book] = None  # type: ignore[assignment]  # linked by whoever makes it
    accounts: Unsaved[list[AccountVersion]] = []
    agreement: Unsaved[Agreement | None] = None
    words: Unsaved[WordMap | None] = None
    targets: Unsaved[dict[str, None]] = {}
    exclusions: Unsaved[dict[str, f.Excluded]] = {}
    moments: Unsaved[list[Moment]] = []
    next_change: Unsaved[int | None] = None
    seen: Unsaved[int] = EVERYTHING
    """The changes since it went on; EVERYTHING: it was read from its opening on."""

    def link(self, source: str, book: Book) -> None:
        """What was saved stands as it stood. Raises HistoryNeeded for an unknown entitlement.

        Neither exclusions nor promises are linked: a ticket with any is read as a whole.
        """
        entitlement = book.entitlements.get(self.entitled)
        if entitlement is None:
            raise HistoryNeeded
        self.source = source
        self.book = book
        self.accounts = book.account(self.account)
        self.agreement = entitlement.agreement
        self.seen = 0
        now = self.now
        if not now.pause_cause:
            now.pause_cause = now.category_cause
        if not now.status_cause:
            now.status_cause = now.category_cause
        if not now.entitled_cause:
            now.entitled_cause = self.opened_id
        if not now.owner_cause:
            now.owner_cause = self.opened_id
        if not now.team_cause:
            now.team_cause = now.owner_cause if now.team_cause is None else self.opened_id
        now.rest = now.rest or NOTHING_ELSE
        now.entitlement = entitlement
        if book.has_new_timers:
            now.circumstances = self.circumstances(self.stands_at)

    def let_go(self) -> tuple[object, ...]:
        """What is saved of it, no id twice. It is of no use then, until it is linked."""
        now = self.now
        if now.team_cause == now.owner_cause:
            now.team_cause = None  # type: ignore[assignment]  # as all that is Seldom
        elif now.team_cause == self.opened_id:
            now.team_cause = ""
        if now.pause_cause == now.category_cause:
            now.pause_cause = ""
        if now.status_cause == now.category_cause:
            now.status_cause = ""
        if now.entitled_cause == self.opened_id:
            now.entitled_cause = ""
        if now.owner_cause == self.opened_id:
            now.owner_cause = ""
        if now.rest is NOTHING_ELSE:
            now.rest = None  # type: ignore[assignment]  # as all that is Seldom
        self.entitled = now.entitlement.token
        self.now = astuple(now)[:_OF_NOW]  # type: ignore[assignment]  # as it is written
        return astuple(self)[:_SAVED]

    def held_at(self, at: int) -> tuple[str | None, str | None]:
        """The team that had the ticket at `at`, and its severity then."""
        teams, severities = self.teams, self.severities
        return (
            self.now.team if teams is None else _standing(teams, at),
            self.severity if severities is None else _standing(severities, at),
        )

    def circumstances(self, at: int) -> Circumstances:
        """What decides, beside the agreement, who is entitled to what at `at`."""
        return Circumstances(
            self.account,
            self.known_of_account(at),
            self.plan,
            self.severity,
            self.subject_category,
            self.channel,
        )

    def known_of_account(self, at: int) -> Mapping[str, FactValue]:
        """The facts of its account that hold at `at` (5.1)."""
        accounts = self.accounts
        version = accounts[0]
        if len(accounts) > 1:
            for later in accounts[1:]:
                if later.effective_at > at:
                    break
                version = later
        return version.facts


_SAVED: Final = Ticket.__struct_fields__.index("dirty")
_OF_NOW: Final = Moment.__struct_fields__.index("at")


def later_on(dated: Dated | None, before: str | None, at: int, value: str | None) -> Dated:
    """`dated`, with another value from the instant `at` on; `before`: what held till then."""
    if dated is None:
        dated = [(0, before)]
    dated.append((at, value))
    return dated


def _standing(dated: Dated, at: int) -> str | None:
    """What held at the instant `at`."""
    standing = dated[0][1]
    for since, value in dated:
        if since > at:
            break
        standing = value
    return standing
