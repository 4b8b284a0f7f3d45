"""What the status words of a lifecycle case mean: their categories, by the form's own rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sla.conform.unreadable import Unreadable
from streams.core.agreement.model import StatusCategory, WordMap

Case = Mapping[str, Any]
Lists = Mapping[str, Sequence[str]]

PAUSING: Final[tuple[StatusCategory, ...]] = (
    "waiting_on_customer",
    "waiting_on_third_party",
    "in_progress",
)
"""Words on which the same targets pause share one of these; more different ones no target needs."""
_BY_EVENT: Final[dict[str, StatusCategory]] = {
    "resolved": "resolved",
    "closed": "closed",
    "reopened": "open",
}
_AT_CREATION: Final = frozenset({"closed", "solved"})
"""Words, in lower case, with which a ticket arrives closed."""


@dataclass(frozen=True, slots=True)
class Words:
    """The meaning of the words of one case."""

    statuses: Mapping[str, StatusCategory]
    lists: Lists
    """Clock -> the words on which it pauses, where its target has no list of its own."""

    def categories(self, words: Iterable[str]) -> set[StatusCategory]:
        """The categories of the pausing `words`."""
        return {self.statuses[word] for word in words}

    def in_ours(self, setting: Mapping[str, Any]) -> Mapping[str, Any]:
        """The settings of the case, the categories in `first_response_by` as ours."""
        said = setting.get("first_response_by")
        if said is None:
            return setting
        return {**setting, "first_response_by": [one for by in said for one in self._by(by)]}

    def _by(self, said: str) -> list[str]:
        """What `first_response_by` names, with our categories: a case's `Paused` is every pausing
        one, its `Resolved` both in which a ticket is resolved (3.8)."""
        kind, _, name = said.partition(":")
        if kind != "status_category":
            return [said]
        found: list[str]
        match name.lower():
            case "paused":
                found = sorted(set(self.statuses.values()) & set(PAUSING))
            case "resolved":
                found = ["closed", "resolved"]
            case other:
                found = [other]
        return [f"status_category:{one}" for one in found]

    def mapping(self, severities: Iterable[str]) -> WordMap:
        """As the core takes it: severities and roles mean themselves."""
        return WordMap(
            statuses=self.statuses,
            severities={severity: severity for severity in severities},
            plans={},
            categories={},
            roles={"requester": "requester", "agent": "agent"},
        )


def words_of(case: Case, setting: Mapping[str, Any]) -> Words:
    """The words of `case`. Raises Unreadable where more pausing categories are needed than are."""
    lists = _lists(case["agreement"], setting)
    statuses = _pausing(case["agreement"]["targets"], lists)
    for event in case["events"]:
        type_ = event["type"]
        if type_ == "created" and str(event.get("status")).lower() in _AT_CREATION:
            statuses.setdefault(event["status"], "closed")
        elif type_ in _BY_EVENT and event.get("status") is not None:
            statuses.setdefault(event["status"], _BY_EVENT[type_])
    for event in case["events"]:
        for field in ("status", "response_state", "to"):
            if event["type"] != "severity_changed" and event.get(field) is not None:
                statuses.setdefault(event[field], "open")
    return Words(statuses, lists)


def own_pauses(target: Case, lists: Lists) -> Sequence[str]:
    """The words on which `target` pauses: its own list wins."""
    clock = target["clock"]
    said: Sequence[str] = target.get("pause_statuses", lists.get(clock, lists[""]))
    return said


def _lists(agreement: Case, setting: Mapping[str, Any]) -> Lists:
    """Clock -> words; under the empty name those of every clock that is not named."""
    words = agreement.get("pause_statuses", ())

    def chosen(name: str) -> Sequence[str]:
        return words if setting.get(name, False) else ()

    replies = chosen("first_response_pauses")
    return {
        "": words,
        "first_response": replies,
        "time_to_own": replies,
        "next_reply": chosen("next_reply_pauses"),
    }


def _pausing(targets: Sequence[Case], lists: Lists) -> dict[str, StatusCategory]:
    """A category for each pausing word: one for all words on which the same targets pause."""
    pausing: dict[str, list[int]] = {word: [] for word in lists[""]}
    for number, target in enumerate(targets):
        for word in own_pauses(target, lists):
            pausing.setdefault(word, []).append(number)
    groups = list(dict.fromkeys(tuple(numbers) for numbers in pausing.values()))
    if len(groups) > len(PAUSING):
        raise Unreadable(f"{len(groups)} different sorts of pause; taken: {len(PAUSING)}")
    return {word: PAUSING[groups.index(tuple(numbers))] for word, numbers in pausing.items()}
