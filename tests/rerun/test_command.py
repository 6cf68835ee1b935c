"""`throughline rerun`: what it prints and how it ends."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.base.database import Database
from engine.rerun.differences import NOTHING, differences
from engine.tables import Case, WorkItem
from tests.builders import Authority, authority, refer
from tests.rerun.rerunning import rerun_all
from tests.rerun.tampering import changed
from webapp.cli import main


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Authority:
    file = tmp_path / "live.db"
    file.write_bytes(sqlite_template.read_bytes())
    return authority(database=Database(f"sqlite:///{file}"))


def run(world: Authority, *arguments: str) -> Result:
    address = world.database.url.render_as_string(hide_password=False)
    return CliRunner().invoke(main, ["rerun", *arguments, "--database", address])


def test_a_case_and_all_cases_without_a_difference(world: Authority) -> None:
    first = refer(authority=world).references[0]
    refer(authority=world)
    one = run(world, first)
    assert (one.exit_code, one.stdout) == (0, "1 case, 10 entries: no difference\n")
    every = run(world, "--all")  # of the people of this authority there are rows and no entries: test_authorities.py
    assert every.stdout.splitlines()[-1] == "2 cases, 20 entries: no difference"


@pytest.mark.parametrize("command", [("rerun", "--all"), ("guidance", "AAAA-AAAA")])
def test_where_there_is_no_database_none_is_made(command: tuple[str, ...], tmp_path: Path) -> None:
    said = CliRunner().invoke(main, [*command, "--database", f"sqlite:///{tmp_path / 'mistyped.db'}"])
    assert (said.exit_code, "There is no database" in said.stderr) == (2, True)
    assert not (tmp_path / "mistyped.db").exists()


def test_a_difference_is_printed_and_ends_it_with_1(world: Authority) -> None:
    reference = refer(authority=world).references[0]
    with changed(world.database, WorkItem, WorkItem.element == "decide_response", title="Other"):
        said = run(world, reference)
    assert said.exit_code == 1
    assert said.stdout == (
        f"Case {reference}, 10 entries:\n"
        "  work_item referral 1 decide_response 1: title: recorded Other, re-run Decide the response\n"
        "1 case, 10 entries: 1 with differences\n"
    )


def test_of_very_many_differences_only_the_first_are_printed(world: Authority) -> None:
    started = refer(authority=world)
    other = "title = 'x', role = 'y', urgent = 1, process = 'z', closed_how = 'completed'"
    with world.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE work_item SET {other}")  # noqa: S608
        connection.exec_driver_sql("UPDATE deadline SET title = 'x', kind = 'y', \"limit\" = 77, provisional = 1")
    with changed(world.database, Case, Case.id == started.cases[0], reference="BBBB-BBBB"):
        said = run(world, started.cases[0])
        [differing] = rerun_all(database=world.database)
    printed = said.stdout.splitlines()
    assert len(differing.differences) > 20
    assert printed[1:21] == [f"  {one}" for one in differing.differences[:20]]
    assert printed[21:] == [
        f"  and {len(differing.differences) - 20} more",
        "1 case, 10 entries: 1 with differences",
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ((), 2, "Name one case, or say --all."),
        (("XX", "--all"), 2, "Name one case, or say --all."),
        (("XX",), 1, "There is no case XX."),
    ],
)
def test_what_cannot_be_re_run_is_said_plainly(
    world: Authority, arguments: tuple[str, ...], status: int, words: str
) -> None:
    said = run(world, *arguments)
    assert (said.exit_code, words in said.stderr) == (status, True)


def test_a_row_that_is_gone_is_told_without_what_stood_in_it() -> None:
    [told] = map(str, differences("person", NOTHING, {"given_name": "Mia", "born": "2010-01-02"}))
    assert "Mia" not in told
    assert told.startswith("person: recorded nothing")
