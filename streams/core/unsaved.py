"""Marks the fields of a struct that are not kept with it: they are set to None before it is saved
and linked anew after it is read."""

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

if TYPE_CHECKING:
    T = TypeVar("T")
    Unsaved = Annotated[T, "not saved"]
else:

    class Unsaved:
        """At run time: anything goes, None included."""

        def __class_getitem__(cls, item: object) -> object:
            return Any
