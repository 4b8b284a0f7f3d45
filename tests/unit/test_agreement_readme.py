"""`agreements/README.md`: every example in it is run, and every setting stands in it."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import orjson
import pytest

from schemas import inbound as told
from schemas.codec import encode_batch
from schemas.instants import instant, moment, parse
from sla.agreement_files import load, published
from sla.cases.expected import EXAMPLES
from sla.cases.phrases import PHRASES
from sla.cases.read import read_cases
from sla.cases.run import run
from sla.yaml_places import Places, read_yaml
from streams.core.agreement.choices import KEYS, WORDS
from streams.core.agreement.kinds import OFFERED
from streams.core.agreement.read import read_agreement
from streams.core.agreement.settings import FIXED, LENGTHS, OF_VERSION, SCOPES
from streams.core.book import Book
from streams.core.history import fact_of
from streams.core.judge import judge
from streams.core.partition import Partition, Record
from tests.agreements import PASSKIT_FILE

README: Final = (PASSKIT_FILE.parent / "README.md").read_text(encoding="utf-8")
SHAPE, SETTINGS = README.split("## Settings\n")
BLOCKS: Final = re.findall(r"```yaml\n(.*?)```", SETTINGS, re.DOTALL)
EXAMPLE, *CASES = BLOCKS
BERLIN: Final = ZoneInfo("Europe/Berlin")


def test_the_shape_of_an_agreement_is_a_good_one(tmp_path: Path) -> None:
    calendars, days, *rest = re.findall(r"```yaml\n(.*?)```", SHAPE, re.DOTALL)
    head = """\
