"""Whatever the product writes is readable by its owner alone, whatever the machine would else allow."""

import os
import stat
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.webapp.conftest import Run


@pytest.fixture(autouse=True)
def a_machine_that_lets_all_read() -> Generator[None]:
    before = os.umask(0o022)
    yield
    assert os.umask(before) == 0o022, "a command leaves the process as it found it"


def readable_by_others(folder: Path) -> list[str]:
    found = [path for path in folder.rglob("*") if stat.S_IMODE(path.lstat().st_mode) & 0o077]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_what_commands_write_is_for_the_owner_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o755)
    database = tmp_path / "var" / "throughline.db"
    database.touch(0o644)  # as an older version, or somebody's copy, may have left it
    (tmp_path / "var").chmod(0o700)
    typed = "correct horse battery\ncorrect horse battery\n"
    create = ("account", "create", "--name", "Gwen", "--email", "gwen@example.org", "--role", "auditor")
    steps = [(("authority", "add", "here", "Here"), ""), (create, typed), (("checkpoint",), ""), (("verify",), "")]
    steps += [(("backup", "kept"), ""), (("status",), ""), (("read-only", "on"), ""), (("read-only", "off"), "")]
    steps += [(("models", "export", "--zip", "given.zip"), ""), (("rerun", "--all"), "")]
    for given, words in steps:
        ended = run(*given, typed=words)
        assert ended.exit_code in (0, 1), (given, ended.output)
    assert database.is_file()
    assert [*(tmp_path / "var" / "checkpoints").glob("*.json")]
    assert (tmp_path / "kept").is_dir()
    assert readable_by_others(tmp_path) == []


def test_a_file_that_others_may_read_is_found(tmp_path: Path) -> None:
    (tmp_path / "planted").touch(0o644)
    assert readable_by_others(tmp_path) == ["planted"]
