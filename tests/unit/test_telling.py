"""Outcomes are put together as JSON text; whatever stands in them, it stays JSON."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import outcomes as oc
from schemas.instants import iso
from streams.core.difference import Publication
from streams.core.messages import Place
from streams.core.telling import CORRECTED, LATEST, SILENT, Saying, outcome_message

TEXTS = st.text(max_size=12) | st.sampled_from(['"', "\\", '","', "\\n", "\x7f", "é", "試", "@"])
AT = 1_774_832_580_000_007


def said_by(outcome: oc.Outcome, **shared: Any) -> dict[str, Any]:
    """What is published of `outcome`, read again."""
    saying = Saying(**{"source": "s", "ticket": "t", "team": None, "cause": None, **shared})
    raw = outcome_message(saying, Publication(outcome, 3), 7, CORRECTED + LATEST + SILENT)
    read: dict[str, Any] = orjson.loads(raw)
    assert orjson.dumps(read) == raw, "As an encoder would write it, no field said twice."
    return read


@settings(max_examples=200, deadline=None)
@given(*[TEXTS] * 7)
def test_any_text_is_told_as_it_is(
    source: str, ticket: str, team: str, event: str, target: str, word: str, who: str
) -> None:
    target = target.replace("@", "")
    place = Place(1, 2, AT, iso(AT))
    shared = {"source": source, "ticket": ticket, "team": team, "place": place}
    shared |= {"judged_before": None, "silent_before": 0}
    step = oc.Escalated(f"{target}@{event}", AT, event, word, word, (who, who))
    read = said_by(step, **shared)
    assert (read["subject"], read["causationid"]) == (ticket, event)
    assert read["partitionkey"] == f"{source} {ticket}"
    data = read["data"]
    assert (data["source"], data["ticket"], data["team"]) == (source, ticket, team)
    assert (data["timer"], data["target"]) == (f"{target}@{event}", target)
    assert (data["level"], data["step"], data["notify"]) == (word, word, [who, who])
    assert (data["corrected"], data["latest"], data["alerting"]) == (True, True, False)
    gone = oc.Voided(f"{target}@{event}", AT, event, word, 5, who)
    data = said_by(gone, **shared)["data"]
    assert (data["reason"], data["spent_us"], data["survivor"]) == (word, 5, who)


@given(st.integers(-(10**15), 4 * 10**15))
def test_an_instant_reads_as_python_writes_it(at: int) -> None:
    plain = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).isoformat()
    assert iso(at) == plain.replace("+00:00", "Z")
