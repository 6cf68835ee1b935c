"""A CSV file of organisations and staff: all of it or nothing, and the same again changes nothing."""

import pytest

from engine.base.database import Database
from engine.commands.bringing_in_people import PeopleBroughtIn, bring_in_people
from engine.people import identity
from engine.reads.authority.administration import account_called
from tests.builders import MONDAY, Authority, all_rows, authority

HEAD = "agency,organisation,team,name,email,role,first_day,last_day\n"
GOOD = (
    HEAD
    + "Education,Hill School,,,,,,\n"
    + ",Hill School,,Ann Ames,ann@hill.example,Education practitioner,,\n"
    + "health,Dale Trust,Ward 3,Bea Bond,bea@dale.example,health_practitioner,2026-04-01,30/06/2026\n"
    + ',Children\'s social care,North team,"Cole, Cy",cy@council.example,Social worker,,\n'
    + ",,,Dee Dunn,dee@council.example,auditor,,\n"
)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def brings(world: Authority, text: str | bytes, *, dry: bool = False) -> PeopleBroughtIn:
    content = text if isinstance(text, bytes) else text.encode()
    return bring_in_people(world.database, world.actor("administrator"), MONDAY, content, dry=dry)


def test_a_dry_run_says_all_that_is_then_done_and_does_nothing(world: Authority) -> None:
    before = all_rows(database=world.database)
    dry = brings(world, GOOD, dry=True)
    assert (dry.faults, dry.is_written, all_rows(database=world.database)) == ((), False, before)
    done = brings(world, GOOD)
    assert (done.done, done.is_written) == (dry.done, True)
    assert [f"{one.line} {one.said}" for one in done.done][:3] == [
        "2 The organisation “Hill School” is added",
        "3 Ann Ames is added as ann@hill.example",
        "3 ann@hill.example is given the role Education practitioner at Hill School",
    ]
    assert done.done[-1].said == "dee@council.example is proposed for the role, to which a second agrees: Auditor"
    with world.database.read() as connection:
        held = {
            name: identity.actor(connection, account_called(connection, email).account, MONDAY)
            for name, email in (
                ("ann", "ann@hill.example"),
                ("bea", "bea@dale.example"),
                ("dee", "dee@council.example"),
            )
        }
    assert [(one.role, one.agency) for one in held["ann"].held] == [("education_practitioner", "education")]
    assert not held["bea"].held  # from April on
    assert not held["dee"].held


def test_the_same_again_changes_nothing(world: Authority) -> None:
    brings(world, GOOD)
    before = all_rows(database=world.database)
    again = brings(world, "\ufeff" + GOOD.replace("ann@", "ANN@"))
    assert (again.done, again.faults, again.is_written) == ((), (), True)
    assert all_rows(database=world.database) == before


def test_one_wrong_line_and_nothing_is_written(world: Authority) -> None:
    before = all_rows(database=world.database)
    came = brings(world, GOOD + ",,,Eve,eve@x.example,Teacher,,\n")
    assert [one.line for one in came.faults] == [7]
    assert "There is no role “Teacher”" in came.faults[0].said
    assert all_rows(database=world.database) == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Schools,Hill School,,,,,,", "There is no agency “Schools”"),
        (",Hill School,,,,,,", "“agency” is missing"),
        (",,Ward,,,,,", "“organisation” is missing: a team"),
        (",,,Ann,,,,", "“email” is missing"),
        (",,,Ann,ann@x.example,Social worker,,", "“organisation” is missing"),
        (",Children's social care,,Ann,ann@x.example,Social worker,,", "“team” is missing"),
        (",Hill School,,Ann,ann@x.example,auditor,,", "held in no organisation"),
        ("health,Hill School,,Ann,ann@x.example,Education practitioner,,", "is of Education, and not of Health"),
        (",,,Ann,ann@x.example,auditor,tomorrow,", "“first_day” must be a day"),
        (",,,Ann,ann@x.example,auditor,,2020-01-01", "“last_day” is over"),
        (",,,Ann,ann@x.example,,2026-04-01,", "“role” is missing"),
        (",,,Ann,not an address,,,", "Email address must be an email address"),
        (",,,,new@x.example,,,", "Enter the name"),
        (",,,Somebody else,auditor.1@example.org,,,", "under another name, Auditor 1"),
        (",,,,administrator.1@example.org,auditor,,", "Nobody gives a role to themselves"),
        (",,,Ann,ann@x.example,,,,more", "more cells than columns"),
        (',,,"Ann,ann@x.example,,,', "This is not CSV"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(world: Authority, line: str, said: str) -> None:
    came = brings(world, HEAD + line + "\n")
    assert [one for one in came.faults if said in one.said], came.faults
    assert not came.is_written


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"name,colour\n", "no column called “colour”"),
        (b"name,name,email\n", "twice"),
        (b"name,role\n", "first line names the columns"),
        (b"name,email\n\xff\xfe,\n", "UTF-8"),
        (b"x" * 1_000_001, "larger"),
        (b"email\n" + b"a@x.example\n" * 2_001, "too many lines"),
    ],
)
def test_what_is_no_such_file(world: Authority, content: bytes, said: str) -> None:
    came = brings(world, content)
    assert (came.is_written, [said in one.said for one in came.faults]) == (False, [True])
