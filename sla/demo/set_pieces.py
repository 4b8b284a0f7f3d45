"""Tickets whose course is written, not drawn: each shows one rule at work. Hong Kong wall time."""

from dataclasses import dataclass
from typing import Final

from schemas import inbound as told
from schemas.data import Data
from schemas.instants import moment
from sla.demo import accounts
from sla.demo.accounts import Account
from sla.demo.life import Opening
from sla.demo.said import AGENT, CUSTOMER, RECEIPT, Said, hong_kong, status, with_status

Step = tuple[str, type[told.Event], Data]

_ANSWERED: Final = (told.TicketReplied, AGENT)
_WRITTEN: Final = (told.TicketReplied, CUSTOMER)
_SOLVED: Final = (told.TicketResolved, with_status("solved"))
_FIRST_LINE: Final = (told.TicketAssigned, told.Assigned(team="first-line", agent="mei"))


@dataclass(frozen=True, slots=True)
class SetPiece:
    """`name`: what it shows. `steps`: wall time, what, and its data; all after the opening."""

    name: str
    opened: str
    account: Account
    severity: str
    steps: tuple[Step, ...]
    category: str = "service_issue"

    @property
    def at(self) -> int:
        """When it is opened."""
        return hong_kong(self.opened)

    def opening(self, ticket: str) -> Opening:
        """Its opening, once the ticket has a number."""
        requester = f"{self.account.name}-1"
        return Opening(
            ticket, self.at, self.account, self.severity, self.category, "email", requester
        )

    def tell(self, ticket: str, into: str) -> list[Said]:
        """All that is said of it. `into`: the ticket that one of the same matter is merged into."""
        said = [self.opening(ticket).said()]
        for when, kind, data in self.steps:
            says = told.Merged(into=into) if isinstance(data, told.Merged) else data
            # Which data belongs to which kind of event, types do not say.
            said.append(Said(hong_kong(when), ticket, kind, says))  # type: ignore[arg-type]
        return said


_EXCLUDED: Final = told.StretchExcluded(
    stretch="own-test",
    start=moment(hong_kong("2026-04-20 15:00")),
    end=moment(hong_kong("2026-04-20 18:00")),
    who="jo",
    why="The customer asked us to wait for its own test",
)
_PROMISED: Final = told.DeadlineSet(
    target="first_response",
    due=moment(hong_kong("2026-03-24 18:00")),
    who="jo",
    why="Agreed with the customer by telephone",
)

