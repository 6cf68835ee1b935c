"""Which forms of a bundle have a question with a certain keyword."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any


def marked(forms: Mapping[str, Mapping[str, Any]]) -> Mapping[str, frozenset[tuple[str, str]]]:
    """By keyword the process and the task of each form, of `forms` by their paths (`forms/<process>/<task>.json`)."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path, form in forms.items():
        process, _, task = path.removeprefix("forms/").removesuffix(".json").partition("/")
        for field in form.get("properties", {}).values():
            for keyword in field:
                found[keyword].add((process, task))
    return {keyword: frozenset(those) for keyword, those in found.items()}
