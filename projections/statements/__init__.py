"""Named SQL statements of the projector."""

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> str:
    """The text of `name`.sql. Raises FileNotFoundError for a name that is none."""
    return (files(__name__) / f"{name}.sql").read_text()