SET_PIECES: Final = (
    # Gold major: 4 business hours. Due 14:00, answered 13:10, which we hear of at 16:05 only.
    SetPiece(
        "late_reply",
        "2026-03-31 10:00",
        accounts.GOLD,
        "major",
        (
            ("2026-03-31 10:00:04", told.TicketReplied, RECEIPT),
            ("2026-03-31 11:20", *_FIRST_LINE),
            ("2026-03-31 13:10", *_ANSWERED),
            ("2026-03-31 13:10:05", told.TicketStatusChanged, status("pending")),
            ("2026-03-31 17:42", *_WRITTEN),
            ("2026-03-31 17:42:01", told.TicketStatusChanged, status("open")),
            ("2026-04-01 11:15", *_ANSWERED),
            ("2026-04-01 11:15:04", *_SOLVED),
        ),
    ),
    # Due Wed 15:30. The typhoon takes 13:00 to Thu 09:00 away: due Thu 11:30, answered 10:00.
    SetPiece(
        "typhoon_gold",
        "2026-04-22 11:30",
        accounts.GOLD,
        "major",
        (
            ("2026-04-22 11:52", *_FIRST_LINE),
            ("2026-04-23 10:00", *_ANSWERED),
            ("2026-04-23 16:30", *_SOLVED),
        ),
    ),
    # 4 hours of the extended calendar: due Wed 16:15; then Thu 12:15, answered 11:00.
    SetPiece(
        "typhoon_platinum",
        "2026-04-22 12:15",
        accounts.PLATINUM,
        "minor",
        (("2026-04-23 11:00", *_ANSWERED), ("2026-04-24 15:00", *_SOLVED)),
    ),
    # A business day from Tue 16:00: due Wed 16:00; then Thu 12:00, answered 10:30.
    SetPiece(
        "typhoon_silver",
        "2026-04-21 16:00",
        accounts.SILVER,
        "major",
        (("2026-04-23 10:30", *_ANSWERED), ("2026-04-27 12:00", *_SOLVED)),
    ),
    # Gold minor, a business day: due Tue 10:00, answered 11:30; three hours are then excluded.
    SetPiece(
        "excluded",
        "2026-04-20 10:00",
        accounts.GOLD,
        "minor",
        (
            ("2026-04-21 11:30", *_ANSWERED),
            ("2026-04-21 14:00", told.TicketStretchExcluded, _EXCLUDED),
            ("2026-04-21 18:20", *_SOLVED),
        ),
    ),
    # Silver until 11:00, gold after: of 4 business hours 1.5 are spent, due 13:30, answered 13:00.
    SetPiece(
        "upgraded",
        "2026-04-10 09:30",
        accounts.STEP_UP,
        "major",
        (("2026-04-10 13:00", *_ANSWERED), ("2026-04-13 17:00", *_SOLVED)),
    ),
    # Silver until on-boarded at 11:00, then the gold it bought: due 14:00, answered late at 14:20.
    SetPiece(
        "onboarded",
        "2026-04-08 10:00",
        accounts.NEWCOMER,
        "major",
        (("2026-04-08 14:20", *_ANSWERED), ("2026-04-09 16:00", *_SOLVED)),
        "campaign_help",
    ),
    # Bought gold, but its applications go without the SDK: tracked, nothing promised.
    SetPiece(
        "without_sdk",
        "2026-03-25 15:10",
        accounts.WITHOUT_SDK,
        "major",
        (("2026-03-27 10:00", *_ANSWERED),),
    ),
    # The release moves from Tue 14 to Thu 16 April: resolved on Wednesday it is in time after all.
    SetPiece(
        "release_moved",
        "2026-04-09 11:00",
        accounts.SILVER,
        "enhancement",
        (("2026-04-09 18:30", *_ANSWERED), ("2026-04-15 17:10", *_SOLVED)),
        "feature_help",
    ),
    # The eve of Easter: a business day from Thu 2 April 18:00 ends on Wed 8 April 18:00.
    SetPiece(
        "over_easter",
        "2026-04-02 18:00",
        accounts.SILVER,
        "major",
        (("2026-04-08 12:05", *_ANSWERED), ("2026-04-09 10:45", *_SOLVED)),
    ),
    # Answered exactly at the deadline of 4 business hours: met.
    SetPiece(
        "at_the_deadline",
        "2026-03-18 10:15",
        accounts.GOLD,
        "major",
        (("2026-03-18 14:15", *_ANSWERED), ("2026-03-19 12:00", *_SOLVED)),
    ),
    # Minor until 20:40, then critical: one hour around the clock, all of it spent before.
    SetPiece(
        "raised",
        "2026-03-26 18:30",
        accounts.GOLD,
        "minor",
        (
            (
                "2026-03-26 20:40",
                told.TicketSeverityChanged,
                told.SeverityChanged(severity="critical"),
            ),
            ("2026-03-26 20:58", *_ANSWERED),
            ("2026-03-26 22:10", told.TicketWorkaroundProvided, told.Nothing()),
            ("2026-03-27 13:00", *_SOLVED),
        ),
    ),
    # Sunday night, platinum, critical: 30 minutes at any hour.
    SetPiece(
        "night",
        "2026-03-29 03:00",
        accounts.PLATINUM,
        "critical",
        (
            ("2026-03-29 03:12", *_ANSWERED),
            ("2026-03-29 04:31", told.TicketWorkaroundProvided, told.Nothing()),
            ("2026-03-29 12:00", *_SOLVED),
        ),
    ),
    # Resolved, not fixed, taken up again: the time in between does not count.
    SetPiece(
        "reopened",
        "2026-03-19 09:40",
        accounts.PLATINUM,
        "major",
        (
            ("2026-03-19 10:05", *_ANSWERED),
            ("2026-03-19 15:00", *_SOLVED),
            ("2026-03-20 09:20", *_WRITTEN),
            ("2026-03-20 09:20:01", told.TicketReopened, with_status("reopened")),
            ("2026-03-20 13:00", *_SOLVED),
            ("2026-03-23 13:00", told.TicketClosed, with_status("closed")),
        ),
    ),
    # A deadline set by hand, sooner than the agreement's.
    SetPiece(
        "promised_by_hand",
        "2026-03-24 10:30",
        accounts.SILVER,
        "minor",
        (
            ("2026-03-24 11:00", told.TicketDeadlineSet, _PROMISED),
            ("2026-03-24 17:20", *_ANSWERED),
            ("2026-03-26 12:00", *_SOLVED),
        ),
    ),
    # Two tickets of one matter: the second is merged into the first.
    SetPiece(
        "merged_into",
        "2026-03-17 14:02",
        accounts.SILVER,
        "major",
        (("2026-03-17 17:30", *_ANSWERED), ("2026-03-18 16:00", *_SOLVED)),
    ),
    SetPiece(
        "merged",
        "2026-03-17 14:07",
        accounts.SILVER,
        "major",
        (("2026-03-17 14:40", told.TicketMerged, told.Merged(into="the first")),),
    ),
    SetPiece(
        "spam",
        "2026-03-28 03:12",
        accounts.SILVER,
        "minor",
        (("2026-03-28 09:05", told.TicketDeleted, told.Deleted(reason="spam")),),
    ),
)
