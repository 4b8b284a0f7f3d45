"""Structs of which attributes are set often, at the price of any object's."""

from typing import TypeVar

from msgspec import Struct

S = TypeVar("S", bound=Struct)


def plainly_set(struct: type[S]) -> type[S]:
    """The same struct; setting an attribute of it takes a quarter of the time.

    msgspec's own way of setting looks each time whether the garbage collector has to know of the
    struct from now on; of one without `gc` it never has. Not inherited: each class that instances
    are made of is marked itself. Raises TypeError for a struct that needs msgspec's way.
    """
    config = struct.__struct_config__
    if config.gc or config.frozen:
        raise TypeError(f"{struct.__name__}: only with gc=False, and not frozen")
    for name in ("__setattr__", "__delattr__"):
        setattr(struct, name, getattr(object, name))
    return struct
