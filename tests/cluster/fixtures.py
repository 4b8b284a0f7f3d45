"""One real broker a session, started when first asked for; topics under a prefix for each test.

Where no broker can be had the tests that need one are not run, and the last lines of the run say
so; under `CI=true` that is a failure.
"""

import os
from collections.abc import Iterator
from itertools import count
from typing import Final

import pytest

from streams.kafka.cluster import Cluster
from streams.kafka.topics import init
from tests.cluster.servers import AnyBroker, choice, chosen_broker, told
from tests.cluster.tidy import tidy_clients

PARTITIONS: Final = 4
"""Of the topics that `cluster` makes."""
_numbers: Final = count(1)
_not_run: Final = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def kafka(pytestconfig: pytest.Config) -> Iterator[AnyBroker]:
    """A broker of this session alone; tests that kill or freeze it leave it running."""
    if choice() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"Kafka broker: {told()}")
        pytestconfig.stash[_not_run] = told()
        pytest.skip(f"Kafka broker: {told()}")
    assert pytestconfig.cache is not None, "The cache plugin keeps the jars; do not disable it."
    with tidy_clients(), chosen_broker(pytestconfig.cache.mkdir("kafka")) as running:
        yield running


@pytest.fixture
def bare_cluster(kafka: AnyBroker) -> Iterator[Cluster]:
    """A prefix of this test alone, without topics. A test that fails costs the next ones nothing:
    a broker that it has left dead is started again.
    """
    yield Cluster(kafka.bootstrap, f"test{next(_numbers)}.")
    if not kafka.running:
        kafka.start()


@pytest.fixture
def cluster(bare_cluster: Cluster) -> Cluster:
    """A prefix of this test alone, with its topics of four partitions."""
    init(bare_cluster, PARTITIONS)
    return bare_cluster


def pytest_collection_finish(session: pytest.Session) -> None:
    """Says before the first test which servers the tests of the cluster run on."""
    if any("kafka" in getattr(item, "fixturenames", ()) for item in session.items):
        _say(session.config, f"Kafka broker: {told()}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says last what was not run."""
    why = terminalreporter.config.stash.get(_not_run, None)
    if why is not None:
        skipped = len(terminalreporter.stats.get("skipped", []))
        terminalreporter.write_line(f"NOT RUN: {skipped} tests on a real Kafka broker: {why}")


def _say(config: pytest.Config, line: str) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.ensure_newline()
        reporter.write_line(line)