name: readme
version: "1"
effective_from: 2026-01-01T00:00Z
zone: UTC
applies_to: {sources: ["*"]}
plans: [bronze, silver, gold, platinum]
severities: [4, 3, 2, 1]
categories: [custom, consulting]
years: 2026
holidays: {public: days.yaml, company: days.yaml}
"""
    (tmp_path / "days.yaml").write_text(days)
    file = tmp_path / "readme.yaml"
    file.write_text("\n".join([head, calendars, *rest]))
    _, agreement = load(file)
    assert set(agreement.calendars) == {"office", "growing", "always"}
    assert len(agreement.targets["first_response"]) == 12
    assert [rule.name for rule in agreement.rules] == ["no SDK", "custom work", "as bought"]


def _read(tmp_path: Path, text: str) -> dict[str, Any]:
    file = tmp_path / "block.yaml"
    file.write_text(text, encoding="utf-8")
    document: dict[str, Any] = read_yaml(file, (), Places())
    return document


def _put(into: dict[str, Any], parts: dict[str, Any]) -> None:
    """`parts` in the place of those of `into`, mapping by mapping."""
    for key, value in parts.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _put(into[key], value)
        else:
            into[key] = value


@pytest.mark.parametrize("block", CASES, ids=[re.findall(r"case: (.*)", b)[0] for b in CASES])
def test_every_example_comes_to_what_it_says(tmp_path: Path, block: str) -> None:
    parts = _read(tmp_path, block)
    document = deepcopy(_read(tmp_path, EXAMPLE))
    cases = tmp_path / "cases.yaml"
    cases.write_bytes(orjson.dumps({"cases": parts.pop("cases")}))
    _put(document, parts)
    agreement = read_agreement(document)
    read = read_cases(cases, agreement)
    assert read.cases
    wrong = {
        f"{result.case.name}: {miss.expected.target} {miss.expected.text}": miss.got
        for result in run(agreement, read)
        for miss in result.misses
    }
    assert wrong == {}


BESIDE: Final = (*LENGTHS, *OF_VERSION)
"""Settings of which a test below is the example, as no case has two versions or two clocks."""


@pytest.mark.parametrize("name", [*KEYS, *BESIDE, "pauses", "from_opening", "team"])
def test_every_setting_stands_in_it(name: str) -> None:
    """With its values, and an example under some date."""
    assert f"`{name}`" in SETTINGS
    for value in WORDS.get(name, OF_VERSION.get(name, ())):
        assert value in SETTINGS, value
    if name not in BESIDE:
        assert any(re.search(rf"\b{name}: ", block) for block in CASES), f"no example of {name}"


@pytest.mark.parametrize("name", FIXED)
def test_every_setting_of_one_value_stands_in_its_table(name: str) -> None:
    (row,) = (
        line for line in SETTINGS.splitlines() if line.startswith("|") and f"`{name}`" in line
    )
    for value in FIXED[name]:
        assert f"`{ {None: 'null', True: 'true'}.get(value, value) }`" in row  # type: ignore[arg-type]


def test_every_kind_and_phrase_stands_in_it() -> None:
    for kind in OFFERED:
        assert f"| `{kind.value}` |" in SHAPE
    listed = SETTINGS.rpartition("What may happen:")[2]
    for example, _, _ in PHRASES:
        assert f"\n{example}\n" in listed
    for example in EXAMPLES:
        assert f"`{example}`" in " ".join(listed.split())


def _partition(tmp_path: Path, **settings: str) -> Partition:
    document = _read(tmp_path, EXAMPLE) | {"settings": settings}
    made = Partition()
    made.book.agreements = [read_agreement(document)]
    return made


def _fed(to: Partition, stamp: str, *events: told.InboundEvent) -> bytes:
    payload = encode_batch(events) if events else b""
    effects = to.apply(Record(0, to.position + 1, parse(stamp), payload))
    return b"".join(effects.messages)


def _event(kind: type[Any], at: str, data: Any) -> Any:
    return msgspec.convert(
        {
            "specversion": "1.0",
            "type": kind.__struct_config__.tag,
            "id": f"e {at}",
            "source": "/readme",
            "subject": "T-1",
            "time": at,
            "data": data,
        },
        kind,
    )


def test_skew_max(tmp_path: Path) -> None:
    """1.5, on the day of the example."""
    here = _partition(tmp_path, skew_max="10 minutes")
    opened = {"severity": "high"}
    near = _event(told.TicketOpened, "2026-03-02T10:08:00+01:00", opened)
    far = _event(told.TicketOpened, "2026-03-02T10:12:00+01:00", opened)
    assert b"from_the_future" not in _fed(here, "2026-03-02T10:00:00+01:00", near)
    assert here.next_due == instant(near.time)
    assert b"from_the_future" in _fed(here, "2026-03-02T10:00:00+01:00", far)


def test_orphan_after(tmp_path: Path) -> None:
    """1.7, on the days of the example."""
    here = _partition(tmp_path, orphan_after="48 hours")
    reply = _event(
        told.TicketReplied, "2026-03-02T10:00:00+01:00", {"role": "agent", "public": True}
    )
    assert b'"orphan"' not in _fed(here, "2026-03-02T10:00:00+01:00", reply)
    assert b'"orphan"' not in _fed(here, "2026-03-04T09:59:59+01:00")
    assert b'"orphan"' in _fed(here, "2026-03-04T10:00:01+01:00")


def _due(tmp_path: Path, settings: dict[str, str], happens: list[Any], **promise: str) -> str:
    """When the answer is due of which version 2 promises otherwise, from 10:00 on that day."""
    first = _read(tmp_path, EXAMPLE)
    first["targets"]["answer"]["reopen"] = "new_cycle"
    second = deepcopy(first) | {
        "version": "2",
        "effective_from": "2026-03-09T10:00+01:00",
        "settings": settings,
    }
    second["targets"]["answer"]["promises"]["basic"]["high"] = promise
    book = Book()
    for document in (first, second):
        at = parse(document["effective_from"])
        book.take(published(document, read_agreement(document), "/sla/cli", at), at)
    facts = [fact_of(event, instant(event.time)) for event in happens]
    timers = judge("/readme", facts, book, parse("2026-03-09T10:45:00+01:00")).timers
    answer = [timer for timer in timers if timer.cell.target == "answer"][-1]
    assert answer.deadline is not None
    return moment(answer.deadline).astimezone(BERLIN).strftime("%H:%M")


def _opened(time: str) -> Any:
    return _event(told.TicketOpened, f"2026-03-09T{time}:00+01:00", {"severity": "high"})


@pytest.mark.parametrize(
    ("scope", "due"),
    [
        ("new_tickets", "13:00"),
        ("new_timers", "13:00"),
        ("open_timers", "11:00"),
    ],
)
def test_scope(tmp_path: Path, scope: str, due: str) -> None:
    """4.6, on the day of the example."""
    assert scope in SCOPES
    assert _due(tmp_path, {"scope": scope}, [_opened("09:00")], budget="2 hours") == due


@pytest.mark.parametrize(
    ("scope", "due"),
    [
        ("new_tickets", "14:30"),
        ("new_timers", "12:30"),
    ],
)
def test_scope_of_what_starts_again(tmp_path: Path, scope: str, due: str) -> None:
    """4.6, 4.7, on the day of the example: resolved at 09:30, reopened at 10:30."""
    said = [
        _event(kind, f"2026-03-09T{time}:00+01:00", {})
        for kind, time in ((told.TicketResolved, "09:30"), (told.TicketReopened, "10:30"))
    ]
    assert _due(tmp_path, {"scope": scope}, [_opened("09:00"), *said], budget="2 hours") == due


@pytest.mark.parametrize(
    ("settings", "due"),
    [
        ({"policy_edit": "apply_to_running"}, "10:00"),
        ({"scope": "open_timers"}, "11:00"),
    ],
)
def test_policy_edit(tmp_path: Path, settings: dict[str, str], due: str) -> None:
    """4.6, on the day of the example."""
    promise = {"budget": "2 hours", "calendar": "always"}
    assert _due(tmp_path, settings, [_opened("08:00")], **promise) == due
