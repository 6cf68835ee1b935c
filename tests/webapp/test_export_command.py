"""`throughline export case`: a file for its owner alone, and the entry that it was made."""

import stat
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.record.chain import authority_chain, lines
from tests.builders import HERE, Authority, case_at, reference
from webapp.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THROUGHLINE_VAR", str(tmp_path / "var"))
    (tmp_path / "packs").mkdir()
    return tmp_path / "packs"


def export(world: Authority, *arguments: str, typed: str = "") -> Result:
    address = world.database.url.render_as_string()
    return CliRunner().invoke(main, ["export", "case", *arguments, "--database", address], input=typed)


@pytest.mark.parametrize("more", [(), ("--redacted",)])
def test_a_case_is_written_into_a_file_of_its_owner(world: Authority, folder: Path, more: tuple[str, ...]) -> None:
    called = reference(authority=world, case=case_at(authority=world))
    said = export(world, called.lower(), "--to", str(folder), *more, typed="Asked for by the court\n")
    assert said.exit_code == 0, said.output
    (pack,) = folder.iterdir()
    assert said.stdout.endswith(f"{pack}\nSHA-256 {sha256(pack.read_bytes()).hexdigest()}\n")
    assert stat.S_IMODE(pack.stat().st_mode) == 0o600
    assert pack.name.startswith("throughline-redacted-" if more else f"throughline-{called}-")
    with world.database.read() as connection:
        (entry,) = lines(connection, authority_chain(HERE), ["exported"])
    payload = entry.payload or {}
    assert (entry.actor, payload["reason"], payload["file"]) == ("system", "Asked for by the court", pack.name)


def test_a_case_that_is_not_there_is_not_exported(world: Authority, folder: Path) -> None:
    said = export(world, "NONE-NONE", "--reason", "Asked for by the court")
    assert (said.exit_code, said.stderr) == (1, "Error: There is no case NONE-NONE.\n")
    assert export(world, "NONE-NONE", "--reason", "Asked", "--to", str(folder / "nowhere")).exit_code == 2


def test_without_a_reason_nothing_is_written(world: Authority, folder: Path) -> None:
    called = reference(authority=world, case=case_at(authority=world))
    said = export(world, called, "--reason", " ", "--to", str(folder))
    assert (said.exit_code, "Enter the reason" in said.stderr) == (1, True)
    assert list(folder.iterdir()) == []
