"""A name means one thing: no two modules of a package bear the same, and no public class name stands in two modules."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

import pytest

from tests.repository.tools import ROOT

PACKAGES = ("engine", "webapp")


def modules(*packages: str) -> dict[str, str]:
    """The path of each module to its text."""
    found = (path for package in packages for path in sorted((ROOT / package).rglob("*.py")))
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in found}


def same_file_names(paths: Iterable[str]) -> Iterator[str]:
    homes: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        homes[PurePosixPath(path).name].append(path)
    yield from (" and ".join(found) for name, found in homes.items() if len(found) > 1 and name != "__init__.py")


def same_class_names(texts: Mapping[str, str]) -> Iterator[str]:
    homes: dict[str, list[str]] = defaultdict(list)
    for path, text in texts.items():
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(path)
    yield from (f"{name}: {' and '.join(found)}" for name, found in homes.items() if len(found) > 1)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_two_modules_of_a_package_have_the_same_file_name(package: str) -> None:
    assert list(same_file_names(modules(package))) == []


def test_no_class_name_stands_in_two_modules() -> None:
    assert list(same_class_names(modules(*PACKAGES))) == []


def test_a_file_name_that_stands_twice_is_found() -> None:
    paths = ["engine/a/__init__.py", "engine/b/__init__.py", "engine/a/clocks.py", "engine/b/clocks.py"]
    assert list(same_file_names(paths)) == ["engine/a/clocks.py and engine/b/clocks.py"]


def test_a_class_name_that_stands_twice_is_found() -> None:
    texts = {"engine/a.py": "class Task: ...\nclass _Own: ...", "webapp/b.py": "class Task: ...\nclass _Own: ..."}
    assert list(same_class_names(texts)) == ["Task: engine/a.py and webapp/b.py"]
