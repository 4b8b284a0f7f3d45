"""Which partition a ticket lives in: the one place that decides it, for good."""

from zlib import crc32


def partition_of(key: str, partitions: int) -> int:
    """The partition of the ticket `key` (`source ticket`) among `partitions`."""
    return crc32(key.encode()) % partitions
