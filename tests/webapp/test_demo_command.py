"""The demonstration at the command line: written once, never beside other data, and for this machine alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from engine.base.database import Database
from engine.demo.writing import Holds, held

Run = Callable[..., Result]


def test_the_demonstration_is_written_once(run: Run, tmp_path: Path) -> None:
    for _ in range(2):
        said = run("demo")
        assert (said.exit_code, said.stdout) == (0, "The demonstration is ready: throughline serve --demo\n")
    database = Database(f"sqlite:///{tmp_path / 'var' / 'throughline.db'}")
    assert held(database) is Holds.DEMONSTRATION
    database.dispose()


class PowerCut(Exception):
    pass


def power_cut(*_: object) -> None:
    raise PowerCut


def test_a_demonstration_that_was_cut_short_is_written_anew(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("engine.demo.writing.play", power_cut)
        assert isinstance(run("demo").exception, PowerCut)
    said = run("demo")
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("Writing the demonstration was cut short last time.")
    database = Database(f"sqlite:///{tmp_path / 'var' / 'throughline.db'}")
    assert held(database) is Holds.DEMONSTRATION
    database.dispose()


def test_the_demonstration_is_refused_beside_other_data(run: Run) -> None:
    run("authority", "add", "here", "Here")
    run("account", "create", "--name", "A", "--email", "a@example.org", "--role", "administrator")
    said = run("demo")
    assert (said.exit_code, "This database holds other data" in said.stderr) == (1, True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "throughline.example"])  # noqa: S104
def test_the_demonstration_is_refused_on_an_address_that_others_reach(
    run: Run, host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = run("serve", "--demo", "--host", host)
    assert (said.exit_code, "it is only for this machine" in said.stderr) == (1, True)
    monkeypatch.setenv("HOST", host)
    assert run("demo").exit_code == 1
    assert not (tmp_path / "var").exists(), "nothing was made before it was refused"
