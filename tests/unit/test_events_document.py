"""The language of events by example: every event, every field, each example good."""

import json
import re
from importlib.resources import files
from typing import Any, Final

import jsonschema
import pytest

from schemas.codec import decode_events
from schemas.export import published_schemas
from schemas.fields import EVENTS
from sla.rules import document, parts

TEXT: Final = files("docs").joinpath("events.md").read_text("utf-8")
EXAMPLES: Final = dict(re.findall(r"### `(.+?)`\n.+?```json\n(.+?)```", TEXT, re.DOTALL))
SCHEMAS: Final = published_schemas()


def test_every_event_has_an_example() -> None:
    assert sorted(EXAMPLES) == sorted(EVENTS)
    assert TEXT.count("```json") == len(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_taken_as_it_stands(name: str) -> None:
    """1.1, 1.8: nothing of it is refused or left out, and it is what its heading says."""
    decoded = decode_events(EXAMPLES[name].encode(), content="single")
    assert not decoded.refused
    assert not decoded.left_out
    (event,) = decoded.events
    assert type(event) is EVENTS[name].event
    said: dict[str, Any] = json.loads(EXAMPLES[name])
    jsonschema.Draft202012Validator(SCHEMAS[name]).validate(said)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_every_field_of_its_data(name: str) -> None:
    said = json.loads(EXAMPLES[name])
    assert set(said.get("data", ())) == set(EVENTS[name].data)


def test_the_rules_it_names_are_rules() -> None:
    known = {name for part in parts(document()) for name in part.names}
    named = set(re.findall(r"(?<=[( ])\d\.\d{1,2}(?=[,).:])", TEXT))
    assert named
    assert named <= known
