"""The topics are made once, checked at every start, and their number of partitions is for good."""

from contextlib import closing

import pytest
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from streams.kafka.cluster import Cluster
from streams.kafka.topics import Topics, check, fixed_partitions, init
from tests.cluster.waiting import until

pytestmark = pytest.mark.slow


def test_what_init_makes_is_as_it_must_be(bare_cluster: Cluster) -> None:
    made = init(bare_cluster, 3)
    assert Topics(bare_cluster.prefix).journal in made
    assert check(bare_cluster) == []
    assert fixed_partitions(bare_cluster) == 3


def test_init_again_changes_nothing(bare_cluster: Cluster) -> None:
    init(bare_cluster, 3)
    assert init(bare_cluster, 5) == []
    assert fixed_partitions(bare_cluster) == 3
    assert check(bare_cluster) == []


def test_what_is_missing_is_told_all_at_once(bare_cluster: Cluster) -> None:
    wrong = check(bare_cluster)
    assert len(wrong) == 7
    assert all("is missing" in line for line in wrong)


def test_every_mismatch_is_told_at_once(cluster: Cluster) -> None:
    """Also where all topics were given more partitions alike: tickets would move."""
    topics = Topics(cluster.prefix)
    split = [topics.inbound, topics.journal, topics.state, topics.events, topics.alerts]
    with closing(KafkaAdminClient(**cluster.for_kafka_python())) as admin:
        admin.create_partitions(dict.fromkeys(split, 6))
        admin.alter_configs(
            [
                ConfigResource(ConfigResourceType.TOPIC, topics.journal, {"retention.ms": "1000"}),
                ConfigResource(
                    ConfigResourceType.TOPIC, topics.state, {"cleanup.policy": "delete"}
                ),
            ]
        )
    # What was altered reaches the broker's own view a moment later.
    wrong = until(lambda: check(cluster), lambda told: len(told) >= 7)
    for name in split:
        assert any(line.startswith(f"{name} has 6 partitions") for line in wrong), (name, wrong)
    assert f"{topics.journal}: retention.ms is 1000, must be -1" in wrong
    assert f"{topics.state}: cleanup.policy is delete, must be compact" in wrong
    assert len(wrong) == 7
