"""The head and `judge` say the same of any history, wherever it is cut (design 2)."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import inbound as told
from schemas.instants import DAY, MINUTE
from schemas.outbound import PARTS, TicketJudged, TimerImage
from schemas.outcomes import Outcome
from streams.core.agreement.model import Agreement
from streams.core.book import Book
from streams.core.facts import Plain, TicketFact
from streams.core.head import foreseen
from streams.core.history import order
from streams.core.images import ticket_image
from streams.core.judge import Judged, judge, proceed
from streams.core.messages import Place
from streams.core.past import HistoryNeeded
from streams.core.state import TicketState, decode_state, encode_state
from tests.builders import SOURCE, history
from tests.histories import BEGIN, agreements, book_of, lives, versions

MANY = settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


NOWHERE = Place(0, 0, 0, "")


class Seen:
    """What a reader knows who was told of each step only what was new."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.uncertain: list[Outcome] = []
        self.timers: dict[str, TimerImage] = {}
        self.ticket: TicketJudged | None = None
        self.continued = 0

    def whole(self, judged: Judged) -> None:
        self.outcomes = list(judged.outcomes)
        self.uncertain = judged.uncertain
        self.timers = {timer.timer: timer for timer in images(judged)}
        self.ticket = ticket(judged)

    def more(self, judged: Judged) -> None:
        self.continued += 1
        gone = set(map(repr, self.uncertain))
        self.outcomes = [o for o in self.outcomes if repr(o) not in gone] + judged.outcomes
        self.uncertain = judged.uncertain
        for image in images(judged):
            known = self.timers.get(image.timer)
            if known is not None:
                image.stretches = [*known.stretches[: image.stretches_from], *image.stretches]
            else:
                assert image.stretches_from == 0
            image.stretches_from = 0
            self.timers[image.timer] = image
        assert self.ticket is not None
        told_now = ticket(judged)
        assert told_now is not None
        assert told_now.changed is not None
        self.ticket.judged_us = self.ticket.detected_us = told_now.judged_us
        for part in told_now.changed:
            for field in PARTS[part]:
                setattr(self.ticket, field, getattr(told_now, field))


def images(judged: Judged) -> list[TimerImage]:
    """The images of its timers, as they are published."""
    if judged.fold is None:
        return []
    return [
        msgspec.convert(msgspec.to_builtins(timer), TimerImage)
        for timer in ticket_image(SOURCE, "T-1", 0, 0, judged, NOWHERE).timers
    ]


def check(
    versions: Sequence[Agreement],
    events: Sequence[told.TicketEvent],
    delays: Sequence[int],
    cuts: Sequence[int],
) -> int:
    """Told step by step, all is known that `judge` knows; says how often a head was continued.

    Each event is told `delays` after it happened, in turn.
    """
    book = book_of(versions)
    coming = [(f.at + delays[n % len(delays)], f) for n, f in enumerate(history(events))]
    known: list[TicketFact] = []
    seen = Seen()
    saved: bytes | None = None
    at = -1
    for until in sorted(cuts):
        new = [fact for told_at, fact in coming if told_at <= until and fact not in known]
        known = sorted([*known, *new], key=order)
        wanted = judge(SOURCE, known, book, until)
        told_of = sorted(map(repr, wanted.outcomes))
        timers = {timer.timer: timer for timer in images(wanted)}
        looks = ticket(wanted)
        if new and new[0].at <= at:
            saved = None
        judged = step(seen, book, saved, new, wanted)
        assert sorted(map(repr, seen.outcomes)) == told_of
        assert seen.timers == timers
        assert seen.ticket == looks
        at = -1 if judged.head is None else judged.head.fold.stands_at
        saved = encode_state(TicketState(head=judged.head))
    return seen.continued


def step(
    seen: Seen, book: Book, saved: bytes | None, new: Sequence[TicketFact], wanted: Judged
) -> Judged:
    """Takes one step from the head where that is possible, else the one `wanted`."""
    head = None if saved is None else decode_state(saved).head
    if head is not None and foreseen(new):
        try:
            plain: Sequence[Plain] = new  # type: ignore[assignment]  # what foreseen says
            head.link(SOURCE, book)
            judged = proceed(head, plain, wanted.until)
        except HistoryNeeded:
            pass
        else:
            assert judged.next_due == wanted.next_due
            seen.more(judged)
            return judged
    seen.whole(wanted)
    return wanted


def ticket(judged: Judged) -> TicketJudged | None:
    """The image of the ticket alone; None for an orphan."""
    if judged.fold is None:
        return None
    image = ticket_image(SOURCE, "T-1", 0, 0, judged, Place(0, 0, judged.until, ""))
    image.timers = []
    image.unmapped = list(image.unmapped)
    return image


DELAYS = st.lists(st.sampled_from((0, 0, 0, MINUTE, 90 * MINUTE, DAY)), min_size=1, max_size=5)
CUTS = st.lists(st.integers(0, 12 * 24 * 60), min_size=2, max_size=12, unique=True).map(
    lambda minutes: [BEGIN + minute * MINUTE for minute in minutes] + [BEGIN + 12 * DAY]
)


@FEW
@given(agreements(), lives(), DELAYS, CUTS)
def test_a_head_goes_on_as_judge_does(
    agreement: Agreement, events: list[told.TicketEvent], delays: list[int], cuts: list[int]
) -> None:
    check([agreement], events, delays, cuts)


@pytest.mark.slow
@MANY
@given(agreements(), lives(), DELAYS, CUTS)
def test_many_heads_go_on_as_judge_does(
    agreement: Agreement, events: list[told.TicketEvent], delays: list[int], cuts: list[int]
) -> None:
    check([agreement], events, delays, cuts)


@FEW
@given(versions(), lives(), DELAYS, CUTS)
def test_a_head_goes_on_under_another_version(
    known: list[Agreement], events: list[told.TicketEvent], delays: list[int], cuts: list[int]
) -> None:
    """4.6: whichever timers the later version is for."""
    check(known, events, delays, cuts)


@pytest.mark.slow
@MANY
@given(versions(), lives(), DELAYS, CUTS)
def test_many_heads_go_on_under_another_version(
    known: list[Agreement], events: list[told.TicketEvent], delays: list[int], cuts: list[int]
) -> None:
    """4.6."""
    check(known, events, delays, cuts)
