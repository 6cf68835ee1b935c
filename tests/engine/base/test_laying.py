"""A file that must be whole is on the disk, with its folder, before anybody is told that it is there."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.base.laying import lay


def test_the_file_is_synced_then_named_then_its_folder_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def telling(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def tell(*arguments: Any) -> Any:
            folder = name == "fsync" and stat.S_ISDIR(os.fstat(arguments[0]).st_mode)
            done.append(f"{name} of the folder" if folder else name)
            return function(*arguments)

        return tell

    for name in ("fsync", "link"):
        monkeypatch.setattr(os, name, telling(name, getattr(os, name)))
    lay(tmp_path / "keys" / "key", b"secret")
    assert done == ["fsync", "link", "fsync of the folder"]
    assert stat.S_IMODE((tmp_path / "keys" / "key").stat().st_mode) == 0o600


def test_what_is_there_stays_and_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path / "key", b"first")
    lay(tmp_path / "key", b"second")
    assert (tmp_path / "key").read_bytes() == b"first"

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        lay(tmp_path / "other", b"third")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
