"""What is installed is locked by hash, and the locks name no place to fetch it from: that is the machine's setting."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.tools import ROOT

NODE_FOLDERS = (ROOT, ROOT / "tests" / "browser" / "chromium")


def locked_python() -> dict[str, set[str]]:
    """The versions of each package: more than one where they differ between versions of Python."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE
    ):
        versions.setdefault(name, set()).add(version)
    return versions


def wanted_python() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [Requirement(text) for text in project["project"]["dependencies"] + project["dependency-groups"]["dev"]]


def test_every_python_dependency_is_locked_at_a_version_it_allows() -> None:
    locked = locked_python()
    amiss = [
        str(wanted)
        for wanted in wanted_python()
        if not all(
            wanted.specifier.contains(version) for version in locked.get(canonicalize_name(wanted.name), {"0.dev0"})
        )
    ]
    assert amiss == [], "run `make lock`"


def test_every_python_package_is_locked_by_hash() -> None:
    entries = re.split(r"^(?=[a-z0-9])", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert len(entries) >= len(locked_python())


@pytest.mark.parametrize("folder", NODE_FOLDERS, ids=str)
def test_every_node_package_is_locked_by_hash(folder: Path) -> None:
    lock = json.loads((folder / "package-lock.json").read_text())["packages"]
    wanted = json.loads((folder / "package.json").read_text())
    for kind in ("dependencies", "devDependencies"):
        assert lock[""].get(kind, {}) == wanted.get(kind, {}), "run `make lock`"
    assert [name for name, package in lock.items() if name and "integrity" not in package] == []


@pytest.mark.parametrize("folder", NODE_FOLDERS, ids=str)
def test_the_locks_name_no_place(folder: Path) -> None:
    assert '"resolved"' not in (folder / "package-lock.json").read_text()
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_the_process_engine_and_the_design_system_are_pinned() -> None:
    """Both are built against one version: the state of running cases, and the macros of govuk-frontend-jinja."""
    assert "spiffworkflow==3.2.0" in [str(wanted) for wanted in wanted_python()]
    assert json.loads((ROOT / "package.json").read_text())["dependencies"]["govuk-frontend"] == "6.3.0"
