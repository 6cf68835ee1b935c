"""The wheel runs from any folder: it carries its models, its migrations and its built scripts."""

import sys
import zipfile
from pathlib import Path

import pytest

from tests.repository.tools import BIN, ROOT, run

BRING_UP = """
from engine.base.database import Database
from engine.base.settings import Settings

settings = Settings.from_environment({})
Database(settings.database_url.replace(str(settings.var), ".")).upgrade()
print(settings.models)
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    status, said = run(BIN / "hatchling", "build", "-t", "wheel", "-d", folder)
    assert status == 0, said
    (wheel,) = folder.glob("throughline-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_it_carries_the_models_and_what_was_built(unpacked: Path) -> None:
    for shipped, source in (("engine/_data/processes", "processes"), ("engine/_data/forms", "forms"), *BUILT):
        assert contents(unpacked / shipped) == contents(ROOT / source)


BUILT = (
    ("webapp/static", "webapp/static"),
    ("webapp/templates", "webapp/templates"),
    ("webapp/deployment", "deployment"),
)


def contents(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_it_runs_from_another_folder(unpacked: Path, tmp_path: Path) -> None:
    """The unpacked wheel comes before the checkout on Python's path."""
    ahead = f"import sys; sys.path.insert(0, {str(unpacked)!r})\n"
    status, said = run(sys.executable, "-P", "-c", ahead + BRING_UP, folder=tmp_path)
    assert status == 0, said
    assert said.strip() == str(unpacked / "engine" / "_data")
    assert (tmp_path / "throughline.db").exists()
