"""The intake of the cluster: what helpdesks publish becomes journal records.

Decodes, validates, groups by partition; shared facts go to their own log, what cannot be read to
the dead letters.
"""

from collections.abc import Callable, Sequence
from typing import Final

from schemas.codec import Refusal
from streams.kafka.sorting import Message, Sorted, letter, records_of, sort_out
from streams.kafka.topics import Topics
from streams.kafka.ways import Append, Way

GROUP: Final = "sla-intake"
_UNREADABLE: Final = Refusal(
    place="event",
    event=None,
    source=None,
    subject=None,
    reason="bad_encoding",
    field="headers",
    expected="names of headers in UTF-8, of this message and of those before it in its batch",
    body="",
)


def intake(
    topics: Topics,
    partitions: int,
    on_sorted: Callable[[Sorted], None],
    instance: str | None = None,
) -> Way:
    """The way of events into the journal of `partitions`; `on_sorted` is told what is appended."""

    def turn(messages: Sequence[Message]) -> list[Append]:
        out = sort_out(messages, partitions)
        appends = [
            Append(topics.journal, number, value)
            for number, events in out.journal.items()
            for value in records_of(events)
        ]
        appends += [Append(topics.facts, 0, value) for value in records_of(out.facts)]
        appends += [Append(topics.dead_letters, 0, value, key) for key, value in out.letters]
        on_sorted(out)
        return appends

    def unreadable(topic: str, partition: int, offset: int) -> Append:
        key, value = letter(topic, partition, offset, _UNREADABLE)
        on_sorted(Sorted(letters=[(key, value)]))
        return Append(topics.dead_letters, 0, value, key)

    return Way(topics.inbound, f"{topics.prefix}{GROUP}", turn, instance, unreadable)
