"""Hand-made timers whose explanations are kept in `golden/explain`, worked out in the comments.

`python -m tests.explained` writes the files anew; read the difference before it is kept.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from rich.console import Console

from schemas.instants import HOUR, SECOND
from sla.explain.page import decision_lines, page
from sla.explain.story import Belief, Decision, Story
from streams.core.calendar import Closure
from tests.calendars import EASTER, calendar
from tests.stories import at, image, story, stretch

GOLDEN: Final = Path(__file__).parent / "golden" / "explain"
OFFICE = calendar(**EASTER)
"""Monday to Friday 09:00 to 21:00; Good Friday 3 April and Easter Monday 6 April closed."""
TUESDAY: Final = "2026-04-07"


def running_over_easter() -> Story:
    """8 h promised. Ran Thu 18-20 and Tue 10-12 = 4 h, so 4 h left from 12:00: due Tue 16:00.

    Paused Thu 20-21 and Tue 9-10 = 2 h. Wall Thu 18:00 to Tue 12:00 = 114 h, closed 108 h of it:
    two holidays of 12 h and, outside hours, Thu night 12, Fri 21:00 to Mon 9:00 60, Mon night 12.
    """
    timer = image(
        stretch(at("18:00"), at("20:00"), "ran", "e1"),
        stretch(at("20:00"), at("10:00", TUESDAY), "paused", "e2", "waiting_on_customer"),
        stretch(at("10:00", TUESDAY), None, "ran", "e3"),
        budget_us=8 * HOUR,
        deadline_us=at("16:00", TUESDAY),
        first_deadline_us=at("14:00", TUESDAY),
        at_risk_us=at("11:36", TUESDAY),
    )
    return story(timer, OFFICE, at("12:00", TUESDAY))


def met_late_by_eleven_minutes() -> Story:
    """4 h from Thu 09:14 are gone at 13:14; the reply came at 13:25:07, 11 min 7 s later."""
    timer = image(
        stretch(at("09:14"), at("13:25:07"), "ran", "e1"),
        timer="first_response@e1",
        target="first_response",
        state="met_late",
        budget_us=4 * HOUR,
        deadline_us=at("13:14"),
        first_deadline_us=at("13:14"),
        breached_us=at("13:14"),
        ended_us=at("13:25:07"),
    )
    beliefs = (
        belief("started", at("09:14"), at("09:14:01"), cause="e1", rules=("3.1", "5.2")),
        belief("breached", at("13:14"), at("13:14"), cause="e1", rules=("2.4", "3.3")),
        belief("met_late", at("13:25:07"), at("13:25:09"), cause="e2", rules=("3.3",)),
    )
    return story(timer, OFFICE, at("15:00"), *beliefs, confirmed=True)


def withdrawn_and_breached_again() -> Story:
    """Believed breached at 13:00; a pause of an hour, told late, withdrew it; breached at 14:00.

    4 h from 09:00 less the pause 10-11 are gone at 14:00; now 14:30, so late by 30 min.
    """
    timer = image(
        stretch(at("09:00"), at("10:00"), "ran", "e1"),
        stretch(at("10:00"), at("11:00"), "paused", "e2", "waiting_on_customer"),
        stretch(at("11:00"), None, "ran", "e3"),
        state="breached",
        budget_us=4 * HOUR,
        deadline_us=at("14:00"),
        first_deadline_us=at("13:00"),
        breached_us=at("14:00"),
        at_risk_us=at("13:12"),
    )
    beliefs = (
        belief("escalated", at("13:00"), at("13:00"), cause="e1", rules=("6.1",), level="L1"),
        belief("breached", at("13:00"), at("13:00"), cause="e1", rules=("2.4", "3.3")),
        belief(
            "escalated",
            at("13:00"),
            at("13:20"),
            cause="e3",
            withdrawn=True,
            revision=2,
            level="L1",
        ),
        belief("breached", at("13:00"), at("13:20"), cause="e3", withdrawn=True, revision=2),
        belief("paused", at("10:00"), at("13:20"), cause="e2", rules=("3.9",), corrected=True),
        belief("escalated", at("14:00"), at("14:00"), cause="e3", rules=("6.1",), level="L1"),
        belief("breached", at("14:00"), at("14:00"), cause="e3", rules=("2.4", "3.3")),
    )
    return story(timer, OFFICE, at("14:30"), *beliefs, confirmed=False)


def paused_into_the_night() -> Story:
    """Paused since Thu 17:00 and still at 22:00: 4 h of it open. Ran 3 h of 8 h."""
    timer = image(
        stretch(at("14:00"), at("17:00"), "ran", "e1"),
        stretch(at("17:00"), None, "paused", "e2", "waiting_on_third_party"),
        state="paused",
        budget_us=8 * HOUR,
    )
    return story(timer, OFFICE, at("22:00"))


def met_in_spite_of_a_typhoon() -> Story:
    """A typhoon closed Thu 12:00 to 15:00 and 20 min were excluded: 9-12 less 20 min, 15-16 ran.

    3 h 40 min of 4 h; 20 min left, and kept the deadline at 16:20.
    """
    closed = calendar(Closure("c1", "Typhoon Koinu", at("12:00"), at("15:00")))
    timer = image(
        stretch(at("09:00"), at("09:30"), "ran", "e1"),
        stretch(at("09:30"), at("09:50"), "excluded", "x1", "helpdesk was down (u7)"),
        stretch(at("09:50"), at("16:00"), "ran", "e1"),
        state="met",
        budget_us=4 * HOUR,
        deadline_us=at("16:20"),
        first_deadline_us=at("13:00"),
        ended_us=at("16:00"),
    )
    return story(timer, closed, at("18:00"))


def reopened_after_a_resolution() -> Story:
    """Resolved 11:00, reopened 15:00; the four hours between do not count (4.7)."""
    timer = image(
        stretch(at("09:00"), at("11:00"), "ran", "e1"),
        stretch(at("11:00"), at("15:00"), "resolved", "e2"),
        stretch(at("15:00"), None, "ran", "e3"),
        budget_us=6 * HOUR,
        deadline_us=at("19:00"),
        first_deadline_us=at("15:00"),
    )
    return story(timer, OFFICE, at("16:00"))


def carried_from_another_target() -> Story:
    """2 h carried over, 1 h run since the change at 11:00; 4 h promised: due 13:00 (4.2)."""
    timer = image(
        stretch(at("11:00"), at("11:00"), "carried", "e2"),
        stretch(at("11:00"), None, "ran", "e2"),
        timer="resolution@e2",
        carried_us=2 * HOUR,
        budget_us=4 * HOUR,
        deadline_us=at("13:00"),
        predecessor="resolution@e1",
    )
    return story(timer, OFFICE, at("12:00"))


def superseded() -> Story:
    timer = image(
        stretch(at("09:00"), at("11:00"), "ran", "e1"),
        state="superseded",
        budget_us=8 * HOUR,
        ended_us=at("11:00"),
        successor="resolution@e2",
    )
    return story(timer, OFFICE, at("12:00"))


def void_by_a_merge() -> Story:
    timer = image(
        stretch(at("09:00"), at("09:05:30"), "ran", "e1"),
        state="void",
        reason="merged",
        survivor="T-2",
        budget_us=8 * HOUR,
        ended_us=at("09:05:30"),
    )
    return story(timer, OFFICE, at("12:00"))


def open_ended() -> Story:
    """No budget: it measures and cannot breach (3.13). Thu 20:00 to 21:00 ran."""
    timer = image(stretch(at("20:00"), None, "ran", "e1"))
    return story(timer, OFFICE, at("23:00"))


def until_a_release() -> Story:
    """A fixed deadline, so no budget: Thu 20:00 to 21:00 ran; Tue 9:00 to 10:00 is left (3.13)."""
    timer = image(stretch(at("20:00"), None, "ran", "e1"), deadline_us=at("10:00", TUESDAY))
    return story(timer, OFFICE, at("21:00"))


def years_of_days() -> Story:
    """A whole quarter: more rows than columns."""
    timer = image(
        stretch(at("09:00", "2026-01-02"), None, "ran", "e1"),
        budget_us=1200 * HOUR,
        deadline_us=at("12:00", "2026-05-26"),
    )
    return story(timer, OFFICE, at("12:00", "2026-03-31"))


def belief(what: str, effective: int, detected: int, **other: object) -> Belief:
    """One publication, two tenths of a second after it was detected."""
    said: dict[str, object] = {
        "what": what,
        "withdrawn": False,
        "effective_us": effective,
        "detected_us": detected,
        "published_us": detected + SECOND // 5,
    }
    return Belief(**{**said, **other})  # type: ignore[arg-type]


DECISION: Final = Decision(
    rule="paid",
    plan="gold",
    passed=(("no sdk", "account.sdk is true, not false"),),
    assumed=("account.onboarded is taken as true",),
)

STORIES: Final[Mapping[str, Callable[[], Story]]] = {
    made.__name__: made
    for made in (
        running_over_easter,
        met_late_by_eleven_minutes,
        withdrawn_and_breached_again,
        paused_into_the_night,
        met_in_spite_of_a_typhoon,
        reopened_after_a_resolution,
        carried_from_another_target,
        superseded,
        void_by_a_merge,
        open_ended,
        until_a_release,
    )
}


def told(one: Story, width: int, encoding: str = "utf-8") -> str:
    """The page of a story as text, without the blanks at the ends of lines."""
    from io import BytesIO, TextIOWrapper

    raw = TextIOWrapper(BytesIO(), encoding=encoding)
    out = Console(
        file=raw, width=width, markup=False, highlight=False, emoji=False, color_system=None
    )
    page(out, one)
    raw.seek(0)
    return "".join(f"{line.rstrip()}\n" for line in raw.read().splitlines())


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, made in STORIES.items():
        (GOLDEN / f"{name}.txt").write_text(told(made(), 100), encoding="utf-8")
    plain = told(running_over_easter(), 80, "ascii")
    (GOLDEN / "ascii.txt").write_text(plain, encoding="ascii")
    lines = "".join(f"{line}\n" for line in decision_lines(DECISION))
    (GOLDEN / "decision.txt").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main()
