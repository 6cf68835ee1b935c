"""What every test may ask for: a database of its own on SQLite and on PostgreSQL, and whether this is the long run."""

import os
import shutil
import socket
import tempfile
from collections.abc import Generator
from pathlib import Path, PurePosixPath
from typing import Any

import hypothesis
import pytest
import structlog
from flask import Flask
from werkzeug.routing import Rule

from engine.base.database import Database
from tests import addresses, amount, compiled_statements, databases, kinds, saving, templates, timing

ROOT = Path(__file__).parent.parent
LONGEST, MEASURES = ROOT / "tests" / "walks" / "test_walks.py", ROOT / "tests" / "test_flows.py"

hypothesis.settings.register_profile("short", max_examples=40, derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("long", max_examples=400, deadline=None)
hypothesis.settings.load_profile("long" if amount.LONG else "short")


@pytest.fixture(scope="session")
def long_run() -> bool:
    """True under `make long`: the batteries may take minutes."""
    return amount.LONG


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Generator[None]:
    """No test may depend on another machine."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        host: object = address if isinstance(address, str | bytes) else address[0]
        if self.family != socket.AF_UNIX and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test reached for {host}: tests use nothing outside this machine.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Generator[None]:
    """What a command has set up writes into a stream that is closed by the next test."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()


@pytest.fixture(scope="session", autouse=True)
def cases_kept() -> Generator[None]:
    """Apart from pytest's own folders, as the files of PostgreSQL are."""
    with tempfile.TemporaryDirectory(prefix="throughline-cases-") as folder, saving.keeping(Path(folder)):
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Generator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_environment", templates.CachingEnvironment)
        patch.setattr(Rule, "_compile_builder", addresses.compiled_when_asked)
        patch.setattr("engine.base.database.CompiledStatements", lambda: compiled_statements.COMPILED)
        yield


@pytest.fixture(scope="session")
def of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    databases.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_copies() -> Generator[databases.Copies]:
    """On the server that TEST_DATABASE_URL names, else on one started for this run.

    Its files lie apart from pytest's own folders, which other runs on the machine clear away.
    """
    chosen = os.environ.get("TEST_DATABASE_URL")
    if chosen:
        copies = databases.Copies(chosen)
        yield copies
        copies.remove_template()
        return
    with (
        tempfile.TemporaryDirectory(prefix="throughline-postgresql-") as folder,
        databases.started_in(Path(folder)) as server,
    ):
        yield databases.Copies(server)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a database runs on each kind that its module is about (tests/kinds.py)."""
    if "database_url" in metafunc.fixturenames:
        file = PurePosixPath(metafunc.definition.path.relative_to(ROOT))
        metafunc.parametrize("database_url", kinds.kinds_for(file), indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`-m "not postgresql"` starts no server. The longest come first, what measures what the others did comes last.

    Of a test with many examples the first runs in the short run on PostgreSQL, and some tests do not; of a module the
    first of all runs on a second Python. The long run takes those alone that try more in it than in the short one.
    """
    items.sort(key=lambda item: (item.path == MEASURES, item.path != LONGEST))
    seen: set[tuple[str, bool]] = set()
    modules: set[Path] = set()
    left_out: dict[pytest.Item, None] = {}
    for item in items:
        of_all = (item.nodeid.partition("[")[0], _is_on_postgresql(item))
        _mark(item, is_first=item.path not in modules)
        modules.add(item.path)
        only_long = of_all[1] and (
            _is_left_to_the_long_run(item) or (of_all in seen and not kinds.takes_each_example(_file(item)))
        )
        if not (only_long or _tries_more(item)) if amount.LONG else only_long:
            left_out[item] = None
        seen.add(of_all)
    config.hook.pytest_deselected(items=[*left_out])
    items[:] = [item for item in items if item not in left_out]


def _tries_more(item: pytest.Item) -> bool:
    """In the long run: properties, and what asks how much is to be run."""
    function = getattr(item, "obj", None)
    asks = {"LONG", "ROUND", "seeds", "some_of"} & vars(getattr(item, "module", None) or object).keys()
    asked: list[str] = getattr(item, "fixturenames", [])
    both = kinds.named_by_any(kinds.BOTH_IN_THE_LONG_RUN, _file(item))
    return bool(asks) or both or "long_run" in asked or getattr(function, "is_hypothesis_test", False)


def _is_left_to_the_long_run(item: pytest.Item) -> bool:
    """One on both kinds, of those of which the short run takes some alone to PostgreSQL."""
    asked: list[str] = getattr(item, "fixturenames", [])
    return "database_url" in asked and kinds.is_left_to_the_long_run(item.nodeid.partition("[")[0], _file(item))


def _is_on_postgresql(item: pytest.Item) -> bool:
    given = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
    asked: list[str] = getattr(item, "fixturenames", [])
    return "postgresql" in given or "postgresql_copies" in asked


def _mark(item: pytest.Item, *, is_first: bool) -> None:
    holds = {
        "postgresql": _is_on_postgresql(item),
        "browser": _file(item).is_relative_to("tests/browser"),
        "battery": kinds.is_battery(_file(item)),
        "one_python": kinds.is_on_one_python(_file(item))
        or (not is_first and not item.get_closest_marker("every_python")),
    }
    for name in (name for name, held in holds.items() if held):
        item.add_marker(name)


def _file(item: pytest.Item) -> PurePosixPath:
    return PurePosixPath(item.path.relative_to(ROOT))


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    """The address of an empty, upgraded database; its kind comes from pytest_generate_tests."""
    if request.param == "sqlite":
        path = tmp_path / "throughline.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    copies: databases.Copies = request.getfixturevalue("postgresql_copies")
    address = copies.make()
    yield address
    copies.remove(address)


@pytest.fixture
def database(database_url: str, request: pytest.FixtureRequest) -> Generator[Database]:
    made = databases.not_to_the_disk(Database(database_url))
    if "monkeypatch" not in request.fixturenames:
        saving.follow(made)
    yield made
    made.dispose()


@pytest.fixture
def postgresql_database(postgresql_copies: databases.Copies) -> Generator[Database]:
    """For a test that is about PostgreSQL alone."""
    address = postgresql_copies.make()
    made = Database(address)
    yield made
    made.dispose()
    postgresql_copies.remove(address)


def pytest_report_header() -> str | None:
    """Which seeds a long run takes, so that the next goes on after them."""
    if amount.ROUND is None:
        return None
    return f"long run, round {amount.ROUND}: each battery of k tries takes its seeds from {amount.ROUND} * k on"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for kind in terminalreporter.stats.values() for report in kind]
    seconds = timing.seconds_of_each_place(one for one in reports if isinstance(one, pytest.TestReport))
    if len(seconds) > 1:
        terminalreporter.section("seconds of each folder")
        for line in timing.lines(seconds):
            terminalreporter.write_line(line)
