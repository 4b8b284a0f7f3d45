"""What stands around the rows of an imported log: its beginning, what judges it, and its end.

Ids and times follow from the file and the mapping alone, so an import that was broken off and is
run again says the same things, and the journal knows them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from schemas import inbound as told
from schemas.instants import EPOCH
from streams.intake.csv_mapping import AccountFact, CsvMapping

INPUT: Final = "import"
"""The input of the source that imports speak for in heartbeats (semantics 7.4)."""


def before(
    mapping: CsvMapping,
    run: str,
    complete_until: datetime,
    agreements: Sequence[Mapping[str, Any]],
) -> list[told.SharedEvent]:
    """What is published before the rows: the import's begin, then agreements, words, facts.

    `run` names this import of this file; `agreements` are documents as published.
    """
    began = _event(
        mapping.source, "source.import_begun.v1", f"{run}:begun", run, complete_until,
        {"complete_until": complete_until},
    )  # fmt: skip
    return [
        began,
        *(_agreement(mapping.source, document) for document in agreements),
        *_words(mapping),
        *(_fact(mapping.source, fact) for fact in mapping.accounts),
    ]


def after(mapping: CsvMapping, run: str, complete_until: datetime) -> list[told.SharedEvent]:
    """What is published after the rows: everything up to `complete_until` is in."""
    source = mapping.source
    return [
        _event(source, "source.import_ended.v1", f"{run}:ended", run, complete_until, {}),
        _event(
            source,
            "source.heartbeat.v1",
            f"{run}:heartbeat",
            INPUT,
            complete_until,
            {"complete_to": complete_until},
        ),
    ]


def _agreement(source: str, document: Mapping[str, Any]) -> told.SharedEvent:
    name = str(document["name"])
    id_ = f"agreement:{name}:{document['version']}"
    data = {"agreement": dict(document)}
    return _event(source, "agreement.published.v1", id_, name, EPOCH, data)


def _words(mapping: CsvMapping) -> list[told.SharedEvent]:
    if not mapping.words:
        return []
    # Of two mappings from one instant the greater id holds, hence the leading zeros.
    id_ = f"words:{mapping.words_revision:06}"
    data = {"mapping": mapping.words, "effective_at": mapping.words_from or EPOCH}
    return [_event(mapping.source, "mapping.published.v1", id_, mapping.source, EPOCH, data)]


def _fact(source: str, fact: AccountFact) -> told.SharedEvent:
    id_ = f"account:{fact.account}:{fact.fact}:{fact.effective_at.isoformat()}"
    data = {"fact": fact.fact, "value": fact.value, "effective_at": fact.effective_at}
    return _event(source, "account.fact_stated.v1", id_, fact.account, fact.effective_at, data)


def _event(
    source: str, wire_name: str, id_: str, subject: str, at: datetime, data: Mapping[str, Any]
) -> told.SharedEvent:
    raw = {
        "type": wire_name,
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "subject": subject,
        "time": at,
        "data": data,
    }
    event: told.SharedEvent = msgspec.convert(raw, told.SharedEvent)
    return event
