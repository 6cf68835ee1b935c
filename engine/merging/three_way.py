"""The rule by which two sides that were made from one base become one, whatever their parts are.

A part that one side alone changed is taken from that side. One that both changed, and not alike, is asked for: nobody
else can know which is meant.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

Part = TypeVar("Part")
Side_co = TypeVar("Side_co", covariant=True)
Other = TypeVar("Other")
Keep = Mapping[str, bool]
"""Of parts that both changed: whether the draft's is kept."""


class CannotMerge(Exception):
    """It is not sure what the two would be together. Says why, in words."""


@dataclass(frozen=True, slots=True)
class Sides(Generic[Side_co]):
    """What both were made from, the draft, and what was put in force meanwhile."""

    base: Side_co
    mine: Side_co
    theirs: Side_co

    def __iter__(self) -> Iterator[Side_co]:
        return iter((self.base, self.mine, self.theirs))

    def each(self, make: Callable[[Side_co], Other]) -> "Sides[Other]":
        return Sides(make(self.base), make(self.mine), make(self.theirs))


@dataclass(frozen=True, slots=True)
class InOne:
    """A file as it is together, and the parts for which the one or the other was to be chosen. Where nobody chose, what
    was put in force stands.
    """

    content: bytes
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """Of each part whether the draft's is taken, and which were to be asked for."""

    mine: Mapping[str, bool]
    asked: tuple[str, ...]

    def of(self, key: str, sides: Sides[Mapping[str, Part]]) -> Part | None:
        """What the part is together; None where it is not there."""
        return (sides.mine if self.mine[key] else sides.theirs).get(key)

    def all_of(self, sides: Sides[Mapping[str, Part]]) -> dict[str, Part]:
        """What there is of these, in the order in which they stand together. Raises CannotMerge."""
        found = {key: self.of(key, sides) for key in in_order(sides)}
        return {key: part for key, part in found.items() if part is not None}


def decided(sides: Sides[Mapping[str, object]], keep: Keep) -> Decided:
    found: dict[str, bool] = {}
    asked: list[str] = []
    for key in dict.fromkeys(chain(sides.theirs, sides.mine)):
        was, mine, theirs = sides.each(lambda parts, key=key: parts.get(key))
        if mine in (was, theirs) or theirs == was:
            found[key] = mine != was
        else:
            found[key] = keep.get(key, False)
            asked.append(key)
    return Decided(found, tuple(asked))


def in_order(sides: Sides[Iterable[str]]) -> list[str]:
    """The keys of both, each where its side has it; where both put one into the same place, that of the draft second.

    Raises CannotMerge where both put what stood already into other orders.
    """
    was, mine, theirs = (list(side) for side in sides)
    shared = {*was} & {*mine} & {*theirs}
    stood, ours, published = (_only(shared, side) for side in (was, mine, theirs))
    if ours in (stood, published):
        first, second = theirs, mine
    elif published == stood:
        first, second = mine, theirs
    else:
        raise CannotMerge("Both put what stood there into another order.")
    order = [*first]
    new = {*first} - {*was}
    at = 0
    for key in second:
        if key in order:
            at = order.index(key) + 1
            continue
        while at < len(order) and order[at] in new:
            at += 1
        order.insert(at, key)
        at += 1
    return order


def _only(wanted: Iterable[str], side: Iterable[str]) -> list[str]:
    those = {*wanted}
    return [key for key in side if key in those]
