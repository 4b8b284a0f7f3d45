"""Pieces of time: united, inside and outside of others; half-open at every edge."""

import pytest

from streams.core.intervals import Piece, inside, outside, united


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(3, 5, "a"), (1, 2, "a")], [(1, 2, "a"), (3, 5, "a")], id="sorts"),
        pytest.param([(1, 2, "a"), (2, 3, "a")], [(1, 3, "a")], id="meeting-become-one"),
        pytest.param([(1, 2, "a"), (2, 3, "b")], [(1, 2, "a"), (2, 3, "b")], id="two-names-stay"),
        pytest.param([(1, 9, "a"), (2, 3, "b")], [(1, 9, "a")], id="the-first-keeps-the-overlap"),
        pytest.param(
            [(1, 4, "b"), (2, 6, "a")], [(1, 4, "b"), (4, 6, "a")], id="the-rest-is-named"
        ),
        pytest.param([(2, 2, "a"), (5, 3, "a"), (3, 4, "a")], [(3, 4, "a")], id="empty-ones-go"),
    ],
)
def test_united(pieces: list[Piece], expected: list[Piece]) -> None:
    assert united(pieces) == expected
    assert united(reversed(pieces)) == expected


OTHERS = [(10, 20, "x"), (20, 25, "y"), (30, 40, "x")]


@pytest.mark.parametrize(
    ("piece", "within", "without"),
    [
        pytest.param((0, 10), [], [(0, 10)], id="touches-from-before"),
        pytest.param((40, 50), [], [(40, 50)], id="touches-from-after"),
        pytest.param((25, 30), [], [(25, 30)], id="fills-a-gap"),
        pytest.param((12, 18), [(12, 18)], [], id="lies-in-one"),
        pytest.param((12, 22), [(12, 20), (20, 22)], [], id="crosses-two-that-meet"),
        pytest.param(
            (9, 41), [(10, 20), (20, 25), (30, 40)], [(9, 10), (25, 30), (40, 41)], id="all"
        ),
        pytest.param((20, 30), [(20, 25)], [(25, 30)], id="begins-where-one-begins"),
    ],
)
def test_inside_and_outside(
    piece: tuple[int, int], within: list[tuple[int, int]], without: list[tuple[int, int]]
) -> None:
    named = [(*piece, "mine")]
    assert inside(named, OTHERS) == [(a, b, "mine") for a, b in within]
    assert outside(named, OTHERS) == [(a, b, "mine") for a, b in without]


def test_one_long_stretch_cuts_many_pieces() -> None:
    pieces = [(0, 2, "a"), (3, 5, "b"), (6, 8, "c")]
    assert inside(pieces, [(1, 7, "")]) == [(1, 2, "a"), (3, 5, "b"), (6, 7, "c")]
    assert outside(pieces, [(1, 7, "")]) == [(0, 1, "a"), (7, 8, "c")]
