"""The relay: copies the log of shared facts, with its numbers and stamps, into every partition.

One of the group has that log's only partition. What is copied again after a crash is a repeat to
the partitions, which know the fact by its id; in each the copies keep their order.
"""

from collections.abc import Callable, Sequence

from streams.kafka.journal_format import Copied
from streams.kafka.sorting import Message
from streams.kafka.topics import Topics
from streams.kafka.ways import Append, Way

GROUP = "sla-relay"


def relay(
    topics: Topics,
    partitions: int,
    on_copied: Callable[[int], None],
    instance: str | None = None,
) -> Way:
    """The way of shared facts into a journal of `partitions`; `on_copied` is told how many."""

    def turn(messages: Sequence[Message]) -> list[Append]:
        appends = [
            Append(
                topics.journal,
                number,
                message.value or b"",
                headers=Copied(message.offset + 1, message.timestamp * 1000).headers(),
            )
            for message in messages
            for number in range(partitions)
        ]
        on_copied(len(messages))
        return appends

    return Way(topics.facts, f"{topics.prefix}{GROUP}", turn, instance)
