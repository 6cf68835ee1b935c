"""What stands as text in answers, as somebody typed them."""

from collections.abc import Iterator, Mapping
from typing import Any, cast


def typed_texts(answers: object) -> Iterator[str]:
    """However deep it stands in lists and their items."""
    if isinstance(answers, str):
        yield answers
    elif isinstance(answers, Mapping):
        yield from (text for one in cast("Mapping[str, Any]", answers).values() for text in typed_texts(one))
    elif isinstance(answers, list):
        yield from (text for one in cast("list[Any]", answers) for text in typed_texts(one))
