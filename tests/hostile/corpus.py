"""The hostile corpus: several hundred inputs, the same in every run, each with its reason."""

from collections.abc import Iterator

from tests.hostile.broken import broken
from tests.hostile.inputs import Input
from tests.hostile.mixtures import mixtures
from tests.hostile.values import values

__all__ = ["Input", "corpus"]


def corpus() -> Iterator[Input]:
    """Every input; names are unique. Made one by one, as some have ten megabytes."""
    yield from values()
    yield from broken()
    yield from mixtures()
