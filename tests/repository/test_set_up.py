"""Set-up names what a machine lacks, and does each step once."""

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from tests.repository.tools import ROOT, run

GOOD = {
    "python3": 'case "$2" in *print*) echo 3.11.2;; esac',
    "node": "echo v20.20.2",
    "npm": "",
    "make": "",
}


def check_tools(folder: Path, changed: dict[str, str | None]) -> tuple[int, str]:
    """Runs the check on a machine that has nothing but the given programs; None takes one away."""
    for name, does in (GOOD | changed).items():
        if does is not None:
            (folder / name).write_text(f"#!/bin/sh\n{does}\n")
            (folder / name).chmod(0o755)
    return run("env", "-i", f"PATH={folder}", shutil.which("sh") or "", ROOT / ".ci" / "check_tools")


def test_a_machine_with_everything_passes(tmp_path: Path) -> None:
    assert check_tools(tmp_path, {}) == (0, "python3\n")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"python3": None}, "Python 3.11 or newer is missing (no python3 on the path)"),
        (
            {"python3": 'case "$2" in *print*) echo 3.9.2;; *) exit 1;; esac'},
            "Python 3.11 or newer is needed: python3 is 3.9.2",
        ),
        (
            {"python3": 'case "$2" in *print*) echo 3.11.2;; *venv*) exit 1;; esac'},
            "python3 (3.11.2) lacks its venv module",
        ),
        ({"node": None}, "Node 20 or newer is missing (no node on the path)"),
        ({"node": "echo v18.19.0"}, "Node 20 or newer is needed: node is v18.19.0"),
        ({"node": "echo broken"}, "Node 20 or newer is needed: node --version said 'broken'"),
        ({"npm": None}, "npm is missing"),
        ({"make": None}, "make is missing"),
    ],
    ids=["no python", "old python", "no venv", "no node", "old node", "odd node", "no npm", "no make"],
)
def test_what_is_missing_is_named(tmp_path: Path, changed: dict[str, str | None], said: str) -> None:
    status, told = check_tools(tmp_path, changed)
    assert status == 1
    assert said in told


def test_all_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    _, told = check_tools(tmp_path, {"python3": None, "node": "echo v18.0.0"})
    assert told.count("\n  - ") == 2


def test_a_newer_python_beside_an_old_one_is_taken(tmp_path: Path) -> None:
    old = 'case "$2" in *print*) echo 3.9.2;; *) exit 1;; esac'
    assert check_tools(tmp_path, {"python3": old, "python3.12": GOOD["python3"]}) == (0, "python3.12\n")


@pytest.fixture(scope="module")
def set_up() -> ModuleType:
    specification = importlib.util.spec_from_file_location("set_up", ROOT / ".ci" / "set_up.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_a_step_runs_once_for_what_it_was_made_from(set_up: ModuleType, tmp_path: Path) -> None:
    done: list[str] = []
    for wanted in ("first", "first", "second"):
        set_up.step("Planted", tmp_path / "stamp", wanted, lambda wanted=wanted: done.append(wanted))
    assert done == ["first", "second"]


def test_a_step_that_failed_runs_again(set_up: ModuleType, tmp_path: Path) -> None:
    def fail() -> None:
        raise RuntimeError("planted")

    for _ in range(2):
        with pytest.raises(RuntimeError, match="planted"):
            set_up.step("Planted", tmp_path / "stamp", "same", fail)


def test_the_digest_knows_a_file_by_its_name_and_its_content(set_up: ModuleType) -> None:
    clock, settings = ROOT / "engine" / "base" / "clock.py", ROOT / "engine" / "base" / "settings.py"
    assert set_up.digest([clock, settings]) == set_up.digest([settings, clock])
    assert len({set_up.digest(paths) for paths in ([clock], [settings], [clock, settings], [])}) == 4


def test_uv_is_fetched_by_the_hashes_of_the_lock(set_up: ModuleType) -> None:
    lines = set_up.locked_lines_of("uv")
    assert lines.startswith("uv==")
    assert lines.count("==") == 1
    assert "--hash=sha256:" in lines
