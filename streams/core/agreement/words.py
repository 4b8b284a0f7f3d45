"""What words mean (semantics 1.4): part of an agreement, or a source's own mapping document."""

from collections.abc import Collection, Mapping
from typing import Any, Final, cast, get_args

from streams.core.agreement.faults import AgreementFaults, Fault
from streams.core.agreement.model import StatusCategory, WordMap, WriterRole
from streams.core.agreement.node import Node

STATUS_CATEGORIES: Final[tuple[StatusCategory, ...]] = get_args(StatusCategory)
ROLES: Final[tuple[WriterRole, ...]] = get_args(WriterRole)
_FIELDS: Final = {
    "statuses": "status category",
    "severities": "severity",
    "plans": "plan",
    "categories": "category",
    "roles": "role",
}


def read_mapping(document: Mapping[str, Any]) -> WordMap:
    """The words of a `mapping.published.v1` document: field -> word -> meaning.

    Its severities, plans and categories are names of whatever agreement a ticket falls under, so
    only their form is checked. Raises AgreementFaults with every fault there is.
    """
    faults: list[Fault] = []
    words = read_words(Node(document, (), faults), None, None, None)
    if faults:
        raise AgreementFaults(faults)
    return words


def read_words(
    node: Node,
    severities: Collection[str] | None,
    plans: Collection[str] | None,
    categories: Collection[str] | None,
) -> WordMap:
    """The words at `node`; meanings are checked against the names given, None: any name."""
    fields = node.fields((), tuple(_FIELDS)) if node.value is not None else {}
    known: dict[str, Collection[str] | None] = {
        "statuses": STATUS_CATEGORIES,
        "severities": severities,
        "plans": plans,
        "categories": categories,
        "roles": ROLES,
    }
    said = {key: _meanings(fields.get(key), what, known[key]) for key, what in _FIELDS.items()}
    return WordMap(
        statuses=cast(dict[str, StatusCategory], said["statuses"]),
        severities=said["severities"],
        plans=said["plans"],
        categories=said["categories"],
        roles=cast(dict[str, WriterRole], said["roles"]),
    )


def with_own_names(
    words: WordMap,
    severities: Collection[str],
    plans: Collection[str],
    categories: Collection[str],
) -> WordMap:
    """`words`, where a word that is one of our own names means itself unless said otherwise."""

    def own(names: Collection[str], said: Mapping[str, str]) -> dict[str, str]:
        return {name: name for name in names} | dict(said)

    return WordMap(
        statuses=cast(dict[str, StatusCategory], own(STATUS_CATEGORIES, words.statuses)),
        severities=own(severities, words.severities),
        plans=own(plans, words.plans),
        categories=own(categories, words.categories),
        roles=cast(dict[str, WriterRole], own(ROLES, words.roles)),
    )


def _meanings(node: Node | None, what: str, known: Collection[str] | None) -> dict[str, str]:
    meanings: dict[str, str] = {}
    if node is None:
        return meanings
    for word, one in node.entries(f"word: {what}"):
        meaning = one.name(what) if known is None else one.one_of(known, what)
        if one.at(word, word).line() is not None and meaning is not None:
            meanings[word] = meaning
    return meanings
