"""`sla kafka init` and `sla kafka check`, as they are typed."""

import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from sla.cli import main
from streams.kafka.cluster import Cluster

pytestmark = pytest.mark.slow


def sla(cluster: Cluster, *words: str) -> Result:
    place = {"SLA_KAFKA": cluster.bootstrap, "SLA_KAFKA_PREFIX": cluster.prefix}
    return CliRunner().invoke(main, ["kafka", *words], env=place)


def test_topics_are_made_then_found_right(bare_cluster: Cluster) -> None:
    before = sla(bare_cluster, "check")
    assert before.exit_code == 1
    assert f"{bare_cluster.prefix}sla.alerts is missing: run `sla kafka init`" in before.output
    made = sla(bare_cluster, "init", "--partitions", "2")
    assert made.exit_code == 0, made.output
    assert f"made {bare_cluster.prefix}sla.journal" in made.output
    after = sla(bare_cluster, "check")
    assert after.exit_code == 0, after.output
    assert "2 partitions" in after.output


def test_another_number_of_partitions_is_not_taken_in_silence(cluster: Cluster) -> None:
    again = sla(cluster, "init", "--partitions", "7")
    assert "the topics have 4 partitions, for good" in again.output
    assert again.exit_code == 1


def test_no_broker_is_told_with_what_to_do() -> None:
    nowhere = subprocess.run(
        [sys.executable, "-m", "sla", "kafka", "check", "--bootstrap", "127.0.0.1:9"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert nowhere.returncode == 1
    assert "no answer from Kafka at 127.0.0.1:9" in nowhere.stderr
    assert "what to do" in nowhere.stderr
