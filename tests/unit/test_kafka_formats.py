"""How journal records stand in Kafka, and where a ticket lives: both are for good."""

import pytest

from streams.core.partition import Record
from streams.kafka.cluster import Cluster
from streams.kafka.journal_format import Copied, copied_from, to_record
from streams.kafka.routing import partition_of


@pytest.mark.parametrize(
    ("key", "partitions", "partition"),
    [("zendesk/main 4711", 8, 7), ("zendesk/main 4711", 1, 0), ("søurce ticket-å", 8, 1)],
)
def test_a_ticket_stays_where_it_is(key: str, partitions: int, partition: int) -> None:
    assert partition_of(key, partitions) == partition


def test_tickets_spread_evenly() -> None:
    homes = [partition_of(f"desk {n}", 8) for n in range(8000)]
    assert all(800 < homes.count(p) < 1200 for p in range(8))


def test_a_record_of_the_journal() -> None:
    assert to_record(3, 0, 1_700_000_000_123, [], b"[]") == Record(
        3, 1, 1_700_000_000_123_000, b"[]", None
    )


def test_a_tick_has_no_value() -> None:
    assert to_record(0, 7, 5, [], None) == to_record(0, 7, 5, [], b"") == Record(0, 8, 5000, b"")


def test_a_copy_says_what_it_is_a_copy_of() -> None:
    copied = Copied(number=12, stamp=1_700_000_000_000_000)
    assert copied.headers() == [("facts", b"12 1700000000000000")]
    assert copied_from([("other", b"x"), *copied.headers()]) == copied
    assert to_record(1, 4, 9, copied.headers(), b"[]").facts_stamp == 1_700_000_000_000_000


def test_security_passes_through_in_each_librarys_words() -> None:
    cluster = Cluster(
        "a:1, b:2",
        security={
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_username": "tracker",
            "sasl_password": "secret",
        },
    )
    wanted = {
        "bootstrap_servers": ["a:1", "b:2"],
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "tracker",
        "sasl_plain_password": "secret",
    }
    assert cluster.for_kafka_python() == cluster.for_aiokafka() == wanted


def test_a_setting_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no such setting: sasl_user"):
        Cluster("a:1", security={"sasl_user": "x"})
