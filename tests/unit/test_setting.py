"""Structs that are set plainly, and what is kept at hand."""

import msgspec
import pytest

from schemas.at_hand import AtHand
from schemas.setting import plainly_set


@plainly_set
class Plain(msgspec.Struct, array_like=True, gc=False):
    at: int = 0
    items: list[int] = []


def test_a_struct_that_is_set_plainly_is_a_struct_all_the_same() -> None:
    one = Plain()
    one.at = 3
    one.items = [1]
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(one), type=Plain) == Plain(3, [1])
    with pytest.raises(AttributeError, match="unknown"):
        one.unknown = 1  # type: ignore[attr-defined]  # that is what is tried
    assert vars(Plain)["__setattr__"] is object.__setattr__


@pytest.mark.parametrize(("gc", "frozen"), [(True, False), (False, True)])
def test_one_that_needs_the_way_of_its_kind_is_refused(gc: bool, frozen: bool) -> None:
    made = msgspec.defstruct("Made", [("at", int)], gc=gc, frozen=frozen)
    with pytest.raises(TypeError, match="Made: only with gc=False, and not frozen"):
        plainly_set(made)


def test_each_is_made_once_until_there_are_too_many() -> None:
    made: list[int] = []

    def make(key: int) -> str:
        made.append(key)
        return str(key)

    at_hand = AtHand(make, most=2)
    assert [at_hand[key] for key in (1, 2, 1, 2)] == ["1", "2", "1", "2"]
    assert made == [1, 2]
    assert at_hand[3] == "3"
    assert at_hand[1] == "1"
    assert (made, dict(at_hand)) == ([1, 2, 3, 1], {3: "3", 1: "1"})
