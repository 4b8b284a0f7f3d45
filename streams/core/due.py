"""What comes due when: a heap of (instant, ticket); entries overtaken are skipped when met."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush


class DueIndex:
    """At most one instant a ticket counts: the one last set."""

    __slots__ = ("_at", "_heap")

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []

    def set(self, ticket: str, at: int | None) -> None:
        """`ticket` comes due at `at`; None: never."""
        if at is None:
            self._at.pop(ticket, None)
        elif self._at.get(ticket) != at:
            self._at[ticket] = at
            heappush(self._heap, (at, ticket))
            if len(self._heap) > 64 + 4 * len(self._at):
                self._heap = [(at, ticket) for ticket, at in self._at.items()]
                heapify(self._heap)

    @property
    def head(self) -> int | None:
        """The earliest instant at which something comes due."""
        heap = self._heap
        while heap and self._at.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        return heap[0][0] if heap else None

    def take(self, until: int) -> Iterator[str]:
        """The tickets that are due by `until`, earliest first; each is no longer due."""
        while (head := self.head) is not None and head <= until:
            _, ticket = heappop(self._heap)
            del self._at[ticket]
            yield ticket
