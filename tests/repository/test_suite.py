"""The suite itself: copies of cases are what a builder would make, both kinds are where they are said to be."""

import importlib.util
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest
from sqlalchemy import select, text, update

from engine.base.database import Database
from engine.process.bundle import START
from engine.tables import Account, Answers
from tests import saving
from tests.builders import Authority, all_rows, authority, case_at, do, open_items
from tests.databases import Copies
from tests.kinds import ALL, BATTERIES, BOTH, kinds_for
from tests.repository.tools import ROOT
from tests.timing import lines, place_of


@pytest.fixture(params=ALL)
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[list[Database]]:
    """Four of them, alike and untouched, of which nothing is kept yet."""
    if request.param == "postgresql":
        copies: Copies | None = request.getfixturevalue("postgresql_copies")
        assert copies
        addresses = [copies.make() for _ in range(4)]
    else:
        copies, addresses = None, [f"sqlite:///{tmp_path / str(number)}.db" for number in range(4)]
        template: Path = request.getfixturevalue("sqlite_template")
        for address in addresses:
            Path(address.removeprefix("sqlite:///")).write_bytes(template.read_bytes())
    made = [Database(address) for address in addresses]
    (folder := tmp_path / "kept").mkdir()
    with saving.keeping(folder):
        yield made
    for database, address in zip(made, addresses, strict=True):
        database.dispose()
        if copies:
            copies.remove(address)


def followed(database: Database) -> Authority:
    """From now on: what is done in another database of the server ends the following of one."""
    saving.follow(database)
    return authority(database=database)


def test_a_case_that_is_asked_for_again_is_a_copy_and_goes_on_like_any_other(databases: list[Database]) -> None:
    built, kept, copied, other = databases
    found: list[str] = []
    for database in (built, kept, copied):
        world = followed(database)
        found.append(case_at(authority=world, point="planned"))
    assert found[0] != found[1] == found[2]
    assert all_rows(database=kept) == all_rows(database=copied)
    do(authority=world, case=found[2], task="write_assessment", finding="child_in_need")
    assert "authorise_assessment" in open_items(database=copied, case=found[2])
    assert case_at(authority=followed(other), point="written") not in found


def test_what_somebody_wrote_is_never_copied_over(databases: list[Database]) -> None:
    """Whoever wrote it, and through whatever connection."""
    for database in databases[:2]:
        case_at(authority=followed(database))
    changed = databases[2]
    at = followed(changed)
    beside = Database(changed.url.render_as_string(hide_password=False))
    with beside.transaction() as connection:
        connection.execute(update(Account).where(Account.id == "police_officer.1").values(name="Somebody else"))
    case_at(authority=at)
    assert at.actor("police_officer").name == "Somebody else"
    beside.dispose()


def test_other_answers_are_another_case(databases: list[Database]) -> None:
    told = ("one", "one", "two", "one")
    for database, concerns in zip(databases, told, strict=True):
        case_at(authority=followed(database), concerns=concerns)
    assert [concerns_in(database) for database in databases] == list(told)


def concerns_in(database: Database) -> str:
    with database.read() as connection:
        return connection.execute(select(Answers.answers).where(Answers.element == START)).scalar_one()["concerns"]


def test_a_test_that_exchanges_parts_of_the_product_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    """What it builds may be wrong on purpose."""
    monkeypatch.undo()
    assert not saving.is_untouched(database)


def test_a_database_that_comes_back_is_given_out_again_as_it_was_made(postgresql_copies: Copies) -> None:
    address = postgresql_copies.make()
    with database_at(address) as database:
        first = all_rows(database=database)
        case_at(authority=authority(database=database))
    postgresql_copies.remove(address)
    assert postgresql_copies.make() == address
    with database_at(address) as database:
        assert all_rows(database=database) == first
        case_at(authority=authority(database=database))
    postgresql_copies.remove(address)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE left_behind (name TEXT)",
        "ALTER TABLE payload DISABLE TRIGGER payload_no_delete",
        "GRANT UPDATE (body) ON payload TO PUBLIC",
        "DROP INDEX ix_case_listed",
        "UPDATE alembic_version SET version_num = 'another'",
    ],
)
def test_one_whose_tables_were_changed_is_not_given_out_again(postgresql_copies: Copies, change: str) -> None:
    address = postgresql_copies.make()
    with database_at(address) as database, database.transaction() as connection:
        connection.execute(text(change))
    postgresql_copies.remove(address)
    another = postgresql_copies.make()
    assert another != address
    postgresql_copies.remove(another)


@contextmanager
def database_at(address: str) -> Generator[Database]:
    made = Database(address)
    yield made
    made.dispose()


@pytest.mark.parametrize("place", [*BOTH, *BATTERIES])
def test_every_place_that_is_named_exists(place: str) -> None:
    assert (ROOT / place).exists()


@pytest.mark.parametrize(
    ("file", "kinds"),
    [
        ("tests/engine/commands/test_claim.py", 2),
        ("tests/engine/record/test_record.py", 2),
        ("tests/engine/record/test_records.py", 1),
        ("tests/webapp/test_errors.py", 1),
    ],
)
def test_a_module_runs_on_the_kinds_that_are_written_down(file: str, kinds: int) -> None:
    assert kinds_for(PurePosixPath(file)) == ALL[:kinds]


def test_the_seconds_of_a_test_count_for_its_folder() -> None:
    tests = ("tests/engine/commands/test_claim.py::test_it[sqlite]", "tests/test_flows.py::test_it")
    assert [place_of(test) for test in tests] == ["engine/commands", "test_flows.py"]
    assert lines(Counter({"walks": 1.25, "engine": 3.0}))[0].split() == ["engine", "3.0", "s"]  # pyright: ignore[reportArgumentType]


@pytest.fixture
def newest_python() -> ModuleType:
    specification = importlib.util.spec_from_file_location("newest_python", ROOT / ".ci" / "newest_python.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_newest_python_that_runs_is_taken(newest_python: ModuleType, tmp_path: Path) -> None:
    for name, does in {"python3.12": "echo 3 12", "python3.13": "echo 3 13", "python3.14": "exit 127"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    found = list(newest_python.candidates({"PATH": str(tmp_path), "HOME": "/nowhere"}))
    assert newest_python.newest(found, than=(3, 11)) == tmp_path / "python3.13"
    assert newest_python.newest(found, than=(3, 13)) is None
