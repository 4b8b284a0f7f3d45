"""What speaks for a helpdesk: the kit, its example, and `sla send --kafka`."""

import re
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from schemas.codec import decode_events
from sla.cli import main
from streams.kafka.cluster import Cluster
from streams.kafka.helpdesk import EventUnfit, Helpdesk
from streams.kafka.topics import Topics
from tests.builders import story
from tests.cluster.contents import read_all

pytestmark = pytest.mark.slow

DOCUMENT = Path(__file__).parents[2] / "docs/kafka.md"


def said(cluster: Cluster) -> list[tuple[bytes, str]]:
    """Key and event id of each message."""
    found = []
    for one in read_all(cluster, Topics(cluster.prefix).inbound):
        (event,) = decode_events(one.value, content="single").events
        found.append((one.key, event.id))
    return found


def test_the_example_of_the_document_publishes_an_event(cluster: Cluster) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    place = f'Cluster("{cluster.bootstrap}", "{cluster.prefix}")'
    here = example.replace('Cluster("localhost:9092")', place)
    assert here != example
    exec(compile(here, str(DOCUMENT), "exec"), {})
    assert said(cluster) == [(b"/helpdesks/mine T-1", "e-1")]


def test_events_of_a_ticket_keep_their_order_and_are_there_once(cluster: Cluster) -> None:
    told = [
        event
        for number in range(300)
        for event in story(
            "2026-03-30 10:00 opened severity=2", "10:01 replied", ticket=f"T-{number}"
        )
    ]
    with Helpdesk(cluster) as helpdesk:
        helpdesk.say(*told)
    found = said(cluster)
    assert len(found) == len(told)
    of_one = [id_ for key, id_ in found if key.endswith(b" T-7")]
    assert of_one == ["e1", "e2"]


def test_what_the_intake_would_refuse_is_not_sent(cluster: Cluster) -> None:
    good, bad = story("2026-03-30 10:00 opened severity=2", "10:01 replied")
    unfit = msgspec.structs.replace(bad, id="")
    with Helpdesk(cluster) as helpdesk:
        with pytest.raises(EventUnfit, match="id: expected"):
            helpdesk.say(good, unfit)
        helpdesk.say(good)
    assert [id_ for _, id_ in said(cluster)] == ["e1"]


def send(cluster: Cluster, *words: str, raw: bytes = b"") -> Result:
    place = {"SLA_KAFKA": cluster.bootstrap, "SLA_KAFKA_PREFIX": cluster.prefix}
    return CliRunner().invoke(main, ["send", *words], input=raw, env=place)


def test_a_file_is_sent_and_what_is_bad_in_it_is_told(cluster: Cluster) -> None:
    lines = [msgspec.json.encode(event) for event in story("2026-03-30 10:00 opened severity=2")]
    answer = send(cluster, "--kafka", "-", raw=b"\n".join([*lines, b"{}"]))
    assert answer.exit_code == 1
    assert "1 accepted, 1 refused" in answer.output
    assert "standard input: line 2: missing_field" in answer.output
    assert [id_ for _, id_ in said(cluster)] == ["e1"]


def test_without_a_broker_to_name_it_says_so() -> None:
    answer = CliRunner().invoke(
        main, ["send", "--kafka", "-"], input=b"{}", env={"SLA_KAFKA": None}
    )
    assert answer.exit_code == 2
    assert "--kafka needs --bootstrap (or SLA_KAFKA)" in answer.output
