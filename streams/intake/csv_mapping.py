"""What the columns of a CSV log mean: the shape of a mapping document."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from schemas.inbound import Id, Moment, Source, Word

Column = Annotated[str, Meta(min_length=1, max_length=200)]
TicketWord = Literal[
    "replied", "resolved", "reopened", "closed", "workaround_provided", "deleted", "restored"
]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the document: only the keys named here."""


class FileShape(Part, frozen=True, kw_only=True):
    """How the file is written. `missing` are the texts that stand for no value."""

    encoding: str = "utf-8"
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    missing: tuple[str, ...] = ("",)


class Times(Part, frozen=True, kw_only=True):
    """The zone in which the log's times are told, and their forms (`strptime`), tried in order.

    A form with `%z` gives the zone itself; `zone` is then not used.
    """

    zone: str
    formats: Annotated[list[str], Meta(min_length=1)]


class Constant(Part, frozen=True, kw_only=True):
    """The same value on every ticket: `{constant: standard}`."""

    constant: Word


Term = Column | Constant


class Opening(Part, frozen=True, kw_only=True):
    """How a ticket's first row opens it.

    `at` is a column of its own that holds the instant of the opening; left out, it is the row's.
    A field left out is taken from the column that `changes` names for it; but not the status where
    `at` is set, for the row tells the status at its own, later time.
    """

    at: Column | None = None
    status: Term | None = None
    severity: Term | None = None
    account: Term | None = None
    plan: Term | None = None
    category: Term | None = None
    requester: Term | None = None
    opened_by: Term | None = None
    channel: Term | None = None
    team: Term | None = None
    agent: Term | None = None


class Changes(Part, frozen=True, kw_only=True):
    """Columns whose change from one row of a ticket to its next is an event."""

    status: Column | None = None
    severity: Column | None = None
    plan: Column | None = None
    account: Column | None = None
    category: Column | None = None
    team: Column | None = None
    agent: Column | None = None


class Said(Part, frozen=True, kw_only=True):
    """One event that a word or a column stands for. `role` and `public` matter to a reply only."""

    event: TicketWord
    role: Word = "agent"
    public: bool = True
    automatic: bool = False


class Activity(Part, frozen=True, kw_only=True):
    """A column whose words each stand for an event; `silent` ones are known and say nothing."""

    column: Column
    means: Annotated[dict[str, Said], Meta(min_length=1)]
    silent: list[str] = []


class DatedColumn(Said, frozen=True, kw_only=True):
    """A column that holds the instant of an event which has no row of its own."""

    column: Column


class Verdict(Part, frozen=True, kw_only=True):
    """What the log itself says became of its promise: words for kept and for missed."""

    column: Column
    met: Annotated[list[str], Meta(min_length=1)]
    missed: Annotated[list[str], Meta(min_length=1)]


class AccountFact(Part, frozen=True, kw_only=True):
    """One dated fact about an account (semantics 5.1) that the log needs and does not tell."""

    account: Id
    fact: Word
    value: Word | bool | int | None
    effective_at: Moment


class CsvMapping(Part, frozen=True, kw_only=True):
    """What a CSV log says, column by column, and what is published before it."""

    source: Source
    file: FileShape = FileShape()
    time: Times
    ticket: Column
    at: Column
    """When the row happened."""
    opening: Opening = Opening()
    changes: Changes = Changes()
    activity: Activity | None = None
    dated: list[DatedColumn] = []
    verdict: Verdict | None = None
    order: Literal["file", "time"] = "file"
    """`file`: rows of one ticket stand in the order in which they happened. `time`: they do not,
    and are put in it by `at`, which takes the whole file into memory."""
    complete_until: Moment | None = None
    """Up to when the log is whole; left out, the greatest time in it (semantics 7.5)."""
    words: dict[str, Any] = {}
    """What the log's words mean, published as the source's mapping (1.4)."""
    words_revision: Annotated[int, Meta(ge=1, le=999_999)] = 1
    """To be raised whenever `words` are changed after they were published."""
    words_from: Moment | None = None
    """From when the words hold; left out, from before any log."""
    agreements: list[str] = []
    """Agreement files to publish first, beside this document."""
    accounts: list[AccountFact] = []

    def columns(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every column the document names, each with its place in the document."""
        yield ("ticket",), self.ticket
        yield ("at",), self.at
        for part, value in (("opening", self.opening), ("changes", self.changes)):
            for key in value.__struct_fields__:
                if isinstance(term := getattr(value, key), str):
                    yield (part, key), term
        if self.activity is not None:
            yield ("activity", "column"), self.activity.column
        for number, dated in enumerate(self.dated):
            yield ("dated", number, "column"), dated.column
        if self.verdict is not None:
            yield ("verdict", "column"), self.verdict.column
