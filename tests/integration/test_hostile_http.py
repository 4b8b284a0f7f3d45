"""The hostile corpus over HTTP: each input is refused with its reason, and none stops anything."""

import re
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from schemas.codec import Content
from schemas.instants import iso
from sla.clock import now_instant
from sla.http import BODY_MAX
from tests.hostile.corpus import Input, corpus
from tests.hostile.inputs import event, raw
from tests.running import running, wait_for_rows

pytestmark = pytest.mark.slow

KINDS: dict[Content, str] = {
    "single": "application/cloudevents+json",
    "batch": "application/cloudevents-batch+json",
    "lines": "application/x-ndjson",
    "auto": "application/json",
}
SOURCE = "/tests/good"
EVERY = 10
"""After so many hostile inputs a good ticket is opened, alone; one stands among hostile lines."""


def opening(ticket: str) -> bytes:
    """A good event: the opening of `ticket`, now."""
    data = {"status": "new"}
    head = {"id": f"{ticket}-opened", "source": SOURCE, "subject": ticket}
    return raw(event("ticket.opened.v1", time=iso(now_instant()), data=data, **head))


def expected_status(one: Input) -> int:
    """400 where nothing at all was taken."""
    return 400 if one.reason is not None and not one.good else 200


def test_each_hostile_input_is_refused_and_every_good_event_among_them_counts(
    tmp_path: Path, database: str
) -> None:
    """All in one test: the door and the tracker must outlive every one of them."""
    refused: Counter[str] = Counter()
    tickets: list[str] = []
    with running(tmp_path, database) as up, psycopg.connect(database, autocommit=True) as db:
        for number, one in enumerate(corpus()):
            assert len(one.raw) < BODY_MAX, one
            status, answer = up.post(one.raw, kind=KINDS[one.content])
            assert status == expected_status(one), (one, answer)
            assert answer["accepted"] == one.good, one
            assert {refusal["reason"] for refusal in answer["refused"]} == ({one.reason} - {None})
            assert answer["left_out"] == one.left_out, one
            refused.update(refusal["reason"] for refusal in answer["refused"])
            if number % EVERY == 0:
                tickets.append(f"T-{number}")
                status, answer = up.post(opening(tickets[-1]))
                assert (status, answer["accepted"]) == (200, 1), one
                tickets.append(f"U-{number}")
                lines = b"\n".join([b"no event", opening(tickets[-1]), b"{}"])
                status, answer = up.post(lines, kind=KINDS["lines"])
                assert (status, answer["accepted"]) == (200, 1), one
                refused.update(refusal["reason"] for refusal in answer["refused"])
        assert len(tickets) > 40
        query = f"SELECT ticket FROM sla_v1.tickets WHERE source = '{SOURCE}'"
        rows = wait_for_rows(db, query, len(tickets))
        assert sorted(ticket for (ticket,) in rows) == sorted(tickets)
        kept = db.execute("SELECT reason, count(*) FROM sla_v1.dead_letters GROUP BY reason")
        # What comes after the door refuses some good events too: of one id with other content.
        counted = {reason: count for reason, count in kept if reason in refused}
        assert counted == dict(refused)
        assert up.health()["state"] == "tracking"
        assert up.stop() == 0
    assert not re.search(r"(?i)traceback|\berror\b", "\n".join(up.log)), up.log[-5:]


def test_headers_that_are_hostile_stop_nothing(tmp_path: Path, database: str) -> None:
    """A token of strange letters is a wrong token."""
    with running(tmp_path, database) as up:
        for token in ("", "wrong", "\xe9\xff", "x" * 4000):
            status, answer = up.post(opening("T-1"), token=token)
            assert (status, list(answer)) == (401, ["error"]), token
        assert up.post(opening("T-1"), kind="application/json; charset=utf-8")[0] == 200
        assert up.health()["ok"]
