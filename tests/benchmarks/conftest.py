"""Benchmarks run when they are named: in full by `make bench`, and in small, alone, before the tests by `make test`.

In small nothing is measured: that they run is seen, and that no ratio is far beyond what it is judged by. Nothing is
asserted of a time: that is the machine as much as the product.
"""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from engine.base.database import Database
from tests.amount import MEASURED
from tests.benchmarks.measuring import Amount, Ratio, machine, table
from tests.databases import Copies, set_fsync

FOUND = pytest.StashKey[list[Ratio | Amount]]()
# A machine that is busy makes much code slower than little: in small only what has come undone is to be seen.
FAR_BEYOND = 3
KINDS = ("SQLite", "PostgreSQL")
Shows = Callable[[Ratio | Amount], None]


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    named = any("benchmarks" in str(argument) for argument in config.invocation_params.args)
    return None if named else True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if found := config.stash.setdefault(FOUND, []):
        terminalreporter.section("ratios" if MEASURED else "ratios in small: they measure nothing")
        terminalreporter.write_line(f"{machine()}\n\n{table(found)}")


@pytest.fixture
def shows(request: pytest.FixtureRequest) -> Shows:
    """Into the one table of the run."""
    found = request.config.stash.setdefault(FOUND, [])

    def show(row: Ratio | Amount) -> None:
        found.append(row)
        if isinstance(row, Ratio) and row.at_most and not MEASURED:
            assert row.ratio <= row.at_most * FAR_BEYOND, row

    return show


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In small on SQLite alone, but for the steps: what is asked of PostgreSQL is tested elsewhere."""
    if "kind" in metafunc.fixturenames:
        both = MEASURED or metafunc.definition.path.name == "test_steps.py"
        metafunc.parametrize("kind", KINDS if both else KINDS[:1], indirect=True)


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def as_it_is_run(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Generator[Database]:
    """It waits for the disk before it says that something is kept."""
    yield from _made(kind, tmp_path / "throughline.db", request)


@pytest.fixture
def another(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Generator[Database]:
    """Beside `as_it_is_run`, of the same kind."""
    yield from _made(kind, tmp_path / "another.db", request)


def _made(kind: str, file: Path, request: pytest.FixtureRequest) -> Generator[Database]:
    if kind == "SQLite":
        file.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        database = Database(f"sqlite:///{file}")
        yield database
        database.dispose()
        return
    copies: Copies = request.getfixturevalue("postgresql_copies")
    address = copies.make()
    database = Database(address)
    set_fsync(database, "on")
    yield database
    set_fsync(database, "off")
    database.dispose()
    copies.remove(address)
