"""A refusal says its cause by a code: whoever makes one gives it, each code is used, docs/refusals.md has all."""

import ast
from collections.abc import Iterator, Mapping

import pytest

from engine.base.errors import RefusalCode
from tests.repository.test_names import modules
from tests.repository.tools import ROOT

CODED = ("NotAllowed", "NotPossible", "AlreadyDone")
"""Those that have no code of their own, as NotFound, NotSaved and BadAnswers have."""


def without_code(texts: Mapping[str, str]) -> Iterator[str]:
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CODED:
                if not any(_is_code(keyword) for keyword in node.keywords):
                    yield f"{path}:{node.lineno}"
            elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id in CODED:
                yield f"{path}:{node.lineno}"


def _is_code(keyword: ast.keyword) -> bool:
    return keyword.arg == "code" and isinstance(keyword.value, ast.Attribute) and keyword.value.attr in _NAMES


_NAMES = {code.name for code in RefusalCode}


def used_codes(texts: Mapping[str, str]) -> set[str]:
    found = (node for text in texts.values() for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute))
    return {node.attr for node in found if isinstance(node.value, ast.Name) and node.value.id == "RefusalCode"}


def not_listed(doc: str) -> Iterator[str]:
    lines = doc.splitlines()
    yield from (code for code in RefusalCode if not any(f"`{code}` | {code.meaning}" in line for line in lines))


def test_every_refusal_that_is_made_gives_its_code() -> None:
    assert list(without_code(modules("engine", "webapp"))) == []


def test_every_code_is_given_somewhere() -> None:
    assert _NAMES - used_codes(modules("engine", "webapp")) == set()


def test_the_page_about_refusals_lists_every_code_with_its_meaning() -> None:
    assert list(not_listed((ROOT / "docs/refusals.md").read_text())) == []


@pytest.mark.parametrize(
    "planted",
    [
        'raise NotAllowed("No.")',
        "raise NotPossible",
        'raise AlreadyDone("Done.", code="completed")',
        'refusal = NotPossible("No.", code=RefusalCode.OF_NO_SUCH_CODE)',
    ],
)
def test_a_refusal_without_a_code_is_found(planted: str) -> None:
    assert list(without_code({"engine/a.py": planted})) == ["engine/a.py:1"]


def test_a_code_that_is_never_given_is_found() -> None:
    texts = {"engine/a.py": 'raise NotAllowed("No.", code=RefusalCode.ROLE)'}
    assert used_codes(texts) == {"ROLE"}


def test_a_code_that_the_page_leaves_out_is_found() -> None:
    doc = (ROOT / "docs/refusals.md").read_text().replace("`own_work`", "own work")
    assert list(not_listed(doc)) == [RefusalCode.OWN_WORK]
