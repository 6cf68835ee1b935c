"""Files and functions stay short enough to be read at one sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository.tools import ROOT

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
# These show a whole flow, which is read better in one piece.
FLOWS = {"append", "case", "complete"}
LONGEST_FLOW = 50
# One file on purpose: it goes into every audit pack, and runs there without the product.
ALONE = {ROOT / "engine" / "record" / "verifier.py": 1047}
FOLDERS = ("engine", "webapp", "tests", ".ci")
KINDS = (".py", ".js", ".mjs", ".scss", ".html", "")
NOT_MEASURED = {"static", "node_modules", "unpacked", "licences", "__pycache__"} | {
    "versions"  # of the tables: a migration is a list of statements that nobody changes again
}


def sources() -> list[Path]:
    files = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())
    return sorted(path for path in files if path.suffix in KINDS and not NOT_MEASURED & set(path.parts))


def test_there_are_sources_to_measure() -> None:
    assert {ROOT / "engine" / "base" / "clock.py", ROOT / ".ci" / "run"} <= set(sources())


def test_no_file_is_too_long() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in sources()
        if (lines := length(path.read_text())) > ALONE.get(path, LONGEST_FILE)
    ]
    assert long == [], f"files over {LONGEST_FILE} lines: split them by idea"


def test_no_function_is_too_long() -> None:
    python = [path for path in sources() if path.suffix == ".py"]
    long = [f"{path.relative_to(ROOT)}:{found}" for path in python for found in long_functions(path.read_text())]
    assert long == [], f"functions over {LONGEST_FUNCTION} lines"


def length(text: str) -> int:
    return len(text.splitlines())


def long_functions(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            lines = node.end_lineno - node.lineno + 1
            if lines > (LONGEST_FLOW if node.name in FLOWS else LONGEST_FUNCTION):
                yield f"{node.lineno} {node.name} has {lines} lines"


@pytest.mark.parametrize(("lines", "found"), [(39, []), (40, ["1 planted has 41 lines"])])
def test_a_long_function_is_found(lines: int, found: list[str]) -> None:
    assert list(long_functions("def planted():\n" + "    step()\n" * lines)) == found
