"""Each single answer of a form, with its path: of lists and rows within it as well."""

from collections.abc import Iterator
from typing import Any, cast


def leaves(answers: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(answers, dict):
        for name, value in cast("dict[str, Any]", answers).items():
            yield from leaves(value, f"{path}.{name}".removeprefix("."))
    elif isinstance(answers, list):
        for one in cast("list[Any]", answers):
            yield from leaves(one, path)
    else:
        yield path, str(answers)
