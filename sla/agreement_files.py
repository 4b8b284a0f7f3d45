"""Agreement files: a YAML file with the holiday files it refers to becomes one document."""

from pathlib import Path
from typing import Any

from schemas.inbound import AgreementPublished, AgreementWasPublished
from schemas.instants import moment
from sla.yaml_places import Misprint, Place, Places, Steps, read_yaml
from streams.core.agreement.faults import AgreementFaults, Fault, place
from streams.core.agreement.model import Agreement
from streams.core.agreement.read import read_agreement


class FileFaults(ValueError):
    """A file cannot be used; each of `lines` reads `file:line:col: problem — remedy`."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def load(path: Path) -> tuple[dict[str, Any], Agreement]:
    """(self-contained document, agreement) of the file at `path`.

    A list of holidays may be a file name, relative to `path`; its days are put into the document.
    Raises FileFaults with every fault of all the files, in the order of their lines.
    """
    places = Places()
    document = read_yaml(path, (), places)
    unread = _take_in_holidays(path, document, places)
    agreement = None
    if document is not None:
        try:
            agreement = read_agreement(document)
        except AgreementFaults as refused:
            told = [one for one in refused.faults if one.path not in unread]
            places.faults += [placed(one, places, path) for one in told]
    if places.faults or agreement is None:
        faults = sorted(places.faults, key=by_place)
        raise FileFaults(tuple(map(str, faults)))
    return document, agreement


def published(
    document: dict[str, Any], agreement: Agreement, source: str, now: int
) -> AgreementWasPublished:
    """The event that publishes `document`, which `load` gave with `agreement`.

    Its id names the version, so that another text under the same version is refused. Its time is
    that from which the agreement holds, where that is past, so that the same text published twice
    is the same event; `now` is in microseconds.
    """
    return AgreementWasPublished(
        specversion="1.0",
        id=f"agreement {agreement.name} {agreement.version}",
        source=source,
        subject=agreement.name,
        time=moment(min(now, agreement.effective_from)),
        data=AgreementPublished(agreement=document),
    )


def _take_in_holidays(path: Path, document: Any, places: Places) -> set[Steps]:
    """Puts the days of holiday files into `document`; gives those that could not be read."""
    unread: set[Steps] = set()
    lists = document.get("holidays") if isinstance(document, dict) else None
    if not isinstance(lists, dict):
        return unread
    for name, value in lists.items():
        if isinstance(value, str):
            steps: Steps = ("holidays", name)
            days = read_yaml(path.parent / value, steps, places)
            if days is None:
                unread.add(steps)
            else:
                lists[name] = days
    return unread


def placed(fault: Fault, places: Places, path: Path) -> Misprint:
    """A fault of a document at its place in the file at `path`, or in one that it names."""
    at = places.nearest(fault.path) or Place(path, 1, 1)
    within = f"{place(fault.path)}: " if fault.path else ""
    return Misprint(at, f"{within}{fault.problem}", fault.remedy)


def by_place(fault: Misprint) -> tuple[str, int, int]:
    """Where a fault stands, to sort by."""
    return str(fault.place.file), fault.place.line, fault.place.column
