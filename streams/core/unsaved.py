"""Marks the fields of a struct that are not kept with it. They come after all that are: what is
saved is the beginning of the struct, and what is read of it is linked anew.

Of all that is saved of a ticket nothing refers back to what refers to it: `gc=False` there keeps
the garbage collector from looking for what it would not find, at every event.
"""

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

if TYPE_CHECKING:
    T = TypeVar("T")
    Unsaved = Annotated[T, "not saved"]
    Seldom = Annotated[T, "saved where it is not the usual one"]
else:

    class Unsaved:
        """At run time: anything goes, as it is never read from what was saved."""

        def __class_getitem__(cls, item: object) -> object:
            return Any

    class Seldom:
        """At run time: what it says, or None, which stands for the usual one while it is saved."""

        def __class_getitem__(cls, item: object) -> object:
            return item | None
