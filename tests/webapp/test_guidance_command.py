"""`throughline guidance`: each duty of a case at the command line, and the entry that somebody looked."""

import json

import pytest
from click.testing import CliRunner, Result

from engine.record.chain import authority_chain, lines
from tests.builders import HERE, HOUR, MONDAY, Authority, case_at, do, reference
from webapp.cli import main


def guidance(world: Authority, *arguments: str) -> Result:
    address = world.database.url.render_as_string()
    return CliRunner().invoke(main, ["guidance", *arguments, "--database", address])


@pytest.fixture
def case(world: Authority) -> str:
    case = case_at(authority=world, point="planned")
    why = "Nobody opened the door."
    do(authority=world, case=case, task="see_child", now=MONDAY + HOUR, child_seen="no", not_seen_reason=why)
    return case


def test_each_duty_is_one_object_with_what_was_asked_and_answered(world: Authority, case: str) -> None:
    called = reference(authority=world, case=case)
    said = guidance(world, called.lower(), "--json")
    assert said.exit_code == 0, said.output
    told = json.loads(said.stdout)
    duties = {one["id"]: one for one in told["duties"]}
    assert (told["case"], duties["R-06"]["state"], duties["SE-02"]["state"]) == (called, "done", "did not arise")
    (step,) = duties["R-09"]["asked"]
    assert (duties["R-09"]["state"], step["title"], step["reasons"]) == (
        *("open", "See the child", ["Nobody opened the door."]),
    )
    assert step["done_when"] == "“When did you see the child?” is answered"


def test_it_is_said_in_lines_as_well(world: Authority, case: str) -> None:
    said = guidance(world, case)
    assert "\nR-06: done" in said.stdout
    assert "    open: See the child (Assessment), entry " in said.stdout


def test_the_look_is_in_the_record(world: Authority, case: str) -> None:
    guidance(world, case)
    with world.database.read() as connection:
        (entry,) = lines(connection, authority_chain(HERE), ["viewed"])
    assert (entry.actor, (entry.payload or {})["page"]) == ("system", "guidance")


def test_a_case_that_is_not_there_is_not_told(world: Authority) -> None:
    said = guidance(world, "NONE-NONE")
    assert (said.exit_code, said.stderr) == (1, "Error: There is no case NONE-NONE.\n")
