"""Every client of every role is let in by the settings, and by nothing else."""

from collections.abc import Iterator

import msgspec
import psycopg
import pytest
from click.testing import CliRunner, Result

from schemas.instants import moment
from sla.cli import main
from sla.clock import now_instant
from streams.kafka.cluster import Cluster
from tests.builders import story
from tests.cluster.broker import Broker
from tests.cluster.roles import environment, role
from tests.cluster.secure import secure_broker
from tests.cluster.waiting import sockets_may_be_lost, until

pytestmark = pytest.mark.slow


@pytest.fixture
def secure(kafka: Broker, pytestconfig: pytest.Config) -> Iterator[Cluster]:
    """`kafka` is asked for where there can be no broker: it says why."""
    assert pytestconfig.cache is not None
    with sockets_may_be_lost(), secure_broker(pytestconfig.cache.mkdir("kafka")) as cluster:
        yield cluster


def sla(cluster: Cluster, *words: str, raw: bytes = b"") -> Result:
    return CliRunner().invoke(main, [*words], input=raw, env=environment(cluster))


def test_an_event_comes_through_to_a_row_by_tls_and_password(
    secure: Cluster, database: str
) -> None:
    made = sla(secure, "kafka", "init", "--partitions", "2")
    assert made.exit_code == 0, made.output
    (opened,) = story("2026-03-30 10:00 opened severity=2")
    now = msgspec.structs.replace(opened, time=moment(now_instant()))
    with (
        role(secure, "intake"),
        role(secure, "worker"),
        role(secure, "projector", dsn=database),
    ):
        sent = sla(secure, "send", "--kafka", "-", raw=msgspec.json.encode(now))
        assert "1 accepted, 0 refused" in sent.output
        until(lambda: tickets(database), lambda found: found == ["T-1"], 40)
        asked = sla(secure, "--dsn", database, "lag")
        assert asked.exit_code == 0, asked.output


def tickets(dsn: str) -> list[str]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return [row[0] for row in connection.execute("SELECT ticket FROM sla.tickets")]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"sasl_password": "guessed"}, id="password"),
        pytest.param({"security_protocol": "PLAINTEXT"}, id="no-tls"),
    ],
)
def test_who_says_something_else_is_not_let_in(secure: Cluster, wrong: dict[str, str]) -> None:
    stranger = Cluster(secure.bootstrap, secure.prefix, dict(secure.security) | wrong)
    answer = sla(stranger, "kafka", "check")
    assert answer.exit_code == 1
    assert f"no answer from Kafka at {secure.bootstrap}" in answer.output
