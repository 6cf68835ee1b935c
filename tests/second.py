"""The second bundle: an invented pathway that shares no id with the shipped one, and changes of it in memory."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from engine.facts import models
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from tests.organisations import ROOT

SECOND = ROOT / "tests" / "second_bundle"
TOLD = (SECOND / "processes" / "scenarios" / "thanked_by_post.toml").read_text()
MISTOLD = TOLD.replace('expect.open = ["sift"]', 'expect.open = ["sift", "thank_teller"]')
"""One of its stories, and the same with an expectation that does not hold in its second step."""
Files = Mapping[str, bytes]


@cache
def second() -> dict[str, bytes]:
    """Its drawings, forms and tables, without the stories."""
    return models.files_under(SECOND)


def changed(file: str, *changes: tuple[str, str], files: Files | None = None) -> dict[str, bytes]:
    """With one text after the other replaced in a file; each must stand there."""
    files = second() if files is None else files
    text = files[file].decode()
    for old, new in changes:
        assert old in text, f"{old} does not stand in {file}"
        text = text.replace(old, new)
    return {**files, file: text.encode()}


def without(*paths: str, files: Files | None = None) -> dict[str, bytes]:
    """Without the files that begin with one of these."""
    return {path: text for path, text in (second() if files is None else files).items() if not path.startswith(paths)}


def problems(files: Files) -> list[str]:
    """What the linter says, each with its rule at the end."""
    return [str(problem) for problem in lint(files, known_checks=KNOWN_CHECKS)]


def fields_of(form: Mapping[str, Any]) -> Iterator[str]:
    fields: Mapping[str, Mapping[str, Any]] = form.get("properties", {})
    for name, field in fields.items():
        yield name
        yield from fields_of(field.get("items", {}))
