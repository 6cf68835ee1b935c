"""Ruff, pyright, import-linter, vulture and deptry pass; and each was seen to find a planted fault."""

import json
import re
from keyword import iskeyword
from pathlib import Path

import pytest

from tests.amount import LONG
from tests.repository.tools import BIN, NODE_BIN, ROOT, copy_of_the_code, passes, run

USED_BY_LIBRARIES = "tests/repository/used_by_libraries.py"


def test_ruff_finds_no_fault() -> None:
    passes(BIN / "ruff", "check", "--no-cache", ".")


def test_ruff_finds_every_file_in_the_one_format() -> None:
    passes(BIN / "ruff", "format", "--check", "--no-cache", ".")


@pytest.mark.parametrize("version", ["3.11", "3.13"] if LONG else ["3.11"])
def test_pyright_finds_no_fault(version: str) -> None:
    """Types and syntax of the oldest Python that the product runs on; in the long run of a newer, installed or not.

    In the short run the fast tests themselves run on the newest (`make test-newest`).
    """
    passes(NODE_BIN / "pyright", "--pythonversion", version)


def test_pyright_finds_what_a_newer_python_has_lost(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("import cgi\n\nprint(cgi)\n")
    found = [run(NODE_BIN / "pyright", "--pythonversion", version, tmp_path) for version in ("3.11", "3.13")]
    assert [status for status, _ in found] == [0, 1]
    assert 'Import "cgi" could not be resolved' in found[1][1]


def test_import_linter_finds_every_contract_kept() -> None:
    passes(BIN / "lint-imports", "--no-cache", "--no-logo")


def test_vulture_finds_no_dead_code(tmp_path: Path) -> None:
    """What the tests alone use is dead too."""
    passes(BIN / "vulture", "engine", "webapp", USED_BY_LIBRARIES, uses_in_templates(tmp_path))


def test_deptry_finds_every_dependency_named_and_used() -> None:
    passes(BIN / "deptry", "engine", "webapp", "--no-ansi")


def uses_in_templates(folder: Path) -> Path:
    """The names that pages read, as statements that vulture takes for uses."""
    texts = (path.read_text() for path in (ROOT / "webapp" / "templates").rglob("*.html"))
    expressions = (found for text in texts for found in re.findall(r"\{[{%](.*?)[}%]\}", text, re.DOTALL))
    names = {name for expression in expressions for name in re.findall(r"[A-Za-z_]\w+", expression)}
    uses = folder / "named_in_templates.py"
    uses.write_text("".join(f"_.{name}\n" for name in sorted(names) if not iskeyword(name)))
    return uses


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("TID251", "from datetime import datetime\n\nSTARTED = datetime.now()\n"),
        ("TID251", "import datetime\n\nTODAY = datetime.date.today()\n"),
        ("TID251", "import os\n\nHOME = os.environ['HOME']\n"),
        ("TID251", "import os\n\nHOME = os.getenv('HOME')\n"),
        ("TID251", "import time\n\ntime.sleep(1)\n"),
        ("DTZ001", "from datetime import datetime\n\nBORN = datetime(2020, 1, 1)\n"),
        ("BLE001", "try:\n    import engine\nexcept Exception:\n    engine = None\n"),
        ("T201", "print('planted')\n"),
        ("S608", "def find(name: str) -> str:\n    return f'SELECT id FROM person WHERE name = {name}'\n"),
        ("C901", "def busy(a: int) -> None:\n" + "".join(f"    if a == {n}:\n        a += 1\n" for n in range(6))),
        ("FIX002", "# TODO: later\n"),
    ],
)
def test_ruff_finds(rule: str, code: str) -> None:
    status, said = run(BIN / "ruff", "check", "--no-cache", "--stdin-filename", "engine/planted.py", "-", text=code)
    assert status == 1
    assert rule in said


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("engine/base/clock.py", "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n"),
        ("engine/base/settings.py", 'import os\n\nHOME = os.environ["HOME"]\n'),
    ],
)
def test_ruff_lets_the_one_module_do_it(file: str, code: str) -> None:
    status, said = run(BIN / "ruff", "check", "--no-cache", "--stdin-filename", file, "-", text=code)
    assert status == 0, said


def test_pyright_finds_a_missing_type(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("def double(number):\n    return number * 2\n")
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}))
    status, said = run(NODE_BIN / "pyright", "--project", tmp_path)
    assert status == 1
    assert "reportMissingParameterType" in said


@pytest.mark.parametrize(
    ("contract", "file", "line", "named"),
    [
        ("engine-knows-no-web", "engine/base/errors.py", "import flask", "engine.base.errors -> flask"),
        (
            "layers-of-the-engine",
            "engine/base/errors.py",
            "import engine.people",
            "engine.base.errors -> engine.people",
        ),
        ("layers-of-the-engine", "engine/stray.py", "", "- engine.stray"),
        (
            "one-package-knows-spiffworkflow",
            "engine/people/identity.py",
            "import SpiffWorkflow",
            "engine.people.identity -> SpiffWorkflow",
        ),
        ("pure-modules", "engine/timescales/rules.py", "import sqlalchemy", "engine.timescales.rules -> sqlalchemy"),
        ("web-asks-the-engine", "webapp/security.py", "import engine.tables", "webapp.security -> engine.tables"),
        ("web-asks-the-engine", "webapp/security.py", "import sqlalchemy", "webapp.security -> sqlalchemy"),
        ("layers-of-the-web", "webapp/security.py", "import webapp.pages", "webapp.security -> webapp.pages"),
        ("layers-of-the-web", "webapp/stray.py", "", "- webapp.stray"),
    ],
)
def test_import_linter_finds(tmp_path: Path, contract: str, file: str, line: str, named: str) -> None:
    planted = copy_of_the_code(tmp_path) / file
    planted.write_text(f"{planted.read_text() if planted.exists() else ''}\n{line}\n")
    command = (BIN / "lint-imports", "--no-cache", "--no-logo", "--contract", contract)
    status, said = run(*command, folder=tmp_path)
    assert status == 1
    assert named in said


def test_vulture_finds_a_function_that_nobody_calls(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("def forgotten() -> None:\n    return None\n")
    status, said = run(BIN / "vulture", planted)
    assert status == 3
    assert "unused function 'forgotten'" in said


def test_deptry_finds_a_library_that_is_not_named(tmp_path: Path) -> None:
    (copy_of_the_code(tmp_path) / "engine" / "planted.py").write_text("import greenlet\n")
    status, said = run(BIN / "deptry", "engine", "webapp", "--no-ansi", folder=tmp_path)
    assert status == 1
    assert "engine/planted.py:1:8: DEP003 'greenlet' imported but it is a transitive dependency" in said
