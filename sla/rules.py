"""The document of the rules, `docs/rules.md`, taken apart by its headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

_CHAPTER: Final = re.compile(r"## (\d)\. (.+)")
_RULE: Final = re.compile(r"### (\d\.\d{1,2}) (.+)")
_SETTING: Final = re.compile(r"### (`.+)")
_NAME: Final = re.compile(r"`([a-z_]+)`")
_ROW: Final = re.compile(r"^\| `([a-z_]+)`", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of the document and what stands under it, up to the next one."""

    names: tuple[str, ...]
    """What it may be asked for by: `3`, `3.9`, `reopen`."""
    heading: str
    text: str


def document() -> str:
    """The rules as they are shipped, Markdown."""
    return files("docs").joinpath("rules.md").read_text("utf-8")


def parts(text: str) -> list[Part]:
    """Chapters, rules and settings in their order."""
    found: list[Part] = []
    for block in re.split(r"^(?=##)", text, flags=re.MULTILINE):
        heading, _, rest = block.partition("\n")
        names, title = _named(heading)
        if not names and heading.startswith("### "):
            names, title = tuple(_ROW.findall(rest)), heading.removeprefix("### ")
        if names:
            found.append(Part(names, title, rest.strip()))
    return found


def _named(heading: str) -> tuple[tuple[str, ...], str]:
    if match := _CHAPTER.fullmatch(heading) or _RULE.fullmatch(heading):
        return (match[1],), f"{match[1]} {match[2]}"
    if match := _SETTING.fullmatch(heading):
        return tuple(_NAME.findall(match[1])), match[1].replace("`", "")
    return (), ""


def told(wanted: str, found: list[Part]) -> str | None:
    """What `wanted` names: a rule or setting with its text, a chapter with the titles in it.

    None where nothing has this name.
    """
    part = next((one for one in found if wanted in one.names), None)
    if part is None:
        return None
    lines = [part.heading, "", part.text] if part.text else [part.heading, ""]
    if len(wanted) == 1:
        lines = [part.heading, *(f"  {one.heading}" for one in _of_chapter(wanted, found))]
    return "\n".join(lines)


def _of_chapter(chapter: str, found: list[Part]) -> Iterator[Part]:
    numbered = [one.names[0] for one in found]
    for one in found[numbered.index(chapter) + 1 :]:
        if len(one.names[0]) == 1:
            return
        yield one
