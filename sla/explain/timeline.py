"""A timer's life drawn with characters: when the calendar was open, what the timer did, marks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sla.explain.scale import Scale, labels, scale
from sla.explain.story import CLOSED, Row, Story
from sla.show import LocalTime

LANE: Final = 10
"""Columns before the drawing, for the name of a lane."""
NARROWEST: Final = 20
WIDEST: Final = 150


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What is drawn for what; every one says itself without colour."""

    calendar: Mapping[str, str]
    timer: Mapping[str, str]
    marks: Mapping[str, str]


DRAWN: Final = Glyphs(
    calendar={"open": "█", "closed": "░", "holiday": "▒", "closure": "▓", "unknown": "?"},
    timer={
        "ran": "━",
        "late": "!",
        "paused": "┄",
        "excluded": "/",
        "resolved": "◦",
        "ahead": "·",
    },
    marks={
        "start": "▲",
        "risk": "△",
        "step": "↑",
        "first deadline": "◇",
        "deadline": "◆",
        "breach": "✖",
        "end": "●",
        "now": "│",
    },
)
ASCII: Final = Glyphs(
    calendar={"open": "#", "closed": ".", "holiday": "h", "closure": "c", "unknown": "?"},
    timer={
        "ran": "=",
        "late": "!",
        "paused": "-",
        "excluded": "x",
        "resolved": "o",
        "ahead": "~",
    },
    marks={
        "start": "^",
        "risk": "r",
        "step": "s",
        "first deadline": "d",
        "deadline": "D",
        "breach": "X",
        "end": "E",
        "now": "|",
    },
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at an instant."""

    at: int
    kind: str
    text: str


def marks(story: Story) -> list[Mark]:
    """What is marked, in the order of time."""
    found = [Mark(story.started_us, "start", "started")]
    if story.at_risk_us is not None and story.at_risk_us < story.until_us:
        found.append(Mark(story.at_risk_us, "risk", "at risk"))
    first = story.first_deadline_us
    if first is not None and first not in (story.deadline_us, story.breached_us):
        found.append(Mark(first, "first deadline", "first deadline"))
    if story.breached_us is not None:
        found.append(Mark(story.breached_us, "breach", "deadline, breached"))
    elif story.deadline_us is not None:
        found.append(Mark(story.deadline_us, "deadline", "deadline"))
    if story.ended_us is not None:
        found.append(Mark(story.ended_us, "end", _end(story)))
    else:
        found.append(Mark(story.now_us, "now", "now"))
    found += [
        Mark(one.effective_us, "step", f"reached {one.level}")
        for one in story.beliefs
        if one.what == "escalated" and not one.withdrawn and _holds(story, one.effective_us)
    ]
    return sorted(found, key=lambda mark: mark.at)


def _holds(story: Story, at: int) -> bool:
    """Whether the newest word on the step at this instant is that it was reached."""
    said = [one for one in story.beliefs if one.what == "escalated" and one.effective_us == at]
    return not max(said, key=lambda one: one.revision).withdrawn


def _end(story: Story) -> str:
    if story.state == "breached":
        return f"ended ({story.reason})" if story.reason else "ended"
    return {"met_late": "met late"}.get(story.state, story.state)


def timeline(story: Story, width: int, *, plain: bool = False) -> list[str]:
    """The drawing, at most `width` columns wide; nothing for a timer that has not lasted yet.

    `plain`: with ASCII alone.
    """
    glyphs = ASCII if plain else DRAWN
    rows = [row for row in story.drawn() if row.to_us > row.from_us]
    if not rows:
        return []
    local = LocalTime(story.zone, story.now_us)
    to_scale = scale(rows, min(max(width - LANE, NARROWEST), WIDEST))
    lanes = [("", line) for line in labels(rows, to_scale, local)]
    calendar = _lane(to_scale, _calendar(rows), glyphs.calendar)
    lanes.append(("calendar", calendar))
    timer = _lane(to_scale, ((row, row.kind) for row in rows), glyphs.timer)
    lanes.append(("timer", timer))
    shown = [mark for mark in marks(story) if rows[0].from_us <= mark.at <= rows[-1].to_us]
    lanes += [
        ("marks" if not n else "", line) for n, line in enumerate(_marks(to_scale, shown, glyphs))
    ]
    lines = [f"{name:<{LANE}}{line}".rstrip() for name, line in lanes]
    said = [f"{glyphs.marks[mark.kind]} {mark.text} {local.brief(mark.at)}" for mark in shown]
    legend = _legend(rows, calendar, timer, glyphs)
    if to_scale.squeezed:
        legend.append("long closed stretches are drawn shorter")
    return [*lines, *_filled(said, width), *_filled(legend, width)]


def _calendar(rows: Iterable[Row]) -> Iterable[tuple[Row, str]]:
    return ((row, row.kind if row.kind in CLOSED else "open") for row in rows)


def _lane(to_scale: Scale, rows: Iterable[tuple[Row, str]], glyphs: Mapping[str, str]) -> str:
    """Each column shows what took most of it."""
    columns: list[Counter[str]] = [Counter() for _ in range(to_scale.width)]
    for row, kind in rows:
        for column, share in to_scale.cover(row.from_us, row.to_us):
            columns[column][kind] += share
    return "".join(glyphs.get(most.most_common(1)[0][0], " ") if most else " " for most in columns)


def _marks(to_scale: Scale, shown: Sequence[Mark], glyphs: Glyphs) -> list[str]:
    """Marks at their columns; those that share one stand beneath each other."""
    lines: list[list[str]] = []
    for mark in shown:
        column = to_scale.column(mark.at)
        line = next((line for line in lines if line[column] == " "), None)
        if line is None:
            line = [" "] * to_scale.width
            lines.append(line)
        line[column] = glyphs.marks[mark.kind]
    return ["".join(line) for line in lines]


def _legend(rows: Iterable[Row], calendar: str, timer: str, glyphs: Glyphs) -> list[str]:
    """What the glyphs in the drawing mean; holidays and closures by their names."""
    names: dict[str, list[str]] = {}
    for row in rows:
        if row.label and row.kind in ("holiday", "closure", "paused"):
            held = names.setdefault(row.kind, [])
            if row.label not in held:
                held.append(row.label)
    said = []
    for lane, drawn in ((calendar, glyphs.calendar), (timer, glyphs.timer)):
        for kind, glyph in drawn.items():
            if glyph in lane:
                named = f" ({', '.join(names[kind])})" if kind in names else ""
                said.append(f"{glyph} {kind}{named}")
    return said


def _filled(items: Iterable[str], width: int) -> list[str]:
    """Items side by side, on as many lines as they need."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + 3 + len(item) <= width:
            lines[-1] += f"   {item}"
        else:
            lines.append(f"{' ' * LANE}{item}")
    return lines
