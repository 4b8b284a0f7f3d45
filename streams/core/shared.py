"""Shared facts of a partition: taken once, saved, and published for the read models."""

from collections.abc import Mapping
from typing import Final

import msgspec
import orjson

from schemas import inbound as told
from schemas.instants import instant
from schemas.outbound import AccountStated, AgreementTaken, CalendarCompiled, Image, SourceSeen
from streams.core.agreement.read import AgreementFaults
from streams.core.book import Book
from streams.core.calendar import Calendar
from streams.core.messages import Place, image_message
from streams.core.stated import SourceState, Touched, key_of
from streams.core.terms import calendar_name

_SAID: Final = (told.SourceHeartbeat, told.SourceImportBegun, told.SourceImportEnded)
_COMPILES: Final = (told.ClosureWasDeclared, told.ClosureWithdrawn, told.AgreementWasPublished)
_EVENTS: Final = msgspec.json.Decoder(told.SharedEvent)


class SourceEntry(msgspec.Struct, array_like=True):
    """How far a source has spoken, as saved."""

    inputs: dict[str, int]
    imports: dict[str, int | None]
    silent_before: int


class SharedFacts:
    """Keeps the book in step with what is saved of it and with what was published of it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._published: dict[str, str] = {}

    def load(self, entries: Mapping[str, bytes]) -> None:
        """Takes up the saved entries of the book."""
        for key, raw in entries.items():
            kind, _, name = key.partition(" ")
            if kind == "event":
                self.book.take(_EVENTS.decode(raw), 0)
            elif kind == "source":
                entry = msgspec.msgpack.decode(raw, type=SourceEntry)
                self.book.sources[name] = SourceState(
                    entry.inputs, entry.imports, entry.silent_before
                )
            elif kind == "calendar":
                self._published[name] = raw.decode()

    def take(
        self,
        event: told.SharedEvent,
        place: Place,
        taken: int,
        saved: dict[str, bytes | None],
        messages: list[bytes],
    ) -> Touched | str:
        """Takes a shared fact, `taken` by the log then; whom it concerns, or `reason: detail`."""
        known = self.book.events.get(key_of(event))
        if known is not None:
            if known == event:
                return Touched()
            return "conflicting_duplicate: another event with this id came first"
        if isinstance(event, told.AgreementWasPublished):
            edited = self._edited(event)
            if edited is not None:
                return edited
        try:
            touched = self.book.take(event, taken)
        except AgreementFaults as faults:
            return f"invalid_document: {faults}"
        if isinstance(event, _SAID):
            state = self.book.source(event.source)
            entry = SourceEntry(state.inputs, state.imports, state.silent_before)
            saved[f"source {event.source}"] = msgspec.msgpack.encode(entry)
        else:
            saved[f"event {key_of(event)}"] = msgspec.json.encode(event)
        image = self._image(event, place)
        if image is not None:
            messages.append(image_message(image))
        if isinstance(event, _COMPILES):
            self._publish_calendars(place, saved, messages)
        return touched

    def _edited(self, event: told.AgreementWasPublished) -> str | None:
        """Why it is refused: another text of a version that is known; versions are not edited."""
        name = _version_of(event)
        for known in self.book.events.values():
            if isinstance(known, told.AgreementWasPublished) and _version_of(known) == name:
                if known.data.agreement == event.data.agreement:
                    return None
                return (
                    f"conflicting_duplicate: version {name[1]} of agreement {name[0]} was published"
                    " before with another text; give this one a `version` of its own"
                )
        return None

    def _image(self, event: told.SharedEvent, place: Place) -> Image | None:
        match event:
            case told.AccountFactStated():
                return AccountStated(
                    account=event.subject,
                    fact=event.data.fact,
                    value=orjson.dumps(event.data.value).decode(),
                    effective_us=instant(event.data.effective_at or event.time),
                    stated_us=instant(event.time),
                    event=event.id,
                    position=place.position,
                )
            case told.AgreementWasPublished():
                return self._agreement_image(event, place)
            case told.SourceHeartbeat() | told.SourceImportBegun() | told.SourceImportEnded():
                state = self.book.source(event.source)
                return SourceSeen(
                    source=event.source,
                    position=place.position,
                    watermark_us=state.watermark,
                    last_event_us=None,
                    importing_until_us=state.importing_until,
                )
            case _:
                return None

    def _agreement_image(self, event: told.AgreementWasPublished, place: Place) -> AgreementTaken:
        document = event.data.agreement
        taken = next(
            a
            for a in self.book.agreements
            if (a.name, a.version) == (document["name"], str(document["version"]))
        )
        return AgreementTaken(
            agreement=taken.name,
            version=taken.version,
            effective_us=taken.effective_from,
            zone=taken.zone,
            at_risk_permille=int(taken.at_risk * 1000),
            document=orjson.dumps(document).decode(),
            position=place.position,
        )

    def _publish_calendars(
        self, place: Place, saved: dict[str, bytes | None], messages: list[bytes]
    ) -> None:
        """Publishes each calendar whose compiled form is not the one published before."""
        for agreement in self.book.agreements:
            for name in agreement.calendars:
                calendar = self.book.calendar(agreement, name)
                published_as = calendar_name(agreement, name)
                if self._published.get(published_as) == calendar.version:
                    continue
                self._published[published_as] = calendar.version
                saved[f"calendar {published_as}"] = calendar.version.encode()
                messages.append(image_message(_calendar_image(published_as, calendar, place)))


def _version_of(event: told.AgreementWasPublished) -> tuple[str, str]:
    """Name and version, as the document says them."""
    document = event.data.agreement
    return (str(document.get("name")), str(document.get("version")))


def _calendar_image(published_as: str, calendar: Calendar, place: Place) -> CalendarCompiled:
    return CalendarCompiled(
        calendar=published_as,
        name=calendar.spec.name,
        zone=calendar.spec.zone,
        calendar_version=calendar.version,
        position=place.position,
        day_length_us=calendar.day_length,
        spans=calendar.spans(),
    )
