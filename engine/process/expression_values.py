"""What the operators of an expression do to plain data: each refuses what it is not meant for, and nothing grows."""

from collections.abc import Callable
from types import MappingProxyType

from engine.process.expression_syntax import BadExpression

LARGEST_NUMBER = 10**12

_KINDS = MappingProxyType({str: "a text", bool: "true or false", list: "a list", dict: "a group of fields"})


def member(holder: object, name: object, path: str) -> object:
    if not isinstance(holder, dict) or name not in holder:
        raise BadExpression(f"There is no {path}.")
    found: object = holder[name]
    return plain(found, path)


def plain(value: object, path: str) -> object:
    if value is None or isinstance(value, str | int | float | list | dict):
        return value  # pyright: ignore[reportUnknownVariableType]
    raise BadExpression(f"{path} is not plain data.")


def item(holder: object, key: object, path: str) -> object:
    if isinstance(holder, list) and isinstance(key, int) and not isinstance(key, bool) and 0 <= key < length(holder):
        found: object = holder[key]
        return plain(found, path)
    return member(holder, key if isinstance(key, str) else None, path)


def length(counted: object) -> int:
    if not isinstance(counted, list):
        raise BadExpression(f"count(...) counts a list, not {kind(counted)}.")
    return len(counted)  # pyright: ignore[reportUnknownArgumentType]


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


def ordered(left: object, right: object, compare: Callable[[object, object], bool]) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return compare(left, right)
    return compare(number(left), number(right))


def contained(value: object, holder: object) -> bool:
    if isinstance(holder, list):
        return value in holder
    if isinstance(value, str) and isinstance(holder, str | dict):
        return value in holder
    raise BadExpression(f"`in` looks in a list, a text or a group of fields, not in {kind(holder)}.")
