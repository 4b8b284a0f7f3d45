"""Whether a partition that holds more than was read is being read at all."""

from collections.abc import Awaitable, Callable
from typing import Final

STILL: Final = 20
"""So many waits of the journal for what is known to be there, ten seconds, may bring nothing; then
its brokers are asked, and once they have answered as many again. Waits and not seconds: whoever was
frozen for an hour has waited once."""


class NothingRead(Exception):
    """Nothing of the journal is handed in, and nothing would be."""


class Watch:
    """Of one partition. `answering`: asks its brokers whether they are there.

    Faust's reading may stop without a word: nothing would be judged, nothing told, and all would
    look well. Brokers that are away are waited for; a reading that stands still is not.
    """

    def __init__(self, partition: int, answering: Callable[[], Awaitable[bool]]) -> None:
        self._partition = partition
        self._answering = answering
        self._in_vain = 0
        self._answered = False

    def came(self) -> None:
        """Something came, or nothing had to."""
        self._in_vain = 0
        self._answered = False

    async def waited_in_vain(self) -> None:
        """Nothing came of what is known to be there. Raises NothingRead where that goes on."""
        self._in_vain += 1
        if self._in_vain < STILL:
            return
        if self._answered:
            raise NothingRead(
                f"partition {self._partition} of the journal: its brokers answer and it holds "
                "more, but nothing of it is read any more; this one stops, start it again"
            )
        self._in_vain = 0
        self._answered = await self._answering()
