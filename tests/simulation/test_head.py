"""The head and `judge` say the same of any history, wherever it is cut (design 2)."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import inbound as told
from schemas.instants import DAY, MINUTE
from schemas.outbound import TimerImage
from schemas.outcomes import Outcome
from streams.core.agreement.model import Agreement
from streams.core.book import Book
from streams.core.facts import Plain
from streams.core.head import decode_head, encode_head, foreseen
from streams.core.images import ticket_image
from streams.core.judge import Judged, judge, proceed
from streams.core.unsaved import HistoryNeeded
from tests.builders import SOURCE, history
from tests.histories import BEGIN, agreements, lives

MANY = settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


class Seen:
    """What a reader knows who was told of each step only what was new."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.timers: dict[str, TimerImage] = {}
        self.continued = 0

    def whole(self, judged: Judged) -> None:
        self.outcomes = list(judged.outcomes)
        self.timers = {timer.timer: timer for timer in images(judged)}

    def more(self, judged: Judged) -> None:
        self.continued += 1
        self.outcomes += judged.outcomes
        for image in images(judged):
            known = self.timers.get(image.timer)
            if known is not None:
                image.stretches = [*known.stretches[: image.stretches_from], *image.stretches]
            else:
                assert image.stretches_from == 0
            image.stretches_from = 0
            self.timers[image.timer] = image


def images(judged: Judged) -> list[TimerImage]:
    """The images of its timers, as they are published."""
    if judged.fold is None:
        return []
    return [
        msgspec.convert(msgspec.to_builtins(timer), TimerImage)
        for timer in ticket_image(SOURCE, "T-1", 0, 0, judged).timers
    ]


def check(agreement: Agreement, events: Sequence[told.TicketEvent], cuts: Sequence[int]) -> int:
    """Told step by step, all is known that `judge` knows; says how often a head was continued."""
    book = Book()
    book.agreements = [agreement]
    facts = history(events)
    seen = Seen()
    head: bytes | None = None
    known = 0
    for until in sorted(cuts):
        new = [fact for fact in facts if fact.at <= until][known:]
        known += len(new)
        wanted = judge(SOURCE, facts[:known], book, until)
        told_of = sorted(map(repr, wanted.outcomes))
        timers = {timer.timer: timer for timer in images(wanted)}
        head = step(seen, book, head, new, wanted)
        assert sorted(map(repr, seen.outcomes)) == told_of
        assert seen.timers == timers
    return seen.continued


def step(
    seen: Seen, book: Book, saved: bytes | None, new: Sequence[object], wanted: Judged
) -> bytes | None:
    """Takes one step from the head where that is possible; gives the next head."""
    judged = wanted
    if saved is not None and foreseen(new):  # type: ignore[arg-type]
        try:
            plain: Sequence[Plain] = new  # type: ignore[assignment]
            judged = proceed(decode_head(saved, SOURCE, book), plain, wanted.until)
            seen.more(judged)
            assert judged.next_due == wanted.next_due
            assert judged.fold is not None
            assert wanted.fold is not None
            ours, theirs = (ticket_image(SOURCE, "T-1", 0, 0, j) for j in (judged, wanted))
            ours.timers = theirs.timers = []
            ours.others = theirs.others
            assert ours == theirs
        except HistoryNeeded:
            judged = wanted
    if judged is wanted:
        seen.whole(wanted)
    return None if judged.head is None else encode_head(judged.head)


CUTS = st.lists(st.integers(0, 12 * 24 * 60), min_size=2, max_size=12, unique=True).map(
    lambda minutes: [BEGIN + minute * MINUTE for minute in minutes] + [BEGIN + 12 * DAY]
)


@FEW
@given(agreements(), lives(), CUTS)
def test_a_head_goes_on_as_judge_does(
    agreement: Agreement, events: list[told.TicketEvent], cuts: list[int]
) -> None:
    check(agreement, events, cuts)


@pytest.mark.slow
@MANY
@given(agreements(), lives(), CUTS)
def test_many_heads_go_on_as_judge_does(
    agreement: Agreement, events: list[told.TicketEvent], cuts: list[int]
) -> None:
    check(agreement, events, cuts)
