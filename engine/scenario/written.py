"""A story written down: from its tables to the file that `story.parse` reads."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from engine.scenario.story import Table


def written(story: Table, remarks: Sequence[str] = ()) -> str:
    """`remarks` stand above it, a line each. Keys in the order in which they are given."""
    return "\n".join([*(f"# {one}" for one in remarks), *_lines(story)]) + "\n"


def _lines(story: Table) -> Iterator[str]:
    for name, value in story.items():
        if name not in ("child", "step"):
            yield f"{name} = {_value(value)}"
    for name, child in story["child"].items():
        yield from ("", f"[child.{name}]", *_pairs(child))
    for step in story["step"]:
        yield from ("", "[[step]]", *_pairs(step))


def _pairs(table: Table) -> Iterator[str]:
    """What is expected stands each on a line of its own."""
    for name, value in table.items():
        if name == "expect":
            yield from (f"expect.{key} = {_value(expected)}" for key, expected in value.items())
        else:
            yield f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(name)} = {_value(one)}' for name, one in cast(Table, value).items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, cast('list[Any]', value)))}]"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() and name.isascii() else json.dumps(name)
