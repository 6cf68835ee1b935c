"""Rows are read by the names of their columns: a column that moves in a statement changes places with no other."""

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.repository.test_names import modules

BY_NAME_ALREADY = {
    ("engine/process/duty_table.py", "Duty"),  # the columns of a file, each looked up by its name
    ("engine/export/picture.py", "Box"),  # the attributes of a shape, each looked up by its name
    ("engine/importing/foreign_picture.py", "DrawnBox"),  # the attributes of a shape, each looked up by its name
    ("engine/importing/placing.py", "DrawnBox"),  # how wide and how high
    ("engine/lint/table_files.py", "MessageRow"),  # the columns of a file, each looked up by its name
    ("engine/rerun/chain_rerun.py", "Held"),  # a role as the record keeps it, in the order that `Held` gives it
    ("engine/tables/case_tables.py", "Index"),  # names of columns
    ("engine/scenario/names.py", "TaskName"),  # the groups of one expression beside it
}
ROWS = ("row", "rows")


def rows_without_a_type(texts: Mapping[str, str]) -> Iterator[str]:
    """An argument, variable or result that is a row, or several, and said to be anything."""
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if (isinstance(node, ast.arg) and node.arg in ROWS) or (
                isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id in ROWS
            ):
                said = node.annotation
            elif isinstance(node, ast.FunctionDef) and node.name.strip("_").split("_")[-1] == "row":
                said = node.returns
            else:
                continue
            if _says_anything(said):
                yield f"{path}:{node.lineno}"


def _says_anything(said: ast.expr | None) -> bool:
    """`Any`, and a list or sequence of it; a mapping of a file's row has a type for its keys."""
    if isinstance(said, ast.Subscript):
        return _says_anything(said.slice)
    return isinstance(said, ast.Name) and said.id == "Any"


def built_by_place(texts: Mapping[str, str]) -> Iterator[str]:
    """A class called with a starred sequence."""
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.func.id[0].isupper():
                continue
            if any(isinstance(one, ast.Starred) for one in node.args) and (path, node.func.id) not in BY_NAME_ALREADY:
                yield f"{path}:{node.lineno}"


def test_no_row_is_anything() -> None:
    assert list(rows_without_a_type(modules("engine"))) == []


def test_nothing_is_built_from_a_row_by_place() -> None:
    assert list(built_by_place(modules("engine"))) == []


def test_each_exception_is_still_needed() -> None:
    found = {
        (path, node.func.id)
        for path, text in modules("engine").items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if any(isinstance(one, ast.Starred) for one in node.args)
    }
    assert found >= BY_NAME_ALREADY


@pytest.mark.parametrize(
    "planted",
    [
        "def _told(row: Any): ...",
        "def told(rows: Sequence[Any]): ...",
        "def _row(connection) -> Any: ...",
        "rows: list[Any] = []",
    ],
)
def test_a_row_that_is_anything_is_found(planted: str) -> None:
    assert list(rows_without_a_type({"engine/a.py": planted})) == ["engine/a.py:1"]


@pytest.mark.parametrize("planted", ["CaseRow(*row)", "InstanceRow(*row[:5])", "Started(*(row[n] for n in range(3)))"])
def test_what_is_built_from_a_row_by_place_is_found(planted: str) -> None:
    assert list(built_by_place({"engine/a.py": planted})) == ["engine/a.py:1"]
