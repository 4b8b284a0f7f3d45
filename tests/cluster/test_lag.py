"""`sla lag` tells the truth: what each stage has not done, and since when."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from sla.cli import main
from sla.clock import now_instant
from sla.projector_role import make_room
from streams.kafka.cluster import Cluster
from streams.kafka.helpdesk import Helpdesk
from streams.kafka.topics import Topics
from tests.bench.traffic import events
from tests.cluster.contents import journal, read_all
from tests.cluster.fixtures import PARTITIONS
from tests.cluster.roles import role
from tests.cluster.stand_in import abandon, folded, publish
from tests.cluster.test_intake import stated
from tests.cluster.waiting import sockets_may_be_lost, until

pytestmark = pytest.mark.slow

NOTHING = {"records": 0, "seconds": 0.0}


@pytest.fixture(autouse=True)
def _sockets() -> Iterator[None]:
    with sockets_may_be_lost():
        yield


def ask(cluster: Cluster, dsn: str, *words: str) -> Result:
    place = {"SLA_KAFKA": cluster.bootstrap, "SLA_KAFKA_PREFIX": cluster.prefix}
    answer = CliRunner().invoke(main, ["--dsn", dsn, "lag", *words], env=place)
    assert answer.exit_code == 0, answer.output
    return answer


def asked(cluster: Cluster, dsn: str) -> dict[str, dict[int, dict[str, Any]]]:
    """By stage and partition: `records` and `seconds`."""
    found: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in json.loads(ask(cluster, dsn, "--json").output)["stages"]:
        found[row["stage"]][row["partition"]] = {
            "records": row["records"],
            "seconds": row["seconds"],
        }
    return found


def test_where_nothing_was_ever_said_nothing_is_behind(cluster: Cluster, database: str) -> None:
    make_room(database, PARTITIONS)
    found = asked(cluster, database)
    assert set(found) == {"intake", "relay", "tracker", "projector"}
    assert all(row == NOTHING for stage in found.values() for row in stage.values())
    assert [len(found[stage]) for stage in ("intake", "relay", "tracker", "projector")] == [
        PARTITIONS,
        1,
        PARTITIONS,
        PARTITIONS,
    ]


def test_each_stage_is_behind_by_what_it_has_not_done(cluster: Cluster, database: str) -> None:
    make_room(database, PARTITIONS)
    before = time.monotonic()
    said = list(events(100, 4))
    with Helpdesk(cluster) as helpdesk:
        helpdesk.say(*said, stated(1))
    topics = Topics(cluster.prefix)
    waiting: dict[int, int] = defaultdict(int)
    for message in read_all(cluster, topics.inbound):
        waiting[message.partition] += 1
    found = asked(cluster, database)
    assert {n: row["records"] for n, row in found["intake"].items() if row["records"]} == waiting
    for row in found["intake"].values():
        assert 0 <= row["seconds"] <= time.monotonic() - before
        assert (row["seconds"] > 0) == (row["records"] > 0)
    assert found["tracker"][0] == NOTHING

    with role(cluster, "intake") as intake:
        until(
            lambda: sum(row["records"] for row in asked(cluster, database)["intake"].values()),
            lambda n: n == 0,
        )
        until(lambda: asked(cluster, database)["relay"][0], lambda row: row == NOTHING)
        assert intake.stop() == 0
    records: dict[int, int] = defaultdict(int)
    for record in journal(cluster):
        records[record.partition] += 1
    found = asked(cluster, database)
    assert all(row == NOTHING for row in found["intake"].values())
    assert {n: row["records"] for n, row in found["tracker"].items()} == records
    assert all(0 < row["seconds"] <= time.monotonic() - before for row in found["tracker"].values())
    assert all(row == NOTHING for row in found["projector"].values())

    effects = folded(journal(cluster), PARTITIONS)
    # Partition 0 is judged all but for its last record; what was taken back counts for nothing.
    effects[0] = effects[0][:-1]
    for _ in publish(cluster, effects, 1):
        pass
    for number, some in effects.items():
        abandon(cluster, number, some)
    found = asked(cluster, database)
    assert {n: row["records"] for n, row in found["tracker"].items()} == {0: 1, 1: 0, 2: 0, 3: 0}
    assert found["tracker"][0]["seconds"] > 0
    assert {n: row["records"] for n, row in found["projector"].items()} == {
        number: len(some) for number, some in effects.items()
    }
    # Our stand-in publishes at the record's stamp.
    assert all(row["seconds"] > 0 for n, row in found["projector"].items() if n)

    with role(cluster, "projector", dsn=database) as projector:
        until(
            lambda: asked(cluster, database)["projector"],
            lambda rows: all(row == NOTHING for row in rows.values()),
        )
        assert projector.stop() == 0


def test_lateness_is_that_of_breaches_told_on_time(cluster: Cluster, database: str) -> None:
    """Not of those that correct history, nor of those that alert nobody."""
    make_room(database, PARTITIONS)
    now = now_instant()
    rows = [(1, False, True, 500_000), (2, False, True, 250_000), (3, True, True, 90_000_000)]
    rows.append((4, False, False, 90_000_000))
    with psycopg.connect(database, autocommit=True) as db:
        for index, corrected, alerting, late in rows:
            db.execute(
                "INSERT INTO sla.outcomes (partition, position, index, identity, revision, type,"
                " source, ticket, timer, target, effective_at, detected_at, published_at,"
                " corrected, latest, alerting, data) VALUES (2, 1, %s, %s, 1,"
                " 'sla.timer_breached.v1', '/s', 'T', 'a@e', 'a', sla.at(%s), sla.at(%s),"
                " sla.at(%s), %s, false, %s, '{}')",
                (index, str(index), now - late, now, now, corrected, alerting),
            )
    (row,) = json.loads(ask(cluster, database, "--json").output)["lateness"]
    assert row["partition"] == 2
    assert row["breaches"] == 2
    assert (float(row["median_s"]), float(row["max_s"])) == (0.25, 0.5)
    text = ask(cluster, database).output
    assert "told after (median)" in text
    assert "0.25 s    0.5 s" in text


def test_without_the_database_it_tells_the_rest(cluster: Cluster, tmp_path: Any) -> None:
    text = ask(cluster, "host=127.0.0.1 port=9 connect_timeout=2").output
    assert "nothing is known of the rows" in text
    assert "tracker" in text
