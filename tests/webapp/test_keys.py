"""Secrets are made once and are their owner's alone."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from webapp.keys import KEY_BYTES, key


def test_a_key_is_made_once(tmp_path: Path) -> None:
    made = key(tmp_path / "keys", "forms")
    assert len(made) == KEY_BYTES
    assert key(tmp_path / "keys", "forms") == made
    assert key(tmp_path / "keys", "other") != made


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    key(tmp_path / "keys", "forms")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys", tmp_path / "keys" / "forms")]
    assert modes == [0o700, 0o600]


def test_many_that_start_together_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = {result.result() for result in [pool.submit(key, tmp_path / "keys", "forms") for _ in range(40)]}
    assert len(made) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["forms"]
