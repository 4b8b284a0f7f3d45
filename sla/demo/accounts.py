"""The desk's customers: what they bought, and what is stated about them. All of them made up."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schemas import inbound as told
from schemas.instants import DAY, SECOND, moment
from sla.demo.said import Said, hong_kong

UPGRADED_AT: Final = hong_kong("2026-04-10 11:00")
ONBOARDED_AT: Final = hong_kong("2026-04-08 11:00")


@dataclass(frozen=True, slots=True)
class Account:
    """One customer. `weight`: how often it writes, beside the others."""

    name: str
    plan: str
    weight: int = 3
    sdk: bool = True
    upgraded_to: str | None = None
    """The plan it buys at `UPGRADED_AT`."""
    new_to_saas: bool = False
    """Then it is on-boarded at `ONBOARDED_AT`, and counts as Silver before."""

    def plan_at(self, at: int) -> str | None:
        """The plan whose promises it is given at `at`; None: no promise."""
        if not self.sdk:
            return None
        if self.new_to_saas and at < ONBOARDED_AT:
            return "silver"
        if self.upgraded_to is not None and at >= UPGRADED_AT:
            return self.upgraded_to
        return self.plan


STEP_UP: Final = Account("orchid-hotels", "silver", upgraded_to="gold")
NEWCOMER: Final = Account("kite-couriers", "gold", new_to_saas=True)
WITHOUT_SDK: Final = Account("stone-kiosks", "gold", weight=1, sdk=False)
GOLD: Final = Account("bay-ferries", "gold", weight=5)
PLATINUM: Final = Account("north-star-air", "platinum", weight=6)
SILVER: Final = Account("jade-books", "silver", weight=4)
BRONZE: Final = Account("tram-stories", "bronze", weight=2)

ACCOUNTS: Final = (
    PLATINUM,
    Account("opal-bank", "platinum", weight=5),
    Account("lotus-clinics", "platinum"),
    GOLD,
    Account("dragon-eats", "gold", weight=4),
    Account("pier-seven-games", "gold"),
    Account("peak-fitness", "gold"),
    NEWCOMER,
    WITHOUT_SDK,
    SILVER,
    Account("sampan-taxis", "silver", weight=4),
    Account("lantern-press", "silver"),
    Account("bamboo-homes", "silver"),
    STEP_UP,
    BRONZE,
    Account("night-market-maps", "bronze", weight=1),
)


def statements(start: int, end: int) -> Iterator[Said]:
    """What is stated about the accounts from `start` on: of old, and as it changes."""
    since = moment(start - 90 * DAY)

    def say(at: int, account: Account, fact: str, value: str | bool, *, old: bool = False) -> Said:
        data = told.FactStated(fact=fact, value=value, effective_at=since if old else None)
        return Said(at, account.name, told.AccountFactStated, data)

    for number, account in enumerate(ACCOUNTS):
        at = start + number * SECOND
        yield say(at, account, "plan", account.plan, old=True)
        yield say(at, account, "sdk", account.sdk, old=True)
        if account.new_to_saas:
            yield say(at, account, "new_to_saas", True, old=True)
            yield say(at, account, "onboarded", False, old=True)
        if account.new_to_saas and start <= ONBOARDED_AT < end:
            yield say(ONBOARDED_AT, account, "onboarded", True)
        if account.upgraded_to is not None and start <= UPGRADED_AT < end:
            yield say(UPGRADED_AT, account, "plan", account.upgraded_to)
