"""Named half-open stretches of time, and what lies inside and outside of others.

Everywhere a list of pieces is sorted and disjoint, save where `united` takes a heap of them.
"""

from collections.abc import Iterable, Iterator, Sequence

Piece = tuple[int, int, str]
"""(from, to, name): holds `from`, does not hold `to`; microseconds."""


def united(pieces: Iterable[Piece]) -> list[Piece]:
    """`pieces` sorted, without overlap; those of one name that meet become one, empty ones go.

    Where two names overlap, the one that began first keeps the overlap.
    """
    out: list[Piece] = []
    for start, end, name in sorted(pieces):
        free = max(start, out[-1][1]) if out else start
        if end <= free:
            continue
        if out and out[-1][1] == free and out[-1][2] == name:
            out[-1] = (out[-1][0], end, name)
        else:
            out.append((free, end, name))
    return out


def inside(pieces: Sequence[Piece], others: Sequence[Piece]) -> list[Piece]:
    """The parts of `pieces` that lie within `others`; they keep their own names."""
    return [
        (max(start, a), min(end, b), name)
        for (start, end, name), met in _meeting(pieces, others)
        for a, b, _ in met
    ]


def outside(pieces: Sequence[Piece], others: Sequence[Piece]) -> list[Piece]:
    """The parts of `pieces` that lie outside `others`; they keep their own names."""
    out: list[Piece] = []
    for (start, end, name), met in _meeting(pieces, others):
        free = start
        for a, b, _ in met:
            if a > free:
                out.append((free, a, name))
            free = b
        if free < end:
            out.append((free, end, name))
    return out


def _meeting(
    pieces: Sequence[Piece], others: Sequence[Piece]
) -> Iterator[tuple[Piece, Sequence[Piece]]]:
    """Each piece with those of `others` that share an instant with it, in one walk over both."""
    first = 0
    for piece in pieces:
        while first < len(others) and others[first][1] <= piece[0]:
            first += 1
        last = first
        while last < len(others) and others[last][0] < piece[1]:
            last += 1
        yield piece, others[first:last]
