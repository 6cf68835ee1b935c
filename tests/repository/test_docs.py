"""The docs name what is there: files, modules, commands and targets; and a newcomer finds from one page where to go."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import click
import pytest

from tests.repository.tools import ROOT
from webapp.cli import main

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
FOLDERS = ("engine", "webapp", "tests", "processes", "forms", "docs", "deployment", ".ci")
PATH = re.compile(rf"(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./<>*-]*")
MODULE = re.compile(r"(?:[\w<>*-]+/)*[\w<>*-]+\.py")
DOTTED = re.compile(r"(?:engine|webapp)(?:\.\w+)+")
TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
TARGET = re.compile(r"(?:\w+=\S+ )*make ([a-z-]+)")
COMMAND = re.compile(r"(?:\.venv/bin/)?throughline ([a-z]+(?:-[a-z]+)*)(?: ([a-z]+(?:-[a-z]+)*)\b)?")

TO_BE_MADE = {"forms/child_in_need_plan/hand_over_to_early_help.json"}
"""The form of the step that docs/adding-a-step.md has its reader add."""

FINDS = {
    "what happens after a task": "processes/<process>/<process>.bpmn",
    "what a task asks": "forms/<process>/<task>.json",
    "how long somebody has": "processes/timescales.csv",
    "who may know of a case": "engine/people/who_knows.py",
    "what the lead social worker's task does": "engine/casework/effects.py",
    "what a page of a case shows": "engine/reads/case/case_page.py",
    "how an entry is said": "engine/record/entry_words.py",
    "a column of a table": "engine/tables/",
    "the cause and the sentence of a refusal": "engine/base/errors.py",
    "what the linter refuses": "engine/lint/",
}
"""Ten changes, and where docs/index.md must send whoever has one to make."""


@cache
def files() -> tuple[str, ...]:
    """Every file of the project, by its path from the root."""
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts)
    return (*FOLDERS, *(path.relative_to(ROOT).as_posix() for path in found))


def is_there(path: str) -> bool:
    """`<process>` and `*` stand for any name; a path may be the end of a longer one where it begins in no folder."""
    pattern = re.escape(path.rstrip("/")).replace(r"\*", "[^/]*")
    pattern = re.sub(r"<[^>]*>", "[^/]*", pattern)
    whole = PATH.fullmatch(path) is not None
    return path in TO_BE_MADE or any(re.fullmatch(pattern if whole else rf"(?:.*/)?{pattern}", one) for one in files())


def is_module(dotted: str) -> bool:
    """A module or package, or a name in one."""
    parent, _, name = dotted.rpartition(".")
    if any(f"{dotted.replace('.', '/')}{end}" in files() for end in (".py", "/__init__.py")):
        return True
    return f"{parent.replace('.', '/')}.py" in files() and hasattr(import_module(parent), name)


def is_target(name: str) -> bool:
    return re.search(rf"^{name}:", (ROOT / "Makefile").read_text(), re.MULTILINE) is not None


def is_command(first: str, second: str) -> bool:
    command = main.commands.get(first)
    if isinstance(command, click.Group):
        return not second or second in command.commands
    return command is not None


def is_test(file: str, name: str) -> bool:
    return file in files() and re.search(rf"^def {name}\(", (ROOT / file).read_text(), re.MULTILINE) is not None


def names_something(span: str) -> bool:
    """Whether what a span names is there; a span that names no file, test, module, command or target is left alone."""
    if found := TEST.fullmatch(span):
        return is_test(found[1], found[2])
    if found := TARGET.fullmatch(span):
        return is_target(found[1])
    if found := COMMAND.match(span):
        return is_command(found[1], found[2] or "")
    if DOTTED.fullmatch(span):
        return is_module(span)
    return is_there(span) if PATH.fullmatch(span) or MODULE.fullmatch(span) else True


def missing(text: str) -> Iterator[str]:
    """What stands between backticks and is not there."""
    yield from (span for span in SPAN.findall(BLOCK.sub("", text)) if not names_something(span))


def broken_links(text: str, folder: Path) -> Iterator[str]:
    yield from (link for link in LINK.findall(text) if "://" not in link and not (folder / link).exists())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text()
    assert [*missing(text), *broken_links(text, page.parent)] == []


@pytest.mark.parametrize("change", FINDS)
def test_the_place_of_a_change_is_found_from_the_first_page(change: str) -> None:
    assert f"`{FINDS[change]}`" in (ROOT / "docs/index.md").read_text()
    assert is_there(FINDS[change])


@pytest.mark.parametrize(
    "planted",
    [
        "engine/people/access.py",
        "webapp/templates/none/",
        "commands/no_such_thing.py",
        "no_such_module.py",
        "engine.no_such_room",
        "make coffee",
        "PORT=8001 make coffee",
        "throughline brew",
        "throughline account brew",
        "processes/<process>/<process>.dmn",
        "deployment/apache.conf",
        "tests/webapp/test_cli.py::test_nothing_of_the_kind",
        "tests/webapp/test_nowhere.py::test_the_first_page_names_every_command",
    ],
)
def test_what_is_not_there_is_found(planted: str) -> None:
    assert list(missing(f"See `{planted}` for more.")) == [planted]


def test_what_is_there_is_not_found_fault_with() -> None:
    spans = ("engine/people/", "make test", "throughline account list", "engine.base.errors", "forms/<process>/*.json")
    spans += ("tests/webapp/test_cli.py::test_the_first_page_names_every_command", "deployment/postgresql.sql")
    assert list(missing(" ".join(f"`{span}`" for span in spans))) == []


def test_a_broken_link_is_found() -> None:
    assert list(broken_links("[why](decisions/none.md), [index](index.md#top)", ROOT / "docs")) == ["decisions/none.md"]
