"""The cluster of docker-compose.yml, end to end: the demo's desk goes in, the report comes out."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import orjson
import pytest
from kafka import KafkaProducer

from schemas.codec import decode_events
from sla.agreement_files import load, published
from sla.demo.delivery import Delivery
from sla.demo.desk import DeskPlan, desk
from sla.demo.said import SOURCE
from streams.kafka.topics import Topics
from tests.bench.embedded import PASSKIT
from tests.containers.compose import ROLES, Compose, compose, kill_inside
from tests.drill.checking import Checker
from tests.drill.sender import HEADERS

pytestmark = pytest.mark.containers

PLAN = DeskPlan(seed=7, days=46)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Compose]:
    with compose() as made:
        yield made


def send(bootstrap: str, deliveries: Sequence[Delivery]) -> list[str]:
    """Sends what is said, as it arrives; the ids of the good events.

    The desk says one thing twice with another content: that id is not among them.
    """
    document, agreement = load(PASSKIT)
    first = published(document, agreement, SOURCE, PLAN.start)
    producer: Any = KafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=10)
    said_as: dict[str, set[bytes]] = {}
    for said in [first, *(one.said for one in deliveries)]:
        if isinstance(said, bytes):
            producer.send(Topics().inbound, said, headers=HEADERS)
            for event in decode_events(said, content="single").events:
                said_as.setdefault(event.id, set()).add(said)
            continue
        key = f"{said.source} {said.subject}".encode()
        body = msgspec.json.encode(said)
        producer.send(Topics().inbound, body, key=key, headers=HEADERS)
        said_as.setdefault(said.id, set()).add(body)
    producer.flush(timeout=60)
    producer.close()
    return [name for name, bodies in said_as.items() if len(bodies) == 1]


def report(dsn: str) -> dict[str, Any]:
    """What `sla report` says of all months."""
    done = subprocess.run(
        [sys.executable, "-m", "sla", "--dsn", dsn, "report", "--json"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(orjson.loads(done.stdout))


def test_the_demos_desk_is_in_the_report(cluster: Compose, database: str) -> None:
    """One process that folds the same journal comes to the same outcomes, states, rows, report."""
    names = send(cluster.bootstrap, desk(PLAN).deliveries)
    assert len(names) > 7_000
    checker = Checker(cluster.bootstrap, Topics(), cluster.dsn, database)
    try:
        behind = checker.settle(120)
        assert behind == [], "".join(cluster.run("logs", "--tail", "20", one) for one in ROLES)
        assert checker.accounted(names) == []
        assert checker.as_folded() == []
    finally:
        checker.close()
    said = report(cluster.dsn)
    assert said["attainment"]
    assert said["attainment"] == report(database)["attainment"]


def test_what_is_killed_comes_back_by_itself(cluster: Compose) -> None:
    before = {name: cluster.state(name)["RestartCount"] for name in ROLES}
    for name in ROLES:
        kill_inside(cluster.container(name))
    until = time.monotonic() + 30
    while any(cluster.state(name)["RestartCount"] == before[name] for name in ROLES):
        assert time.monotonic() < until, "they were not started again"
        time.sleep(0.2)
    cluster.wait_healthy(*ROLES)


def test_the_image_is_small_and_runs_as_nobody_in_particular(cluster: Compose) -> None:
    said = subprocess.run(
        ["docker", "image", "inspect", "sla-tracker:local"], capture_output=True, check=True
    )
    image = orjson.loads(said.stdout)[0]
    assert image["Config"]["User"] == "10001:10001"
    assert image["Size"] < 250_000_000
    tried = subprocess.run(
        ["docker", "exec", cluster.container("intake"), "sh", "-c", "touch /opt/sla/app/x"],
        capture_output=True,
        check=False,
    )
    assert tried.returncode != 0
