"""`throughline simulate`: it says what it did, goes on where it stood, and leaves any other database alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


def test_it_is_told_and_goes_on(run: Run, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'simulated.db'}"
    said = run("simulate", "--children", "1", "--seed", "2", "--database", address)
    assert said.exit_code == 0, said.output
    acts = said.stdout.partition(" ")[0]
    assert int(acts) > 5
    assert "Months: 12 of 12, about 0 minutes left" in said.stderr

    again = run("simulate", "--children", "1", "--seed", "2", "--database", address)
    assert (again.exit_code, again.stdout) == (0, "0 acts\n")

    other = run("simulate", "--children", "1", "--seed", "3", "--database", address)
    assert other.exit_code == 1
    assert "goes on only with the numbers, the seed and the first day" in other.output


def test_a_fault_of_the_product_ends_it_with_1(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("engine.simulate.acts.start_process", broken)
    said = run("simulate", "--children", "1", "--seed", "2", "--database", f"sqlite:///{tmp_path / 'simulated.db'}")
    assert said.exit_code == 1
    assert "1 times fault referral.start ZeroDivisionError" in said.stdout
