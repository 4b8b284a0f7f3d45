"""Facts by hand and questions where the rows come from a cluster."""

from pathlib import Path

import msgspec
import psycopg
import pytest
from click.testing import CliRunner, Result

from schemas.codec import decode_events
from sla.cli import main
from sla.projector_role import make_room
from streams.kafka.cluster import Cluster
from streams.kafka.topics import Topics
from tests.builders import story
from tests.cluster.contents import read_all
from tests.cluster.fixtures import PARTITIONS
from tests.cluster.roles import environment

pytestmark = pytest.mark.slow

AGREEMENT = Path(__file__).parents[2] / "agreements/passkit.yaml"


def sla(dsn: str, *words: str, cluster: Cluster | None = None) -> Result:
    env: dict[str, str | None] = {"SLA_KAFKA": None, "SLA_KAFKA_PREFIX": None}
    if cluster is not None:
        env.update(environment(cluster))
    return CliRunner().invoke(main, ["--dsn", dsn, *words], env=env)


def said(cluster: Cluster) -> list[str]:
    """The types of what was published."""
    return [
        type(event).__name__
        for one in read_all(cluster, Topics(cluster.prefix).inbound)
        for event in decode_events(one.value, content="single").events
    ]


def test_what_is_said_by_hand_goes_to_the_brokers_that_are_named(
    cluster: Cluster, database: str
) -> None:
    """Also into a database that is new, to which no projector has come yet."""
    published = sla(database, "agreement", "publish", str(AGREEMENT), cluster=cluster)
    assert published.exit_code == 0, published.output
    assert f"sent to {cluster.prefix}helpdesk.events: agreement passkit" in published.output
    make_room(database, PARTITIONS)
    stated = sla(database, "account", "set", "acme", "plan=gold", "--anyway", cluster=cluster)
    assert stated.exit_code == 0, stated.output
    assert set(said(cluster)) == {"AgreementWasPublished", "AccountFactStated"}
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM sla.journal").fetchone() == (0,)


def test_nothing_is_said_to_a_journal_that_nobody_judges(cluster: Cluster, database: str) -> None:
    make_room(database, PARTITIONS)
    stated = sla(database, "account", "set", "acme", "plan=gold", "--anyway")
    assert stated.exit_code == 1
    assert "name its brokers by SLA_KAFKA" in stated.output
    sent = sla(database, "send", str(AGREEMENT))
    assert sent.exit_code == 1
    assert "`sla send --kafka FILE` speaks to the cluster" in sent.output


def test_a_journal_in_the_database_stays_the_one_that_is_spoken_to(
    cluster: Cluster, database: str
) -> None:
    """Whatever the environment names for other trackers."""
    first = sla(database, "account", "set", "acme", "plan=gold", "--anyway")
    assert "journaled at position 1" in first.output
    second = sla(database, "account", "set", "acme", "plan=pro", "--anyway", cluster=cluster)
    assert "journaled at position 2" in second.output
    assert said(cluster) == []


def test_a_dead_letter_of_a_worker_is_sent_again_to_the_cluster(
    cluster: Cluster, database: str
) -> None:
    make_room(database, PARTITIONS)
    (early,) = story("2026-03-30 10:00 replied")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO sla.dead_letters VALUES (2, 7, 0, 'e1', '/s', 'T-1', 'orphan',"
            " 'no opening', %s, now())",
            (msgspec.json.encode(early).decode(),),
        )
    sent = sla(database, "dead-letters", "resend", "t2.7.0", cluster=cluster)
    assert sent.exit_code == 0, sent.output
    assert "t2.7.0: sent to the cluster" in sent.output
    assert said(cluster) == ["TicketReplied"]


def test_status_does_not_speak_of_a_journal_that_is_elsewhere(database: str) -> None:
    make_room(database, PARTITIONS)
    asked = sla(database, "status")
    assert asked.exit_code == 0, asked.output
    assert "the rows come from a cluster; `sla lag` says how current they are" in asked.output
    assert "no tracker is at work" not in asked.output
    assert "up to date" not in asked.output
