"""What the operators of an expression do to plain data: each refuses what it is not meant for, and nothing grows."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from engine.expressions.syntax import BadExpression

LARGEST_NUMBER = 10**12

_KINDS: Mapping[type, str] = MappingProxyType(
    {str: "a text", bool: "true or false", list: "a list", dict: "a group of fields"}
)


def member(holder: object, name: object, path: str) -> object:
    if not isinstance(holder, dict) or name not in holder:
        raise BadExpression(f"There is no {path}.")
    return plain(cast(dict[object, object], holder)[name], path)


def plain(value: object, path: str) -> object:
    """The value as it is; anything but plain data is refused, so that no object's own methods can run."""
    if value is None or isinstance(value, str | int | float | list | dict):
        return cast(object, value)
    raise BadExpression(f"{path} is not plain data.")


def item(holder: object, key: object, path: str) -> object:
    if not isinstance(holder, list):
        return member(holder, key if isinstance(key, str) else None, path)
    items = cast(list[object], holder)
    if isinstance(key, bool) or not isinstance(key, int) or not 0 <= key < len(items):
        raise BadExpression(f"There is no {path}.")
    return plain(items[key], path)


def agencies_of(named: object, agencies: frozenset[str]) -> list[object]:
    """Those of the list that are agencies: people, and who is named by the part played, stand beside them."""
    if not isinstance(named, list):
        raise BadExpression(f"agencies_of(...) takes a list, not {kind(named)}.")
    return [one for one in cast(list[object], named) if isinstance(one, str) and one in agencies]


def added(pair: object) -> list[object]:
    """Of two lists, new and old: what stands in the new one only."""
    lists = cast(list[object], pair) if isinstance(pair, list) else []
    if len(lists) != 2 or not all(isinstance(one, list) for one in lists):
        raise BadExpression("added(...) takes a list of two lists: the new one and the old one.")
    new, old = cast(list[list[object]], lists)
    return [one for one in new if one not in old]


def every(listed: object, field: object, value: object) -> bool:
    """Whether the field of each item has this value. Of an empty list nothing is so: nobody was asked, nobody told."""
    if not isinstance(listed, list):
        raise BadExpression(f"every(...) looks in a list, not in {kind(listed)}.")
    items = cast(list[object], listed)
    return bool(items) and all(
        isinstance(one, dict) and cast(dict[object, object], one).get(field) == value for one in items
    )


def length(counted: object) -> int:
    if not isinstance(counted, list):
        raise BadExpression(f"count(...) counts a list, not {kind(counted)}.")
    return len(cast(list[object], counted))


def kind(value: object) -> str:
    return _KINDS.get(type(value), "nothing" if value is None else "a number")


def number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadExpression(f"Arithmetic takes numbers, not {kind(value)}.")
    return bounded(value)


def bounded(result: int | float) -> int | float:
    if not -LARGEST_NUMBER <= result <= LARGEST_NUMBER:
        raise BadExpression(f"A number is larger than {LARGEST_NUMBER}.")
    return result


def order(left: object, right: object) -> int:
    """Below 0 where left comes first, 0 where they are equal: two texts or two numbers, nothing mixed."""
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    first, second = number(left), number(right)
    return (first > second) - (first < second)


def contained(value: object, holder: object) -> bool:
    if isinstance(holder, list):
        return value in holder
    if isinstance(value, str) and isinstance(holder, str | dict):
        return value in holder
    raise BadExpression(f"`in` looks in a list, a text or a group of fields, not in {kind(holder)}.")
